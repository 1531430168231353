// An order to erase that crosses a link proves itself, and whatever is changed in it is refused
// with its reason. [E9]
#include "protocol/base/limits.hpp"
#include "tests/support/agreement/order_scene.hpp"

#include <catch2/catch.hpp>

namespace agreement = staffroom::agreement;
namespace identity = staffroom::identity;
namespace limits = staffroom::limits;
namespace network = staffroom::network;
namespace slog = staffroom::log;
using agreement::FarOrder;
using agreement::Refusal;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Errc;
using staffroom::LogSize;
using staffroom::Position;
using staffroom::tests::OrderScene;

namespace {

Bytes encoded(const FarOrder& order) {
    auto bytes = agreement::encode_far_order(order);
    REQUIRE(bytes);
    return *bytes;
}

std::optional<Refusal> refusal(OrderScene& scene, const FarOrder& order) {
    if (const auto why = agreement::why_unproven(order, scene.verifier))
        return why;
    return agreement::why_not_entitled(order, &scene.author.chain);
}

} // namespace

TEST_CASE("far order: an honest one proves itself, wherever it stands", "[agreement]") {
    OrderScene scene;
    for (std::size_t place = 0; place < scene.orders.size(); ++place) {
        CAPTURE(place);
        const Bytes bytes = encoded(scene.far_order(place));

        const auto order = agreement::parse_far_order(bytes);

        REQUIRE(order);
        CHECK(encoded(*order) == bytes);
        CHECK(order->order == scene.orders[place]);
        CHECK_FALSE(refusal(scene, *order));
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            const auto cut = agreement::parse_far_order(ByteView(bytes).first(length));
            CHECK((!cut || encoded(*cut) != bytes));
        }
    }
}

TEST_CASE("far order: what is altered in it is refused", "[agreement]") {
    OrderScene scene;
    FarOrder order = scene.far_order(1);
    const FarOrder other = scene.far_order(2);
    std::optional<Refusal> expected;

    SECTION("another payload under the header") {
        order.payload = other.payload;
        order.order = other.order;
        expected = Refusal::body_altered;
    }
    SECTION("the header of another place") {
        order.header = other.header;
        order.payload = other.payload;
        order.order = other.order;
        expected = Refusal::not_in_the_log;
    }
    SECTION("another place") {
        order.position = Position{2};
        expected = Refusal::not_in_the_log;
    }
    SECTION("a proof with a hash less") {
        order.proof.pop_back();
        expected = Refusal::not_in_the_log;
    }
    SECTION("a head that a stranger has signed") {
        order.head = slog::sign_head(order.head.head, scene.forest.coordinators[0].node);
        expected = Refusal::head_not_signed;
    }
    SECTION("the log of another network") {
        order.descriptor.space = slog::space_of(scene.north.id);
        expected = Refusal::head_not_signed;
    }
    SECTION("a log of records") {
        order.descriptor.channel = slog::Channel::records;
        expected = Refusal::unreadable;
    }
    SECTION("in the log of a coordinator of its network, who orders for another") {
        order.descriptor.school = scene.forest.coordinators[0].id;
        order.descriptor.node_key = scene.forest.coordinators[0].node.public_key();
        expected = Refusal::author_not_certified;
    }
    REQUIRE(expected);
    CHECK(refusal(scene, order) == expected);
}

TEST_CASE("far order: a school orders for its own records alone", "[agreement]") {
    OrderScene scene;
    network::ErasureOrder votes = scene.orders[0];
    votes.school = scene.forest.coordinators[0].id;
    scene.append(network::encode_erasure(votes));

    CHECK(refusal(scene, scene.far_order(5)) == Refusal::author_not_certified);
}

TEST_CASE("far order: the chain that counts decides whose key it is", "[agreement]") {
    OrderScene scene;
    const FarOrder order = scene.far_order(3);

    CHECK(agreement::why_not_entitled(order, nullptr) == Refusal::author_not_certified);
    CHECK(
        agreement::why_not_entitled(order, &scene.forest.coordinators[0].chain) ==
        Refusal::author_not_certified
    );
    for (const std::size_t pinned : {std::size_t{3}, std::size_t{4}}) {
        const slog::LogPin pin{
            slog::log_id(order.descriptor), LogSize{pinned}, scene.governance.root(pinned)};
        const auto wire = identity::revoke(
            scene.author.chain.wire(),
            scene.author.root,
            scene.author.certificate.id,
            {pin},
            scene.verifier
        );
        REQUIRE(wire);
        const auto revoked = identity::IdentityChain::parse(*wire, scene.verifier);
        REQUIRE(revoked);
        // What stands before the pin was written before the key was lost.
        const auto why = agreement::why_not_entitled(order, &*revoked);
        CHECK(why == (pinned == 3 ? std::optional(Refusal::behind_the_cut) : std::nullopt));
    }
}

TEST_CASE("far order: holds at its limits", "[agreement]") {
    OrderScene scene;
    FarOrder order = scene.far_order(0);
    order.order.entries.clear();
    for (std::size_t i = 0; i < limits::erasure_entries_max; ++i)
        order.order.entries.push_back(scene.random.make<staffroom::RevisionId>());
    std::sort(order.order.entries.begin(), order.order.entries.end());
    order.payload = network::encode_erasure(order.order);
    order.chain = Bytes(limits::chain_bytes_max, 7);

    // With a chain of the most events there is no room; the order goes without it.
    const auto largest = agreement::parse_far_order(encoded(order));
    REQUIRE(largest);
    CHECK(largest->chain.empty());
    CHECK(largest->order == order.order);

    order = scene.far_order(0);
    order.chain = Bytes(limits::chain_bytes_max + 1, 7);
    const auto refused = agreement::parse_far_order(encoded(order));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::too_large);
}
