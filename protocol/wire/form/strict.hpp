// The strict form of signed messages. Two encodings of one content would have two hashes and one
// signer could show both, so the form is checked on the bytes before they are decoded: fields
// ascending, no repeated singular field, one act of a oneof, numbers within their width, unknown
// fields only in 1000..1999. [W2] The walk is protobuf's own CodedInputStream; the tables stand
// beside each codec.
#pragma once

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

#include <span>

namespace staffroom::wire {

enum class FieldType : std::uint8_t { boolean, u32, u64, bytes, message };

struct MessageRule;

struct FieldRule {
    std::uint32_t number;
    FieldType type;
    bool repeated = false;
    const MessageRule* nested = nullptr; // for FieldType::message
};

struct MessageRule {
    std::span<const FieldRule> fields; // ascending by number
    std::uint32_t one_of_from = 0;     // fields from this number on exclude each other; 0: none do
    bool is_open = false;              // of a later version: fields of any other number may stand
};

inline constexpr std::uint32_t ignorable_from = 1000;
inline constexpr std::uint32_t ignorable_to = 1999;

/// Checks the strict form of `message`. Errors: not_strict, truncated.
[[nodiscard]] Result<void> check_strict(ByteView message, const MessageRule& rule);

} // namespace staffroom::wire
