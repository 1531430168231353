// A link, its terms and its end outlive the servers of those who have signed them. [A17]
#include "protocol/base/limits.hpp"
#include "tests/simulation/people/servers.hpp"
#include "tests/simulation/scenes/linking/renewing.hpp"

namespace staffroom::simulation {
namespace {

/// How much a school has written into the governance of its network.
std::uint64_t written_by(LinkedNetworks& scene, std::size_t who) {
    std::uint64_t written = 0;
    const auto& replica = scene.world.school(who).replica;
    for (const auto& log : replica->logs(log::space_of(scene.network_of(who))))
        if (log.descriptor.channel == log::Channel::governance &&
            log.descriptor.school == *scene.world.school(who).id)
            written += log.stored.value;
    return written;
}

} // namespace

TEST_CASE("renewing: a link outlives the servers of all who have signed it", "[sim]") {
    LinkedNetworks scene(38);
    const AgreementId terms = renew_by(scene, scene.a, scene.b, {1, 2});
    REQUIRE(all_have(scene, terms));
    for (const std::size_t who : {scene.a, scene.a1, scene.b, scene.b1}) {
        replace_server(scene.world, who);
        scene.world.run_for(std::chrono::seconds(60));
        for (std::size_t each = scene.a; each <= scene.b3; ++each) {
            INFO("after " << who << " at " << each);
            CHECK(found_status(scene, each).has_value());
        }
    }
    CHECK(all_have(scene, terms));
    const RevisionId after = scene.publish_linked(scene.a2, "by new servers");
    CHECK(scene.arrive({after}, std::chrono::seconds(300)));
}

TEST_CASE("renewing: the link of one coordinator outlives its server", "[sim]") {
    LinkedNetworks scene(43, false);
    const AgreementId terms = renew_by(scene, scene.a, scene.b, {1, 2});
    REQUIRE(all_have(scene, terms));
    for (const std::size_t who : {scene.a, scene.b}) {
        replace_server(scene.world, who);
        scene.world.run_for(std::chrono::seconds(120));
        for (std::size_t each = scene.a; each <= scene.b3; ++each) {
            INFO("after " << who << " at " << each);
            CHECK(status(scene, each).agreement == terms);
        }
    }
    const RevisionId after = scene.publish_linked(scene.a2, "by new servers");
    CHECK(scene.arrive({after}, std::chrono::seconds(300)));
}

TEST_CASE("renewing: an end outlives the server of who signed it", "[sim]") {
    LinkedNetworks scene(44, false);
    REQUIRE(scene.world.command(
        scene.a, replica::EndLink{scene.forest, scene.link, network::Reason::own_wish}
    ));
    const auto all_ended = [&] {
        for (std::size_t each = scene.a; each <= scene.b3; ++each)
            if (!status(scene, each).ended)
                return false;
        return true;
    };
    REQUIRE(scene.world.run_until(all_ended, std::chrono::seconds(180)));
    replace_server(scene.world, scene.a);
    scene.world.run_for(std::chrono::seconds(300));
    CHECK(all_ended());
}

TEST_CASE("renewing: a new server's signature counts on both sides", "[sim]") {
    LinkedNetworks scene(39);
    replace_server(scene.world, scene.b);
    scene.world.run_for(std::chrono::seconds(120));
    const AgreementId terms = terms_in(renew(scene, scene.b, {1, 2}));
    REQUIRE(hears(scene, scene.a, terms));
    REQUIRE(sign(scene, scene.a, terms));
    CHECK(all_have(scene, terms));

    // What is known is not written down again whenever a gateway comes.
    scene.world.run_for(std::chrono::seconds(30));
    const std::uint64_t before = written_by(scene, scene.a);
    for (int i = 0; i < 3; ++i) {
        scene.part_networks();
        scene.world.run_for(std::chrono::seconds(10));
        scene.mend_networks();
        scene.world.run_for(std::chrono::seconds(120));
    }
    CHECK(written_by(scene, scene.a) == before);
}

TEST_CASE("renewing: proposals by the hundred undo nothing, and are written once", "[sim]") {
    const bool are_two = GENERATE(true, false);
    LinkedNetworks scene(45, are_two);
    const AgreementId terms = renew_by(scene, are_two ? scene.a1 : scene.a, scene.b, {1, 2});
    REQUIRE(all_have(scene, terms));
    scene.world.run_for(std::chrono::seconds(10));

    std::size_t made = 0;
    for (std::size_t i = 0; i < limits::renewals_of_writer_max; ++i)
        made += renew(scene, scene.a, {2}) ? 1U : 0U;
    scene.world.run_for(std::chrono::seconds(10));
    const std::uint64_t before = written_by(scene, scene.a);
    scene.world.run_for(std::chrono::seconds(30));

    CHECK(made == limits::renewals_open_max);
    CHECK(written_by(scene, scene.a) == before);
    CHECK(status(scene, scene.a).agreement == terms);
    CHECK(status(scene, scene.a2).agreement == terms);
}

TEST_CASE("renewing: what an ended key has proposed keeps nobody from the next terms", "[sim]") {
    LinkedNetworks scene(46, false);
    for (std::size_t i = 0; i < limits::renewals_open_max; ++i)
        REQUIRE(renew(scene, scene.a, {2}));
    REQUIRE(renew(scene, scene.a, {2}).error().code == Errc::too_large);
    CHECK_FALSE(status(scene, scene.a).has_room_for_terms());

    replace_server(scene.world, scene.a);
    scene.world.run_for(std::chrono::seconds(120));

    const AgreementId terms = renew_by(scene, scene.a, scene.b, {1, 2});
    CHECK(all_have(scene, terms));
}

TEST_CASE("renewing: terms that were replaced are signed after an ended key there, too", "[sim]") {
    LinkedNetworks scene(47);
    give_role(scene, scene.a1, scene.a1, network::Role::member);
    REQUIRE(scene.world.run_until(
        [&] { return has_role(scene, scene.a, scene.a1, network::Role::member); }, patience
    ));
    const AgreementId first = renew_by(scene, scene.a, scene.b, {1, 2});
    REQUIRE(all_have(scene, first));
    const AgreementId second = renew_by(scene, scene.a, scene.b, {2});
    REQUIRE(all_have(scene, second));
    for (const std::size_t who : {scene.b, scene.b1}) {
        replace_server(scene.world, who);
        scene.world.run_for(std::chrono::seconds(60));
    }
    become_coordinator(scene.world, scene.a1, scene.a, scene.forest);
    REQUIRE(scene.world.run_until(
        [&] { return status(scene, scene.a2).own.signed_by.size() == 2; }, std::chrono::seconds(300)
    ));
    scene.world.run_for(std::chrono::seconds(10));

    give_role(scene, scene.a, scene.a, network::Role::member);
    REQUIRE(scene.world.run_until(
        [&] { return has_role(scene, scene.a2, scene.a, network::Role::member); }, patience
    ));
    scene.world.run_for(std::chrono::seconds(10));

    const auto ground = scene.world.school(scene.a2).replica->ground(scene.forest);
    REQUIRE(ground->standings.size() == 1);
    CHECK(ground->standings.front().id == second);
    CHECK(ground->standings.front().find(first) != nullptr);
}

} // namespace staffroom::simulation
