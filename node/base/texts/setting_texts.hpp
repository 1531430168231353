// Words and lists of words, as the settings take them and speak of them. Called by
// node/base/config.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::node {

/// Returns a question that names the nearest of these; nothing where none is near.
[[nodiscard]] std::string
did_you_mean(std::string_view word, const std::vector<std::string_view>& names);
/// Returns what stands between the commas; nothing of what is empty.
[[nodiscard]] std::vector<std::string> split_at_commas(std::string_view text);
/// Returns the words with commas between them.
[[nodiscard]] std::string listed(std::span<const std::string_view> words);

/// Tells whether the text is HOST:PORT with a name, an IPv4 address or [IPv6]; port 0 to 65535.
[[nodiscard]] bool is_host_port(std::string_view text);

/// Reads "12h", "1d" or "2w", an hour to 31 days; no time at all of "never"; nothing of other text.
[[nodiscard]] std::optional<std::chrono::hours> parse_period(std::string_view text);

/// Returns the environment name of a setting: "school.name" is STAFFROOM_SCHOOL_NAME.
[[nodiscard]] std::string environment_name(const std::string& setting);

} // namespace staffroom::node
