// Who vouches for what a school says of its successor, so that nobody voids it alone. [M9] [M13]
#include "tests/support/network/membership_scene.hpp"

#include <catch2/catch.hpp>

namespace network = staffroom::network;
using network::Leave;
using network::NameSuccessor;
using network::Reason;
using network::Suspend;
using staffroom::tests::MembershipScene;
using staffroom::tests::summary;

namespace {

bool wants_to_vouch(MembershipScene& scene, const staffroom::tests::School& writer) {
    network::OperationSet set;
    for (const std::size_t at : scene.story.all())
        set.add(scene.story.placed(at));
    static_cast<void>(set.fold(scene.story.genesis, scene.story.verifier));
    return set.has_lone_acts(writer.id);
}

/// As a school that coordinates nothing.
bool wants_to_vouch_for_names(MembershipScene& scene, const staffroom::tests::School& writer) {
    network::OperationSet set;
    for (const std::size_t at : scene.story.all())
        set.add(scene.story.placed(at));
    static_cast<void>(set.fold(scene.story.genesis, scene.story.verifier));
    return set.has_lone_names(writer.id);
}

/// The founder's school, b and c have seen everything that coordinators wrote before.
void vouch_for_the_rest(MembershipScene& scene) {
    scene.last = {scene.say(scene.b, network::Seen{}, scene.last)};
    scene.last = {scene.say(scene.c, network::Seen{}, scene.last)};
    REQUIRE_FALSE(wants_to_vouch(scene, scene.a));
}

} // namespace

TEST_CASE(
    "successor: a coordinator vouches, and one that suspends the school as if unaware voids "
    "nothing",
    "[network][successor]"
) {
    for (const bool is_vouched_for : {false, true}) {
        MembershipScene scene;
        vouch_for_the_rest(scene);
        const auto named = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
        const auto left = scene.say(scene.n, Leave{Reason::closed}, {named});
        REQUIRE(scene.fold().succeeds(scene.m.id, scene.n.id));
        CHECK(wants_to_vouch(scene, scene.b));
        // Neither the school itself nor the one that is named is asked.
        CHECK_FALSE(wants_to_vouch(scene, scene.n));
        CHECK_FALSE(wants_to_vouch(scene, scene.m));
        if (is_vouched_for) {
            scene.say(scene.b, network::Seen{}, scene.story.names_for(scene.b));
            CHECK_FALSE(wants_to_vouch(scene, scene.c));
        }
        static_cast<void>(left);
        scene.say(scene.a, Suspend{scene.n.id, Reason::stolen}, scene.last);
        CHECK(scene.fold().successors.count(scene.n.id) == (is_vouched_for ? 1U : 0U));
        CHECK(summary(scene.fold()) == summary(scene.story.fold_slowly()));
    }
}

TEST_CASE(
    "successor: whatever a school says of it, coordinators vouch twice at most at a time",
    "[network][successor]"
) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        INFO("seed " << seed);
        MembershipScene scene(seed);
        vouch_for_the_rest(scene);
        for (int i = 0; i < 20; ++i) {
            const auto& named = scene.cast.any(scene.story);
            if (scene.story.random.below(5) == 0)
                scene.say(scene.n, NameSuccessor{}, scene.last);
            else
                scene.say(scene.n, NameSuccessor{named.id}, scene.last);
        }
        int written = 0;
        for (bool goes_on = true; goes_on;) {
            goes_on = false;
            for (const auto* writer : {&scene.b, &scene.c, &scene.d}) {
                if (!wants_to_vouch(scene, *writer))
                    continue;
                scene.say(*writer, network::Seen{}, scene.story.names_for(*writer));
                ++written;
                goes_on = true;
                REQUIRE(written <= 3);
            }
        }
        CHECK(written > 0);
        // So it is at odds, whoever closes it and however little he says that he has seen.
        const bool is_at_odds = scene.fold().successors_at_odds.count(scene.n.id) == 1;
        scene.remove(scene.a, scene.b, scene.n, scene.last);
        CHECK((scene.fold().successors_at_odds.count(scene.n.id) == 1) == is_at_odds);
    }
}

TEST_CASE(
    "successor: any member vouches, and one coordinator is not enough", "[network][successor]"
) {
    MembershipScene scene(1, 1);
    const auto named = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
    const auto left = scene.say(scene.n, Leave{Reason::merged}, {named});
    CHECK(wants_to_vouch_for_names(scene, scene.d));
    CHECK_FALSE(wants_to_vouch_for_names(scene, scene.m)); // whom it names
    scene.say(scene.d, network::Seen{}, {left});
    CHECK_FALSE(wants_to_vouch_for_names(scene, scene.d));

    scene.say(scene.a, Suspend{scene.n.id, Reason::stolen}, scene.last); // as if unaware
    CHECK(scene.fold().successors.at(scene.n.id) == scene.m.id);
}
