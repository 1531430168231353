// What its own school calls back goes in the third network too, by way of the one that passed it on
// and by no other; and that school hears of it. [A16]
#include "tests/simulation/people/passing_networks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::simulation {
namespace {

using Meant = PassingNetworks::Meant;

constexpr std::chrono::seconds patience{400};

void restart(PassingNetworks& scene, const std::vector<std::size_t>& schools) {
    for (const std::size_t who : schools) {
        scene.world.stop(who, true);
        scene.world.start(who, false);
    }
}

} // namespace

TEST_CASE("passed back: the words leave every disk of all three networks", "[sim][passing]") {
    PassingNetworks scene(51);
    const Words gone = words_at(scene.world, scene.n2, scene.publish(scene.n2, words_of(1)));
    const Words kept = words_at(scene.world, scene.n2, scene.publish(scene.n2, words_of(2)));
    REQUIRE(scene.arrive(gone.revision, scene.schools_of_forest()));
    REQUIRE(scene.arrive(kept.revision, scene.schools_of_forest()));
    REQUIRE(is_on_disk(scene.world, scene.f2, gone));
    // Forest Edge sleeps over the order, and who passes it on begins anew after its words went.
    for (const std::size_t who : scene.schools_of_forest())
        scene.world.stop(who, true);

    call_back(scene.world, scene.n2, scene.north, scene.n2, gone);

    REQUIRE(scene.has_gone({scene.n, scene.n1, scene.n2}, gone));
    REQUIRE(scene.has_gone(scene.schools_of_rivers(), gone));
    restart(scene, scene.schools_of_rivers());
    scene.world.run_for(std::chrono::seconds(30));
    CHECK(is_on_disk(scene.world, scene.f2, gone));
    CHECK(scene.heard_of(scene.forest) == HeardAbroad{0, 0, "Rivers City"});
    for (const std::size_t who : scene.schools_of_forest())
        scene.world.start(who, false);
    REQUIRE(scene.has_gone(scene.schools_of_forest(), gone));
    CHECK(scene.world.run_until(
        [&] {
            return scene.heard_of(scene.forest) == HeardAbroad{3, 3, "Rivers City"} &&
                   scene.heard_of(scene.rivers) == HeardAbroad{3, 3, ""};
        },
        patience
    ));
    // Nobody brings it back.
    restart(scene, scene.schools_of_forest());
    scene.world.run_for(std::chrono::seconds(120));
    for (const std::size_t who : scene.schools_of_forest()) {
        CHECK_FALSE(is_on_disk(scene.world, who, gone));
        CHECK(scene.shows(who, kept.revision));
        for (const auto& order : scene.world.school(who).replica->erasures())
            CHECK(order.placed.order.entries == std::vector{gone.revision});
    }
}

TEST_CASE(
    "passed back: of what never was passed on the third network hears nothing", "[sim][passing]"
) {
    PassingNetworks scene(52);
    const RevisionId passed = scene.publish(scene.n2, words_of(3));
    const Words stayed =
        words_at(scene.world, scene.n2, scene.publish(scene.n2, words_of(4), Meant{0}));
    const Words rivers = words_at(scene.world, scene.r2, scene.publish(scene.r2, words_of(5)));
    REQUIRE(scene.arrive(passed, scene.schools_of_forest()));
    REQUIRE(scene.arrive(stayed.revision, scene.schools_of_rivers()));
    REQUIRE(scene.arrive(rivers.revision, scene.schools_of_forest()));

    call_back(scene.world, scene.n2, scene.north, scene.n2, stayed);
    REQUIRE(scene.has_gone(scene.schools_of_rivers(), stayed));
    call_back(scene.world, scene.r2, scene.rivers, scene.r2, rivers);
    REQUIRE(scene.has_gone(scene.schools_of_forest(), rivers));
    scene.world.run_for(std::chrono::seconds(60));

    for (const std::size_t who : scene.schools_of_forest())
        for (const auto& order : scene.world.school(who).replica->erasures())
            CHECK(order.placed.order.entries == std::vector{rivers.revision});
    for (const std::size_t who : {scene.n, scene.n1, scene.n2})
        CHECK(scene.world.school(who).replica->erasures().size() == 1);
    CHECK_FALSE(scene.heard_of(scene.forest));
}

TEST_CASE("passed back: also when both links have ended", "[sim][passing]") {
    PassingNetworks scene(53);
    const Words gone = words_at(scene.world, scene.n2, scene.publish(scene.n2, words_of(6)));
    REQUIRE(scene.arrive(gone.revision, scene.schools_of_forest()));
    scene.world.run_for(std::chrono::seconds(2));
    REQUIRE(scene.world.command(
        scene.n, replica::EndLink{scene.north, scene.north_rivers, network::Reason::own_wish}
    ));
    REQUIRE(scene.world.command(
        scene.f, replica::EndLink{scene.forest, scene.rivers_forest, network::Reason::own_wish}
    ));
    scene.world.run_for(std::chrono::seconds(30));
    REQUIRE(scene.shows(scene.f2, gone.revision));

    call_back(scene.world, scene.n2, scene.north, scene.n2, gone);

    CHECK(scene.has_gone(scene.schools_of_forest(), gone));
}

} // namespace staffroom::simulation
