// What its own school calls back goes in the third network too, by way of the one that passed it on
// and by no other; and that school hears of it. [A16]
#include "tests/simulation/people/passing_networks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::simulation {
namespace {

using Meant = PassingNetworks::Meant;

constexpr std::chrono::seconds patience{400};

bool has_gone(PassingNetworks& scene, const std::vector<std::size_t>& schools, const Words& words) {
    return scene.world.run_until(
        [&] {
            return std::ranges::none_of(schools, [&](std::size_t who) {
                return is_on_disk(scene.world, who, words);
            });
        },
        patience
    );
}

void restart(PassingNetworks& scene, const std::vector<std::size_t>& schools) {
    for (const std::size_t who : schools) {
        scene.world.stop(who, true);
        scene.world.start(who, false);
    }
}

/// What the author's school knows of this network: schools that have erased, all, and by which
/// network it hears of it.
struct Heard {
    std::uint32_t erased = 0;
    std::uint32_t schools = 0;
    std::string by_way_of{};
    friend bool operator==(const Heard&, const Heard&) = default;
};
std::optional<Heard> heard_of(PassingNetworks& scene, const NetworkId& network) {
    for (const auto& order : scene.world.school(scene.n2).replica->erasures())
        for (const replica::ErasureAbroad& each : order.abroad)
            if (each.network == network)
                return Heard{each.erased, each.schools, each.by_way_of};
    return std::nullopt;
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

    REQUIRE(has_gone(scene, {scene.n, scene.n1, scene.n2}, gone));
    REQUIRE(has_gone(scene, scene.schools_of_rivers(), gone));
    restart(scene, scene.schools_of_rivers());
    scene.world.run_for(std::chrono::seconds(30));
    CHECK(is_on_disk(scene.world, scene.f2, gone));
    CHECK(heard_of(scene, scene.forest) == Heard{0, 0, "Rivers City"});
    for (const std::size_t who : scene.schools_of_forest())
        scene.world.start(who, false);
    REQUIRE(has_gone(scene, scene.schools_of_forest(), gone));
    CHECK(scene.world.run_until(
        [&] {
            return heard_of(scene, scene.forest) == Heard{3, 3, "Rivers City"} &&
                   heard_of(scene, scene.rivers) == Heard{3, 3, ""};
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
    REQUIRE(has_gone(scene, scene.schools_of_rivers(), stayed));
    call_back(scene.world, scene.r2, scene.rivers, scene.r2, rivers);
    REQUIRE(has_gone(scene, scene.schools_of_forest(), rivers));
    scene.world.run_for(std::chrono::seconds(60));

    for (const std::size_t who : scene.schools_of_forest())
        for (const auto& order : scene.world.school(who).replica->erasures())
            CHECK(order.placed.order.entries == std::vector{rivers.revision});
    for (const std::size_t who : {scene.n, scene.n1, scene.n2})
        CHECK(scene.world.school(who).replica->erasures().size() == 1);
    CHECK_FALSE(heard_of(scene, scene.forest));
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

    CHECK(has_gone(scene, scene.schools_of_forest(), gone));
}

} // namespace staffroom::simulation
