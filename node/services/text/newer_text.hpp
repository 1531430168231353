// The check that a file which is to replace a record's newest text was made from that text: one
// made from an older text would silently leave out what somebody has written since. Judged by its
// lines, as no file says where it comes from. Pure. Called by services/publishing/preparation
// (imports) and by the revise command.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::services {

/// Returns the lines of `newest` that stand neither in `older` nor in `file`, where `file` is
/// nearer to `older` than to `newest`; nothing where it leaves out nothing or is nearer to the
/// newest one.
[[nodiscard]] std::vector<std::string>
lines_left_out(std::string_view file, std::string_view older, std::string_view newest);

/// Tells whether two texts have anything in common that two lessons would not have by chance: a
/// line of some words, or a good part of their words.
[[nodiscard]] bool shares_something(std::string_view a, std::string_view b);

} // namespace staffroom::services
