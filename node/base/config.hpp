// The settings of one node: typed, read once, checked together, refused loudly. Order: default,
// what the page set, the files, each over the one before, STAFFROOM_SECTION_KEY in the environment.
// Every setting has a default, so an empty file works. Not here: protocol constants, which are no
// settings. Built by app; the sample is configs/node.example.toml.
#pragma once

#include "node/base/texts/setting_texts.hpp"
#include "protocol/base/result.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace staffroom::node {

struct Config {
    // [school]
    std::string name;
    std::string place;
    std::string area;
    std::string trust;
    std::vector<std::string> numbers; // SCHEME:VALUE
    std::string person;
    std::string language = "en-GB";
    std::string licence; // of records that name none; none: they are asked for it
    // [node]
    std::string listen = "0.0.0.0:7420";
    std::string web = "127.0.0.1:7480";
    std::vector<std::string> addresses; // published; none: the node is dialled by nobody unasked
    std::int64_t disk_floor_mb = 200;
    std::vector<std::string> web_names;   // under which the page is opened, beside addresses
    std::vector<std::string> web_proxies; // whose word on the client's address is believed
    // [https]
    std::string https_listen;      // HOST:PORT; empty: no TLS is spoken
    std::string https_certificate; // files that somebody else renews; both or none
    std::string https_key;
    // [accounts]
    std::int64_t password_memory_mib = 64;
    std::int64_t session_idle_hours = 12;
    std::int64_t session_days = 7;
    // [limits]
    std::int64_t web_connections = 64;
    std::int64_t web_idle_seconds = 60;
    std::int64_t disk_low_mib = 256; // less free space than this is trouble
    std::int64_t event_heartbeat_seconds = 20;
    // [backup]
    std::string backup_folder; // where backups go; empty: `staffroom backup create` names it
    std::string backup_every = "1d";
    std::int64_t backup_keep = 14;
    // [trace]
    std::string level = "info";

    friend bool operator==(const Config&, const Config&) = default;
};

/// page: set by a technician while the node runs (services/settings).
enum class SettingOrigin { built_in, page, file, environment };

/// A settings file as it was read. The path stands in messages only.
struct SettingsFile {
    std::string path;
    std::string text; // TOML
    SettingOrigin origin = SettingOrigin::file;
};

/// The place of a setting in the file that decided it; both numbers count from one.
struct SettingPlace {
    std::string file;
    std::uint32_t line;
    std::uint32_t column;
};

struct LoadedConfig {
    Config values;
    std::map<std::string, SettingOrigin> origins; // by "section.key", every setting
    std::map<std::string, SettingPlace> places;   // of those that a file sets
};

/// The reason why settings cannot be used: a sentence, with the nearest key if one is near, and its
/// place in a file if it has one.
struct ConfigTrouble {
    std::string sentence;
    std::optional<SettingPlace> place;
};

/// Returns FILE:LINE:COLUMN where a place is known, and the sentence.
[[nodiscard]] std::string config_trouble_text(const ConfigTrouble& trouble);

/// A setting's value in its own type.
using SettingValue = std::variant<std::string, std::vector<std::string>, std::int64_t>;

using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Reads settings from `files`, of which a later one wins, setting by setting.
[[nodiscard]] std::variant<LoadedConfig, ConfigTrouble>
read_config(const std::vector<SettingsFile>& files, const Environment& environment);

/// Reads the same. Errors: bad_configuration; the detail is FILE:LINE:COLUMN where a place is
/// known, and the sentence.
[[nodiscard]] Result<LoadedConfig>
load_config(const std::vector<SettingsFile>& files, const Environment& environment);
/// Reads one file.
[[nodiscard]] Result<LoadedConfig>
load_config(std::string_view text, const std::string& file_name, const Environment& environment);

/// Returns all settings as "section.key", in the order of the sample.
[[nodiscard]] std::vector<std::string> setting_names();
/// Returns the value of `setting`, which is one of setting_names().
[[nodiscard]] SettingValue setting_value(const Config& config, const std::string& setting);
/// Sets `setting`, which is one of setting_names(), to a value of its own type.
void set_setting_value(Config& config, const std::string& setting, const SettingValue& value);

} // namespace staffroom::node
