// Conversions between protobuf's strings and our byte types, and bounded parsing. Shared by the
// codecs alone.
#pragma once

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/wire/form/strict.hpp"

#include <string>
#include <string_view>

namespace staffroom::wire {

[[nodiscard]] inline std::string to_string(ByteView bytes) {
    return std::string(as_text(bytes));
}

template <class Id> void set_bytes(std::string* field, const Id& id) {
    field->assign(as_text(id.view()));
}

/// Reads an id from a field. Errors: malformed when the field is not exactly as long as the id.
template <class Id> [[nodiscard]] Result<Id> get_id(const std::string& field) {
    auto id = Id::from(as_view(field));
    if (!id)
        return fail(Errc::malformed, "id of wrong length");
    return *id;
}

template <class Message> [[nodiscard]] Bytes serialise(const Message& message) {
    Bytes out(message.ByteSizeLong());
    message.SerializeToArray(out.data(), static_cast<int>(out.size()));
    return out;
}

/// Parses a message within its bound. Errors: too_large, malformed.
template <class Message>
[[nodiscard]] Result<void> parse_into(Message& message, ByteView bytes, std::size_t bytes_max) {
    if (bytes.size() > bytes_max)
        return fail(Errc::too_large, "message");
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        return fail(Errc::malformed, "not the message it should be");
    return {};
}

/// Parses a signed message: checks the strict form of its bytes first [W2], then reads its content.
/// Errors: those of check_strict and parse_into.
template <class Message>
[[nodiscard]] Result<void> parse_strict_into(
    Message& message, ByteView bytes, const MessageRule& rule, std::size_t bytes_max
) {
    if (bytes.size() > bytes_max)
        return fail(Errc::too_large, "message");
    if (auto strict = check_strict(bytes, rule); !strict)
        return fail(strict.error());
    return parse_into(message, bytes, bytes_max);
}

} // namespace staffroom::wire
