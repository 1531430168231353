// Who belongs, folded from operations: the same from every order of arrival, with admissions really
// signed by the codes of their invitations.
#include "protocol/base/limits.hpp"
#include "tests/support/network/roster_story.hpp"

#include <catch2/catch.hpp>

namespace limits = staffroom::limits;
namespace network = staffroom::network;
using network::InviteState;
using network::Role;
using network::Roster;
using staffroom::Digest;
using staffroom::RevisionId;
using staffroom::tests::make_school;
using staffroom::tests::School;
using staffroom::tests::Story;

TEST_CASE("roster: the founder alone is a coordinator who has joined", "[network]") {
    Story story(1);
    const Roster roster = story.fold();
    REQUIRE(roster.members.size() == 1);
    CHECK(roster.is_coordinator(story.founder.id));
    CHECK(roster.members.at(story.founder.id).joined);
    CHECK(story.names_for(story.founder).empty());
    CHECK(roster.waiting == 0);
}

TEST_CASE("roster: a bearer of a code is admitted, joins and the code is spent", "[network]") {
    Story story(2);
    const School newcomer = make_school(story.random);
    const auto invite = story.invite(story.founder, {});
    CHECK(story.fold().open_invite_count() == 1);
    const auto admit = story.admit(story.founder, invite, newcomer, {invite});
    CHECK(story.fold().is_member(newcomer.id));
    CHECK_FALSE(story.fold().members.at(newcomer.id).joined);
    const auto charter = story.genesis.charter_hash();
    const auto join = story.say(newcomer, network::Join{admit, charter}, {admit});

    const Roster roster = story.fold();

    CHECK(roster.members.at(newcomer.id).joined);
    CHECK(roster.members.at(newcomer.id).role == Role::member);
    CHECK(roster.members.at(newcomer.id).admit == admit);
    CHECK(roster.invites.at(invite).state == InviteState::spent);
    CHECK(story.names_for(newcomer) == std::vector<RevisionId>{join});
    CHECK(story.names_for(story.founder) == std::vector<RevisionId>{admit});
}

TEST_CASE("roster: a join under another charter does not count", "[network]") {
    Story story(3);
    const School newcomer = make_school(story.random);
    const auto invite = story.invite(story.founder, {});
    const auto admit = story.admit(story.founder, invite, newcomer, {invite});
    story.say(newcomer, network::Join{admit, story.random.make<Digest>()}, {admit});
    CHECK_FALSE(story.fold().members.at(newcomer.id).joined);
}

TEST_CASE("roster: a later admit for a spent code is void", "[network]") {
    Story story(5);
    const School b = make_school(story.random);
    const School c = make_school(story.random);
    const auto invite = story.invite(story.founder, {});
    const auto first = story.admit(story.founder, invite, b, {invite});
    story.admit(story.founder, invite, c, {first});

    const Roster roster = story.fold();

    CHECK(roster.is_member(b.id));
    CHECK_FALSE(roster.is_member(c.id));
    CHECK(roster.disputed_admits.empty());
}

TEST_CASE("roster: concurrent admits for one code wait until a coordinator confirms", "[network]") {
    Story story(6);
    const School b = make_school(story.random);
    const School c = make_school(story.random);
    const School d = make_school(story.random);
    const auto invite_b = story.invite(story.founder, {});
    const auto admit_b = story.admit(story.founder, invite_b, b, {invite_b});
    const auto code = story.invite(story.founder, {admit_b});
    const auto admit_c = story.admit(story.founder, code, c, {code});
    CHECK(story.fold().is_member(c.id));
    const auto admit_d = story.admit(b, code, d, {code});

    const Roster disputed = story.fold();
    CHECK_FALSE(disputed.is_member(c.id));
    CHECK_FALSE(disputed.is_member(d.id));
    CHECK(disputed.disputed_admits.size() == 2);
    CHECK(disputed.invites.at(code).state == InviteState::disputed);
    // What others have built upon the words of a suspended school must still be readable.
    CHECK(disputed.ever_admitted.count(c.id) == 1);
    CHECK(disputed.ever_admitted.count(d.id) == 1);

    SECTION("a coordinator's choice settles it") {
        story.say(story.founder, network::ConfirmAdmit{admit_d}, {admit_c, admit_d});
        const Roster settled = story.fold();
        CHECK_FALSE(settled.is_member(c.id));
        CHECK(settled.is_member(d.id));
        CHECK(settled.disputed_admits.empty());
        CHECK(settled.invites.at(code).state == InviteState::spent);
    }
    SECTION("a plain member's choice does not") {
        story.say(b, network::ConfirmAdmit{admit_d}, {admit_c, admit_d});
        CHECK(story.fold().disputed_admits.size() == 2);
    }
    SECTION("a choice of something that is not disputed does not") {
        story.say(story.founder, network::ConfirmAdmit{admit_b}, {admit_c, admit_d});
        CHECK(story.fold().disputed_admits.size() == 2);
    }
}

TEST_CASE("roster: one school admitted twice with one code is no dispute", "[network]") {
    Story story(7);
    const School b = make_school(story.random);
    const School c = make_school(story.random);
    const auto first = story.invite(story.founder, {});
    const auto admit_b = story.admit(story.founder, first, b, {first});
    const auto code = story.invite(story.founder, {admit_b});
    story.admit(story.founder, code, c, {code});
    story.admit(b, code, c, {code});

    const Roster roster = story.fold();

    CHECK(roster.is_member(c.id));
    CHECK(roster.disputed_admits.empty());
}

TEST_CASE("roster: an admission that the code did not sign does not count", "[network]") {
    Story story(8);
    const School b = make_school(story.random);
    const auto invite = story.invite(story.founder, {});
    const auto other = story.invite(story.founder, {invite});
    std::swap(story.codes.at(invite), story.codes.at(other));
    story.admit(story.founder, invite, b, {invite, other});
    story.admit(story.founder, story.random.make<RevisionId>(), b, {invite, other});

    const Roster roster = story.fold();

    CHECK_FALSE(roster.is_member(b.id));
    CHECK(roster.ever_admitted.count(b.id) == 0);
    CHECK(roster.invites.at(invite).state == InviteState::open);
}

TEST_CASE(
    "roster: only coordinators invite, any member may admit, strangers do nothing", "[network]"
) {
    Story story(9);
    const School b = make_school(story.random);
    const School c = make_school(story.random);
    const School stranger = make_school(story.random);
    const auto first = story.invite(story.founder, {});
    const auto admit_b = story.admit(story.founder, first, b, {first});
    const auto by_member = story.invite(b, {admit_b});
    const auto self_made = story.admit(b, by_member, stranger, {by_member});
    const auto by_stranger = story.invite(stranger, {admit_b});
    const auto good = story.invite(story.founder, {admit_b});
    story.admit(stranger, good, stranger, {good});
    story.say(stranger, network::SetRole{stranger.id, Role::coordinator}, {good});
    story.say(b, network::SetRole{b.id, Role::coordinator}, {self_made});

    Roster roster = story.fold();
    CHECK(roster.invites.count(by_member) == 0);
    CHECK(roster.invites.count(by_stranger) == 0);
    CHECK_FALSE(roster.is_member(stranger.id));
    CHECK(roster.ever_admitted.count(stranger.id) == 0);
    CHECK_FALSE(roster.is_coordinator(b.id));

    story.admit(b, good, c, {good});
    CHECK(story.fold().is_member(c.id));
}

TEST_CASE("roster: a network is never left without a coordinator", "[network]") {
    Story story(10);
    const School b = make_school(story.random);
    const auto alone =
        story.say(story.founder, network::SetRole{story.founder.id, Role::member}, {});
    CHECK(story.fold().is_coordinator(story.founder.id));
    const auto invite = story.invite(story.founder, {alone});
    const auto admit = story.admit(story.founder, invite, b, {invite});
    const auto role = story.make_coordinator(b, {admit});
    CHECK(story.fold().coordinator_count() == 2);

    // Each demotes the other without knowing of it: neither is enough by itself.
    story.say(story.founder, network::SetRole{b.id, Role::member}, {role});
    story.say(b, network::SetRole{story.founder.id, Role::member}, {role});

    CHECK(story.fold().coordinator_count() == 2);
    CHECK(story.fold().proposals.size() == 2);
}

TEST_CASE("roster: sixty-four invitations are open at most", "[network]") {
    Story story(11);
    const School b = make_school(story.random);
    std::vector<RevisionId> seen;
    std::vector<RevisionId> invites;
    for (std::size_t i = 0; i <= limits::open_invitations_max; ++i) {
        invites.push_back(story.invite(story.founder, seen));
        seen = {invites.back()};
    }
    CHECK(story.fold().open_invite_count() == limits::open_invitations_max);
    CHECK(story.fold().invites.count(invites.back()) == 0);

    const auto admit = story.admit(story.founder, invites.front(), b, seen);
    const auto next = story.invite(story.founder, {admit});
    CHECK(story.fold().invites.count(next) == 1);
    CHECK(story.fold().open_invite_count() == limits::open_invitations_max);
}

TEST_CASE("roster: an ended code admits nobody who knew of the end", "[network]") {
    Story story(12);
    const School b = make_school(story.random);
    const auto invite = story.invite(story.founder, {});
    const auto end = story.say(story.founder, network::EndInvite{invite}, {invite});
    CHECK(story.fold().invites.at(invite).state == InviteState::ended);
    CHECK(story.fold().open_invite_count() == 0);

    SECTION("an admit that had seen the end is void") {
        story.admit(story.founder, invite, b, {end});
        CHECK_FALSE(story.fold().is_member(b.id));
    }
    SECTION("an admit that had not seen it stands, in whatever order they are folded") {
        for (int i = 0; i < 8; ++i) {
            Story again(100 + static_cast<std::uint64_t>(i));
            const School c = make_school(again.random);
            const auto code = again.invite(again.founder, {});
            again.say(again.founder, network::EndInvite{code}, {code});
            again.admit(again.founder, code, c, {code});
            CHECK(again.fold().is_member(c.id));
        }
    }
}

TEST_CASE("roster: a plain member ends only the codes that are its own", "[network]") {
    Story story(13);
    const School b = make_school(story.random);
    const auto first = story.invite(story.founder, {});
    const auto admit = story.admit(story.founder, first, b, {first});
    const auto open = story.invite(story.founder, {admit});
    story.say(b, network::EndInvite{open}, {open});
    CHECK(story.fold().invites.at(open).state == InviteState::open);
}

TEST_CASE("roster: nothing that counts is left out of what an operation names", "[network]") {
    Story story(14);
    for (int i = 0; i < 20; ++i)
        story.invite(story.founder, {});
    CHECK(story.names_for(make_school(story.random)).size() == 20);
}
