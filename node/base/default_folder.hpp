// The data folder that is meant when nobody names one, and the settings files that hold for a
// folder, the same for the daemon and the command line. Not here: their content.
#pragma once

#include <filesystem>
#include <vector>

namespace staffroom::node {

/// Returns STAFFROOM_DATA; else /var/lib/staffroom, where it is there and this user may read it;
/// else $XDG_DATA_HOME/staffroom, by default ~/.local/share/staffroom. Empty where there is no
/// home.
[[nodiscard]] std::filesystem::path default_data_folder();

/// Returns the settings files of `folder`, of which a later one wins; none need be there. The
/// machine's file, /etc/staffroom/staffroom.toml, comes first and belongs to /var/lib/staffroom
/// alone: a school that somebody tries out on the same machine keeps its own ports.
[[nodiscard]] std::vector<std::filesystem::path> settings_files(const std::filesystem::path& folder
);

} // namespace staffroom::node
