// What its own school calls back goes in the other network too: from every disk there, also where a
// node slept, a gateway kept the order back or the link has ended; and nobody else calls it back.
// [E9]
#include "protocol/agreement/erasing/far_order.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/replica/agreements/link_book.hpp"
#include "tests/simulation/people/words.hpp"
#include "tests/support/slow_tree.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using network::ErasureKind;
using network::ErasureOrder;
using network::ErasureReason;

constexpr std::chrono::seconds patience{300};

/// What the school that has ordered knows of Rivers: schools that have erased, and all.
std::pair<std::uint32_t, std::uint32_t> said_of_rivers(LinkedNetworks& scene) {
    const auto orders = scene.world.school(scene.a2).replica->erasures();
    if (orders.size() != 1 || orders[0].abroad.size() != 1)
        return {0, 0};
    CHECK(orders[0].abroad[0].network == scene.rivers);
    return {orders[0].abroad[0].erased, orders[0].abroad[0].schools};
}

/// An order for these words as `signer` would have it stand alone in a governance log of a2.
agreement::FarOrder order_signed_by(LinkedNetworks& scene, std::size_t signer, const Words& words) {
    const School& author = scene.world.school(scene.a2);
    const ErasureOrder order{
        *author.id, {words.revision}, ErasureKind::whole, ErasureReason::asked};
    Bytes payload = network::encode_erasure(order);
    log::EntryHeader header{.kind = log::kind_operation, .critical = false, .school = *author.id};
    header.payload = log::Payload{
        static_cast<std::uint32_t>(payload.size()),
        crypto::hash(crypto::HashLabel::payload, payload)};
    Bytes header_bytes = log::encode_header(header);
    const log::LogDescriptor descriptor{
        log::space_of(scene.forest),
        log::Channel::governance,
        *author.id,
        crypto::SigningKey(author.signing_seed).public_key(),
        author.random->make<Incarnation>()};
    const std::vector<TreeHash> leaves{log::leaf_hash<log::Blake2b256>(header_bytes)};
    const log::Head head{
        log::log_id(descriptor),
        LogSize{1},
        tests::slow_root<log::Blake2b256>(leaves),
        WallTime{1}};
    return {
        descriptor,
        Position{0},
        std::move(header_bytes),
        std::move(payload),
        log::sign_head(head, crypto::SigningKey(scene.world.school(signer).signing_seed)),
        {},
        author.chain,
        order};
}

std::vector<std::size_t> everybody(const LinkedNetworks& scene) {
    std::vector<std::size_t> all;
    for (std::size_t who = scene.a; who <= scene.b3; ++who)
        all.push_back(who);
    return all;
}

} // namespace

TEST_CASE("called back: the words leave every disk of both networks", "[sim][erasure]") {
    LinkedNetworks scene(21);
    const Words gone = publish_words(scene, scene.a2, 1);
    const Words kept = publish_words(scene, scene.a2, 2);
    REQUIRE(scene.arrive({gone.revision, kept.revision}, patience));
    REQUIRE(is_on_disk(scene, scene.b3, gone));
    scene.world.stop(scene.b3, true); // sleeps over the order

    call_back(scene, scene.a2, scene.a2, gone);

    std::vector<std::size_t> awake = everybody(scene);
    awake.pop_back();
    REQUIRE(scene.world.run_until([&] { return is_nowhere(scene, awake, gone); }, patience));
    CHECK(is_on_disk(scene, scene.b3, gone));
    REQUIRE(scene.world.run_until([&] { return said_of_rivers(scene).second == 4; }, patience));
    CHECK(said_of_rivers(scene).first < 4);
    scene.world.start(scene.b3, false);
    REQUIRE(scene.world.run_until([&] { return !is_on_disk(scene, scene.b3, gone); }, patience));
    CHECK(scene.world.run_until([&] { return said_of_rivers(scene).first == 4; }, patience));
    // Nobody brings it back, nor does a school that comes new.
    const std::size_t newcomer = scene.world.add_school("b4");
    REQUIRE(join(scene.world, newcomer, invite(scene.world, scene.b, scene.rivers), scene.b));
    for (const std::size_t who : scene.schools_of_rivers()) {
        scene.world.stop(who, true);
        scene.world.start(who, false);
    }
    scene.world.run_for(std::chrono::seconds(120));
    for (const std::size_t who : scene.schools_of_rivers()) {
        CHECK_FALSE(is_on_disk(scene, who, gone));
        CHECK(scene.shows(who, kept.revision));
    }
    CHECK_FALSE(is_on_disk(scene, newcomer, gone));
    CHECK(is_on_disk(scene, newcomer, kept));
    const auto status_of = [&](std::size_t who) {
        const auto networks = scene.world.school(who).replica->networks();
        const auto rivers =
            std::ranges::find(networks, scene.rivers, &replica::NetworkStatus::network);
        REQUIRE(rivers != networks.end());
        return std::pair(rivers->missing_bodies, rivers->digest);
    };
    CHECK(status_of(newcomer).first == 0); // bodies missing
    CHECK(status_of(newcomer) == status_of(scene.b));
    // One order was written down, by whichever of the gateways.
    CHECK(scene.world.school(scene.b3).replica->erasures().size() == 1);
}

TEST_CASE("called back: also when the link has ended", "[sim][erasure]") {
    LinkedNetworks scene(22);
    const Words gone = publish_words(scene, scene.a2, 3);
    REQUIRE(scene.arrive({gone.revision}, patience));
    scene.world.run_for(std::chrono::seconds(2));
    REQUIRE(scene.world.command(
        scene.b, replica::EndLink{scene.rivers, scene.link, network::Reason::own_wish}
    ));
    REQUIRE(scene.world.run_until(
        [&] {
            return !scene.crossing(scene.a2).is_in_force && !scene.crossing(scene.b3).is_in_force;
        },
        patience
    ));

    call_back(scene, scene.a2, scene.a2, gone);

    CHECK(scene.world.run_until([&] { return is_nowhere(scene, everybody(scene), gone); }, patience)
    );
}

TEST_CASE("called back: a gateway that keeps the order back is gone round", "[sim][erasure]") {
    LinkedNetworks scene(23);
    const Words gone = publish_words(scene, scene.a2, 4);
    REQUIRE(scene.arrive({gone.revision}, patience));
    // It never says a word about its governance again.
    scene.world.school(scene.a).lie_of_load = [](Result<replica::Loaded>& loaded) {
        const auto* chunk = loaded ? std::get_if<replica::LoadedChunk>(&*loaded) : nullptr;
        return chunk == nullptr || chunk->entries.empty() ||
               !chunk->entries.front().body.salt.empty();
    };

    call_back(scene, scene.a2, scene.a2, gone);

    CHECK(scene.world.run_until(
        [&] { return is_nowhere(scene, scene.schools_of_rivers(), gone); }, patience
    ));
}

TEST_CASE("called back: what was carried while the order came goes, too", "[sim][erasure]") {
    LinkedNetworks scene(24);
    scene.part_networks();
    const Words gone = publish_words(scene, scene.a2, 5);
    scene.world.run_for(std::chrono::seconds(20));
    // One gateway of Forest has not heard of the order, and hands on what it has.
    for (const std::size_t who : {scene.a, scene.a2})
        scene.world.part(scene.a1, who);
    call_back(scene, scene.a2, scene.a2, gone);
    scene.world.run_for(std::chrono::seconds(20));
    for (const std::size_t who : scene.schools_of_rivers())
        scene.world.mend(scene.a1, who);
    REQUIRE(scene.arrive({gone.revision}, patience));

    scene.mend_networks();

    CHECK(scene.world.run_until(
        [&] { return is_nowhere(scene, scene.schools_of_rivers(), gone); }, patience
    ));
}

TEST_CASE("called back: an order that a gateway makes itself is refused", "[sim][erasure]") {
    LinkedNetworks scene(26);
    const Words words = publish_words(scene, scene.a2, 7);
    REQUIRE(scene.arrive({words.revision}, patience));
    scene.part_networks();
    scene.world.stop(scene.a, true); // the liar has its keys now
    Caller* caller = &add_caller(scene.world, "liar", 5);
    const bool is_forest_one = is_one(scene, scene.a1, scene.forest);
    // What a2 itself has signed shows that everything else about it is right.
    const bool is_forged = GENERATE(true, false);
    CAPTURE(is_forged);
    const auto order =
        agreement::encode_far_order(order_signed_by(scene, is_forged ? scene.a : scene.a2, words));
    REQUIRE(order);
    std::size_t questions = 0;
    caller->on_open = [&](LinkId line) {
        caller->say(line, wire::FarHello{scene.world.school(scene.a).chain, is_forest_one});
    };
    caller->on_message = [&](LinkId line, const wire::Message& message) {
        if (std::holds_alternative<wire::FarHello>(message))
            caller->say(line, wire::FarGone{false, {words.revision}});
        if (!std::holds_alternative<wire::FarAskOrders>(message))
            return;
        ++questions;
        caller->say(line, wire::FarOrders{{*order}});
    };
    caller->call_with(
        scene.b, replica::far_meeting_key(scene.link), scene.world.school(scene.a).transport_secret
    );
    scene.world.run_for(std::chrono::seconds(60));

    CHECK(questions == 1);
    const auto refused = scene.crossing(scene.b).theirs_refused;
    CHECK(refused.count(agreement::Refusal::head_not_signed) == (is_forged ? 1U : 0U));
    CHECK((caller->open_count() == 0) == is_forged);
    CHECK(is_nowhere(scene, scene.schools_of_rivers(), words) != is_forged);
}

TEST_CASE("called back: a school may refuse what was carried, for itself", "[sim][erasure]") {
    LinkedNetworks scene(27);
    const Words words = publish_words(scene, scene.a2, 8);
    REQUIRE(scene.arrive({words.revision}, patience));

    REQUIRE(scene.world.command(
        scene.b2, replica::WithholdEntries{{words.revision}, replica::BodyState::refused}
    ));

    REQUIRE(scene.world.run_until([&] { return !is_on_disk(scene, scene.b2, words); }, patience));
    scene.world.stop(scene.b2, true);
    scene.world.start(scene.b2, false);
    scene.world.run_for(std::chrono::seconds(60));
    CHECK_FALSE(is_on_disk(scene, scene.b2, words));
    CHECK(scene.shows(scene.b3, words.revision));
}

TEST_CASE("called back: nobody but the school itself can", "[sim][erasure]") {
    LinkedNetworks scene(25);
    const Words words = publish_words(scene, scene.a2, 6);
    REQUIRE(scene.arrive({words.revision}, patience));

    // A gateway of its network and a school here, as if it were theirs; a coordinator here for a
    // school that is no member here, which two have to.
    call_back(scene, scene.a, scene.a, words);
    call_back(scene, scene.b2, scene.b2, words);
    call_back(scene, scene.b, scene.a2, words);
    scene.world.run_for(std::chrono::seconds(60));

    for (const std::size_t who : scene.schools_of_rivers())
        CHECK(scene.shows(who, words.revision));

    // Two coordinators here may take what stands here of a school that is no member. [E2]
    call_back(scene, scene.b1, scene.a2, words);
    CHECK(scene.world.run_until(
        [&] { return is_nowhere(scene, scene.schools_of_rivers(), words); }, patience
    ));
    CHECK(is_on_disk(scene, scene.a2, words));
}

} // namespace staffroom::simulation
