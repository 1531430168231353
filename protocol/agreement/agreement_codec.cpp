// Codec of agreements and of signed statements. Declared in agreement/agreement and
// agreement/signatures. [W2] [A1]
#include "protocol/agreement/agreement.hpp"
#include "protocol/agreement/signature_shapes.hpp"
#include "protocol/agreement/terms_shapes.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/wire/form/schema.pb.h"

#include <algorithm>
#include <iterator>

namespace staffroom::agreement {
namespace {

using wire::FieldRule;
using wire::FieldType;
using wire::MessageRule;

constexpr std::uint32_t agreement_version = 1;
/// An envelope holds a statement and a signature of each coordinator of one side or of both.
constexpr std::size_t signed_bytes_max =
    limits::statement_bytes_max + 2 * limits::statement_signatures_max * 160;

constexpr FieldRule agreement_side_fields[] = {
    {1, FieldType::bytes}, {2, FieldType::bytes}, {3, FieldType::message, false, &terms_rule}};
constexpr MessageRule agreement_side_rule{agreement_side_fields};
constexpr FieldRule agreement_fields[] = {
    {1, FieldType::u32},
    {2, FieldType::bytes},
    {3, FieldType::u32},
    {4, FieldType::message, false, &agreement_side_rule},
    {5, FieldType::message, false, &agreement_side_rule},
    {6, FieldType::u64},
    {7, FieldType::u64},
    {8, FieldType::bytes}};
constexpr MessageRule agreement_rule{agreement_fields};

void put_agreement_side(schema::AgreementSide* to, const Side& side) {
    wire::set_bytes(to->mutable_network(), side.network);
    wire::set_bytes(to->mutable_card(), side.card);
    put_terms(to->mutable_gives(), side.gives);
}

Result<Side> get_agreement_side(const schema::AgreementSide& from) {
    const auto network = wire::get_id<NetworkId>(from.network());
    const auto card = wire::get_id<Digest>(from.card());
    auto terms = get_terms(from.gives());
    if (!network || !card)
        return fail(Errc::malformed, "side of an agreement");
    if (!terms)
        return fail(terms.error());
    return Side{*network, *card, std::move(*terms)};
}

} // namespace

const Side* Agreement::side_of(const NetworkId& network) const {
    if (one.network == network)
        return &one;
    return other.network == network ? &other : nullptr;
}

const Side* Agreement::side_facing(const NetworkId& network) const {
    if (one.network == network)
        return &other;
    return other.network == network ? &one : nullptr;
}

Terms common_terms(const Terms& a, const Terms& b) {
    Terms both{{}, a.pass_on && b.pass_on, {}, a.passed_on && b.passed_on};
    std::ranges::set_intersection(a.kinds, b.kinds, std::back_inserter(both.kinds));
    if (a.onward.empty() || b.onward.empty())
        both.onward = a.onward.empty() ? b.onward : a.onward;
    else
        std::ranges::set_intersection(a.onward, b.onward, std::back_inserter(both.onward));
    // An empty list names every network.
    if (both.onward.empty() && !(a.onward.empty() && b.onward.empty()))
        both.pass_on = false;
    return both;
}

AgreementId agreement_id(ByteView bytes) {
    return crypto::hash_as<AgreementId>(crypto::HashLabel::agreement, bytes);
}

SharingId link_of(const Agreement& agreement, const AgreementId& id) {
    return agreement.link.value_or(SharingId(id.raw()));
}

Bytes encode_agreement(const Agreement& agreement) {
    schema::Agreement to;
    to.set_version(agreement_version);
    if (agreement.link)
        wire::set_bytes(to.mutable_link(), *agreement.link);
    to.set_number(agreement.number);
    put_agreement_side(to.mutable_one(), agreement.one);
    put_agreement_side(to.mutable_other(), agreement.other);
    to.set_until_ms(agreement.until.ms);
    to.set_review_ms(agreement.review.ms);
    wire::set_bytes(to.mutable_nonce(), agreement.nonce);
    return wire::serialise(to);
}

Result<Agreement> parse_agreement(ByteView bytes) {
    schema::Agreement from;
    if (auto parsed =
            wire::parse_strict_into(from, bytes, agreement_rule, limits::statement_bytes_max);
        !parsed)
        return fail(parsed.error());
    if (from.version() != agreement_version)
        return fail(Errc::unknown_version, "agreement");
    auto one = get_agreement_side(from.one());
    auto other = get_agreement_side(from.other());
    const auto nonce = wire::get_id<Digest>(from.nonce());
    if (!one)
        return fail(one.error());
    if (!other)
        return fail(other.error());
    if (!nonce || !(one->network < other->network))
        return fail(Errc::malformed, "agreement");
    if (from.review_ms() > from.until_ms())
        return fail(Errc::malformed, "an agreement that is looked at when it has ended");
    Agreement agreement{
        std::nullopt,
        from.number(),
        std::move(*one),
        std::move(*other),
        WallTime{from.until_ms()},
        WallTime{from.review_ms()},
        *nonce};
    if (!from.link().empty()) {
        const auto link = wire::get_id<SharingId>(from.link());
        if (!link)
            return fail(link.error());
        agreement.link = *link;
    }
    if (agreement.link.has_value() != (agreement.number > 0))
        return fail(Errc::malformed, "number of an agreement");
    return agreement;
}

Bytes encode_statement(const SignedStatement& statement) {
    schema::SignedStatement to;
    put_statement(&to, statement);
    return wire::serialise(to);
}

Result<SignedStatement> parse_statement(ByteView bytes) {
    schema::SignedStatement from;
    if (auto parsed = wire::parse_into(from, bytes, signed_bytes_max); !parsed)
        return fail(parsed.error());
    return get_statement(from);
}

Bytes encode_signed_agreement(const SignedAgreement& agreement) {
    schema::SignedAgreement to;
    to.set_agreement(wire::to_string(agreement.bytes));
    put_signatures(to.mutable_one(), agreement.one);
    put_signatures(to.mutable_other(), agreement.other);
    return wire::serialise(to);
}

Result<SignedAgreement> parse_signed_agreement(ByteView bytes) {
    schema::SignedAgreement from;
    if (auto parsed = wire::parse_into(from, bytes, signed_bytes_max); !parsed)
        return fail(parsed.error());
    if (from.agreement().size() > limits::statement_bytes_max)
        return fail(Errc::too_large, "agreement");
    auto one = get_signatures(from.one());
    auto other = get_signatures(from.other());
    if (!one)
        return fail(one.error());
    if (!other)
        return fail(other.error());
    return SignedAgreement{to_bytes(as_view(from.agreement())), std::move(*one), std::move(*other)};
}

} // namespace staffroom::agreement
