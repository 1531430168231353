// Gateways whose network floods another one: receipts of networks that are none, orders of schools
// that are none; and a disk that refuses what an honest one brings. [E9] [E10]
#include "protocol/agreement/erasing/far_order.hpp"
#include "protocol/agreement/erasing/far_receipt.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/tree_hash.hpp"
#include "protocol/replica/agreements/link_book.hpp"
#include "tests/simulation/people/words.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using network::ErasureKind;
using network::ErasureOrder;
using network::ErasureReason;

constexpr std::chrono::seconds patience{300};

/// An order for these words by a school that nobody knows, with a signature that is none: who looks
/// at it ends the line.
Bytes made_up(LinkedNetworks& scene, const Words& words) {
    const ErasureOrder order{
        SchoolId(SchoolId::Raw{7}), {words.revision}, ErasureKind::whole, ErasureReason::mistake};
    const Bytes payload = network::encode_erasure(order);
    log::EntryHeader header{.kind = log::kind_operation, .critical = false, .school = order.school};
    header.payload = log::Payload{
        static_cast<std::uint32_t>(payload.size()),
        crypto::hash(crypto::HashLabel::payload, payload)};
    const Bytes bytes = log::encode_header(header);
    const log::LogDescriptor descriptor{
        log::space_of(scene.forest),
        log::Channel::governance,
        order.school,
        SigningPublicKey(SigningPublicKey::Raw{7}),
        Incarnation(Incarnation::Raw{7})};
    const auto encoded = agreement::encode_far_order(
        {descriptor,
         Position{0},
         bytes,
         payload,
         log::sign_head(
             {log::log_id(descriptor),
              LogSize{1},
              log::leaf_hash<log::Blake2b256>(bytes),
              WallTime{1}},
             crypto::SigningKey(scene.world.school(scene.a).signing_seed)
         ),
         {},
         {},
         order}
    );
    ensure(encoded.has_value());
    return *encoded;
}

} // namespace

TEST_CASE("flooding gateways: receipts of ever more networks beyond are a few", "[sim][erasure]") {
    LinkedNetworks scene(34);
    const Words words = publish_words(scene, scene.a2, 15);
    REQUIRE(scene.arrive({words.revision}, patience));
    scene.part_networks();
    call_back(scene, scene.a2, scene.a2, words);
    scene.world.run_for(std::chrono::seconds(20));
    scene.world.stop(scene.b, true); // the liar has its keys now
    const RevisionId order = scene.world.school(scene.a).replica->erasures().front().placed.id;
    const auto governance_size = [&] {
        std::uint64_t size = 0;
        for (const auto& log :
             scene.world.school(scene.a).replica->logs(log::space_of(scene.forest)))
            if (log.descriptor.channel == log::Channel::governance)
                size += log.stored.value;
        return size;
    };
    const std::uint64_t before = governance_size();
    tests::SeededRandom random(9);
    const crypto::SigningKey key(scene.world.school(scene.b).signing_seed);
    const bool is_rivers_one = is_one(scene, scene.a, scene.rivers);
    Caller& liar = add_caller(scene.world, "liar", 5);
    std::optional<LinkId> line;
    liar.on_open = [&](LinkId opened) {
        line = opened;
        liar.say(opened, wire::FarHello{scene.world.school(scene.b).chain, is_rivers_one});
    };
    liar.call_with(
        scene.a, replica::far_meeting_key(scene.link), scene.world.school(scene.b).transport_secret
    );
    scene.world.run_for(std::chrono::seconds(5));
    REQUIRE(line);

    for (std::size_t said = 0; said < 1000;) {
        wire::FarReceipts message{};
        for (; message.receipts.size() < limits::far_receipts_max; ++said) {
            const agreement::FarReceipt::Beyond beyond{random.make<NetworkId>(), "Nowhere"};
            message.receipts.push_back(agreement::encode_statement(agreement::sign_far_receipt(
                {order, 5, 1, WallTime{1}, beyond},
                {scene.rivers, *scene.world.school(scene.b).id, key}
            )));
        }
        liar.say(*line, message);
        scene.world.run_for(std::chrono::seconds(2));
    }

    CHECK(liar.open_count() == 1);
    CHECK(governance_size() == before + 16);
}

TEST_CASE("flooding gateways: made-up orders cost nothing and end", "[sim][erasure]") {
    LinkedNetworks scene(35);
    const Words words = publish_words(scene, scene.a2, 16);
    REQUIRE(scene.arrive({words.revision}, patience));
    scene.part_networks();
    scene.world.stop(scene.a, true);
    const bool is_forest_one = is_one(scene, scene.a1, scene.forest);
    Caller& liar = add_caller(scene.world, "liar", 5);
    std::size_t questions = 0;
    const auto tell = [&](LinkId line) { liar.say(line, wire::FarGone{false, {words.revision}}); };
    liar.on_open = [&](LinkId line) {
        liar.say(line, wire::FarHello{scene.world.school(scene.a).chain, is_forest_one});
    };
    bool tells_again = false;
    liar.on_message = [&](LinkId line, const wire::Message& message) {
        if (std::holds_alternative<wire::FarHello>(message))
            tell(line);
        if (!std::holds_alternative<wire::FarAskOrders>(message))
            return;
        ++questions;
        liar.say(line, wire::FarOrders{{made_up(scene, words)}});
        if (tells_again)
            tell(line);
    };
    const auto call = [&] {
        liar.call_with(
            scene.b,
            replica::far_meeting_key(scene.link),
            scene.world.school(scene.a).transport_secret
        );
    };

    call();
    scene.world.run_for(std::chrono::seconds(60));
    CHECK(questions == 1);
    CHECK(liar.open_count() == 1);
    // Again and again, at once: each question has its time, and names without end end the line.
    tells_again = true;
    call();
    scene.world.run_for(std::chrono::seconds(60));
    CHECK(questions > 10);
    CHECK(questions <= 1 + 64 + 2 * 60);
}

TEST_CASE(
    "flooding gateways: an order that the disk refused is asked for again", "[sim][erasure]"
) {
    LinkedNetworks scene(36, false); // nobody else could ask
    const Words words = publish_words(scene, scene.a2, 17);
    REQUIRE(scene.arrive({words.revision}, patience));
    scene.world.run_for(std::chrono::seconds(20));
    tests::TornFileSystem& disk = *scene.world.school(scene.b).disk;
    disk.fail_from(disk.operations(), Errc::disk_full);
    call_back(scene, scene.a2, scene.a2, words);
    scene.world.run_for(std::chrono::seconds(2));
    REQUIRE(is_on_disk(scene, scene.b3, words));

    disk.heal();

    CHECK(scene.world.run_until(
        [&] { return is_nowhere(scene, scene.schools_of_rivers(), words); }, patience
    ));
}

} // namespace staffroom::simulation
