// Names of people in one school: which are the same, and which look the same. Unicode's own tables
// decide (utf8proc for sameness, ICU's spoof checker for looks). The attack: somebody signs up as
// "Аnn Bell" with a Cyrillic А, and her colleagues believe what Ann Bell wrote.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace staffroom::accounts {

inline constexpr std::size_t name_characters_max = 80;

/// What two typed names have in common when they name the same person: NFKC, case folded, spaces
/// as one.
[[nodiscard]] std::string same_name_key(std::string_view name);
/// What two names have in common when nobody could tell them apart on a screen (Unicode TS 39, 4).
[[nodiscard]] std::string look_key(std::string_view name);

/// Without the spaces at its ends.
[[nodiscard]] std::string trimmed(std::string_view typed);
/// Why a trimmed name cannot be an account's; nothing when it can.
[[nodiscard]] std::optional<std::string> why_no_account_name(std::string_view name);

} // namespace staffroom::accounts
