// What another network says of an order counts when its gateway has signed it, and says what can
// be. [E10]
#include "protocol/agreement/erasing/far_receipt.hpp"
#include "tests/support/agreement/linked_scene.hpp"

#include <catch2/catch.hpp>

namespace agreement = staffroom::agreement;
using agreement::FarReceipt;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::RevisionId;
using staffroom::WallTime;
using staffroom::tests::LinkedScene;

namespace {

std::optional<FarReceipt>
read_by_forest(LinkedScene& scene, const agreement::SignedStatement& statement) {
    return agreement::read_far_receipt(
        statement, scene.rivers.card(), scene.chain_of, scene.verifier
    );
}

} // namespace

TEST_CASE("far receipt: one of a gateway counts, of anybody else does not", "[agreement]") {
    LinkedScene scene;
    const FarReceipt receipt{scene.random.make<RevisionId>(), 3, 2, WallTime{9}};
    const auto& gateway = scene.rivers.coordinators[0];
    const auto by_gateway =
        agreement::sign_far_receipt(receipt, {scene.rivers.id, gateway.id, gateway.node});

    CHECK(read_by_forest(scene, by_gateway) == receipt);

    const auto& member = scene.author;
    scene.chains[member.id] = &member.chain;
    CHECK_FALSE(read_by_forest(
        scene, agreement::sign_far_receipt(receipt, {scene.rivers.id, member.id, member.node})
    ));
    // A school may speak for several networks, and what it signs for one is none for another.
    CHECK_FALSE(read_by_forest(
        scene, agreement::sign_far_receipt(receipt, {scene.forest.id, gateway.id, gateway.node})
    ));
    auto altered = by_gateway;
    altered.bytes = agreement::encode_far_receipt({receipt.order, 3, 3, WallTime{9}});
    CHECK_FALSE(read_by_forest(scene, altered));
}

TEST_CASE("far receipt: says what can be", "[agreement]") {
    LinkedScene scene;
    const auto order = scene.random.make<RevisionId>();
    const auto is_read = [](const FarReceipt& receipt) {
        const auto read = agreement::parse_far_receipt(agreement::encode_far_receipt(receipt));
        return read && *read == receipt;
    };
    CHECK(is_read({order, 1, 0, WallTime{0}}));
    CHECK(is_read({order, 4096, 4096, WallTime{7}}));
    CHECK_FALSE(is_read({order, 0, 0, WallTime{7}}));
    CHECK_FALSE(is_read({order, 3, 4, WallTime{7}}));
    CHECK_FALSE(is_read({order, 4097, 4, WallTime{7}}));
    const auto network = scene.random.make<staffroom::NetworkId>();
    const auto beyond = [&](std::uint32_t schools, const std::string& name) {
        return FarReceipt{order, schools, 0, WallTime{7}, FarReceipt::Beyond{network, name}};
    };
    CHECK(is_read(beyond(3, "Northside")));
    CHECK(is_read(beyond(0, "Northside"))); // it has said nothing
    CHECK(is_read(beyond(3, std::string(200, 'n'))));
    CHECK_FALSE(is_read(beyond(3, std::string(201, 'n'))));
    CHECK_FALSE(is_read(beyond(3, "")));
    CHECK_FALSE(is_read(beyond(3, std::string("North\0side", 10))));
    CHECK_FALSE(beyond(0, "Northside").is_complete());
    const Bytes bytes = agreement::encode_far_receipt(beyond(3, "Northside"));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const auto cut = agreement::parse_far_receipt(ByteView(bytes).first(length));
        CHECK((!cut || agreement::encode_far_receipt(*cut) != bytes));
    }
}
