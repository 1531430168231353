#include "node/services/settings/page_settings.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace node = staffroom::node;
namespace services = staffroom::services;

namespace {

std::optional<std::string> nothing(const std::string&) {
    return std::nullopt;
}

services::ReadWithPage
read(const std::string& page, const std::string& file, const node::Environment& environment) {
    auto read = services::read_with_page(
        node::SettingsFile{"page.toml", page},
        {node::SettingsFile{"staffroom.toml", file}},
        environment
    );
    REQUIRE(std::holds_alternative<services::ReadWithPage>(read));
    return std::get<services::ReadWithPage>(std::move(read));
}

/// What the page may set a setting to: its words, or the ends of its numbers and between.
std::vector<node::SettingValue> values_of(const services::PageSetting& setting) {
    std::vector<node::SettingValue> values;
    for (const std::string_view word : setting.words)
        values.emplace_back(std::string(word));
    if (setting.words.empty())
        values = {setting.low, (setting.low + setting.high) / 2, setting.high};
    return values;
}

} // namespace

TEST_CASE(
    "page settings: each default is within the bounds, and no bound is beyond them", "[node]"
) {
    for (const services::PageSetting& setting : services::page_settings()) {
        INFO(setting.name);
        const std::string name(setting.name);
        CHECK(services::is_allowed(setting, node::setting_value(node::Config(), name)));
        CHECK_FALSE(services::is_allowed(setting, std::vector<std::string>{"1d"}));
        if (setting.words.empty()) {
            CHECK_FALSE(services::is_allowed(setting, setting.low - 1));
            CHECK_FALSE(services::is_allowed(setting, setting.high + 1));
            CHECK_FALSE(services::is_allowed(setting, std::to_string(setting.low)));
        } else {
            CHECK_FALSE(services::is_allowed(setting, std::string("")));
            CHECK_FALSE(services::is_allowed(setting, std::int64_t{1}));
        }
    }
}

TEST_CASE("page settings: whatever may be set is read back as it was", "[node]") {
    std::mt19937 random(7); // NOLINT(*-msc51-cpp): the same values in each run
    for (int round = 0; round < 200; ++round) {
        services::PageValues values;
        for (const services::PageSetting& setting : services::page_settings()) {
            const auto allowed = values_of(setting);
            if (random() % 3 != 0)
                values.emplace(setting.name, allowed[random() % allowed.size()]);
        }

        const auto found = read(services::page_settings_text(values), "", nothing);

        CHECK_FALSE(found.ignored);
        for (const auto& [name, origin] : found.loaded.origins) {
            INFO(name);
            const auto set = values.find(name);
            CHECK((origin == node::SettingOrigin::page) == (set != values.end()));
            if (set != values.end())
                CHECK(node::setting_value(found.loaded.values, name) == set->second);
        }
    }
}

TEST_CASE("page settings: the file and the environment stand above the page", "[node]") {
    const std::string page = "[backup]\nkeep = 40\n[trace]\nlevel = \"debug\"\n";
    const auto environment = [](const std::string& name) {
        return name == "STAFFROOM_TRACE_LEVEL" ? std::optional<std::string>("error") : std::nullopt;
    };

    const auto found = read(page, "[backup]\nkeep = 3\n", environment);

    CHECK_FALSE(found.ignored);
    CHECK(found.loaded.values.backup_keep == 3);
    CHECK(found.loaded.origins.at("backup.keep") == node::SettingOrigin::file);
    CHECK(found.loaded.values.level == "error");
    CHECK(found.loaded.origins.at("trace.level") == node::SettingOrigin::environment);
}

TEST_CASE("page settings: a file of the page with any other setting is passed over", "[node]") {
    for (const std::string& name : node::setting_names()) {
        if (services::find_page_setting(name) != nullptr)
            continue;
        INFO(name);
        const std::size_t dot = name.find('.');
        const auto value = node::setting_value(node::Config(), name);
        const char* const text = std::holds_alternative<std::string>(value)    ? "\"x\""
                                 : std::holds_alternative<std::int64_t>(value) ? "60"
                                                                               : "[]";
        const auto found = read(
            "[backup]\nkeep = 40\n" +
                (name.starts_with("backup.") ? "" : "[" + name.substr(0, dot) + "]\n") +
                name.substr(dot + 1) + " = " + text + "\n",
            "",
            nothing
        );
        CHECK(found.ignored.has_value());
        CHECK(found.loaded.values == node::Config());
    }
}

TEST_CASE(
    "page settings: a file that cannot be used stops no node, but a wrong one of people does",
    "[node]"
) {
    for (const char* page :
         {"[backup",
          "[backup]\nkeep = 13\n",
          "[backup]\nkeep = \"20\"\n",
          "[trace]\nlevel = 3\n",
          "[trace]\nlevel = \"error\"\n",
          "x",
          "keep = 20\n",
          "[backup]\nkeep = 20\nkeep = 21\n"}) {
        INFO(page);
        const auto found = read(page, "[limits]\nweb_connections = 32\n", nothing);
        CHECK(found.ignored.has_value());
        CHECK(found.loaded.values.web_connections == 32);
        CHECK(found.loaded.values.backup_keep == 14);
    }
    const auto wrong = services::read_with_page(
        node::SettingsFile{"page.toml", "[backup]\nkeep = 20\n"},
        {node::SettingsFile{"staffroom.toml", "[backup]\nkeep = 0\n"}},
        nothing
    );
    REQUIRE(std::holds_alternative<node::ConfigTrouble>(wrong));
    CHECK(std::get<node::ConfigTrouble>(wrong).place->file == "staffroom.toml");
}
