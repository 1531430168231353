// The English words of what is wrong with a record: one sentence for each code of
// records/rules, with the values that the problem brings along. Called by whoever shows a problem
// to a person; scripts and the page read code, field and values instead.
#pragma once

#include "protocol/records/rules.hpp"

#include <span>
#include <string>
#include <string_view>

namespace staffroom::services {

/// `text` with each {name} replaced by the value of that name, and by nothing where there is none.
[[nodiscard]] std::string
filled(std::string_view text, std::span<const records::MessageValue> values);

/// One sentence that says what is wrong.
[[nodiscard]] std::string problem_sentence(const records::Problem& problem);

/// What is absent, in the middle of a sentence: "summary". For problems of which is_absence is
/// true.
[[nodiscard]] std::string absent_words(const records::Problem& problem);

} // namespace staffroom::services
