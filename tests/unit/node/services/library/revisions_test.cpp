#include "node/services/library/revisions.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <set>

namespace services = staffroom::services;
using services::DocumentView;
using services::RevisionFacts;
using staffroom::RevisionId;
using staffroom::SchoolId;

namespace {

RevisionId revision(std::uint8_t byte) {
    RevisionId::Raw raw{};
    raw.fill(byte);
    return RevisionId(raw);
}

SchoolId school(std::uint8_t byte) {
    SchoolId::Raw raw{};
    raw.fill(byte);
    return SchoolId(raw);
}

const SchoolId owner = school(1);
const SchoolId partner = school(2);
const SchoolId stranger = school(9);

RevisionFacts first(std::vector<SchoolId> joint_with = {}) {
    return {revision(1), revision(1), {}, owner, {100}, false, std::move(joint_with)};
}

RevisionFacts
later(std::uint8_t id, std::vector<RevisionId> parents, const SchoolId& by, std::uint64_t clock) {
    return {revision(id), revision(1), std::move(parents), by, {clock}, false, {}};
}

DocumentView fold(const std::vector<RevisionFacts>& facts) {
    return services::fold_revisions(services::pointers_to(facts));
}

bool are_equal(const DocumentView& a, const DocumentView& b) {
    return a.order == b.order && a.heads == b.heads && a.uncounted == b.uncounted &&
           a.is_hidden == b.is_hidden;
}

bool has(const std::vector<SchoolId>& schools, const SchoolId& wanted) {
    return std::ranges::find(schools, wanted) != schools.end();
}

bool has(const std::vector<RevisionId>& ids, const RevisionId& wanted) {
    return std::ranges::find(ids, wanted) != ids.end();
}

/// A document of up to 14 revisions by four schools; parents are older, a few of them not here.
std::vector<RevisionFacts> random_document(std::mt19937& random, bool has_first) {
    const auto below = [&](std::uint32_t end) { return static_cast<std::uint8_t>(random() % end); };
    std::vector<RevisionFacts> facts{first()};
    const auto maybe_joint = [&] {
        std::vector<SchoolId> joint;
        for (std::uint8_t each = 2; each <= 4; ++each)
            if (below(4) == 0)
                joint.push_back(school(each));
        return joint;
    };
    facts.front().joint_with = maybe_joint();
    for (std::uint8_t count = below(14); count > 0; --count) {
        const auto id = static_cast<std::uint8_t>(facts.size() + 1);
        RevisionFacts next = later(id, {}, school(static_cast<std::uint8_t>(below(4) + 1)), 0);
        for (int parents = 1 + below(3); parents > 0; --parents)
            next.parents.push_back(facts[random() % facts.size()].id);
        if (below(8) == 0)
            next.parents.push_back(revision(200)); // has not arrived
        next.clock = {100U + below(5)};            // clocks are often equal, and often wrong
        next.is_retraction = below(5) == 0;
        next.joint_with = maybe_joint();
        facts.push_back(std::move(next));
    }
    if (!has_first && facts.size() > 1)
        facts.erase(facts.begin());
    return facts;
}

/// What R7 says, asked again for every revision.
bool slowly_counts(const std::vector<RevisionFacts>& facts, const RevisionFacts& one) {
    const auto is_first = [](const RevisionFacts& each) { return each.id == each.document; };
    const auto root = std::ranges::find_if(facts, is_first);
    if (root == facts.end() || one.school == root->school)
        return true;
    const bool builds_on_retraction = std::ranges::any_of(facts, [&](const RevisionFacts& parent) {
        return has(one.parents, parent.id) && parent.is_retraction && slowly_counts(facts, parent);
    });
    if (one.is_retraction || builds_on_retraction)
        return false;
    return has(root->joint_with, one.school) ||
           std::ranges::any_of(facts, [&](const RevisionFacts& parent) {
               return has(one.parents, parent.id) && has(parent.joint_with, one.school) &&
                      slowly_counts(facts, parent);
           });
}

void check_against_slow(const std::vector<RevisionFacts>& facts, const DocumentView& view) {
    std::set<RevisionId> counted;
    std::set<RevisionId> built_on;
    for (const RevisionFacts& each : facts)
        if (slowly_counts(facts, each)) {
            counted.insert(each.id);
            built_on.insert(each.parents.begin(), each.parents.end());
        }
    CHECK(std::set<RevisionId>(view.order.begin(), view.order.end()) == counted);
    CHECK(view.order.size() == counted.size());
    CHECK(view.order.size() + view.uncounted.size() == facts.size());
    bool is_hidden = false;
    for (const RevisionFacts& each : facts) {
        const bool is_head = counted.contains(each.id) && !built_on.contains(each.id);
        CHECK(has(view.heads, each.id) == is_head);
        is_hidden = is_hidden || (is_head && each.is_retraction);
        for (const RevisionId& parent : each.parents)
            if (has(view.order, each.id) && has(view.order, parent))
                CHECK(
                    std::ranges::find(view.order, parent) < std::ranges::find(view.order, each.id)
                );
    }
    CHECK(view.is_hidden == is_hidden);
}

} // namespace

TEST_CASE("revisions: every order of arrival gives the same view, that of the rules", "[node]") {
    std::mt19937 random(20'261'122);
    for (int round = 0; round < 400; ++round) {
        const auto facts = random_document(random, round % 5 != 0);
        INFO("round " << round);
        const DocumentView view = fold(facts);
        check_against_slow(facts, view);

        auto shuffled = services::pointers_to(facts);
        for (int again = 0; again < 5; ++again) {
            std::ranges::shuffle(shuffled, random);
            CHECK(are_equal(services::fold_revisions(shuffled), view));
        }
    }
}

TEST_CASE("revisions: a stranger's revision never counts, nor does what it invites", "[node]") {
    auto invited = later(2, {revision(1)}, stranger, 101);
    invited.joint_with = {partner};

    const auto view =
        fold({first(), invited, later(3, {revision(2)}, partner, 102), later(4, {}, stranger, 99)});

    CHECK(view.order == std::vector{revision(1)});
    CHECK(view.heads == std::vector{revision(1)});
    CHECK(view.uncounted.size() == 3);
    CHECK(!view.is_hidden);
}

TEST_CASE("revisions: the owner may build on a stranger's revision, and its own counts", "[node]") {
    const auto view =
        fold({first(), later(2, {revision(1)}, stranger, 101), later(3, {revision(2)}, owner, 102)}
        );

    CHECK(view.order == std::vector{revision(1), revision(3)});
    CHECK(has(view.heads, revision(1))); // what does not count joins nothing
    CHECK(has(view.heads, revision(3)));
}

TEST_CASE("revisions: a school named in the first revision or in a parent counts", "[node]") {
    auto second = later(2, {revision(1)}, owner, 101);
    second.joint_with = {school(3)};

    const auto view = fold(
        {first({partner}),
         second,
         later(3, {revision(2)}, school(3), 102), // named by its parent
         later(4, {revision(3)}, school(3), 103), // its parent names nobody
         later(5, {revision(3)}, partner, 104)}   // named at the beginning
    );

    CHECK(view.order == std::vector{revision(1), revision(2), revision(3), revision(5)});
    CHECK(view.uncounted == std::vector{revision(4)});
    CHECK(view.heads == std::vector{revision(5)});
}

TEST_CASE("revisions: a joint school cannot take a record back, its owner can", "[node]") {
    auto theirs = later(2, {revision(1)}, partner, 101);
    theirs.is_retraction = true;
    auto own = later(3, {revision(1)}, owner, 102);
    own.is_retraction = true;

    CHECK(!fold({first({partner}), theirs}).is_hidden);
    CHECK(fold({first({partner}), theirs}).uncounted == std::vector{revision(2)});
    CHECK(fold({first({partner}), theirs, own}).is_hidden);
    CHECK(!fold({first(), own, later(4, {revision(3)}, owner, 103)}).is_hidden);
}

TEST_CASE("revisions: a record stays hidden while one of several heads is a retraction", "[node]") {
    auto own = later(2, {revision(1)}, owner, 101);
    own.is_retraction = true;
    const auto beside = later(3, {revision(1)}, owner, 999);

    const auto view = fold({first(), own, beside});

    CHECK(view.heads == std::vector{revision(3), revision(2)}); // the newest clock first
    CHECK(view.is_hidden);
    CHECK(!fold({first(), own, beside, later(4, {revision(2), revision(3)}, owner, 5)}).is_hidden);
}

TEST_CASE("revisions: numbers follow parents, then clocks, then ids", "[node]") {
    const auto view = fold(
        {later(4, {revision(3)}, owner, 1), // older by its clock than what it builds on
         first(),
         later(3, {revision(1)}, owner, 500),
         later(6, {revision(1)}, owner, 200),
         later(5, {revision(1)}, owner, 200)}
    );

    CHECK(
        view.order == std::vector{revision(1), revision(5), revision(6), revision(3), revision(4)}
    );
}

TEST_CASE("revisions: a revision that names itself as its parent does not hang", "[node]") {
    const auto view = fold({first(), later(2, {revision(2)}, owner, 101)});

    CHECK(view.order.size() == 2);
}

TEST_CASE("revisions: those may revise whom the first revision or a parent names", "[node]") {
    auto second = later(2, {revision(1)}, owner, 101);
    second.joint_with = {school(3)};
    const std::vector<RevisionFacts> facts{first({partner}), second};

    const auto on_second = services::may_revise(services::pointers_to(facts), {revision(2)});
    const auto on_first = services::may_revise(services::pointers_to(facts), {revision(1)});

    CHECK(has(on_second, owner));
    CHECK(has(on_second, partner));
    CHECK(has(on_second, school(3)));
    CHECK(!has(on_first, school(3)));
    CHECK(!has(on_second, stranger));
    const std::vector<RevisionFacts> only_second{second};
    CHECK(has(services::may_revise(services::pointers_to(only_second), {revision(2)}), owner));
    CHECK(!has(services::may_revise(services::pointers_to(only_second), {revision(2)}), partner));
}
