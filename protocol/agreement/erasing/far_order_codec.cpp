// Codec of orders to erase that cross a link. Declared in agreement/erasing/far_order. Nobody signs
// the envelope, so it is bounded and not strict; header, payload, head and chain in it are. [E9]
#include "protocol/agreement/erasing/far_order.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/log/log_shapes.hpp"
#include "protocol/wire/form/convert.hpp"

namespace staffroom::agreement {
namespace {

constexpr std::uint32_t far_order_version = 1;

Result<void> check_sizes(const schema::FarOrder& from) {
    if (from.header().size() > limits::header_bytes_max ||
        from.payload().size() > limits::erasure_bytes_max ||
        from.chain().size() > limits::chain_bytes_max)
        return fail(Errc::too_large, "far order");
    return {};
}

} // namespace

Result<Bytes> encode_far_order(const FarOrder& order) {
    schema::FarOrder to;
    to.set_version(far_order_version);
    log::put_descriptor(to.mutable_described(), order.descriptor);
    to.set_position(order.position.value);
    to.set_header(wire::to_string(order.header));
    to.set_payload(wire::to_string(order.payload));
    log::put_head(to.mutable_head(), order.head);
    log::put_hashes(to.mutable_proof(), order.proof);
    to.set_chain(wire::to_string(order.chain));
    if (to.ByteSizeLong() > limits::far_order_bytes_max)
        to.clear_chain(); // of very many events: the receiver may have it by a record
    if (to.ByteSizeLong() > limits::far_order_bytes_max)
        return fail(Errc::too_large, "far order");
    return wire::serialise(to);
}

Result<FarOrder> parse_far_order(ByteView bytes) {
    schema::FarOrder from;
    if (auto parsed = wire::parse_into(from, bytes, limits::far_order_bytes_max); !parsed)
        return fail(parsed.error());
    if (from.version() != far_order_version)
        return fail(Errc::unknown_version, "far order");
    if (auto sizes = check_sizes(from); !sizes)
        return fail(sizes.error());
    auto descriptor = log::get_descriptor(from.described());
    auto head = log::get_head(from.head());
    auto proof = log::get_hashes(from.proof(), limits::tree_range_hashes_max);
    auto order = network::parse_erasure(as_view(from.payload()));
    if (!descriptor)
        return fail(descriptor.error());
    if (!head)
        return fail(head.error());
    if (!proof)
        return fail(proof.error());
    if (!order)
        return fail(order.error());
    return FarOrder{
        *descriptor,
        Position{from.position()},
        to_bytes(as_view(from.header())),
        to_bytes(as_view(from.payload())),
        std::move(*head),
        std::move(*proof),
        to_bytes(as_view(from.chain())),
        std::move(*order)};
}

} // namespace staffroom::agreement
