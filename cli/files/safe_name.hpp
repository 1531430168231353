// A name that came from another school, made fit for a folder of this machine: one path component,
// no control characters, nothing that a shell or another system reads as something special. Called
// by whatever writes files under such names.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace staffroom::cli {

/// The last part of `name` in letters and digits of every script (NFC) and a few signs, at most 120
/// bytes, never empty, not beginning with a dot or a hyphen; with a number before its ending when
/// it is in `taken` (letter case apart), to which it is added.
[[nodiscard]] std::string safe_name(std::string_view name, std::set<std::string>& taken);

} // namespace staffroom::cli
