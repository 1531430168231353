// The shares of links when many come: places by school and in all, memory of unfinished messages.
// [S10]
#include "protocol/base/limits.hpp"
#include "protocol/replica/links/link_room.hpp"
#include "tests/support/network/file_scene.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

using tests::SeededRandom;

/// Links of schools and of nobody, as a replica has them.
struct Crowd {
    tests::FileScene scene;
    Links links{scene.parts->context};
    std::uint64_t last = 0;

    Link& add(std::optional<SchoolId> school, bool dialled = false) {
        last += 2;
        const LinkId id{dialled ? last + 1 : last};
        Link link{id, dialled, "x", {}, Instant{0}, LinkPhase::open, MemberMeeting{}};
        link.school = school;
        return links.add(std::move(link));
    }
    /// A newcomer that has just said whose it is.
    Link& come(const SchoolId& school) {
        Link& link = add(school);
        keep_room(links, link);
        sweep();
        return link;
    }
    void sweep() { static_cast<void>(links.sweep()); }
    [[nodiscard]] std::size_t count(const SchoolId& school) const {
        std::size_t count = 0;
        for (const auto& [id, link] : links.all())
            count += link.school == school && !link.closing ? 1U : 0U;
        return count;
    }
    SchoolId school() { return scene.random.make<SchoolId>(); }
};

} // namespace

TEST_CASE("link room: a school keeps its newest few links, the others all of theirs", "[replica]") {
    Crowd crowd;
    const SchoolId honest = crowd.school();
    const SchoolId crowding = crowd.school();
    const LinkId first = crowd.come(honest).id;
    for (std::size_t i = 0; i < limits::links_max; ++i) {
        const LinkId newest = crowd.come(crowding).id;
        CHECK(crowd.links.find(newest) != nullptr);
        CHECK(crowd.count(crowding) <= limits::links_per_school_max);
    }
    CHECK(crowd.count(crowding) == limits::links_per_school_max);
    CHECK(crowd.links.find(first) != nullptr);
}

TEST_CASE("link room: schools with many links make room before those with one", "[replica]") {
    Crowd crowd;
    std::vector<SchoolId> small;
    for (std::size_t i = 0; i < 20; ++i) {
        small.push_back(crowd.school());
        crowd.come(small.back());
    }
    std::size_t known = small.size();
    while (known < 3 * limits::links_known_max) {
        const SchoolId large = crowd.school();
        for (std::size_t i = 0; i < limits::links_per_school_max; ++i, ++known)
            crowd.come(large);
    }

    CHECK(crowd.links.all().size() <= limits::links_known_max);
    for (const SchoolId& school : small)
        CHECK(crowd.count(school) == 1);
}

TEST_CASE("link room: with one link each, who brought something stays", "[replica]") {
    Crowd crowd;
    std::vector<SchoolId> useful;
    for (std::size_t i = 0; i < limits::links_known_max; ++i) {
        const SchoolId school = crowd.school();
        Link& link = crowd.come(school);
        if (i % 2 == 0) {
            link.gains = 3;
            useful.push_back(school);
        }
    }
    for (std::size_t i = 0; i < 50; ++i)
        crowd.come(crowd.school());

    CHECK(crowd.links.all().size() == limits::links_known_max);
    for (const SchoolId& school : useful)
        CHECK(crowd.count(school) == 1);
}

TEST_CASE("link room: a stranger takes a stranger's place, never a school's", "[replica]") {
    Crowd crowd;
    const SchoolId school = crowd.school();
    const LinkId known = crowd.come(school).id;
    std::vector<LinkId> strangers;
    for (std::size_t i = 0; i < 3 * limits::links_unauthenticated_max; ++i) {
        make_room_for_stranger(crowd.links);
        crowd.sweep();
        strangers.push_back(crowd.add(std::nullopt).id);
    }
    CHECK(crowd.links.find(known) != nullptr);
    CHECK(crowd.links.find(strangers.front()) == nullptr);
    CHECK(crowd.links.all().size() == limits::links_unauthenticated_max + 1);
}

TEST_CASE("link room: half messages of all schools together are bounded", "[replica]") {
    Crowd crowd;
    const SchoolId honest = crowd.school();
    Link& half = crowd.come(honest);
    half.plain_in.resize(limits::message_bytes_max / 2);
    const LinkId half_of_honest = half.id;
    const auto staged = [&] {
        std::size_t sum = 0;
        for (const auto& [id, link] : crowd.links.all())
            sum += link.closing ? 0 : link.staged_bytes();
        return sum;
    };
    for (std::size_t i = 0; i < limits::links_known_max; ++i) {
        const SchoolId crowding = crowd.school();
        for (int of_it = 0; of_it < 2; ++of_it) {
            Link& link = crowd.come(crowding);
            link.plain_in.resize(limits::message_bytes_max - 1);
            keep_room(crowd.links, link);
            crowd.sweep();
            CHECK(staged() <= limits::staging_bytes_max);
        }
    }
    CHECK(crowd.links.find(half_of_honest) != nullptr); // it has left less than each of them
}

} // namespace staffroom::replica
