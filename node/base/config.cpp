#include "node/base/config.hpp"

#include "node/base/texts/setting_texts.hpp"
#include "node/base/toml.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "protocol/network/address_form.hpp"
#include "protocol/records/kinds.hpp"
#include "protocol/records/rules.hpp"

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
    Setting{"school", "area", &Config::area},
    Setting{"school", "trust", &Config::trust},
    Setting{"school", "numbers", &Config::numbers},
    Setting{"school", "person", &Config::person},
    Setting{"school", "language", &Config::language},
    Setting{"school", "licence", &Config::licence},
    Setting{"node", "listen", &Config::listen},
    Setting{"node", "web", &Config::web},
    Setting{"node", "addresses", &Config::addresses},
    Setting{"node", "disk_floor_mb", &Config::disk_floor_mb},
    Setting{"node", "web_names", &Config::web_names},
    Setting{"node", "web_proxies", &Config::web_proxies},
    Setting{"https", "listen", &Config::https_listen},
    Setting{"https", "certificate", &Config::https_certificate},
    Setting{"https", "key", &Config::https_key},
    Setting{"accounts", "password_memory_mib", &Config::password_memory_mib},
    Setting{"accounts", "session_idle_hours", &Config::session_idle_hours},
    Setting{"accounts", "session_days", &Config::session_days},
    Setting{"limits", "web_connections", &Config::web_connections},
    Setting{"limits", "web_idle_seconds", &Config::web_idle_seconds},
    Setting{"limits", "disk_low_mib", &Config::disk_low_mib},
    Setting{"limits", "event_heartbeat_seconds", &Config::event_heartbeat_seconds},
    Setting{"backup", "folder", &Config::backup_folder},
    Setting{"backup", "every", &Config::backup_every},
    Setting{"backup", "keep", &Config::backup_keep},
    Setting{"trace", "level", &Config::level},
};

constexpr std::array<std::string_view, 5> trace_levels{
    "debug", "info", "notice", "warning", "error"};

std::string full_name(const Setting& setting) {
    return std::string(setting.section) + "." + std::string(setting.key);
}

/// The result of every step of reading: nothing, or why the settings cannot be used.
using Trouble = std::optional<ConfigTrouble>;

SettingPlace place_of(const toml::source_region& source) {
    return {source.path ? *source.path : std::string(), source.begin.line, source.begin.column};
}

Trouble refuse(const toml::source_region& source, std::string sentence) {
    return ConfigTrouble{std::move(sentence), place_of(source)};
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

/// Reads a TOML node in the setting's own type; returns the name of that type when it has another.
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

Trouble take_section(
    LoadedConfig& out, std::string_view name, const toml::table& section, SettingOrigin origin
) {
    for (const auto& [key, node] : section) {
        const std::string_view word = key.str();
        const auto setting = std::ranges::find_if(settings, [&](const Setting& each) {
            return each.section == name && each.key == word;
        });
        if (setting == settings.end())
            return refuse(
                key.source(),
                "There is no setting \"" + std::string(word) + "\" in [" + std::string(name) +
                    "]." + did_you_mean(word, key_names(name))
            );
        if (const auto wanted = assign(out.values, *setting, node))
            return refuse(
                node.source(), full_name(*setting) + " has to be " + std::string(*wanted) + "."
            );
        out.origins[full_name(*setting)] = origin;
        out.places[full_name(*setting)] = place_of(key.source());
    }
    return std::nullopt;
}

Trouble take_file(LoadedConfig& out, const toml::table& table, SettingOrigin origin) {
    const auto sections = section_names();
    for (const auto& [key, node] : table) {
        if (std::ranges::find(sections, key.str()) == sections.end())
            return refuse(
                key.source(),
                "There is no section or setting \"" + std::string(key.str()) + "\"." +
                    did_you_mean(key.str(), sections)
            );
        const toml::table* section = node.as_table();
        if (section == nullptr)
            return refuse(
                key.source(),
                "\"" + std::string(key.str()) + "\" has to be a section: [" +
                    std::string(key.str()) + "]."
            );
        if (auto trouble = take_section(out, key.str(), *section, origin))
            return trouble;
    }
    return std::nullopt;
}

Trouble take_text(LoadedConfig& out, const SettingsFile& file) {
    try {
        const toml::table table = toml::parse(file.text, std::string_view(file.path));
        return take_file(out, table, file.origin);
    } catch (const toml::parse_error& error) {
        return ConfigTrouble{std::string(error.description()) + ".", place_of(error.source())};
    } catch (const std::logic_error&) {
        return ConfigTrouble{
            file.path + " is no TOML: a bracket or a value is cut short.", std::nullopt};
    }
}

Trouble take_environment(LoadedConfig& out, const Environment& environment) {
    for (const Setting& setting : settings) {
        const std::string name = environment_name(full_name(setting));
        const auto value = environment(name);
        if (!value)
            continue;
        if (first_unreadable_byte(*value))
            return ConfigTrouble{name + " in the environment is not UTF-8.", std::nullopt};
        if (const Text* text = std::get_if<Text>(&setting.place)) {
            out.values.*(*text) = *value;
        } else if (const Texts* texts = std::get_if<Texts>(&setting.place)) {
            out.values.*(*texts) = split_at_commas(*value);
        } else {
            std::int64_t number = 0;
            const char* const end = value->data() + value->size();
            const auto [stop, error] = std::from_chars(value->data(), end, number);
            if (error != std::errc() || stop != end)
                return ConfigTrouble{
                    name + " in the environment has to be a whole number.", std::nullopt};
            out.values.*std::get<Whole>(setting.place) = number;
        }
        out.origins[full_name(setting)] = SettingOrigin::environment;
    }
    return std::nullopt;
}

bool is_between(std::int64_t value, std::int64_t low, std::int64_t high) {
    return value >= low && value <= high;
}

/// The setting that cannot be used, and the words after its name in the sentence.
using Wrong = std::optional<std::pair<std::string, std::string>>;

std::pair<std::string, std::string> wrong_setting(const char* setting, std::string why) {
    return {setting, std::move(why)};
}

Wrong find_wrong_backup(const Config& config) {
    if (!config.backup_folder.empty() && !config.backup_folder.starts_with('/'))
        return wrong_setting(
            "backup.folder", "has to be a whole path, not \"" + config.backup_folder + "\"."
        );
    if (!parse_period(config.backup_every))
        return wrong_setting(
            "backup.every", "has to be 1h to 31d, or never, not \"" + config.backup_every + "\"."
        );
    if (!is_between(config.backup_keep, 1, 1000))
        return wrong_setting("backup.keep", "has to be 1 to 1000.");
    return std::nullopt;
}

bool is_same_address(const std::string& one, const std::string& other) {
    return one == other && !one.ends_with(":0");
}

Wrong find_wrong_https(const Config& config) {
    const std::string& listen = config.https_listen;
    if (!listen.empty() && !is_host_port(listen))
        return wrong_setting("https.listen", "has to be HOST:PORT, not \"" + listen + "\".");
    if (is_same_address(listen, config.web))
        return wrong_setting("https.listen", "and node.web cannot be the same address.");
    if (is_same_address(listen, config.listen))
        return wrong_setting("https.listen", "and node.listen cannot be the same address.");
    for (const auto& [setting, path] :
         {std::pair("https.certificate", &config.https_certificate),
          std::pair("https.key", &config.https_key)})
        if (!path->empty() && !path->starts_with('/'))
            return wrong_setting(setting, "has to be a whole path, not \"" + *path + "\".");
    if (config.https_certificate.empty() != config.https_key.empty())
        return wrong_setting(
            config.https_key.empty() ? "https.certificate" : "https.key",
            "needs https.certificate and https.key both."
        );
    return std::nullopt;
}

Wrong find_wrong(const Config& config) {
    const auto wrong = wrong_setting;
    if (!is_host_port(config.listen))
        return wrong("node.listen", "has to be HOST:PORT, not \"" + config.listen + "\".");
    if (!is_host_port(config.web))
        return wrong("node.web", "has to be HOST:PORT, not \"" + config.web + "\".");
    if (is_same_address(config.listen, config.web))
        return wrong("node.listen", "and node.web cannot be the same address.");
    for (const std::string& address : config.addresses)
        if (!network::is_dialable(address))
            return wrong(
                "node.addresses",
                "has to hold HOST:PORT that others can dial, not \"" + address + "\"."
            );
    for (const std::string& number : config.numbers)
        if (const std::size_t colon = number.find(':');
            colon == std::string::npos || colon == 0 || colon + 1 == number.size())
            return wrong("school.numbers", "has to hold SCHEME:VALUE, not \"" + number + "\".");
    if (!records::is_language_tag(config.language))
        return wrong(
            "school.language", "has to be a tag such as en-GB, not \"" + config.language + "\"."
        );
    if (!config.licence.empty() &&
        !records::is_in_vocabulary(records::VocabularyId::licence, config.licence)) {
        return wrong(
            "school.licence",
            "has to be one of " +
                listed(records::vocabulary_values(records::VocabularyId::licence)) + ", not \"" +
                config.licence + "\"."
        );
    }
    if (!is_between(config.disk_floor_mb, 0, 1'000'000))
        return wrong("node.disk_floor_mb", "has to be 0 to 1000000.");
    for (const std::string& name : config.web_names)
        if (name.empty() || name.find_first_of(":/ ") != std::string::npos)
            return wrong(
                "node.web_names", "has to hold names without port or scheme, not \"" + name + "\"."
            );
    if (!is_between(config.password_memory_mib, 8, 1024))
        return wrong("accounts.password_memory_mib", "has to be 8 to 1024.");
    if (!is_between(config.session_idle_hours, 1, 24 * 30))
        return wrong("accounts.session_idle_hours", "has to be 1 to 720.");
    if (!is_between(config.session_days, 1, 90))
        return wrong("accounts.session_days", "has to be 1 to 90.");
    if (!is_between(config.web_connections, 4, 1024))
        return wrong("limits.web_connections", "has to be 4 to 1024.");
    if (!is_between(config.web_idle_seconds, 5, 3600))
        return wrong("limits.web_idle_seconds", "has to be 5 to 3600.");
    if (!is_between(config.disk_low_mib, 1, 1'000'000'000))
        return wrong("limits.disk_low_mib", "has to be 1 to 1000000000.");
    if (!is_between(config.event_heartbeat_seconds, 1, 60))
        return wrong("limits.event_heartbeat_seconds", "has to be 1 to 60.");
    if (std::ranges::find(trace_levels, config.level) == trace_levels.end())
        return wrong("trace.level", "has to be debug, info, notice, warning or error.");
    if (auto https = find_wrong_https(config))
        return https;
    return find_wrong_backup(config);
}

Trouble check(const LoadedConfig& loaded) {
    const auto wrong = find_wrong(loaded.values);
    if (!wrong)
        return std::nullopt;
    const auto& [setting, why] = *wrong;
    const bool is_environment = loaded.origins.at(setting) == SettingOrigin::environment;
    const auto place = loaded.places.find(setting);
    const bool has_place = !is_environment && place != loaded.places.end();
    return ConfigTrouble{
        setting + (is_environment ? " (" + environment_name(setting) + ") " : " ") + why,
        has_place ? std::optional(place->second) : std::nullopt};
}

} // namespace

std::variant<LoadedConfig, ConfigTrouble>
read_config(const std::vector<SettingsFile>& files, const Environment& environment) {
    LoadedConfig out;
    for (const Setting& setting : settings)
        out.origins[full_name(setting)] = SettingOrigin::built_in;
    for (const SettingsFile& file : files)
        if (auto trouble = take_text(out, file))
            return std::move(*trouble);
    if (auto trouble = take_environment(out, environment))
        return std::move(*trouble);
    if (auto trouble = check(out))
        return std::move(*trouble);
    return out;
}

Result<LoadedConfig>
load_config(const std::vector<SettingsFile>& files, const Environment& environment) {
    auto read = read_config(files, environment);
    if (auto* loaded = std::get_if<LoadedConfig>(&read))
        return std::move(*loaded);
    return fail(Errc::bad_configuration, config_trouble_text(std::get<ConfigTrouble>(read)));
}

std::string config_trouble_text(const ConfigTrouble& trouble) {
    const auto& place = trouble.place;
    const std::string where = place ? place->file + ":" + std::to_string(place->line) + ":" +
                                          std::to_string(place->column) + ": "
                                    : std::string();
    return where + trouble.sentence;
}

Result<LoadedConfig>
load_config(std::string_view text, const std::string& file_name, const Environment& environment) {
    return load_config({SettingsFile{file_name, std::string(text)}}, environment);
}

std::vector<std::string> setting_names() {
    std::vector<std::string> names;
    names.reserve(settings.size());
    for (const Setting& setting : settings)
        names.push_back(full_name(setting));
    return names;
}

SettingValue setting_value(const Config& config, const std::string& setting) {
    const auto found = std::ranges::find(settings, setting, full_name);
    ensure(found != settings.end());
    return std::visit([&](const auto place) { return SettingValue(config.*place); }, found->place);
}

void set_setting_value(Config& config, const std::string& setting, const SettingValue& value) {
    const auto found = std::ranges::find(settings, setting, full_name);
    ensure(found != settings.end());
    std::visit(
        [&](const auto place) {
            using Value = std::remove_reference_t<decltype(config.*place)>;
            config.*place = std::get<Value>(value);
        },
        found->place
    );
}

} // namespace staffroom::node
