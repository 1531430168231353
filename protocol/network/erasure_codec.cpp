// Codec of orders to erase and of receipts. Declared in network/erasure. [W2] [E1] [E6]
#include "protocol/base/limits.hpp"
#include "protocol/network/erasure.hpp"
#include "protocol/wire/form/convert.hpp"
#include "protocol/wire/form/schema.pb.h"
#include "protocol/wire/form/strict.hpp"

namespace staffroom::network {
namespace {

using wire::FieldRule;
using wire::FieldType;
using wire::get_id;
using wire::MessageRule;
using wire::set_bytes;

constexpr std::uint32_t erasure_version = 1;

constexpr FieldRule erase_fields[] = {
    {1, FieldType::bytes}, {2, FieldType::bytes, true}, {3, FieldType::u32}, {4, FieldType::u32}};
constexpr MessageRule erase_rule{erase_fields};
constexpr FieldRule order_fields[] = {
    {1, FieldType::u32}, {30, FieldType::message, false, &erase_rule}};
constexpr MessageRule order_rule{order_fields};

constexpr FieldRule carried_out_fields[] = {{1, FieldType::bytes}, {2, FieldType::u64}};
constexpr MessageRule carried_out_rule{carried_out_fields};
constexpr FieldRule receipt_fields[] = {
    {1, FieldType::u32},
    {2, FieldType::u64},
    {3, FieldType::message, true, &carried_out_rule},
};
constexpr MessageRule receipt_rule{receipt_fields};

template <class Code> Result<Code> get_code(std::uint32_t raw, Code last, const char* what) {
    if (raw < 1 || raw > static_cast<std::uint32_t>(last))
        return fail(Errc::unknown_value, what);
    return static_cast<Code>(raw);
}

} // namespace

Bytes encode_erasure(const ErasureOrder& order) {
    schema::ErasureOrder to;
    to.set_version(erasure_version);
    schema::Erase* erase = to.mutable_erase();
    set_bytes(erase->mutable_school(), order.school);
    for (const RevisionId& entry : order.entries)
        set_bytes(erase->add_entries(), entry);
    erase->set_kind(static_cast<std::uint32_t>(order.kind));
    erase->set_reason(static_cast<std::uint32_t>(order.reason));
    return wire::serialise(to);
}

Result<ErasureOrder> parse_erasure(ByteView bytes) {
    schema::ErasureOrder from;
    if (auto parsed = wire::parse_strict_into(from, bytes, order_rule, limits::operation_bytes_max);
        !parsed)
        return fail(parsed.error());
    if (from.version() != erasure_version)
        return fail(Errc::unknown_version, "erasure");
    const schema::Erase& erase = from.erase();
    const auto count = static_cast<std::size_t>(erase.entries_size());
    if (count > limits::erasure_entries_max)
        return fail(Errc::too_large, "entries of an erasure");
    const auto school = get_id<SchoolId>(erase.school());
    if (!school || count == 0)
        return fail(Errc::malformed, "erasure");
    const auto kind = get_code(erase.kind(), ErasureKind::files_only, "kind of an erasure");
    const auto reason = get_code(erase.reason(), ErasureReason::retention, "reason of an erasure");
    if (!kind || !reason)
        return fail(kind ? reason.error() : kind.error());
    ErasureOrder order{*school, {}, *kind, *reason};
    for (const std::string& field : erase.entries()) {
        const auto entry = get_id<RevisionId>(field);
        // Ascending, so that one list has one form.
        if (!entry || (!order.entries.empty() && !(order.entries.back() < *entry)))
            return fail(Errc::malformed, "entries of an erasure");
        order.entries.push_back(*entry);
    }
    return order;
}

Bytes encode_receipt(const ErasureReceipt& receipt) {
    schema::ErasureReceipt to;
    to.set_version(erasure_version);
    to.set_since_ms(receipt.since.ms);
    for (const CarriedOut& each : receipt.logs) {
        schema::CarriedOut* log = to.add_logs();
        set_bytes(log->mutable_log(), each.log);
        log->set_size(each.size.value);
    }
    return wire::serialise(to);
}

Result<ErasureReceipt> parse_receipt(ByteView bytes) {
    schema::ErasureReceipt from;
    if (auto parsed = wire::parse_strict_into(from, bytes, receipt_rule, limits::notice_bytes_max);
        !parsed)
        return fail(parsed.error());
    if (from.version() != erasure_version)
        return fail(Errc::unknown_version, "receipt");
    if (static_cast<std::size_t>(from.logs_size()) > limits::erasure_logs_max)
        return fail(Errc::too_large, "logs of a receipt");
    ErasureReceipt receipt{WallTime{from.since_ms()}, {}};
    for (const schema::CarriedOut& each : from.logs()) {
        const auto log = get_id<LogId>(each.log());
        if (!log || (!receipt.logs.empty() && !(receipt.logs.back().log < *log)))
            return fail(Errc::malformed, "logs of a receipt");
        receipt.logs.push_back({*log, LogSize{each.size()}});
    }
    return receipt;
}

} // namespace staffroom::network
