// How gateways of two networks talk of what was called back: with more than one message holds, with
// one that lies or whose key has ended, and without a word of what never crossed. [E9] [E10]
#include "protocol/agreement/erasing/far_receipt.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/replica/agreements/link_book.hpp"
#include "tests/simulation/people/words.hpp"
#include "tests/support/network/chain_builder.hpp"
#include "tests/support/network/revocation.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using network::ErasureKind;
using network::ErasureOrder;
using network::ErasureReason;

constexpr std::chrono::seconds patience{300};

} // namespace

TEST_CASE("gateways: more orders than one answer holds all come over", "[sim][erasure]") {
    LinkedNetworks scene(28, false); // nobody else brings what this line leaves out
    std::vector<Words> gone;
    std::vector<RevisionId> revisions;
    for (std::uint64_t seed = 40; seed < 48; ++seed) {
        gone.push_back(publish_words(scene, scene.a2, seed));
        revisions.push_back(gone.back().revision);
    }
    REQUIRE(scene.arrive(revisions, patience));
    scene.part_networks();
    tests::SeededRandom random(9);
    for (const Words& words : gone) {
        ErasureOrder order{
            *scene.world.school(scene.a2).id,
            {words.revision},
            ErasureKind::whole,
            ErasureReason::mistake};
        while (order.entries.size() < 3000) // three such orders fill an answer
            order.entries.push_back(random.make<RevisionId>());
        REQUIRE(scene.world.command(scene.a2, replica::OrderErasure{scene.forest, order}));
    }
    scene.world.run_for(std::chrono::seconds(20));
    REQUIRE(is_on_disk(scene, scene.b3, gone.front()));

    scene.mend_networks(); // all are told at once

    for (const Words& words : gone)
        CHECK(scene.world.run_until(
            [&] { return is_nowhere(scene, scene.schools_of_rivers(), words); }, patience
        ));
}

TEST_CASE("gateways: more names than a line may have keep no order out", "[sim][erasure]") {
    LinkedNetworks scene(30);
    const Words words = publish_words(scene, scene.a2, 10);
    REQUIRE(scene.arrive({words.revision}, patience));
    scene.part_networks();
    scene.world.stop(scene.a, true); // its network has called back more than anybody may name
    Caller* caller = &add_caller(scene.world, "gateway", 5);
    const bool is_forest_one = is_one(scene, scene.a1, scene.forest);
    tests::SeededRandom random(9);
    std::set<RevisionId> asked;
    caller->on_open = [&](LinkId line) {
        caller->say(line, wire::FarHello{scene.world.school(scene.a).chain, is_forest_one});
    };
    caller->on_message = [&](LinkId line, const wire::Message& message) {
        if (const auto* ask = std::get_if<wire::FarAskOrders>(&message))
            asked.insert(ask->revisions.begin(), ask->revisions.end());
        if (!std::holds_alternative<wire::FarHello>(message))
            return;
        for (std::size_t told = 0; told <= limits::far_gone_kept_max;) {
            std::set<RevisionId> names;
            while (names.size() < limits::far_gone_max)
                names.insert(random.make<RevisionId>());
            told += names.size();
            caller->say(line, wire::FarGone{false, {names.begin(), names.end()}});
        }
        caller->say(line, wire::FarGone{false, {words.revision}});
    };
    caller->call_with(
        scene.b, replica::far_meeting_key(scene.link), scene.world.school(scene.a).transport_secret
    );
    scene.world.run_for(std::chrono::seconds(30));

    CHECK(caller->open_count() == 1);
    CHECK(asked == std::set<RevisionId>{words.revision});
}

TEST_CASE("gateways: a gateway whose key has ended is not heard any more", "[sim][erasure]") {
    LinkedNetworks scene(31);
    scene.part_networks();
    scene.world.stop(scene.a, true);
    const School& stolen = scene.world.school(scene.a);
    const bool is_forest_one = is_one(scene, scene.a1, scene.forest);
    const auto greet = [&](Caller& caller, const Bytes& chain) {
        caller.on_open = [&caller, chain, is_forest_one](LinkId line) {
            caller.say(line, wire::FarHello{chain, is_forest_one});
        };
    };
    const auto call = [&](Caller& caller, const crypto::Secret32& secret) {
        caller.call_with(scene.b, replica::far_meeting_key(scene.link), secret);
        scene.world.run_for(std::chrono::seconds(10));
    };
    Caller& thief = add_caller(scene.world, "thief", 5);
    greet(thief, stolen.chain);
    call(thief, stolen.transport_secret);
    REQUIRE(thief.open_count() == 1);
    // The school comes with a new node, and has ended the key of the old one.
    tests::SeededRandom random(11);
    crypto::Secret32 secret;
    random.fill(secret.writable());
    identity::Certificate certificate = tests::make_certificate(random);
    certificate.transport_key = channel::TransportKeyPair::from_secret(secret).public_key;
    const crypto::SigningKey root(stolen.root_seed);
    const auto longer = identity::certify(stolen.chain, root, certificate, scene.world.verifier());
    REQUIRE(longer);
    Caller& anew = add_caller(scene.world, "anew", 6);
    greet(anew, tests::revoke(*longer, root, crypto::public_key_of(stolen.signing_seed), {}));

    call(anew, secret);

    CHECK(anew.open_count() == 1);
    CHECK(thief.open_count() == 0);
}

TEST_CASE("gateways: a gateway that has refused a record asks for the order", "[sim][erasure]") {
    LinkedNetworks scene(32, false); // nobody else could ask
    const Words words = publish_words(scene, scene.a2, 12);
    REQUIRE(scene.arrive({words.revision}, patience));
    REQUIRE(scene.world.command(
        scene.b, replica::WithholdEntries{{words.revision}, replica::BodyState::refused}
    ));
    REQUIRE(scene.world.run_until([&] { return !is_on_disk(scene, scene.b, words); }, patience));
    scene.world.stop(scene.b, true);
    scene.world.start(scene.b, false);
    REQUIRE(is_on_disk(scene, scene.b3, words));

    call_back(scene, scene.a2, scene.a2, words);

    CHECK(scene.world.run_until(
        [&] { return is_nowhere(scene, scene.schools_of_rivers(), words); }, patience
    ));
}

TEST_CASE("gateways: nobody elsewhere hears of what never crossed", "[sim][erasure]") {
    LinkedNetworks scene(33, false);
    const Words gone = publish_words(scene, scene.a2, 13);
    REQUIRE(scene.arrive({gone.revision}, patience));
    scene.world.run_for(std::chrono::seconds(2));
    REQUIRE(scene.world.command(
        scene.b, replica::EndLink{scene.rivers, scene.link, network::Reason::own_wish}
    ));
    REQUIRE(scene.world.run_until(
        [&] {
            return !scene.crossing(scene.a).is_in_force && !scene.crossing(scene.a2).is_in_force;
        },
        patience
    ));
    scene.part_networks();
    // A card that has changed since takes no words back.
    REQUIRE(scene.world.command(
        scene.a,
        replica::WriteAct{
            scene.forest,
            network::SetRole{*scene.world.school(scene.a1).id, network::Role::coordinator}}
    ));
    scene.world.run_for(std::chrono::seconds(20));
    const Words kept = publish_words(scene, scene.a2, 14);
    call_back(scene, scene.a2, scene.a2, gone);
    call_back(scene, scene.a2, scene.a2, kept);
    scene.world.run_for(std::chrono::seconds(20));
    // Both name the link; the author's school is told only of the network that has the words.
    for (const replica::ErasureStatus& order : scene.world.school(scene.a2).replica->erasures()) {
        const bool has_crossed = order.placed.order.entries.front() == gone.revision;
        CHECK(order.abroad.size() == (has_crossed ? 1U : 0U));
    }
    scene.world.stop(scene.b, true); // somebody else has its keys now
    std::set<RevisionId> told;
    Caller& caller = add_caller(scene.world, "gateway", 5);
    const bool is_rivers_one = is_one(scene, scene.a, scene.rivers);
    caller.on_open = [&](LinkId line) {
        caller.say(line, wire::FarHello{scene.world.school(scene.b).chain, is_rivers_one});
    };
    caller.on_message = [&](LinkId /*line*/, const wire::Message& message) {
        if (const auto* gone_there = std::get_if<wire::FarGone>(&message))
            told.insert(gone_there->revisions.begin(), gone_there->revisions.end());
    };

    caller.call_with(
        scene.a, replica::far_meeting_key(scene.link), scene.world.school(scene.b).transport_secret
    );
    scene.world.run_for(std::chrono::seconds(20));

    CHECK(told == std::set<RevisionId>{gone.revision});
}

TEST_CASE(
    "gateways: what a successor has called back stays in the other network, and it is told so",
    "[sim][erasure]"
) {
    LinkedNetworks scene(37, false);
    const Words words = publish_words(scene, scene.a2, 17);
    REQUIRE(scene.arrive({words.revision}, patience));
    const auto say = [&](network::Act act) {
        return scene.world.command(scene.a2, replica::WriteAct{scene.forest, std::move(act)});
    };
    REQUIRE(say(network::NameSuccessor{*scene.world.school(scene.a1).id}));
    REQUIRE(say(network::Leave{network::Reason::merged}));
    scene.world.run_for(std::chrono::minutes(1));

    call_back(scene, scene.a1, scene.a2, words);

    REQUIRE(scene.world.run_until(
        [&] {
            return is_nowhere(scene, {scene.a, scene.a1}, words);
        },
        patience
    ));
    scene.world.run_for(std::chrono::minutes(1));
    for (const std::size_t school : scene.schools_of_rivers())
        CHECK(is_on_disk(scene, school, words));
    const auto orders = scene.world.school(scene.a1).replica->erasures();
    REQUIRE(orders.size() == 1);
    REQUIRE(orders[0].abroad.size() == 1);
    CHECK(orders[0].abroad[0].network == scene.rivers);
    CHECK(orders[0].abroad[0].stays);
}

TEST_CASE("gateways: receipts without end are written down once", "[sim][erasure]") {
    LinkedNetworks scene(29);
    const Words words = publish_words(scene, scene.a2, 9);
    REQUIRE(scene.arrive({words.revision}, patience));
    scene.part_networks();
    call_back(scene, scene.a2, scene.a2, words);
    scene.world.run_for(std::chrono::seconds(20));
    scene.world.stop(scene.b, true); // the liar has its keys now
    Caller* caller = &add_caller(scene.world, "liar", 5);
    const RevisionId order = scene.world.school(scene.a).replica->erasures().front().placed.id;
    const auto governance_size = [&] {
        std::uint64_t size = 0;
        for (const auto& log :
             scene.world.school(scene.a).replica->logs(log::space_of(scene.forest)))
            if (log.descriptor.channel == log::Channel::governance &&
                log.descriptor.school == *scene.world.school(scene.a).id)
                size += log.stored.value;
        return size;
    };
    const auto receipt = [&](std::uint32_t erased, std::uint64_t since) {
        const crypto::SigningKey key(scene.world.school(scene.b).signing_seed);
        return agreement::encode_statement(agreement::sign_far_receipt(
            {order, 100, erased, WallTime{since}},
            {scene.rivers, *scene.world.school(scene.b).id, key}
        ));
    };
    const bool is_rivers_one = is_one(scene, scene.a, scene.rivers);
    const auto lie = [&](const std::vector<wire::FarReceipts>& messages) {
        caller->on_open = [&](LinkId line) {
            caller->say(line, wire::FarHello{scene.world.school(scene.b).chain, is_rivers_one});
        };
        caller->on_message = [&, messages](LinkId line, const wire::Message& message) {
            if (std::holds_alternative<wire::FarHello>(message))
                for (const wire::FarReceipts& each : messages)
                    caller->say(line, each);
        };
        caller->call_with(
            scene.a,
            replica::far_meeting_key(scene.link),
            scene.world.school(scene.b).transport_secret
        );
        scene.world.run_for(std::chrono::seconds(20));
    };
    const std::uint64_t before = governance_size();

    std::vector<wire::FarReceipts> burst;
    for (std::uint64_t since = 1; since <= 20; ++since)
        burst.push_back({{receipt(1, since)}});
    lie(burst);

    CHECK(governance_size() == before + 1);
    CHECK(caller->open_count() == 1);
    // Twice in one message, and more than anybody says, end the line.
    lie({{{receipt(2, 1), receipt(4, 2)}}});
    CHECK(caller->open_count() == 0);
    CHECK(governance_size() == before + 1);
    lie(std::vector<wire::FarReceipts>(100, wire::FarReceipts{{receipt(1, 1)}}));
    CHECK(caller->open_count() == 0);
    CHECK(governance_size() == before + 1);
}

} // namespace staffroom::simulation
