// Measures the fold of a roster over the worst sets of operations that a hostile member, or two
// hostile coordinators, can write: from nothing, and for one more operation of an honest school and
// of the hostile one.
// Usage: roster_bench [operations]. Prints a table; asserts nothing about time.
#include "tests/support/network/membership_scene.hpp"

#include <sodium.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>

namespace {

using namespace staffroom;
using network::Reason;
using network::Role;
using tests::MembershipScene;
using tests::School;
using Ids = std::vector<RevisionId>;

/// One of the newest operations, so that pasts are deep and differ.
Ids one_of_late(MembershipScene& scene) {
    const std::size_t back = scene.story.random.below(20);
    const auto& told = scene.story.told;
    return Ids{told[told.size() - 1 - std::min<std::size_t>(back, told.size() - 1)].id};
}

/// What a school does until there are so many operations.
using Writes = std::function<void(MembershipScene& scene, std::size_t number)>;

struct Attack {
    std::string name;
    Writes writes;
};

Writes copied_admits() {
    return [first = std::optional<std::size_t>{}](MembershipScene& scene, std::size_t) mutable {
        if (!first) {
            first = scene.story.told.size();
            scene.story.admit(scene.m, scene.cast.invites[3], scene.m, {scene.cast.invites[3]});
            return;
        }
        network::PlacedOperation copied = scene.story.placed(*first);
        scene.say(scene.m, std::move(copied.operation.act), one_of_late(scene));
    };
}

void new_puppets(MembershipScene& scene, std::size_t /*number*/) {
    const School puppet = tests::make_school(scene.story.random);
    scene.story.admit(scene.m, scene.cast.invites[3], puppet, {scene.cast.invites[3]});
}

void own_leaves(MembershipScene& scene, std::size_t number) {
    if (number % 2 == 0)
        scene.say(scene.m, network::Leave{Reason::own_wish}, {});
    else
        scene.say(scene.m, network::Seen{}, one_of_late(scene));
}

void closings_of_all(MembershipScene& scene, std::size_t number) {
    const School& other = scene.cast.schools[number % scene.cast.schools.size()];
    if (number % 3 == 0)
        scene.say(scene.m, network::Remove{other.id, Reason::silent}, one_of_late(scene));
    else if (number % 3 == 1)
        scene.say(scene.m, network::Suspend{other.id, Reason::silent}, {});
    else
        scene.say(scene.m, network::SetRole{other.id, Role::observer}, one_of_late(scene));
}

Writes confirmations() {
    return [closing = std::optional<RevisionId>{}](MembershipScene& scene, std::size_t) mutable {
        if (!closing)
            closing = scene.say(scene.m, network::Remove{scene.n.id, Reason::silent}, {});
        else
            scene.say(scene.m, network::Confirm{*closing}, one_of_late(scene));
    };
}

/// Words on its successor that have not seen each other, each naming a school of its own making.
void successors_apart(MembershipScene& scene, std::size_t /*number*/) {
    const School made_up = tests::make_school(scene.story.random);
    scene.say(scene.m, network::NameSuccessor{made_up.id}, scene.last);
}

/// Words on its successor that say the same, on top of each other or not.
void successors_repeated(MembershipScene& scene, std::size_t number) {
    const Ids seen = number % 2 == 0 ? scene.last : one_of_late(scene);
    scene.say(scene.m, network::NameSuccessor{scene.n.id}, seen);
}

/// A coordinator gives and takes the role of a puppet that speaks meanwhile.
void roles_of_a_puppet(MembershipScene& scene, std::size_t number) {
    if (number % 3 == 0)
        scene.say(scene.d, network::SetRole{scene.m.id, Role::coordinator}, one_of_late(scene));
    else if (number % 3 == 1)
        scene.say(scene.d, network::SetRole{scene.m.id, Role::member}, one_of_late(scene));
    else
        scene.say(scene.m, network::Seen{}, one_of_late(scene));
}

/// A coordinator closes and lifts everybody, having seen as little as it likes.
void suspensions(MembershipScene& scene, std::size_t number) {
    const School& other = scene.cast.schools[number % scene.cast.schools.size()];
    if (number % 2 == 0)
        scene.say(scene.d, network::Suspend{other.id, Reason::silent}, one_of_late(scene));
    else
        scene.say(scene.d, network::Resume{other.id, Reason::silent}, one_of_late(scene));
}

/// A coordinator takes all others out, and itself, each as often as it can; the other one confirms.
void two_coordinators(MembershipScene& scene, std::size_t number) {
    const School& other = scene.cast.schools[number / 2 % scene.cast.schools.size()];
    if (number % 2 == 0)
        scene.say(scene.d, network::Remove{other.id, Reason::silent}, scene.last);
    else
        scene.say(scene.c, network::Confirm{scene.story.told.back().id}, scene.last);
}

void own_leaves_of_coordinators(MembershipScene& scene, std::size_t number) {
    const School& author = number % 2 == 0 ? scene.c : scene.d;
    if (number % 4 < 2)
        scene.say(author, network::Leave{Reason::own_wish}, scene.last);
    else
        scene.say(author, network::SetRole{author.id, Role::coordinator}, one_of_late(scene));
}

void invites_and_ends(MembershipScene& scene, std::size_t number) {
    if (number % 2 == 0)
        scene.story.invite(scene.d, one_of_late(scene));
    else
        scene.say(scene.d, network::EndInvite{scene.story.told.back().id}, one_of_late(scene));
}

void anything(MembershipScene& scene, std::size_t /*number*/) {
    const School& author = scene.story.random.below(2) == 0 ? scene.m : scene.d;
    tests::say_something(scene.story, scene.cast, author, tests::some_seen(scene.story, false));
}

double milliseconds_of(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
        .count();
}

void measure(const Attack& attack, std::size_t operations) {
    MembershipScene scene;
    for (std::size_t number = 0; scene.story.told.size() < operations; ++number)
        attack.writes(scene, number);
    const std::size_t written = scene.story.told.size();
    network::OperationSet set;
    for (std::size_t at = 0; at < written; ++at)
        set.add(scene.story.placed(at));
    const auto fold = [&] {
        static_cast<void>(set.fold(scene.story.genesis, scene.story.verifier));
    };
    const double all = milliseconds_of(fold);
    // The honest one has seen all that its node has folded, the hostile one what it likes.
    Ids names = set.names_for(scene.a.id);
    if (names.size() > limits::operation_seen_max)
        names.erase(names.begin() + limits::operation_seen_max, names.end());
    scene.story.invite(scene.a, names);
    set.add(scene.story.placed(written));
    const double honest = milliseconds_of(fold);
    attack.writes(scene, written);
    set.add(scene.story.placed(scene.story.told.size() - 1));
    const double hostile = milliseconds_of(fold);
    std::printf("%-28s %10.1f %10.2f %10.2f\n", attack.name.c_str(), all, honest, hostile);
    std::fflush(stdout);
}

} // namespace

int main(int count, char** words) {
    if (sodium_init() < 0)
        return 1;
    const std::size_t operations = count > 1 ? std::stoul(words[1]) : 10'000;
    const Attack attacks[] = {
        {"member: copied admits", copied_admits()},
        {"member: puppets, one code", new_puppets},
        {"member: own leaves", own_leaves},
        {"member: closings of all", closings_of_all},
        {"member: confirmations", confirmations()},
        {"member: successors apart", successors_apart},
        {"member: successors repeated", successors_repeated},
        {"coordinator: roles", roles_of_a_puppet},
        {"coordinator: suspensions", suspensions},
        {"coordinator: invites, ends", invites_and_ends},
        {"two: removals", two_coordinators},
        {"two: leaves and roles", own_leaves_of_coordinators},
        {"two: anything", anything},
    };
    std::printf("%-28s %10s %10s %10s\n", "ms", "all", "honest", "hostile");
    for (const Attack& attack : attacks)
        if (count <= 2 || attack.name.find(words[2]) != std::string::npos)
            measure(attack, operations);
    return 0;
}
