// Codec of what another network says of an order. Declared in agreement/erasing/far_receipt. [W2]
// [E10]
#include "protocol/agreement/erasing/far_receipt.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/wire/form/convert.hpp"
#include "protocol/wire/form/schema.pb.h"
#include "protocol/wire/form/strict.hpp"

namespace staffroom::agreement {
namespace {

constexpr std::uint32_t far_receipt_version = 1;
constexpr std::size_t far_name_bytes_max = 200; // as on a card
constexpr wire::FieldRule far_receipt_fields[] = {
    {1, wire::FieldType::u32},
    {2, wire::FieldType::bytes},
    {3, wire::FieldType::u32},
    {4, wire::FieldType::u32},
    {5, wire::FieldType::u64},
    {6, wire::FieldType::bytes},
    {7, wire::FieldType::bytes}};
constexpr wire::MessageRule far_receipt_rule{far_receipt_fields};

} // namespace

Bytes encode_far_receipt(const FarReceipt& receipt) {
    schema::FarReceipt to;
    to.set_version(far_receipt_version);
    wire::set_bytes(to.mutable_order(), receipt.order);
    to.set_schools(receipt.schools);
    to.set_erased(receipt.erased);
    to.set_since_ms(receipt.since.ms);
    if (receipt.beyond) {
        wire::set_bytes(to.mutable_beyond(), receipt.beyond->network);
        to.set_beyond_name(receipt.beyond->name);
    }
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
    const bool is_beyond = !from.beyond().empty();
    if (!order || (from.schools() == 0 && !is_beyond) ||
        from.schools() > limits::schools_per_network_max || from.erased() > from.schools() ||
        from.beyond_name().empty() == is_beyond)
        return fail(Errc::malformed, "far receipt");
    FarReceipt receipt{*order, from.schools(), from.erased(), WallTime{from.since_ms()}};
    if (!is_beyond)
        return receipt;
    const auto beyond = wire::get_id<NetworkId>(from.beyond());
    if (!beyond || from.beyond_name().size() > far_name_bytes_max ||
        first_unreadable_byte(from.beyond_name()))
        return fail(Errc::malformed, "far receipt");
    receipt.beyond = FarReceipt::Beyond{*beyond, from.beyond_name()};
    return receipt;
}

} // namespace staffroom::agreement
