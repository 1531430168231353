// Two networks agree by a code: both write the same down, every node of either knows it, and
// neither learns more of the other than its card. [A9]
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using replica::LinkAgreement;

constexpr WallTime far_ahead{9'000'000'000'000};
const agreement::Terms findings{{2}};
const agreement::Terms findings_and_notes{{2, 3}, true};

/// Forest has two schools, Rivers has two; the first of each coordinates.
struct TwoNetworks {
    World world;
    std::size_t a = world.add_school("a");
    std::size_t b = world.add_school("b");
    std::size_t member_of_a = world.add_school("member of a");
    std::size_t member_of_b = world.add_school("member of b");
    NetworkId forest = create_network(world, a);
    NetworkId rivers = create_network(world, b);

    explicit TwoNetworks(std::uint64_t seed)
        : world(seed) {
        world.part(member_of_a, b);
        world.part(member_of_a, member_of_b);
        world.part(a, member_of_b);
        REQUIRE(join(world, member_of_a, invite(world, a, forest), a));
        REQUIRE(join(world, member_of_b, invite(world, b, rivers), b));
    }

    Code code(WallTime ends = far_ahead) {
        Code made = make_code(*world.school(a).random);
        auto reply = world.command(
            a,
            replica::InviteLink{
                forest,
                made.psk.copy(),
                made.admit.copy(),
                ends,
                findings,
                findings_and_notes,
                WallTime{20},
                WallTime{10}}
        );
        REQUIRE(reply);
        return made;
    }
    Result<replica::Reply> accept(
        std::size_t who,
        const NetworkId& network,
        const Code& code,
        bool only_ask = false,
        std::optional<std::size_t> at = std::nullopt
    ) {
        return world.command(
            who,
            replica::AcceptLink{
                network,
                code.psk.copy(),
                code.admit.copy(),
                world.school(at.value_or(a)).address,
                only_ask}
        );
    }
    /// A school of Forest coordinates from now on, and knows it.
    void make_coordinator(std::size_t who) {
        const SchoolId school = *world.school(who).id;
        REQUIRE(world.command(
            a, replica::WriteAct{forest, network::SetRole{school, network::Role::coordinator}}
        ));
        REQUIRE(world.run_until(
            [&] {
                const auto schools = world.school(who).replica->schools(forest);
                return std::ranges::any_of(schools, [&](const auto& each) {
                    return each.school == school && each.role == network::Role::coordinator;
                });
            },
            std::chrono::seconds(30)
        ));
    }
    std::vector<replica::LinkStatus> links(std::size_t who) {
        return world.school(who).replica->network_links();
    }
};

LinkAgreement agreement_in(const Result<replica::Reply>& reply) {
    REQUIRE(reply);
    return std::get<LinkAgreement>(*reply);
}

} // namespace

TEST_CASE("agreeing: both sides see the same before anything is signed", "[sim]") {
    TwoNetworks scene(1);
    const Code code = scene.code();

    const LinkAgreement shown = agreement_in(scene.accept(scene.b, scene.rivers, code, true));

    CHECK(shown.other == scene.forest);
    CHECK(shown.name == "Forest");
    CHECK(shown.charter == "Be kind.");
    CHECK(shown.ours == findings_and_notes);
    CHECK(shown.theirs == findings);
    CHECK_FALSE(shown.id);
    CHECK(scene.links(scene.a).empty());
    CHECK(scene.links(scene.b).empty());
    CHECK_FALSE(scene.world.school(scene.a).replica->link_codes().at(0).is_spent);
}

TEST_CASE("agreeing: every node of either network knows the agreement, and no more", "[sim]") {
    TwoNetworks scene(2);
    const Code code = scene.code();

    const LinkAgreement agreed = agreement_in(scene.accept(scene.b, scene.rivers, code));

    REQUIRE(agreed.id);
    for (const std::size_t who : {scene.a, scene.b, scene.member_of_a, scene.member_of_b}) {
        CAPTURE(scene.world.school(who).name);
        REQUIRE(scene.world.run_until(
            [&] { return scene.links(who).size() == 1; }, std::chrono::seconds(30)
        ));
        const bool is_of_forest = who == scene.a || who == scene.member_of_a;
        const replica::LinkStatus link = scene.links(who).front();
        CHECK(link.id == *agreed.id);
        CHECK(link.network == (is_of_forest ? scene.forest : scene.rivers));
        CHECK(link.other == (is_of_forest ? scene.rivers : scene.forest));
        CHECK(link.ours == (is_of_forest ? findings : findings_and_notes));
        CHECK(link.theirs == (is_of_forest ? findings_and_notes : findings));
        CHECK(link.until == WallTime{20});
        CHECK_FALSE(link.is_disputed);
        CHECK(scene.world.school(who).replica->networks().size() == 1);
    }
    const auto codes = scene.world.school(scene.a).replica->link_codes();
    REQUIRE(codes.size() == 1);
    CHECK(codes[0].is_spent);
    CHECK(codes[0].words == agreed.words);
    // A member that is not on the card is nobody's business there, nor what the network shares.
    const auto& of_b = *scene.world.school(scene.b).replica;
    for (const auto& neighbour : of_b.neighbours())
        CHECK(neighbour.school != scene.world.school(scene.member_of_a).id);
    CHECK(of_b.schools(scene.forest).empty());
    CHECK(of_b.logs(log::space_of(scene.forest)).empty());
}

TEST_CASE("agreeing: it is there after a start, and a lost answer is heard again", "[sim]") {
    for (std::size_t bytes = 0; bytes < 3000; bytes += 97) {
        CAPTURE(bytes);
        TwoNetworks scene(3);
        const Code code = scene.code();
        scene.world.cut_after(scene.b, bytes);
        const auto first = scene.accept(scene.b, scene.rivers, code);

        auto again = scene.accept(scene.b, scene.rivers, code);
        if (!again) // the cut came this time
            again = scene.accept(scene.b, scene.rivers, code);
        const LinkAgreement agreed = agreement_in(again);

        if (first)
            CHECK(agreement_in(first).id == agreed.id);
        for (const std::size_t who : {scene.a, scene.b}) {
            scene.world.stop(who, true);
            scene.world.start(who, false);
            REQUIRE(scene.links(who).size() == 1);
            CHECK(scene.links(who).front().id == *agreed.id);
            CHECK_FALSE(scene.links(who).front().is_disputed);
        }
    }
}

TEST_CASE("agreeing: a code is for one network, not its own, and ends", "[sim]") {
    TwoNetworks scene(4);
    const std::size_t c = scene.world.add_school("c");
    const NetworkId north = create_network(scene.world, c);

    SECTION("a second network is told that it is spent") {
        const Code code = scene.code();
        REQUIRE(scene.accept(scene.b, scene.rivers, code));
        CHECK(scene.accept(c, north, code).error().code == Errc::invitation_spent);
        CHECK(scene.accept(c, north, code, true).error().code == Errc::invitation_spent);
        CHECK(scene.links(scene.a).size() == 1);
        CHECK(scene.links(c).empty());
    }
    SECTION("a code that has ended says so") {
        const School& maker = scene.world.school(scene.a);
        const Code code = scene.code(maker.clock.read(scene.world.now()));
        scene.world.run_for(std::chrono::seconds(2));
        CHECK(scene.accept(scene.b, scene.rivers, code).error().code == Errc::invitation_ended);
    }
    SECTION("only a coordinator makes one, and accepts one") {
        const Code code = scene.code();
        const auto by_member = scene.accept(scene.member_of_b, scene.rivers, code);
        CHECK(by_member.error().code == Errc::not_allowed);
        Code made = make_code(*scene.world.school(scene.a).random);
        auto refused = scene.world.command(
            scene.member_of_a,
            replica::InviteLink{
                scene.forest,
                made.psk.copy(),
                made.admit.copy(),
                far_ahead,
                findings,
                findings,
                WallTime{20},
                WallTime{10}}
        );
        CHECK(refused.error().code == Errc::not_allowed);
    }
    SECTION("a plain member does not answer to it") {
        scene.world.mend(scene.member_of_a, scene.b);
        const Code code = scene.code();
        REQUIRE(scene.world.command(scene.a, replica::WaitForSync{}));
        const auto asked = scene.accept(scene.b, scene.rivers, code, true, scene.member_of_a);
        CHECK(asked.error().code == Errc::closed);
    }
    SECTION("nor does one who coordinates only since: the card of the code does not list it") {
        const Code before = scene.code();
        scene.make_coordinator(scene.member_of_a);
        scene.world.mend(scene.member_of_a, scene.b);
        const auto asked = scene.accept(scene.b, scene.rivers, before, false, scene.member_of_a);
        CHECK(asked.error().code == Errc::closed);
        CHECK(scene.links(scene.member_of_a).empty());
        const Code since = scene.code();
        REQUIRE(scene.world.command(scene.a, replica::WaitForSync{}));
        CHECK(scene.accept(scene.b, scene.rivers, since, false, scene.member_of_a));
    }
}

TEST_CASE("agreeing: a code of its own network is refused", "[sim]") {
    TwoNetworks scene(5);
    const std::size_t c = scene.world.add_school("c");
    REQUIRE(join(scene.world, c, invite(scene.world, scene.a, scene.forest), scene.a));
    scene.make_coordinator(c);
    CHECK(scene.accept(c, scene.forest, scene.code()).error().code == Errc::not_allowed);
    CHECK(scene.links(scene.a).empty());
}

} // namespace staffroom::simulation
