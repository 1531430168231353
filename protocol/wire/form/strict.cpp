#include "protocol/wire/form/strict.hpp"

#include <google/protobuf/io/coded_stream.h>

#include <limits>
#include <vector>

namespace staffroom::wire {
namespace {

constexpr std::uint32_t wire_varint = 0;
constexpr std::uint32_t wire_bytes = 2;

struct Pending {
    ByteView message;
    const MessageRule* rule;
};

const FieldRule* find_rule(const MessageRule& rule, std::uint32_t number) {
    for (const FieldRule& field : rule.fields) {
        if (field.number == number)
            return &field;
    }
    return nullptr;
}

std::uint64_t largest(FieldType type) {
    switch (type) {
    case FieldType::boolean: return 1;
    case FieldType::u32: return std::numeric_limits<std::uint32_t>::max();
    case FieldType::u64:
    case FieldType::bytes:
    case FieldType::message: break;
    }
    return std::numeric_limits<std::uint64_t>::max();
}

/// A memory of the fields that came before, so that order and repetition can be judged.
struct FieldOrder {
    std::uint32_t last = 0;
    bool act_seen = false;

    [[nodiscard]] bool admits(std::uint32_t number, bool repeated, const MessageRule& rule) {
        if (number < last || (number == last && !repeated))
            return false;
        const bool is_act =
            rule.one_of_from != 0 && number >= rule.one_of_from && number < ignorable_from;
        if (is_act && act_seen)
            return false;
        act_seen = act_seen || is_act;
        last = number;
        return true;
    }
};

/// Reads the value behind a tag and puts a nested message on `pending`.
Result<void> read_value(
    google::protobuf::io::CodedInputStream& input,
    const Pending& at,
    std::uint32_t tag,
    const FieldRule* field,
    std::vector<Pending>& pending
) {
    const std::uint32_t wire_type = tag & 7U;
    if (wire_type == wire_varint) {
        std::uint64_t value = 0;
        if (!input.ReadVarint64(&value))
            return fail(Errc::truncated, "varint");
        if (field != nullptr && (field->type == FieldType::bytes ||
                                 field->type == FieldType::message || value > largest(field->type)))
            return fail(Errc::not_strict, "value out of its field's width");
        return {};
    }
    if (wire_type != wire_bytes)
        return fail(Errc::not_strict, "wire type");
    // Reads all 64 bits: ReadVarint32 drops the upper half, and a length of 2^32 would pass for 0.
    std::uint64_t length = 0;
    if (!input.ReadVarint64(&length))
        return fail(Errc::truncated, "length");
    const auto begin = static_cast<std::size_t>(input.CurrentPosition());
    if (length > at.message.size() - begin || !input.Skip(static_cast<int>(length)))
        return fail(Errc::truncated, "field");
    if (field == nullptr)
        return {};
    if (field->type != FieldType::bytes && field->type != FieldType::message)
        return fail(Errc::not_strict, "bytes where a number belongs");
    if (field->type == FieldType::message)
        pending.push_back({at.message.subspan(begin, length), field->nested});
    return {};
}

Result<void> check_level(const Pending& at, std::vector<Pending>& pending) {
    google::protobuf::io::CodedInputStream input(
        at.message.data(), static_cast<int>(at.message.size())
    );
    FieldOrder order;
    while (static_cast<std::size_t>(input.CurrentPosition()) < at.message.size()) {
        const std::uint32_t tag = input.ReadTag();
        const std::uint32_t number = tag >> 3U;
        if (number == 0)
            return fail(Errc::truncated, "tag");
        const FieldRule* field = find_rule(*at.rule, number);
        const bool is_ignorable = number >= ignorable_from && number <= ignorable_to;
        if (field == nullptr && !is_ignorable && !at.rule->is_open)
            return fail(Errc::not_strict, "unknown field " + std::to_string(number));
        const bool may_repeat = field != nullptr ? field->repeated : at.rule->is_open;
        if (!order.admits(number, may_repeat, *at.rule))
            return fail(Errc::not_strict, "field out of order or repeated");
        if (auto read = read_value(input, at, tag, field, pending); !read)
            return fail(read.error());
    }
    return {};
}

} // namespace

Result<void> check_strict(ByteView message, const MessageRule& rule) {
    if (message.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        return fail(Errc::too_large, "message");
    std::vector<Pending> pending{{message, &rule}};
    while (!pending.empty()) {
        const Pending at = pending.back();
        pending.pop_back();
        if (auto checked = check_level(at, pending); !checked)
            return fail(checked.error());
    }
    return {};
}

} // namespace staffroom::wire
