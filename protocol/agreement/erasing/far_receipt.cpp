#include "protocol/agreement/erasing/far_receipt.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/wire/form/convert.hpp"
#include "protocol/wire/form/schema.pb.h"
#include "protocol/wire/form/strict.hpp"

#include <algorithm>

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

/// Who speaks for a network to another one, ascending.
std::vector<SchoolId> speakers_of(const Card& card) {
    std::vector<SchoolId> schools = card.coordinators;
    for (const Gateway& gateway : card.gateways)
        schools.push_back(gateway.school);
    std::ranges::sort(schools);
    schools.erase(std::unique(schools.begin(), schools.end()), schools.end());
    return schools;
}

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

SignedStatement sign_far_receipt(const FarReceipt& receipt, const Signatory& who) {
    Bytes bytes = encode_far_receipt(receipt);
    Signatures signatures{sign_for(who, crypto::SignLabel::far_receipt, bytes)};
    return {std::move(bytes), std::move(signatures)};
}

std::optional<FarReceipt> read_far_receipt(
    const SignedStatement& statement,
    const Card& card,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier
) {
    const auto receipt = parse_far_receipt(statement.bytes);
    if (!receipt)
        return std::nullopt;
    const std::vector<SchoolId> speakers = speakers_of(card);
    const std::size_t count = count_signatures(
        statement, crypto::SignLabel::far_receipt, {card.network, speakers, chain_of}, 1, verifier
    );
    return count == 0 ? std::nullopt : std::optional(*receipt);
}

} // namespace staffroom::agreement
