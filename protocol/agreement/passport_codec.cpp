// Codec of passports and ends. Declared in agreement/passport. [W2] [A4] [A7]
#include "protocol/agreement/passport.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/log_shapes.hpp"
#include "protocol/wire/form/convert.hpp"

namespace staffroom::agreement {
namespace {

using wire::FieldRule;
using wire::FieldType;
using wire::MessageRule;

constexpr std::uint32_t passport_version = 1;

constexpr FieldRule passport_log_fields[] = {
    {1, FieldType::bytes},
    {2, FieldType::u32},
    {3, FieldType::bytes},
    {4, FieldType::bytes},
    {5, FieldType::bytes}};
constexpr MessageRule passport_log_rule{passport_log_fields};
constexpr FieldRule passport_fields[] = {
    {1, FieldType::u32},
    {2, FieldType::bytes},
    {3, FieldType::bytes},
    {4, FieldType::message, false, &passport_log_rule},
    {5, FieldType::u64},
    {6, FieldType::bytes},
    {7, FieldType::boolean},
    {8, FieldType::bytes}};
constexpr MessageRule passport_rule{passport_fields};
constexpr FieldRule end_pin_fields[] = {
    {1, FieldType::bytes}, {2, FieldType::u64}, {3, FieldType::bytes}};
constexpr MessageRule end_pin_rule{end_pin_fields};
constexpr FieldRule end_fields[] = {
    {1, FieldType::u32},
    {2, FieldType::bytes},
    {3, FieldType::bytes},
    {4, FieldType::bytes},
    {5, FieldType::message, true, &end_pin_rule}};
constexpr MessageRule end_rule{end_fields};

} // namespace

Digest passport_hash(ByteView bytes) {
    return crypto::hash(crypto::HashLabel::passport, bytes);
}

Digest end_hash(ByteView bytes) {
    return crypto::hash(crypto::HashLabel::agreement_end, bytes);
}

Bytes encode_passport(const Passport& passport) {
    schema::Passport to;
    to.set_version(passport_version);
    wire::set_bytes(to.mutable_agreement(), passport.agreement);
    wire::set_bytes(to.mutable_card(), passport.card);
    log::put_descriptor(to.mutable_described(), passport.descriptor);
    to.set_size(passport.size.value);
    wire::set_bytes(to.mutable_root(), passport.root);
    to.set_last(passport.last);
    if (passport.before)
        wire::set_bytes(to.mutable_before(), *passport.before);
    return wire::serialise(to);
}

Result<Passport> parse_passport(ByteView bytes) {
    constexpr std::size_t passport_bytes_max = limits::kib;
    schema::Passport from;
    if (auto parsed = wire::parse_strict_into(from, bytes, passport_rule, passport_bytes_max);
        !parsed)
        return fail(parsed.error());
    if (from.version() != passport_version)
        return fail(Errc::unknown_version, "passport");
    const auto agreement = wire::get_id<AgreementId>(from.agreement());
    const auto card = wire::get_id<Digest>(from.card());
    auto descriptor = log::get_descriptor(from.described());
    const auto root = wire::get_id<TreeHash>(from.root());
    if (!descriptor)
        return fail(descriptor.error());
    if (!agreement || !card || !root || descriptor->channel != log::Channel::records)
        return fail(Errc::malformed, "passport");
    Passport passport{*agreement, *card, *descriptor, LogSize{from.size()}, *root, from.last()};
    if (!from.before().empty()) {
        const auto before = wire::get_id<Digest>(from.before());
        if (!before)
            return fail(before.error());
        passport.before = *before;
    }
    return passport;
}

Bytes encode_end(const End& end) {
    schema::AgreementEnd to;
    to.set_version(passport_version);
    wire::set_bytes(to.mutable_agreement(), end.agreement);
    wire::set_bytes(to.mutable_network(), end.network);
    wire::set_bytes(to.mutable_card(), end.card);
    for (const log::LogPin& each : end.pins) {
        schema::LogPin* pin = to.add_pins();
        wire::set_bytes(pin->mutable_log(), each.log);
        pin->set_size(each.size.value);
        wire::set_bytes(pin->mutable_root(), each.root);
    }
    return wire::serialise(to);
}

Result<End> parse_end(ByteView bytes) {
    schema::AgreementEnd from;
    if (auto parsed = wire::parse_strict_into(from, bytes, end_rule, limits::statement_bytes_max);
        !parsed)
        return fail(parsed.error());
    if (from.version() != passport_version)
        return fail(Errc::unknown_version, "end of an agreement");
    if (static_cast<std::size_t>(from.pins_size()) > limits::agreement_pins_max)
        return fail(Errc::too_large, "pins of an end");
    const auto agreement = wire::get_id<AgreementId>(from.agreement());
    const auto network = wire::get_id<NetworkId>(from.network());
    const auto card = wire::get_id<Digest>(from.card());
    if (!agreement || !network || !card)
        return fail(Errc::malformed, "end of an agreement");
    End end{*agreement, *network, *card, {}};
    for (const schema::LogPin& each : from.pins()) {
        const auto log = wire::get_id<LogId>(each.log());
        const auto root = wire::get_id<TreeHash>(each.root());
        if (!log || !root || (!end.pins.empty() && !(end.pins.back().log < *log)))
            return fail(Errc::malformed, "pin of an end");
        end.pins.push_back({*log, LogSize{each.size()}, *root});
    }
    return end;
}

} // namespace staffroom::agreement
