#include "node/config.hpp"

#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"
#include "protocol/records/rules.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <variant>

namespace staffroom::node {
namespace {

using Text = std::string Config::*;
using Texts = std::vector<std::string> Config::*;
using Whole = std::int64_t Config::*;

struct Setting {
    std::string_view section;
    std::string_view key;
    std::variant<Text, Texts, Whole> place;
};

constexpr std::array settings{
    Setting{"school", "name", &Config::name},
    Setting{"school", "place", &Config::place},
    Setting{"school", "numbers", &Config::numbers},
    Setting{"school", "person", &Config::person},
    Setting{"school", "language", &Config::language},
    Setting{"node", "listen", &Config::listen},
    Setting{"node", "web", &Config::web},
    Setting{"node", "addresses", &Config::addresses},
    Setting{"node", "disk_floor_mb", &Config::disk_floor_mb},
    Setting{"limits", "web_connections", &Config::web_connections},
    Setting{"limits", "web_idle_seconds", &Config::web_idle_seconds},
    Setting{"limits", "event_heartbeat_seconds", &Config::event_heartbeat_seconds},
    Setting{"trace", "level", &Config::level},
};

constexpr std::array<std::string_view, 5> trace_levels{
    "debug", "info", "notice", "warning", "error"};

std::string full_name(const Setting& setting) {
    return std::string(setting.section) + "." + std::string(setting.key);
}

auto refuse(std::string sentence) {
    return fail(Errc::bad_configuration, std::move(sentence));
}

std::string place_of(const std::string& file, const toml::source_region& source) {
    return file + ", line " + std::to_string(source.begin.line) + ", column " +
           std::to_string(source.begin.column) + ": ";
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& names) {
    const std::string_view near = records::nearest_name(word, names);
    return near.empty() ? "" : " Did you mean \"" + std::string(near) + "\"?";
}

std::vector<std::string_view> section_names() {
    std::vector<std::string_view> names;
    for (const Setting& setting : settings)
        if (names.empty() || names.back() != setting.section)
            names.push_back(setting.section);
    return names;
}

std::vector<std::string_view> key_names(std::string_view section) {
    std::vector<std::string_view> names;
    for (const Setting& setting : settings)
        if (setting.section == section)
            names.push_back(setting.key);
    return names;
}

/// The value of a TOML node in the setting's own type; the name of that type when it has another.
std::optional<std::string_view>
assign(Config& config, const Setting& setting, const toml::node& node) {
    if (const Text* text = std::get_if<Text>(&setting.place)) {
        const auto value = node.value_exact<std::string>();
        if (!value)
            return "a text in quotes";
        config.*(*text) = *value;
        return std::nullopt;
    }
    if (const Whole* whole = std::get_if<Whole>(&setting.place)) {
        const auto value = node.value_exact<std::int64_t>();
        if (!value)
            return "a whole number";
        config.*(*whole) = *value;
        return std::nullopt;
    }
    std::vector<std::string> values;
    const toml::array* array = node.as_array();
    if (array == nullptr)
        return "a list of texts";
    for (const toml::node& element : *array) {
        const auto value = element.value_exact<std::string>();
        if (!value)
            return "a list of texts";
        values.push_back(*value);
    }
    config.*std::get<Texts>(setting.place) = std::move(values);
    return std::nullopt;
}

Result<void> take_section(
    LoadedConfig& out, const std::string& file, std::string_view name, const toml::table& section
) {
    for (const auto& [key, node] : section) {
        const auto setting = std::ranges::find_if(settings, [&](const Setting& each) {
            return each.section == name && each.key == key.str();
        });
        if (setting == settings.end())
            return refuse(
                place_of(file, key.source()) + "there is no setting \"" + std::string(key.str()) +
                "\" in [" + std::string(name) + "]." + did_you_mean(key.str(), key_names(name))
            );
        if (const auto wanted = assign(out.values, *setting, node))
            return refuse(
                place_of(file, node.source()) + full_name(*setting) + " has to be " +
                std::string(*wanted) + "."
            );
        out.origins[full_name(*setting)] = SettingOrigin::file;
    }
    return {};
}

Result<void> take_file(LoadedConfig& out, const std::string& file, const toml::table& table) {
    const auto sections = section_names();
    for (const auto& [key, node] : table) {
        if (std::ranges::find(sections, key.str()) == sections.end())
            return refuse(
                place_of(file, key.source()) + "there is no section or setting \"" +
                std::string(key.str()) + "\"." + did_you_mean(key.str(), sections)
            );
        const toml::table* section = node.as_table();
        if (section == nullptr)
            return refuse(
                place_of(file, key.source()) + "\"" + std::string(key.str()) +
                "\" has to be a section: [" + std::string(key.str()) + "]."
            );
        if (auto ok = take_section(out, file, key.str(), *section); !ok)
            return ok;
    }
    return {};
}

std::vector<std::string> split_at_commas(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = text.find(',');
        if (end != 0)
            parts.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return parts;
}

Result<void> take_environment(LoadedConfig& out, const Environment& environment) {
    for (const Setting& setting : settings) {
        const std::string name = environment_name(full_name(setting));
        const auto value = environment(name);
        if (!value)
            continue;
        if (first_unreadable_byte(*value))
            return refuse(name + " in the environment is not UTF-8.");
        if (const Text* text = std::get_if<Text>(&setting.place)) {
            out.values.*(*text) = *value;
        } else if (const Texts* texts = std::get_if<Texts>(&setting.place)) {
            out.values.*(*texts) = split_at_commas(*value);
        } else {
            std::int64_t number = 0;
            const char* const end = value->data() + value->size();
            const auto [stop, error] = std::from_chars(value->data(), end, number);
            if (error != std::errc() || stop != end)
                return refuse(name + " in the environment has to be a whole number.");
            out.values.*std::get<Whole>(setting.place) = number;
        }
        out.origins[full_name(setting)] = SettingOrigin::environment;
    }
    return {};
}

bool is_between(std::int64_t value, std::int64_t low, std::int64_t high) {
    return value >= low && value <= high;
}

Result<void> check(const Config& config) {
    if (!is_host_port(config.listen))
        return refuse("node.listen has to be HOST:PORT, not \"" + config.listen + "\".");
    if (!is_host_port(config.web))
        return refuse("node.web has to be HOST:PORT, not \"" + config.web + "\".");
    if (config.listen == config.web && !config.listen.ends_with(":0"))
        return refuse("node.listen and node.web cannot be the same address.");
    for (const std::string& address : config.addresses)
        if (!is_host_port(address) || address.ends_with(":0"))
            return refuse(
                "node.addresses has to hold HOST:PORT that others can dial, not \"" + address +
                "\"."
            );
    for (const std::string& number : config.numbers)
        if (const std::size_t colon = number.find(':');
            colon == std::string::npos || colon == 0 || colon + 1 == number.size())
            return refuse("school.numbers has to hold SCHEME:VALUE, not \"" + number + "\".");
    if (!records::is_language_tag(config.language))
        return refuse(
            "school.language has to be a tag such as en-GB, not \"" + config.language + "\"."
        );
    if (!is_between(config.disk_floor_mb, 0, 1'000'000))
        return refuse("node.disk_floor_mb has to be 0 to 1000000.");
    if (!is_between(config.web_connections, 4, 1024))
        return refuse("limits.web_connections has to be 4 to 1024.");
    if (!is_between(config.web_idle_seconds, 5, 3600))
        return refuse("limits.web_idle_seconds has to be 5 to 3600.");
    if (!is_between(config.event_heartbeat_seconds, 1, 60))
        return refuse("limits.event_heartbeat_seconds has to be 1 to 60.");
    if (std::ranges::find(trace_levels, config.level) == trace_levels.end())
        return refuse("trace.level has to be debug, info, notice, warning or error.");
    return {};
}

} // namespace

Result<LoadedConfig>
load_config(std::string_view text, const std::string& file_name, const Environment& environment) {
    LoadedConfig out;
    for (const Setting& setting : settings)
        out.origins[full_name(setting)] = SettingOrigin::built_in;
    try {
        const toml::table table = toml::parse(text);
        if (auto ok = take_file(out, file_name, table); !ok)
            return fail(ok.error());
    } catch (const toml::parse_error& error) {
        return refuse(place_of(file_name, error.source()) + std::string(error.description()) + ".");
    }
    if (auto ok = take_environment(out, environment); !ok)
        return fail(ok.error());
    if (auto ok = check(out.values); !ok)
        return fail(ok.error());
    return out;
}

bool is_host_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0)
        return false;
    const std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (port.empty() || error != std::errc() || end != port.data() + port.size() || number > 65535)
        return false;
    if (host.front() == '[')
        return host.size() > 2 && host.back() == ']';
    return host.find_first_of(":[] /") == std::string_view::npos;
}

std::vector<std::string> setting_names() {
    std::vector<std::string> names;
    for (const Setting& setting : settings)
        names.push_back(full_name(setting));
    return names;
}

std::string environment_name(const std::string& setting) {
    std::string name = "STAFFROOM_";
    for (const char c : setting)
        name += c == '.' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    return name;
}

} // namespace staffroom::node
