// Words and lists of words, as the settings take them and speak of them. Called by
// node/base/config.
#pragma once

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

} // namespace staffroom::node
