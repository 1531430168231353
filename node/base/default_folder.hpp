// The data folder that is meant when nobody names one, the same for the daemon and the command
// line. Not here: its content.
#pragma once

#include <filesystem>

namespace staffroom::node {

/// Returns STAFFROOM_DATA; else /var/lib/staffroom, where it is there and this user may read it;
/// else $XDG_DATA_HOME/staffroom, by default ~/.local/share/staffroom. Empty where there is no
/// home.
[[nodiscard]] std::filesystem::path default_data_folder();

} // namespace staffroom::node
