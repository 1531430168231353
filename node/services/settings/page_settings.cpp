#include "node/services/settings/page_settings.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

constexpr std::array<std::string_view, 3> page_periods{"1d", "2d", "1w"};
constexpr std::array<std::string_view, 3> page_levels{"debug", "info", "notice"};

constexpr std::array page_table{
    PageSetting{"node.disk_floor_mb", {}, 50, 5000},
    PageSetting{"limits.web_idle_seconds", {}, 15, 600},
    PageSetting{"limits.event_heartbeat_seconds", {}, 5, 60},
    PageSetting{"backup.every", page_periods},
    PageSetting{"backup.keep", {}, 14, 1000},
    PageSetting{"trace.level", page_levels},
};

constexpr std::string_view first_lines =
    "# Written by the node: what technicians have set on the page. What staffroom.toml or the\n"
    "# environment says stands above it.\n";

/// The first value that the page may not set.
std::optional<node::ConfigTrouble> check_page(const node::LoadedConfig& loaded) {
    for (const auto& [name, origin] : loaded.origins) {
        if (origin != node::SettingOrigin::page)
            continue;
        const PageSetting* setting = find_page_setting(name);
        const auto place = loaded.places.find(name);
        const auto where =
            place == loaded.places.end() ? std::nullopt : std::optional(place->second);
        if (setting == nullptr)
            return node::ConfigTrouble{name + " is not set on the page.", where};
        if (!is_allowed(*setting, node::setting_value(loaded.values, name)))
            return node::ConfigTrouble{name + " is not within the bounds of the page.", where};
    }
    return std::nullopt;
}

} // namespace

std::span<const PageSetting> page_settings() {
    return page_table;
}

const PageSetting* find_page_setting(std::string_view name) {
    const auto found = std::ranges::find(page_table, name, &PageSetting::name);
    return found == page_table.end() ? nullptr : &*found;
}

bool is_allowed(const PageSetting& setting, const node::SettingValue& value) {
    if (const auto* word = std::get_if<std::string>(&value))
        return std::ranges::find(setting.words, *word) != setting.words.end();
    const auto* number = std::get_if<std::int64_t>(&value);
    return number != nullptr && setting.words.empty() && *number >= setting.low &&
           *number <= setting.high;
}

std::filesystem::path page_settings_path(const std::filesystem::path& folder) {
    return folder / "page.toml";
}

std::string page_settings_text(const PageValues& values) {
    std::string text(first_lines);
    std::string section;
    for (const auto& [name, value] : values) {
        const std::size_t dot = name.find('.');
        if (name.substr(0, dot) != section) {
            section = name.substr(0, dot);
            text += "\n[" + section + "]\n";
        }
        text += name.substr(dot + 1) + " = ";
        // A word stands in the table above, so that it holds nothing to escape.
        if (const auto* word = std::get_if<std::string>(&value))
            text += '"' + *word + "\"\n";
        else
            text += std::to_string(std::get<std::int64_t>(value)) + "\n";
    }
    return text;
}

std::variant<ReadWithPage, node::ConfigTrouble> read_with_page(
    const std::optional<node::SettingsFile>& page,
    const std::vector<node::SettingsFile>& files,
    const node::Environment& environment
) {
    std::optional<node::ConfigTrouble> ignored;
    if (page) {
        std::vector<node::SettingsFile> all{*page};
        all.front().origin = node::SettingOrigin::page;
        all.insert(all.end(), files.begin(), files.end());
        auto read = node::read_config(all, environment);
        if (auto* loaded = std::get_if<node::LoadedConfig>(&read)) {
            ignored = check_page(*loaded);
            if (!ignored)
                return ReadWithPage{std::move(*loaded), std::nullopt};
        } else {
            ignored = std::get<node::ConfigTrouble>(std::move(read));
        }
    }
    auto read = node::read_config(files, environment);
    if (auto* loaded = std::get_if<node::LoadedConfig>(&read))
        return ReadWithPage{std::move(*loaded), std::move(ignored)};
    return std::get<node::ConfigTrouble>(std::move(read));
}

} // namespace staffroom::services
