// A name that came from another school, made fit for a folder of this machine. Such a name could
// lead out of the folder, steer a shell or name a device; so it is one path component, without
// control characters or anything that a shell or another system reads as special. Called by every
// part that writes files under such names.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace staffroom::cli {

/// Returns the last part of `name` in letters and digits of every script (NFC) and a few signs, at
/// most 120 bytes, never empty, not beginning with a dot or a hyphen; with a number before its
/// ending when it is in `taken` (letter case apart), to which it is added.
[[nodiscard]] std::string safe_name(std::string_view name, std::set<std::string>& taken);

} // namespace staffroom::cli
