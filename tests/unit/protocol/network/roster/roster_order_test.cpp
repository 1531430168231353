// A roster is the same from every order of arrival, in batches and one by one, under whatever ids:
// for made-up stories and for random ones, compared with the slow twin.
#include "tests/support/counting_verifier.hpp"
#include "tests/support/network/random_story.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace network = staffroom::network;
using network::Role;
using network::Roster;
using staffroom::RevisionId;
using staffroom::SchoolId;
using staffroom::tests::Cast;
using staffroom::tests::CountingVerifier;
using staffroom::tests::found;
using staffroom::tests::grind_anew;
using staffroom::tests::make_cast;
using staffroom::tests::make_school;
using staffroom::tests::School;
using staffroom::tests::some_seen;
using staffroom::tests::Story;
using staffroom::tests::summary;
using staffroom::tests::tell_at_random;

TEST_CASE("roster order: every order of arrival gives the same, whatever is missing", "[network]") {
    Story story(4);
    const School b = make_school(story.random);
    const School c = make_school(story.random);
    const auto invite = story.invite(story.founder, {});
    const auto admit_b = story.admit(story.founder, invite, b, {invite});
    const auto role = story.make_coordinator(b, {admit_b});
    const auto second = story.invite(b, {role});
    story.admit(story.founder, second, c, {second});
    story.say(b, network::SetRole{story.founder.id, Role::member}, {role});

    for (std::size_t missing = 0; missing <= story.told.size(); ++missing) {
        INFO("missing " << missing);
        std::vector<std::size_t> order = story.all();
        if (missing < order.size())
            order.erase(order.begin() + static_cast<std::ptrdiff_t>(missing));
        const auto expected = summary(story.fold(order));
        std::size_t different = 0;
        do {
            different += summary(story.fold(order)) != expected ? 1U : 0U;
        } while (std::next_permutation(order.begin(), order.end()));
        CHECK(different == 0);
    }
    CHECK(story.fold().members.size() == 3);
    CHECK(story.fold({1, 2, 3, 4, 5}).waiting == 5);
    CHECK(story.fold({0, 1, 3, 4, 5}).waiting == 3);
}

namespace {

/// In how many of so many random stories the twin, or another order, says something else.
std::size_t differences(std::uint64_t first_seed, std::uint64_t stories, int orders) {
    std::mt19937_64 shuffler(first_seed);
    std::size_t different = 0;
    for (std::uint64_t seed = first_seed; seed < first_seed + stories; ++seed) {
        Story story(seed);
        Cast cast = make_cast(story, 6);
        if (seed % 2 == 0)
            static_cast<void>(found(story, cast, 4));
        tell_at_random(story, cast, story.told.size() + 5 + seed % 40);
        const auto expected = summary(story.fold_slowly());
        bool is_same = expected == summary(story.fold());
        auto order = story.all();
        for (int round = 0; round < orders; ++round) {
            std::shuffle(order.begin(), order.end(), shuffler);
            is_same = is_same && summary(story.fold(order)) == expected;
        }
        UNSCOPED_INFO((is_same ? "" : "differs: seed ") << (is_same ? "" : std::to_string(seed)));
        different += is_same && story.fold().coordinator_count() > 0 ? 0U : 1U;
    }
    return different;
}

} // namespace

TEST_CASE(
    "roster order: random stories give the roster of the twin, with a coordinator, from any order",
    "[network]"
) {
    CHECK(differences(0, 100, 5) == 0);
}

TEST_CASE("roster order: 10,000 random stories in 100 orders each", "[.large]") {
    CHECK(differences(1'000'000, 10'000, 100) == 0);
}

TEST_CASE("roster order: batches, one by one and copies give the same", "[network]") {
    for (std::uint64_t seed = 300; seed < 330; ++seed) {
        INFO("seed " << seed);
        Story story(seed);
        Cast cast = make_cast(story, 5);
        static_cast<void>(found(story, cast, 3));
        tell_at_random(story, cast, story.told.size() + 30);
        std::mt19937_64 shuffler(seed);
        auto order = story.all();
        std::shuffle(order.begin(), order.end(), shuffler);
        network::OperationSet set;
        std::vector<std::size_t> sofar;
        for (const std::size_t at : order) {
            sofar.push_back(at);
            set.add(story.placed(at));
            set.add(story.placed(sofar[shuffler() % sofar.size()]));
            if (shuffler() % 3 != 0)
                CHECK(
                    summary(set.fold(story.genesis, story.verifier)) == summary(story.fold(sofar))
                );
        }
        CHECK(summary(set.fold(story.genesis, story.verifier)) == summary(story.fold()));
    }
}

TEST_CASE("roster order: ids ground anew change nothing", "[network]") {
    for (std::uint64_t seed = 400; seed < 440; ++seed) {
        INFO("seed " << seed);
        Story story(seed);
        Cast cast = make_cast(story, 6);
        static_cast<void>(found(story, cast, 4));
        tell_at_random(story, cast, story.told.size() + 40);
        const Roster before = story.fold();
        const auto renamed = grind_anew(story);
        const Roster after = story.fold();

        REQUIRE(before.members.size() == after.members.size());
        for (const auto& [school, member] : before.members) {
            CHECK(after.members.at(school).role == member.role);
            CHECK(after.members.at(school).joined == member.joined);
        }
        CHECK(before.suspended == after.suspended);
        CHECK(before.disputed_admits.size() == after.disputed_admits.size());
        REQUIRE(before.invites.size() == after.invites.size());
        for (const auto& [id, invite] : before.invites)
            CHECK(after.invites.at(renamed.at(id)).state == invite.state);
    }
}

TEST_CASE(
    "roster order: as a story arrives there is always a coordinator, and nobody's history is "
    "dropped",
    "[network]"
) {
    for (std::uint64_t seed = 100; seed < 120; ++seed) {
        INFO("seed " << seed);
        Story story(seed);
        Cast cast = make_cast(story, 6);
        tell_at_random(story, cast, 40);
        std::mt19937_64 shuffler(seed);
        auto order = story.all();
        std::shuffle(order.begin(), order.end(), shuffler);
        std::set<SchoolId> ever;
        for (std::size_t length = 0; length <= order.size(); ++length) {
            const Roster roster =
                story.fold({order.begin(), order.begin() + static_cast<std::ptrdiff_t>(length)});
            CHECK(roster.coordinator_count() >= 1);
            CHECK(std::includes(
                roster.ever_admitted.begin(), roster.ever_admitted.end(), ever.begin(), ever.end()
            ));
            for (const auto& [school, member] : roster.members)
                CHECK(roster.ever_admitted.count(school) == 1);
            ever = roster.ever_admitted;
        }
    }
}

TEST_CASE("roster order: operations that name each other in a circle wait for ever", "[network]") {
    Story story(15);
    const auto one = story.say(story.founder, network::Seen{}, {});
    const auto other = story.say(story.founder, network::Seen{}, {one});
    story.told[0].operation = network::encode_operation({{other}, network::Seen{}});
    CHECK(story.fold().waiting == 2);
    CHECK(story.fold().members.size() == 1);
}

TEST_CASE(
    "roster: what names a void operation waits, and counts once a fork is known", "[network]"
) {
    Story story(31);
    const School b = make_school(story.random);
    const School c = make_school(story.random);
    const School d = make_school(story.random);
    const auto invite_b = story.invite(story.founder, {});
    const auto invite_c = story.invite(story.founder, {invite_b});
    const auto admit_b = story.admit(story.founder, invite_b, b, {invite_c});
    // The admission of c stands beyond a fork of b's log; the founder has seen it, and goes on.
    const auto admit_c = story.admit(b, invite_c, c, {admit_b});
    const auto invite_d = story.invite(story.founder, {admit_c});
    story.admit(story.founder, invite_d, d, {invite_d});
    const auto set_of = [&](const std::vector<std::size_t>& order) {
        network::OperationSet set;
        for (const std::size_t at : order) {
            auto operation = network::parse_operation(story.told[at].operation);
            set.add({story.told[at].id, story.told[at].author, std::move(*operation)});
        }
        return set;
    };
    std::vector<std::size_t> never_seen = story.all();
    never_seen.erase(never_seen.begin() + 3); // admit_c

    network::OperationSet held = set_of(story.all());
    network::OperationSet lacking = set_of(never_seen);
    const auto fold = [&](network::OperationSet& set) {
        return set.fold(story.genesis, story.verifier);
    };
    REQUIRE(fold(held).is_member(c.id));
    REQUIRE(fold(lacking).waiting == 2);
    held.remove(admit_c);
    CHECK(fold(held).waiting == 2);
    held.pass_over_missing(true);
    lacking.pass_over_missing(true);

    const Roster roster = fold(held);
    CHECK(summary(roster) == summary(fold(lacking)));
    CHECK(roster.is_member(d.id));
    CHECK_FALSE(roster.is_member(c.id));
    CHECK(roster.ever_admitted.count(c.id) == 0);
    CHECK(roster.waiting == 0);
    // Written again in another log, it counts as if nothing had been.
    auto again = network::parse_operation(story.told[3].operation);
    held.add({admit_c, b.id, std::move(*again)});
    CHECK(fold(held).is_member(c.id));
}

TEST_CASE(
    "roster order: many invites, ends and copies of admits fold as the slow twin does", "[network]"
) {
    std::size_t late = 0;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        INFO("seed " << seed);
        Story story(500 + seed);
        std::vector<School> schools;
        std::vector<RevisionId> invites;
        std::vector<RevisionId> admits;
        for (int i = 0; i < 8; ++i)
            schools.push_back(make_school(story.random));
        for (int i = 0; i < 100; ++i) { // more than the 64 that are looked at together
            invites.push_back(story.invite(story.founder, some_seen(story, false)));
            if (story.random.below(3) == 0)
                story.say(
                    story.founder, network::EndInvite{invites.back()}, some_seen(story, false)
                );
            auto seen = some_seen(story, false);
            seen.push_back(invites[story.random.below(invites.size())]);
            const School& newcomer = schools[story.random.below(schools.size())];
            admits.push_back(story.admit(story.founder, seen.back(), newcomer, seen));
        }
        for (int i = 0; i < 200; ++i) { // copies, by anybody, from any place
            const auto at = story.random.below(story.told.size());
            auto copied = network::parse_operation(story.told[at].operation);
            const auto* admit = std::get_if<network::Admit>(&copied->act);
            if (admit == nullptr)
                continue;
            ++late;
            story.say(
                schools[story.random.below(schools.size())],
                network::Admit(*admit),
                some_seen(story, false)
            );
        }
        CHECK(summary(story.fold()) == summary(story.fold_slowly()));
    }
    CHECK(late > 500);
}

TEST_CASE(
    "roster order: copies of one admit cost one signature, however many there are", "[network]"
) {
    Story story(7);
    const School member = make_school(story.random);
    const School other = make_school(story.random);
    const auto invite = story.invite(story.founder, {});
    const auto admit = story.admit(story.founder, invite, member, {invite});
    auto said = network::parse_operation(story.told.back().operation);
    const auto act = std::get<network::Admit>(said->act);
    std::vector<RevisionId> last{admit};
    for (int i = 0; i < 20'000; ++i)
        last = {story.say(member, network::Admit(act), i % 2 == 0 ? last : std::vector{admit})};
    CountingVerifier counting;
    network::OperationSet set;
    for (std::size_t at = 0; at < story.told.size(); ++at)
        set.add(story.placed(at));

    const Roster roster = set.fold(story.genesis, counting);

    CHECK(roster.members.size() == 2);
    CHECK(roster.disputed_admits.empty());
    CHECK(counting.calls == 1);
    static_cast<void>(set.fold(story.genesis, counting));
    CHECK(counting.calls == 1);
}
