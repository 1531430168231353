// Codec of the operations of a network. Declared in network/operations. [W2]
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/network/operations.hpp"
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

constexpr std::uint32_t operation_version = 1;

constexpr FieldRule invite_fields[] = {
    {1, FieldType::bytes}, {2, FieldType::bytes}, {3, FieldType::u64}, {4, FieldType::bytes}};
constexpr MessageRule invite_rule{invite_fields};
constexpr FieldRule admit_fields[] = {
    {1, FieldType::bytes},
    {2, FieldType::bytes},
    {3, FieldType::bytes},
    {4, FieldType::bytes},
    {5, FieldType::bytes},
};
constexpr MessageRule admit_rule{admit_fields};
constexpr FieldRule join_fields[] = {{1, FieldType::bytes}, {2, FieldType::bytes}};
constexpr MessageRule join_rule{join_fields};
constexpr FieldRule one_id_fields[] = {{1, FieldType::bytes}};
constexpr MessageRule one_id_rule{one_id_fields};

constexpr MessageRule seen_rule{};
constexpr FieldRule pin_fields[] = {
    {1, FieldType::bytes}, {2, FieldType::u64}, {3, FieldType::bytes}};
constexpr MessageRule pin_rule{pin_fields};
constexpr FieldRule role_fields[] = {
    {1, FieldType::bytes},
    {2, FieldType::u32},
    {3, FieldType::u64},
    {4, FieldType::message, true, &pin_rule},
};
constexpr MessageRule role_rule{role_fields};
constexpr FieldRule closing_fields[] = {
    {1, FieldType::bytes}, {2, FieldType::u32}, {3, FieldType::message, true, &pin_rule}};
constexpr MessageRule closing_rule{closing_fields};
constexpr FieldRule resume_fields[] = {{1, FieldType::bytes}, {2, FieldType::u32}};
constexpr MessageRule resume_rule{resume_fields};
constexpr FieldRule leave_fields[] = {
    {1, FieldType::u32}, {2, FieldType::message, true, &pin_rule}};
constexpr MessageRule leave_rule{leave_fields};

constexpr FieldRule operation_fields[] = {
    {1, FieldType::u32},
    {2, FieldType::bytes, true},
    {10, FieldType::message, false, &invite_rule},
    {11, FieldType::message, false, &admit_rule},
    {12, FieldType::message, false, &join_rule},
    {13, FieldType::message, false, &one_id_rule},
    {14, FieldType::message, false, &role_rule},
    {15, FieldType::message, false, &one_id_rule},
    {16, FieldType::message, false, &seen_rule},
    {17, FieldType::message, false, &closing_rule},
    {18, FieldType::message, false, &resume_rule},
    {19, FieldType::message, false, &closing_rule},
    {20, FieldType::message, false, &leave_rule},
    {21, FieldType::message, false, &one_id_rule},
    {22, FieldType::message, false, &one_id_rule},
};
constexpr std::uint32_t first_act = 10;
constexpr MessageRule operation_rule{operation_fields, first_act};

// What is no operation begins behind these: an order to erase has field 30. [E1]
constexpr std::uint32_t first_later_act = 23;
constexpr std::uint32_t last_later_act = 29;

struct ActWriter {
    schema::Operation& to;

    void operator()(const Invite& act) const {
        set_bytes(to.mutable_invite()->mutable_psk(), act.psk);
        set_bytes(to.mutable_invite()->mutable_admit_key(), act.admit_key);
        to.mutable_invite()->set_ends_ms(act.ends.ms);
        if (act.bound)
            set_bytes(to.mutable_invite()->mutable_bound(), *act.bound);
    }
    void operator()(const Admit& act) const {
        schema::Admit* admit = to.mutable_admit();
        set_bytes(admit->mutable_invite(), act.invite);
        set_bytes(admit->mutable_school(), act.school);
        admit->set_inception(wire::to_string(act.inception));
        set_bytes(admit->mutable_handshake_hash(), act.handshake_hash);
        set_bytes(admit->mutable_signature(), act.signature);
    }
    void operator()(const Join& act) const {
        set_bytes(to.mutable_join()->mutable_admit(), act.admit);
        set_bytes(to.mutable_join()->mutable_charter_hash(), act.charter_hash);
    }
    void operator()(const ConfirmAdmit& act) const {
        set_bytes(to.mutable_confirm_admit()->mutable_admit(), act.admit);
    }
    void operator()(const SetRole& act) const {
        set_bytes(to.mutable_set_role()->mutable_school(), act.school);
        to.mutable_set_role()->set_role(static_cast<std::uint32_t>(act.role));
        if (act.until)
            to.mutable_set_role()->set_until_ms(act.until->ms);
        set_pins(*to.mutable_set_role(), act.pins);
    }
    void operator()(const EndInvite& act) const {
        set_bytes(to.mutable_end_invite()->mutable_invite(), act.invite);
    }
    void operator()(const Seen& /*act*/) const { to.mutable_seen_only(); }
    void operator()(const Suspend& act) const { set_standing(*to.mutable_suspend(), act); }
    void operator()(const Resume& act) const { set_standing(*to.mutable_resume(), act); }
    void operator()(const Remove& act) const { set_standing(*to.mutable_remove(), act); }
    void operator()(const Leave& act) const {
        to.mutable_leave()->set_reason(static_cast<std::uint32_t>(act.reason));
        set_pins(*to.mutable_leave(), act.pins);
    }
    void operator()(const Confirm& act) const {
        set_bytes(to.mutable_confirm()->mutable_closing(), act.closing);
    }
    void operator()(const NameSuccessor& act) const {
        schema::NameSuccessor* name = to.mutable_name_successor();
        if (act.successor)
            set_bytes(name->mutable_successor(), *act.successor);
    }
    void operator()(const LaterAct& /*act*/) const {} // no field of this version

private:
    template <class One> static void set_standing(schema::Standing& standing, const One& act) {
        set_bytes(standing.mutable_school(), act.school);
        standing.set_reason(static_cast<std::uint32_t>(act.reason));
        if constexpr (requires { act.pins; })
            set_pins(standing, act.pins);
    }
    template <class Message> static void set_pins(Message& message, const Pins& pins) {
        for (const log::LogPin& pin : pins) {
            schema::LogPin* added = message.add_pins();
            set_bytes(added->mutable_log(), pin.log);
            added->set_size(pin.size.value);
            set_bytes(added->mutable_root(), pin.root);
        }
    }
};

Result<Act> get_invite(const schema::Invite& from) {
    auto psk = crypto::Secret32::from(as_view(from.psk()));
    auto key = get_id<SigningPublicKey>(from.admit_key());
    if (!psk || !key)
        return fail(Errc::malformed, "invite");
    Invite invite{std::move(*psk), *key, WallTime{from.ends_ms()}};
    if (!from.bound().empty()) {
        const auto bound = get_id<Signature>(from.bound());
        if (!bound)
            return fail(Errc::malformed, "the signature of an invite");
        invite.bound = *bound;
    }
    return Act(std::move(invite));
}

Result<Act> get_admit(const schema::Admit& from) {
    auto invite = get_id<RevisionId>(from.invite());
    auto school = get_id<SchoolId>(from.school());
    auto handshake = get_id<Digest>(from.handshake_hash());
    auto signature = get_id<Signature>(from.signature());
    if (!invite || !school || !handshake || !signature)
        return fail(Errc::malformed, "admit");
    Bytes inception = to_bytes(as_view(from.inception()));
    if (crypto::hash_as<SchoolId>(crypto::HashLabel::inception, inception) != *school)
        return fail(Errc::malformed, "an inception of another school");
    return Act(Admit{*invite, *school, std::move(inception), *handshake, *signature});
}

template <class One> Result<Act> get_one_id(const std::string& field) {
    auto id = get_id<RevisionId>(field);
    if (!id)
        return fail(id.error());
    return Act(One{*id});
}

Result<Act> get_join(const schema::Join& from) {
    auto admit = get_id<RevisionId>(from.admit());
    auto charter = get_id<Digest>(from.charter_hash());
    if (!admit || !charter)
        return fail(Errc::malformed, "join");
    return Act(Join{*admit, *charter});
}

/// Ascending by log: each log is named once.
template <class Message> Result<Pins> get_pins(const Message& from) {
    if (static_cast<std::size_t>(from.pins_size()) > limits::closing_pins_max)
        return fail(Errc::too_large, "pins");
    Pins pins;
    for (const schema::LogPin& pin : from.pins()) {
        auto log = get_id<LogId>(pin.log());
        auto root = get_id<TreeHash>(pin.root());
        if (!log || !root || (!pins.empty() && *log <= pins.back().log))
            return fail(Errc::malformed, "pin");
        pins.push_back({*log, LogSize{pin.size()}, *root});
    }
    return pins;
}

Result<Act> get_set_role(const schema::SetRole& from) {
    auto school = get_id<SchoolId>(from.school());
    auto pins = get_pins(from);
    if (!school)
        return fail(school.error());
    if (!pins)
        return fail(pins.error());
    if (from.role() < 1 || from.role() > 3)
        return fail(Errc::unknown_value, "role");
    SetRole act{*school, static_cast<Role>(from.role()), std::nullopt, std::move(*pins)};
    if (from.until_ms() != 0)
        act.until = WallTime{from.until_ms()};
    return Act(std::move(act));
}

template <class One> Result<Act> get_standing(const schema::Standing& from) {
    auto school = get_id<SchoolId>(from.school());
    auto reason = parse_reason(from.reason());
    if (!school)
        return fail(school.error());
    if (!reason)
        return fail(reason.error());
    if constexpr (requires(One one) { one.pins; }) {
        auto pins = get_pins(from);
        if (!pins)
            return fail(pins.error());
        return Act(One{*school, *reason, std::move(*pins)});
    } else {
        return Act(One{*school, *reason});
    }
}

Result<Act> get_leave(const schema::Leave& from) {
    auto reason = parse_reason(from.reason());
    auto pins = get_pins(from);
    if (!reason)
        return fail(reason.error());
    if (!pins)
        return fail(pins.error());
    return Act(Leave{*reason, std::move(*pins)});
}

Result<Act> get_name_successor(const schema::NameSuccessor& from) {
    if (from.successor().empty())
        return Act(NameSuccessor{});
    const auto successor = get_id<SchoolId>(from.successor());
    if (!successor)
        return fail(successor.error());
    return Act(NameSuccessor{*successor});
}

Result<Act> get_act(const schema::Operation& from) {
    switch (from.act_case()) {
    case schema::Operation::kInvite: return get_invite(from.invite());
    case schema::Operation::kAdmit: return get_admit(from.admit());
    case schema::Operation::kJoin: return get_join(from.join());
    case schema::Operation::kConfirmAdmit:
        return get_one_id<ConfirmAdmit>(from.confirm_admit().admit());
    case schema::Operation::kSetRole: return get_set_role(from.set_role());
    case schema::Operation::kEndInvite: return get_one_id<EndInvite>(from.end_invite().invite());
    case schema::Operation::kSeenOnly: return Act(Seen{});
    case schema::Operation::kSuspend: return get_standing<Suspend>(from.suspend());
    case schema::Operation::kResume: return get_standing<Resume>(from.resume());
    case schema::Operation::kRemove: return get_standing<Remove>(from.remove());
    case schema::Operation::kLeave: return get_leave(from.leave());
    case schema::Operation::kConfirm: return get_one_id<Confirm>(from.confirm().closing());
    case schema::Operation::kNameSuccessor: return get_name_successor(from.name_successor());
    case schema::Operation::ACT_NOT_SET: break;
    }
    return fail(Errc::malformed, "operation without an act");
}

/// A school that has a newer version writes an act that others do not know. Were it nothing to
/// them, all that ever builds on it would wait, and their rosters would stand still. So the past
/// that it names is read, and nothing else. [N2]
std::optional<LaterAct> find_later_act(ByteView bytes) {
    for (std::uint32_t number = first_later_act; number <= last_later_act; ++number) {
        const FieldRule fields[] = {
            {1, FieldType::u32}, {2, FieldType::bytes, true}, {number, FieldType::bytes}};
        if (wire::check_strict(bytes, MessageRule{fields, first_act}))
            return LaterAct{number};
    }
    return std::nullopt;
}

/// Reads what is known of it, and finds a later act where it has one.
Result<std::optional<LaterAct>> parse_form(schema::Operation& into, ByteView bytes) {
    const auto known =
        wire::parse_strict_into(into, bytes, operation_rule, limits::operation_bytes_max);
    if (known)
        return std::optional<LaterAct>{};
    if (known.error().code != Errc::not_strict)
        return fail(known.error());
    const auto later = find_later_act(bytes);
    if (!later)
        return fail(known.error());
    if (const auto parsed = wire::parse_into(into, bytes, limits::operation_bytes_max); !parsed)
        return fail(parsed.error());
    return later;
}

/// The tag of the field and a length of none: what else it said nobody here knows.
void append_later_act(Bytes& bytes, std::uint32_t number) {
    constexpr std::uint32_t bytes_type = 2;
    const std::uint32_t tag = number << 3U | bytes_type;
    bytes.push_back(static_cast<std::uint8_t>(tag | 0x80U));
    bytes.push_back(static_cast<std::uint8_t>(tag >> 7U));
    bytes.push_back(0);
}

} // namespace

Result<Reason> parse_reason(std::uint32_t raw) {
    if (raw < static_cast<std::uint32_t>(Reason::own_wish) ||
        raw > static_cast<std::uint32_t>(Reason::mistake))
        return fail(Errc::unknown_value, "reason");
    return static_cast<Reason>(raw);
}

Bytes encode_operation(const Operation& operation) {
    schema::Operation to;
    to.set_version(operation_version);
    for (const RevisionId& seen : operation.seen)
        set_bytes(to.add_seen(), seen);
    std::visit(ActWriter{to}, operation.act);
    Bytes bytes = wire::serialise(to);
    if (const auto* later = std::get_if<LaterAct>(&operation.act))
        append_later_act(bytes, later->number);
    return bytes;
}

Result<Operation> parse_operation(ByteView bytes) {
    schema::Operation from;
    const auto later = parse_form(from, bytes);
    if (!later)
        return fail(later.error());
    if (from.version() != operation_version)
        return fail(Errc::unknown_version, "operation");
    if (static_cast<std::size_t>(from.seen_size()) > limits::operation_seen_max)
        return fail(Errc::too_large, "operations seen");
    std::vector<RevisionId> seen;
    for (const std::string& field : from.seen()) {
        auto id = get_id<RevisionId>(field);
        if (!id)
            return fail(id.error());
        seen.push_back(*id);
    }
    auto act = *later ? Result<Act>(**later) : get_act(from);
    if (!act)
        return fail(act.error());
    return Operation{std::move(seen), std::move(*act)};
}

Bytes admission_statement(
    const Digest& handshake_hash, const SchoolId& school, const Digest& charter_hash
) {
    Bytes statement;
    append(statement, handshake_hash.view());
    append(statement, school.view());
    append(statement, charter_hash.view());
    return statement;
}

} // namespace staffroom::network
