// The order in which a roster is folded: the same from every order of arrival, for made-up stories
// and for random ones, compared with a slow twin of the order.
#include "tests/support/network/roster_story.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace network = staffroom::network;
using network::Role;
using network::Roster;
using staffroom::RevisionId;
using staffroom::SchoolId;
using staffroom::tests::make_school;
using staffroom::tests::School;
using staffroom::tests::Story;
using staffroom::tests::summary;

namespace {

class CountingVerifier final : public staffroom::crypto::Verifier {
public:
    explicit CountingVerifier(staffroom::crypto::Verifier& verifier)
        : verifier_(verifier) {}
    bool verify(
        staffroom::crypto::SignLabel label,
        const staffroom::SigningPublicKey& key,
        staffroom::ByteView message,
        const staffroom::Signature& signature
    ) override {
        ++calls;
        return verifier_.verify(label, key, message, signature);
    }
    std::size_t calls = 0;

private:
    staffroom::crypto::Verifier& verifier_;
};

/// Some of what was said so far; what has not been said yet now and then.
std::vector<RevisionId> some_seen(Story& story, bool with_unknown) {
    std::vector<RevisionId> seen;
    for (std::uint64_t i = story.random.below(4); i > 0 && !story.told.empty(); --i)
        seen.push_back(story.told[story.random.below(story.told.size())].id);
    if (with_unknown && story.random.below(40) == 0)
        seen.push_back(story.random.make<RevisionId>());
    return seen;
}

/// Anybody says anything: members, strangers, admitted and not.
void tell_at_random(Story& story, std::size_t length) {
    std::vector<School> schools{story.founder};
    for (int i = 0; i < 5; ++i)
        schools.push_back(make_school(story.random));
    std::vector<RevisionId> invites;
    std::vector<RevisionId> admits;
    while (story.told.size() < length) {
        auto seen = some_seen(story, true);
        // The founder speaks often, so that something comes of it.
        const auto any = [&]() -> const School& { return schools[story.random.below(6)]; };
        const School& author = story.random.below(2) == 0 ? story.founder : any();
        switch (story.random.below(7)) {
        case 0: invites.push_back(story.invite(author, seen)); break;
        case 1:
        case 2:
            if (invites.empty())
                break;
            seen.push_back(invites[story.random.below(invites.size())]);
            admits.push_back(story.admit(author, seen.back(), any(), seen));
            break;
        case 3:
        case 4: {
            const auto role = story.random.below(2) == 0 ? Role::member : Role::coordinator;
            story.say(author, network::SetRole{any().id, role}, seen);
            break;
        }
        case 5:
            if (!invites.empty())
                story.say(
                    author, network::EndInvite{invites[story.random.below(invites.size())]}, seen
                );
            break;
        default:
            if (!admits.empty())
                story.say(
                    author, network::ConfirmAdmit{admits[story.random.below(admits.size())]}, seen
                );
        }
    }
}

/// The order as the rule says it: again and again the smallest id of which all that it names has
/// come before.
std::vector<std::size_t> slow_order(const Story& story) {
    std::vector<std::size_t> order;
    std::set<RevisionId> done;
    for (bool found = true; found;) {
        found = false;
        std::size_t best = 0;
        for (std::size_t i = 0; i < story.told.size(); ++i) {
            const auto operation = network::parse_operation(story.told[i].operation);
            const auto& seen = operation->seen;
            const bool is_ready = done.count(story.told[i].id) == 0 &&
                                  std::all_of(seen.begin(), seen.end(), [&](const RevisionId& id) {
                                      return done.count(id) > 0;
                                  });
            if (is_ready && (!found || story.told[i].id < story.told[best].id)) {
                best = i;
                found = true;
            }
        }
        if (found) {
            order.push_back(best);
            done.insert(story.told[best].id);
        }
    }
    return order;
}

/// Roles alone, by the slow order: who is a coordinator when only roles are ever set.
std::map<SchoolId, Role> slow_roles(const Story& story, std::map<SchoolId, Role> roles) {
    const auto coordinators = [&] {
        return std::count_if(roles.begin(), roles.end(), [](const auto& entry) {
            return entry.second == Role::coordinator;
        });
    };
    for (const std::size_t at : slow_order(story)) {
        const auto operation = network::parse_operation(story.told[at].operation);
        const auto* act = std::get_if<network::SetRole>(&operation->act);
        const auto author = roles.find(story.told[at].author);
        if (act == nullptr || author == roles.end() || author->second != Role::coordinator ||
            roles.count(act->school) == 0)
            continue;
        Role& role = roles.at(act->school);
        if (role == Role::coordinator && act->role == Role::member && coordinators() == 1)
            continue;
        role = act->role;
    }
    return roles;
}

} // namespace

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

TEST_CASE(
    "roster order: random stories give one roster with a coordinator from any order", "[network]"
) {
    std::mt19937_64 shuffler(1);
    std::size_t admitted = 0;
    std::size_t disputes = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        INFO("seed " << seed);
        Story story(seed);
        tell_at_random(story, 5 + seed);
        const Roster expected = story.fold();
        auto order = story.all();
        std::size_t different = 0;
        for (int round = 0; round < 10; ++round) {
            std::shuffle(order.begin(), order.end(), shuffler);
            different += summary(story.fold(order)) != summary(expected) ? 1U : 0U;
        }
        CHECK(different == 0);
        CHECK(summary(expected) == summary(story.fold_slowly()));
        CHECK(expected.coordinator_count() >= 1);
        CHECK(expected.waiting == story.told.size() - slow_order(story).size());
        admitted += expected.members.size() - 1;
        disputes += expected.disputed_admits.size();
    }
    CHECK(admitted > 20);
    CHECK(disputes > 0);
}

TEST_CASE(
    "roster order: as a story arrives there is always a coordinator, and nobody's history is "
    "dropped",
    "[network]"
) {
    for (std::uint64_t seed = 100; seed < 120; ++seed) {
        INFO("seed " << seed);
        Story story(seed);
        tell_at_random(story, 40);
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

TEST_CASE("roster order: roles are those that the slow order gives", "[network]") {
    for (std::uint64_t seed = 200; seed < 260; ++seed) {
        INFO("seed " << seed);
        Story story(seed);
        std::vector<School> schools{story.founder};
        std::map<SchoolId, Role> roles{{story.founder.id, Role::coordinator}};
        std::vector<RevisionId> last;
        for (int i = 0; i < 3; ++i) {
            schools.push_back(make_school(story.random));
            roles.emplace(schools.back().id, Role::member);
            const auto code = story.invite(story.founder, last);
            last = {story.admit(story.founder, code, schools.back(), {code})};
        }
        const std::size_t founded = story.told.size();
        for (int i = 0; i < 25; ++i) {
            const auto role = story.random.below(2) == 0 ? Role::member : Role::coordinator;
            auto seen = last;
            for (std::uint64_t more = story.random.below(3);
                 more > 0 && story.told.size() > founded;
                 --more)
                seen.push_back(
                    story.told[founded + story.random.below(story.told.size() - founded)].id
                );
            story.say(
                schools[story.random.below(4)],
                network::SetRole{schools[story.random.below(4)].id, role},
                seen
            );
        }

        const auto expected = slow_roles(story, roles);
        const Roster roster = story.fold();

        REQUIRE(roster.members.size() == expected.size());
        for (const auto& [school, role] : expected)
            CHECK(roster.members.at(school).role == role);
    }
}

TEST_CASE("roster order: operations that name each other in a circle wait for ever", "[network]") {
    Story story(15);
    const auto one =
        story.say(story.founder, network::EndInvite{story.random.make<RevisionId>()}, {});
    const auto other = story.say(story.founder, network::EndInvite{one}, {one});
    story.told[0].operation =
        network::encode_operation({{other}, network::EndInvite{story.random.make<RevisionId>()}});
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
    CountingVerifier counting(story.verifier);
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
