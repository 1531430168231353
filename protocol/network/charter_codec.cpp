// Codec of what members write of charters. Declared in network/charter. [N8] [W2]
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/network/charter.hpp"
#include "protocol/wire/form/convert.hpp"
#include "protocol/wire/form/schema.pb.h"
#include "protocol/wire/form/strict.hpp"

namespace staffroom::network {
namespace {

using wire::FieldRule;
using wire::FieldType;
using wire::MessageRule;

constexpr std::uint32_t charter_version = 1;

constexpr FieldRule revised_fields[] = {{1, FieldType::bytes}, {2, FieldType::bytes}};
constexpr MessageRule revised_rule{revised_fields};
constexpr FieldRule signed_fields[] = {{1, FieldType::bytes}};
constexpr MessageRule signed_rule{signed_fields};
constexpr FieldRule charter_act_fields[] = {
    {1, FieldType::u32},
    {40, FieldType::message, false, &revised_rule},
    {41, FieldType::message, false, &signed_rule}};
constexpr MessageRule charter_act_rule{charter_act_fields, 40};

} // namespace

Bytes encode_charter_act(const CharterAct& act) {
    schema::CharterAct to;
    to.set_version(charter_version);
    if (const auto* revision = std::get_if<CharterRevised>(&act)) {
        wire::set_bytes(to.mutable_revised()->mutable_follows(), revision->follows);
        to.mutable_revised()->set_text(revision->text);
    } else {
        wire::set_bytes(
            to.mutable_signed_by()->mutable_charter(), std::get<CharterSigned>(act).charter
        );
    }
    return wire::serialise(to);
}

Result<CharterAct> parse_charter_act(ByteView bytes) {
    schema::CharterAct from;
    if (auto parsed =
            wire::parse_strict_into(from, bytes, charter_act_rule, limits::operation_bytes_max);
        !parsed)
        return fail(parsed.error());
    if (from.version() != charter_version)
        return fail(Errc::unknown_version, "charter");
    switch (from.act_case()) {
    case schema::CharterAct::kRevised: {
        const auto follows = wire::get_id<Digest>(from.revised().follows());
        const std::string& text = from.revised().text();
        if (text.size() > limits::charter_bytes_max)
            return fail(Errc::too_large, "charter");
        if (!follows || text.empty() || first_unreadable_byte(text))
            return fail(Errc::malformed, "charter");
        return CharterAct(CharterRevised{*follows, text});
    }
    case schema::CharterAct::kSignedBy: {
        const auto charter = wire::get_id<Digest>(from.signed_by().charter());
        if (!charter)
            return fail(charter.error());
        return CharterAct(CharterSigned{*charter});
    }
    case schema::CharterAct::ACT_NOT_SET: break;
    }
    return fail(Errc::malformed, "charter without an act");
}

} // namespace staffroom::network
