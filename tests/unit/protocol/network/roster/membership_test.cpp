// Attacks on a roster, one by one: what each clause of M1 to M10 says that it answers.
#include "tests/support/network/membership_scene.hpp"

#include <catch2/catch.hpp>

namespace network = staffroom::network;
using network::Confirm;
using network::InviteState;
using network::Leave;
using network::Reason;
using network::Remove;
using network::Resume;
using network::Role;
using network::Roster;
using network::Seen;
using network::SetRole;
using network::Suspend;
using staffroom::RevisionId;
using staffroom::tests::make_school;
using staffroom::tests::School;
using Scene = staffroom::tests::MembershipScene;

namespace {

std::vector<RevisionId> with(std::vector<RevisionId> seen, const RevisionId& more) {
    seen.push_back(more);
    return seen;
}

} // namespace

// ----------------------------------------------------------------------- admissions and spent
// codes

TEST_CASE("membership: one more admit with a spent code unseats nobody", "[network]") {
    Scene scene;
    const School friend_of_m = make_school(scene.story.random);
    const auto invite = scene.story.invite(scene.b, scene.last);
    const auto admit = scene.story.admit(scene.m, invite, friend_of_m, {invite});
    scene.say(scene.c, Seen{}, {admit});
    const School other = make_school(scene.story.random);

    // The code of m itself, and that of the school that m admitted, as if nobody had used them.
    const School rival = make_school(scene.story.random);
    scene.story.admit(scene.m, scene.cast.invites[3], other, {scene.cast.invites[3]});
    scene.story.admit(friend_of_m, invite, rival, {invite, admit});
    scene.story.admit(scene.m, invite, rival, {invite});

    const Roster roster = scene.fold();
    CHECK(roster.members.size() == 7);
    CHECK(roster.is_member(scene.m.id));
    CHECK(roster.is_member(friend_of_m.id));
    CHECK_FALSE(roster.is_member(other.id));
    CHECK_FALSE(roster.is_member(rival.id));
    CHECK(roster.invites.at(invite).state == InviteState::spent);
}

TEST_CASE("membership: a member that forks its log expels none that others have copied") {
    Scene scene;
    const School newcomer = make_school(scene.story.random);
    const auto invite = scene.story.invite(scene.b, scene.last);
    const auto admit = scene.story.admit(scene.m, invite, newcomer, {invite});
    auto copy = network::parse_operation(scene.story.told.back().operation);
    scene.say(scene.n, std::move(copy->act), {admit});
    const auto next = scene.story.invite(scene.b, scene.story.names_for(scene.b));
    network::OperationSet set;
    for (std::size_t at = 0; at < scene.story.told.size(); ++at)
        set.add(scene.story.placed(at));
    REQUIRE(set.fold(scene.story.genesis, scene.story.verifier).is_member(newcomer.id));

    set.pass_over_missing(true);
    set.remove(admit);

    const Roster roster = set.fold(scene.story.genesis, scene.story.verifier);
    CHECK(roster.is_member(newcomer.id));
    CHECK(roster.invites.at(next).state == InviteState::open);
}

TEST_CASE("membership: a copied admit does not bring a removed school back", "[network]") {
    Scene scene;
    scene.remove(scene.a, scene.b, scene.n, scene.last);
    REQUIRE_FALSE(scene.has(scene.n));

    scene.story.admit(scene.m, scene.cast.invites[4], scene.n, {scene.cast.invites[4]});
    scene.story.admit(scene.n, scene.cast.invites[4], scene.n, {scene.cast.admits[4]});
    CHECK_FALSE(scene.has(scene.n));

    const auto again = scene.story.invite(scene.a, scene.last);
    scene.story.admit(scene.m, again, scene.n, with(scene.last, again));
    CHECK(scene.has(scene.n));
}

TEST_CASE("membership: settled admissions of one code all stand, one in doubt waits") {
    Scene scene;
    const School x = make_school(scene.story.random);
    const School y = make_school(scene.story.random);
    const auto code = scene.story.invite(scene.a, scene.last);
    const auto admit_x = scene.story.admit(scene.m, code, x, {code});
    const auto admit_y = scene.story.admit(scene.n, code, y, {code});
    CHECK(scene.fold().disputed_admits.size() == 2);

    scene.say(scene.b, Seen{}, {admit_x});
    CHECK(scene.has(x));
    CHECK_FALSE(scene.has(y));
    scene.say(scene.c, network::ConfirmAdmit{admit_y}, {admit_x, admit_y});
    CHECK(scene.has(x));
    CHECK(scene.has(y));
    CHECK(scene.fold().disputed_admits.empty());
}

TEST_CASE("membership: an inviter that is closed takes no settled school along", "[network]") {
    Scene scene;
    const School x = make_school(scene.story.random);
    const auto code = scene.story.invite(scene.b, scene.last);
    const auto open = scene.story.invite(scene.b, {code});
    const auto admit = scene.story.admit(scene.m, code, x, {code});
    scene.say(scene.n, Seen{}, {admit});
    // Those who remove b have seen nothing of it.
    const auto out = scene.remove(scene.a, scene.c, scene.b, scene.last);

    CHECK(scene.has(x));
    CHECK_FALSE(scene.has(scene.b));
    CHECK(scene.fold().invites.count(open) == 0);
    const School late = make_school(scene.story.random);
    scene.story.admit(scene.m, open, late, {open, out});
    CHECK_FALSE(scene.has(late));
}

// --------------------------------------------------------------------------------- closings and
// cuts

TEST_CASE("membership: a demoted coordinator gains nothing by naming only what is older") {
    Scene scene;
    const auto down = scene.say(scene.a, SetRole{scene.b.id, Role::member}, scene.last);
    const auto out = scene.say(scene.c, Confirm{down}, {down});
    const School x = make_school(scene.story.random);
    const auto code = scene.story.invite(scene.b, {out}); // it is a member still
    scene.story.admit(scene.n, code, x, {code});
    CHECK_FALSE(scene.has(x));
    REQUIRE_FALSE(scene.coordinates(scene.b));
    REQUIRE(scene.has(scene.b));

    scene.say(scene.b, SetRole{scene.b.id, Role::coordinator}, scene.last);
    const auto puppet = scene.say(scene.b, SetRole{scene.m.id, Role::coordinator}, scene.last);
    scene.say(scene.b, SetRole{scene.a.id, Role::member}, scene.last);
    scene.say(scene.m, Seen{}, {puppet});
    scene.say(scene.m, SetRole{scene.b.id, Role::coordinator}, {puppet});

    CHECK(scene.coordinates_under_ground_ids(scene.b, 200) == 0);
    CHECK(scene.coordinates_under_ground_ids(scene.m, 20) == 0);
    CHECK(scene.coordinates(scene.a));
}

TEST_CASE("membership: nothing behind a cut gains by leave, role, resume or confirmation") {
    Scene scene;
    const auto out = scene.remove(scene.a, scene.c, scene.b, scene.last);
    const RevisionId closing = scene.story.told[scene.story.told.size() - 2].id;
    const School x = make_school(scene.story.random);
    const auto code = scene.story.invite(scene.b, scene.last);
    const auto admit = scene.story.admit(scene.b, code, x, {code});
    const auto gone = scene.say(scene.b, Leave{Reason::own_wish}, {admit});
    const auto role = scene.say(scene.b, SetRole{scene.m.id, Role::coordinator}, {gone});
    scene.say(scene.b, Resume{scene.b.id, Reason::mistake}, {role});
    // d has heard of both, and confirms the removal once more.
    scene.say(scene.d, Confirm{closing}, {out, role});

    const Roster roster = scene.fold();
    CHECK_FALSE(roster.is_member(x.id));
    CHECK_FALSE(roster.is_member(scene.b.id));
    CHECK_FALSE(roster.is_coordinator(scene.m.id));
}

TEST_CASE("membership: a closing that has seen nothing voids nothing that others have seen") {
    Scene scene;
    const auto role = scene.say(scene.b, SetRole{scene.m.id, Role::coordinator}, scene.last);
    const auto code = scene.story.invite(scene.b, {role});
    const School x = make_school(scene.story.random);
    const auto admit = scene.story.admit(scene.b, code, x, {code});
    scene.say(scene.d, Seen{}, {admit});

    scene.remove(scene.a, scene.c, scene.b, {scene.last});

    CHECK_FALSE(scene.has(scene.b));
    CHECK(scene.coordinates(scene.m));
    CHECK(scene.has(x));
}

TEST_CASE("membership: who saw the closing first vouches for nothing behind it", "[network]") {
    Scene scene;
    const auto out = scene.remove(scene.a, scene.c, scene.b, scene.last);
    const auto role = scene.say(scene.b, SetRole{scene.m.id, Role::coordinator}, scene.last);
    scene.say(scene.d, Seen{}, {out, role});
    scene.say(scene.d, Seen{}, {role, out});
    CHECK_FALSE(scene.coordinates(scene.m));
    // Somebody who has not heard of it yet does: that is what happened at the same time.
    scene.say(scene.d, Seen{}, {role});
    CHECK(scene.coordinates(scene.m));
}

TEST_CASE("membership: puppets behind the cut do not vouch for who made them", "[network]") {
    Scene scene;
    const School puppet = make_school(scene.story.random);
    const auto code = scene.story.invite(scene.b, scene.last);
    const auto in = scene.story.admit(scene.b, code, puppet, {code});
    const auto up = scene.say(scene.b, SetRole{puppet.id, Role::coordinator}, {in});
    scene.remove(scene.a, scene.c, scene.b, scene.last); // they do not know the puppet
    REQUIRE_FALSE(scene.coordinates(puppet));

    const School x = make_school(scene.story.random);
    const auto other = scene.story.invite(scene.b, {up});
    const auto admit = scene.story.admit(scene.b, other, x, {other});
    const auto role = scene.say(scene.b, SetRole{scene.m.id, Role::coordinator}, {up});
    scene.say(puppet, Seen{}, {admit, role});

    CHECK_FALSE(scene.has(x));
    CHECK_FALSE(scene.coordinates(scene.m));
}

TEST_CASE("membership: a suspension is lifted by who has seen it, and what it cut stays cut") {
    Scene scene;
    const auto out = scene.say(scene.a, Suspend{scene.m.id, Reason::silent}, scene.last);
    const School x = make_school(scene.story.random);
    const auto code = scene.story.invite(scene.a, scene.last);
    const auto behind = scene.story.admit(scene.m, code, x, {code});
    CHECK(scene.fold().suspended.count(scene.m.id) == 1);

    scene.say(scene.b, Resume{scene.m.id, Reason::mistake}, scene.last);
    CHECK_FALSE(scene.has(scene.m));
    const auto back = scene.say(scene.b, Resume{scene.m.id, Reason::mistake}, {out});
    CHECK(scene.has(scene.m));
    CHECK(scene.fold().suspended.empty());
    CHECK_FALSE(scene.has(x));
    scene.story.admit(scene.m, code, x, {back, behind});
    CHECK(scene.has(x));
}

TEST_CASE("membership: a removal takes two coordinators, and a resume does not lift it") {
    Scene scene;
    const auto closing = scene.say(scene.a, Remove{scene.m.id, Reason::closed}, scene.last);
    scene.say(scene.n, Confirm{closing}, {closing});
    REQUIRE(scene.has(scene.m));
    const Roster waiting = scene.fold();
    REQUIRE(waiting.proposals.size() == 1);
    CHECK(waiting.proposals.front().operation == closing);
    CHECK(waiting.proposals.front().signatories.size() == 2);

    const auto second = scene.say(scene.d, Confirm{closing}, {closing});
    CHECK_FALSE(scene.has(scene.m));
    CHECK(scene.fold().proposals.empty());
    scene.say(scene.b, Resume{scene.m.id, Reason::mistake}, {second});
    CHECK_FALSE(scene.has(scene.m));
}

TEST_CASE("membership: a lone coordinator removes with more than half of the schools") {
    Scene scene(3, 1);
    const auto closing = scene.say(scene.a, Remove{scene.m.id, Reason::closed}, scene.last);
    const auto second = scene.say(scene.b, Confirm{closing}, {closing});
    CHECK(scene.has(scene.m));
    scene.say(scene.m, Confirm{closing}, {second}); // the school itself does not sign
    CHECK(scene.has(scene.m));
    scene.say(scene.c, Confirm{closing}, {second});
    CHECK_FALSE(scene.has(scene.m));
}

TEST_CASE("membership: an observer reads and neither admits nor signs", "[network]") {
    Scene scene;
    const auto role = scene.say(scene.a, SetRole{scene.m.id, Role::observer}, scene.last);
    CHECK(scene.fold().members.at(scene.m.id).role == Role::observer);
    const School x = make_school(scene.story.random);
    const auto code = scene.story.invite(scene.a, {role});
    scene.story.admit(scene.m, code, x, {code});
    CHECK_FALSE(scene.has(x));
    const auto up = scene.say(scene.b, SetRole{scene.m.id, Role::member}, {role});
    CHECK(scene.fold().members.at(scene.m.id).role == Role::member);
    scene.story.admit(scene.m, code, x, {code, up});
    CHECK(scene.has(x));
}

// ------------------------------------------------------------------------------------- many and
// junk

TEST_CASE("membership: junk of a plain member pushes nothing from what others name", "[network]") {
    Scene scene;
    for (int i = 0; i < 200; ++i)
        scene.say(scene.m, Seen{}, {scene.last});
    for (int i = 0; i < 200; ++i)
        scene.story.admit(scene.m, scene.cast.invites[3], scene.m, {scene.cast.invites[3]});
    const auto up = scene.say(scene.a, SetRole{scene.n.id, Role::coordinator}, scene.last);
    const auto code = scene.story.invite(scene.b, scene.last);

    const auto names = scene.story.names_for(scene.d);

    CHECK(std::count(names.begin(), names.end(), up) == 1);
    CHECK(std::count(names.begin(), names.end(), code) == 1);
    CHECK(names.size() < staffroom::limits::operation_seen_max);
}

TEST_CASE("membership: thousands of operations that saw nothing displace nothing", "[network]") {
    Scene scene;
    const auto before = scene.fold();
    for (int i = 0; i < 2000; ++i)
        scene.say(scene.m, Leave{Reason::own_wish}, {});
    for (int i = 0; i < 1000; ++i) {
        const School x = make_school(scene.story.random);
        scene.story.admit(scene.m, scene.cast.invites[3], x, {scene.cast.invites[3]});
    }
    const auto after = scene.fold();
    CHECK(after.members.size() == before.members.size());
    for (const auto& [id, invite] : before.invites)
        CHECK(after.invites.at(id).state == invite.state);
}
