// The media types that a client takes and sends (RFC 9110 12.5.1, 8.3, 8.4). Knows no route. Called
// by http/server/reception, and by handlers that have several forms of one thing.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::http {

/// Returns the items of a list header, cut at commas outside quoted strings, without spaces around
/// them; empty ones are passed over (RFC 9110 5.6.1).
[[nodiscard]] std::vector<std::string_view> list_items(std::string_view value);

/// Returns how much an Accept header wants `media_type`: 0 (not at all) to 1000. No header wants
/// all alike. Parameters of the type beside q are passed over, and an unreadable wish is no wish.
[[nodiscard]] unsigned wish_for(std::string_view accept, std::string_view media_type);

/// Returns the place in `offered` of what is wanted most, the first of several; nothing when none
/// is.
[[nodiscard]] std::optional<std::size_t>
best_of(std::string_view accept, std::span<const std::string_view> offered);

/// Returns a type without parameters, in small letters.
[[nodiscard]] std::string bare_type(std::string_view content_type);

/// Tells whether a body of this Content-Type may be read as JSON; a body without a type may.
[[nodiscard]] bool is_json_type(std::string_view content_type);

} // namespace staffroom::http
