// The pupil-detail check: which lines of a text may tell who a pupil is, by which rule, and what to
// write instead. A help and no guarantee: it finds patterns, people read. What it finds stays on
// this machine. Called before a record reaches other schools (pupil_details/record_check) and by
// `staffroom check`, which asks no node. [domain 3.4]
#pragma once

#include "node/services/pupil_details/rules.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::pupil_details {

struct Finding {
    std::size_t line; // from 1; 0: no line of the file but a field or a file's name
    const Rule* rule;
    std::string text;       // the line as it stands, shortened to whole characters
    std::string words;      // those that the rule is about
    std::string place = {}; // which field, or that it is a file's name; empty: the file
};

/// More than a person reads through: what comes behind is found once these have been seen to.
inline constexpr std::size_t findings_max = 500;

/// In a file with its front matter, by line; each rule once a line, at most `findings_max`. Time
/// is linear in the text.
[[nodiscard]] std::vector<Finding> find_in_text(std::string_view file);
/// In a value that stands in no file, called `place`.
[[nodiscard]] std::vector<Finding> find_in_value(std::string_view value, std::string_view place);
/// In the name of a file that goes along.
[[nodiscard]] std::vector<Finding> find_in_file_name(std::string_view name);

} // namespace staffroom::pupil_details
