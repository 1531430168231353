// Codec of what another network says of an order. Declared in agreement/erasing/far_receipt. [W2]
// [E10]
#include "protocol/agreement/erasing/far_receipt.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/wire/form/convert.hpp"
#include "protocol/wire/form/schema.pb.h"
#include "protocol/wire/form/strict.hpp"

namespace staffroom::agreement {
namespace {

constexpr std::uint32_t far_receipt_version = 1;
constexpr wire::FieldRule far_receipt_fields[] = {
    {1, wire::FieldType::u32},
    {2, wire::FieldType::bytes},
    {3, wire::FieldType::u32},
    {4, wire::FieldType::u32},
    {5, wire::FieldType::u64}};
constexpr wire::MessageRule far_receipt_rule{far_receipt_fields};

} // namespace

Bytes encode_far_receipt(const FarReceipt& receipt) {
    schema::FarReceipt to;
    to.set_version(far_receipt_version);
    wire::set_bytes(to.mutable_order(), receipt.order);
    to.set_schools(receipt.schools);
    to.set_erased(receipt.erased);
    to.set_since_ms(receipt.since.ms);
    return wire::serialise(to);
}

Result<FarReceipt> parse_far_receipt(ByteView bytes) {
    schema::FarReceipt from;
    if (auto parsed =
            wire::parse_strict_into(from, bytes, far_receipt_rule, limits::far_receipt_bytes_max);
        !parsed)
        return fail(parsed.error());
    if (from.version() != far_receipt_version)
        return fail(Errc::unknown_version, "far receipt");
    const auto order = wire::get_id<RevisionId>(from.order());
    if (!order || from.schools() == 0 || from.schools() > limits::schools_per_network_max ||
        from.erased() > from.schools())
        return fail(Errc::malformed, "far receipt");
    return FarReceipt{*order, from.schools(), from.erased(), WallTime{from.since_ms()}};
}

} // namespace staffroom::agreement
