// The settings of one node: typed, read once, checked together, refused loudly. Order: default,
// then the file, then STAFFROOM_SECTION_KEY in the environment. Every setting has a default, so an
// empty file works. Not here: protocol constants, which are no settings. Built by app; the sample
// is configs/node.example.toml.
#pragma once

#include "protocol/base/result.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::node {

struct Config {
    // [school]
    std::string name;
    std::string place;
    std::vector<std::string> numbers; // SCHEME:VALUE
    std::string person;
    std::string language = "en-GB";
    // [node]
    std::string listen = "0.0.0.0:7420";
    std::string web = "127.0.0.1:7480";
    std::vector<std::string> addresses; // published; none: the node is dialled by nobody unasked
    std::int64_t disk_floor_mb = 200;
    // [limits]
    std::int64_t web_connections = 64;
    std::int64_t web_idle_seconds = 60;
    std::int64_t event_heartbeat_seconds = 20;
    // [trace]
    std::string level = "info";

    friend bool operator==(const Config&, const Config&) = default;
};

enum class SettingOrigin { built_in, file, environment };

struct LoadedConfig {
    Config values;
    std::map<std::string, SettingOrigin> origins; // by "section.key", every setting
};

using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// `text` is TOML; `file_name` stands in messages only.
/// Errors: bad_configuration; the detail is a sentence with file, line and column, and the nearest
/// key if one is near.
[[nodiscard]] Result<LoadedConfig>
load_config(std::string_view text, const std::string& file_name, const Environment& environment);

/// HOST:PORT with a name, an IPv4 address or [IPv6]; port 0 to 65535.
[[nodiscard]] bool is_host_port(std::string_view text);

/// All settings as "section.key", in the order of the sample.
[[nodiscard]] std::vector<std::string> setting_names();
/// "school.name" is STAFFROOM_SCHOOL_NAME.
[[nodiscard]] std::string environment_name(const std::string& setting);

} // namespace staffroom::node
