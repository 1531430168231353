// Bytes as text: hex, base 32 (RFC 4648 alphabet, lower case, no padding) and the check for UTF-8.
// Ids print as base 32: 32 bytes are 52 characters. [I1]
#pragma once

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

#include <string>
#include <string_view>

namespace staffroom {

[[nodiscard]] std::string to_hex(ByteView bytes);
/// Decodes hex. Errors: malformed (odd length or a character that is no hex digit).
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

/// Encodes as base 32 (RFC 4648 section 6), lower case, no padding.
[[nodiscard]] std::string to_base32(ByteView bytes);
/// Decodes base 32 strictly: lower case only, no padding, the unused last bits zero. Errors:
/// malformed.
[[nodiscard]] Result<Bytes> from_base32(std::string_view text);

template <class Tag, std::size_t N>
[[nodiscard]] std::string to_base32(const FixedBytes<Tag, N>& id) {
    return to_base32(id.view());
}

template <class Id> [[nodiscard]] Result<Id> id_from_base32(std::string_view text) {
    auto bytes = from_base32(text);
    if (!bytes)
        return fail(bytes.error());
    auto id = Id::from(*bytes);
    if (!id)
        return fail(Errc::malformed, "wrong length for an id");
    return *id;
}

/// Returns the place of the first byte that is not UTF-8 (RFC 3629: no surrogates, no overlong
/// forms), or a NUL; nothing when the text is clean.
[[nodiscard]] std::optional<std::size_t> first_unreadable_byte(std::string_view text);

/// The fewest bytes to add, drop or change that turn one word into the other (Levenshtein 1965).
/// Work grows with the product of both lengths: bound what a stranger typed before asking.
[[nodiscard]] std::size_t edits_between(std::string_view one, std::string_view other);

} // namespace staffroom
