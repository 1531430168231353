// The settings that technicians change on the page while the node runs: which, within what bounds,
// and DIR/page.toml, which keeps them. That file lies under those that people write: what these or
// the environment say stands. Read by app and by `staffroom config`. Not here: changing one
// (live_settings).
//
// The attack: a technician's session is stolen. So nothing is here that names a place to write to
// or an address to listen at, that says whose word is believed or how long a session lasts, or that
// would hide what was done: backups become no fewer and no closer together than by default, since
// both would push out those from before; the trace keeps its notices.
#pragma once

#include "node/base/config.hpp"

#include <array>
#include <filesystem>
#include <span>
#include <string_view>

namespace staffroom::services {

/// What a setting may become on the page: one of its words, or a whole number in [low, high].
struct PageSetting {
    std::string_view name;
    std::span<const std::string_view> words; // empty: a whole number
    std::int64_t low = 0;
    std::int64_t high = 0;
};

/// Returns them in the order of the sample.
[[nodiscard]] std::span<const PageSetting> page_settings();
/// Returns null for a setting that is changed in a file alone, or is none.
[[nodiscard]] const PageSetting* find_page_setting(std::string_view name);
/// Tells whether the value has the setting's type and stands within its bounds.
[[nodiscard]] bool is_allowed(const PageSetting& setting, const node::SettingValue& value);

/// Values by "section.key".
using PageValues = std::map<std::string, node::SettingValue>;

[[nodiscard]] std::filesystem::path page_settings_path(const std::filesystem::path& folder);
/// Returns the text of the file that says these.
[[nodiscard]] std::string page_settings_text(const PageValues& values);

struct ReadWithPage {
    node::LoadedConfig loaded;
    /// Why the page's file was passed over. It stops no node: whoever could mend it on the page has
    /// none without a node.
    std::optional<node::ConfigTrouble> ignored;
};

/// Reads `page` (nothing: there is no such file), over it `files`, over them the environment.
[[nodiscard]] std::variant<ReadWithPage, node::ConfigTrouble> read_with_page(
    const std::optional<node::SettingsFile>& page,
    const std::vector<node::SettingsFile>& files,
    const node::Environment& environment
);

} // namespace staffroom::services
