#include "node/base/config.hpp"
#include "node/base/default_folder.hpp"
#include "tests/support/records/corpus.hpp"

#include <catch2/catch.hpp>

namespace node = staffroom::node;

namespace {

std::optional<std::string> nothing(const std::string&) {
    return std::nullopt;
}

std::string refusal_of(std::string_view text) {
    const auto loaded = node::load_config(text, "staffroom.toml", nothing);
    if (loaded)
        return "";
    CHECK(loaded.error().code == staffroom::Errc::bad_configuration);
    return loaded.error().detail;
}

} // namespace

TEST_CASE("settings: the sample says exactly what the built-in defaults say", "[node]") {
    const std::string path = staffroom::tests::configs_place() / "node.example.toml";
    const std::string sample = staffroom::tests::read_whole_file(path);

    const auto loaded = node::load_config(sample, path, nothing);

    REQUIRE(loaded.has_value());
    CHECK(loaded->values == node::Config{});
    for (const auto& [name, origin] : loaded->origins) {
        INFO(name);
        CHECK(origin == node::SettingOrigin::file);
    }
    CHECK(loaded->origins.size() == node::setting_names().size());
}

TEST_CASE("settings: a period is hours, days or weeks, an hour to 31 days", "[node]") {
    using std::chrono::hours;
    CHECK(node::parse_period("1h") == hours(1));
    CHECK(node::parse_period("12h") == hours(12));
    CHECK(node::parse_period("1d") == hours(24));
    CHECK(node::parse_period("4w") == hours(4 * 7 * 24));
    CHECK(node::parse_period("31d") == hours(31 * 24));
    CHECK(node::parse_period("never") == hours(0));
    for (const char* wrong :
         {"",
          "1",
          "d",
          "0d",
          "32d",
          "5w",
          "745h",
          "-1d",
          "1.5d",
          "1 d",
          "1D",
          "99999999999h",
          "off"})
        CHECK_FALSE(node::parse_period(wrong));
}

TEST_CASE("settings: an empty file gives the defaults", "[node]") {
    const auto loaded = node::load_config("", "staffroom.toml", nothing);

    REQUIRE(loaded.has_value());
    CHECK(loaded->values == node::Config{});
    CHECK(loaded->origins.at("node.listen") == node::SettingOrigin::built_in);
}

TEST_CASE("settings: the environment wins over the file, and says so", "[node]") {
    const auto environment = [](const std::string& name) -> std::optional<std::string> {
        if (name == "STAFFROOM_NODE_LISTEN")
            return "[::1]:0";
        if (name == "STAFFROOM_NODE_ADDRESSES")
            return "a.example:1,b.example:2";
        if (name == "STAFFROOM_LIMITS_WEB_CONNECTIONS")
            return "7";
        return std::nullopt;
    };

    const auto loaded = node::load_config(
        "[node]\nlisten = \"127.0.0.1:1\"\nweb = \"127.0.0.1:2\"\n", "staffroom.toml", environment
    );

    REQUIRE(loaded.has_value());
    CHECK(loaded->values.listen == "[::1]:0");
    CHECK(loaded->values.web == "127.0.0.1:2");
    CHECK(loaded->values.addresses == std::vector<std::string>{"a.example:1", "b.example:2"});
    CHECK(loaded->values.web_connections == 7);
    CHECK(loaded->origins.at("node.listen") == node::SettingOrigin::environment);
    CHECK(loaded->origins.at("node.web") == node::SettingOrigin::file);
}

TEST_CASE("settings: a later file wins, setting by setting, and each names its place", "[node]") {
    const std::vector<node::SettingsFile> files{
        {"/etc/one.toml", "[node]\nlisten = \"127.0.0.1:1\"\nweb = \"127.0.0.1:2\"\n"},
        {"/var/two.toml", "[school]\nname = \"Oakhill\"\n[node]\nweb = \"127.0.0.1:3\"\n"}};

    const auto loaded = node::load_config(files, nothing);

    REQUIRE(loaded.has_value());
    CHECK(loaded->values.listen == "127.0.0.1:1");
    CHECK(loaded->values.web == "127.0.0.1:3");
    CHECK(loaded->values.name == "Oakhill");
    CHECK(loaded->places.at("node.listen").file == "/etc/one.toml");
    CHECK(loaded->places.at("node.web").file == "/var/two.toml");
    CHECK(loaded->places.at("node.web").line == 4);
    CHECK(loaded->origins.at("trace.level") == node::SettingOrigin::built_in);
}

TEST_CASE("settings: files that clash are refused by the place in the one that won", "[node]") {
    const std::vector<node::SettingsFile> clash{
        {"/etc/one.toml", "[node]\nlisten = \"127.0.0.1:1\"\n"},
        {"/var/two.toml", "\n[node]\nweb = \"127.0.0.1:1\"\n"}};
    const std::vector<node::SettingsFile> broken{
        {"/etc/one.toml", "[node]\nlissten = \"127.0.0.1:1\"\n"}, {"/var/two.toml", ""}};
    const std::vector<node::SettingsFile> mended{
        {"/etc/one.toml", "[limits]\nweb_connections = 3\n"},
        {"/var/two.toml", "[limits]\nweb_connections = 4\n"}};

    CHECK_THAT(
        node::load_config(clash, nothing).error().detail,
        Catch::StartsWith("/etc/one.toml:2:1: node.listen")
    );
    CHECK_THAT(
        node::load_config(broken, nothing).error().detail,
        Catch::StartsWith("/etc/one.toml:2:1: There is no setting")
    );
    CHECK(node::load_config(mended, nothing).has_value());
}

TEST_CASE("settings: the machine's file belongs to the machine's folder alone", "[node]") {
    const auto files = node::settings_files("/nowhere/school");

    CHECK(files == std::vector<std::filesystem::path>{"/nowhere/school/staffroom.toml"});
}

TEST_CASE("settings: an unknown key is refused by its place with the nearest name", "[node]") {
    const auto sentence = refusal_of("[node]\n\nlissten = \"a:1\"\n");
    CHECK_THAT(sentence, Catch::Contains("staffroom.toml:3:1: "));
    CHECK_THAT(sentence, Catch::Contains("Did you mean \"listen\"?"));
    CHECK_THAT(refusal_of("[nodes]\n"), Catch::Contains("Did you mean \"node\"?"));
    CHECK_THAT(refusal_of("node = 3\n"), Catch::Contains("[node]"));
    CHECK_THAT(refusal_of("[node\n"), Catch::Contains("staffroom.toml:1:"));
}

TEST_CASE("settings: values of another type or outside their range are refused", "[node]") {
    CHECK_THAT(refusal_of("[node]\nlisten = 3\n"), Catch::Contains("a text in quotes"));
    CHECK_THAT(refusal_of("[node]\naddresses = \"a:1\"\n"), Catch::Contains("a list"));
    CHECK_THAT(refusal_of("[node]\naddresses = [1]\n"), Catch::Contains("a list"));
    CHECK_THAT(refusal_of("[limits]\nweb_connections = \"9\"\n"), Catch::Contains("whole number"));
    CHECK_THAT(refusal_of("[limits]\nweb_connections = 3\n"), Catch::Contains("4 to 1024"));
    CHECK_THAT(refusal_of("[node]\nlisten = \"nowhere\"\n"), Catch::Contains("HOST:PORT"));
    CHECK_THAT(refusal_of("[node]\naddresses = [\"a:0\"]\n"), Catch::Contains("HOST:PORT"));
    CHECK_THAT(
        refusal_of("[node]\nlisten = \"a:1\"\nweb = \"a:1\"\n"), Catch::Contains("same address")
    );
    CHECK_THAT(refusal_of("[school]\nnumbers = [\"990001\"]\n"), Catch::Contains("SCHEME:VALUE"));
    CHECK_THAT(refusal_of("[school]\nlanguage = \"English!\"\n"), Catch::Contains("en-GB"));
    CHECK_THAT(refusal_of("[trace]\nlevel = \"loud\"\n"), Catch::Contains("warning"));
}

TEST_CASE("settings: a value out of range is named by its place or its variable", "[node]") {
    const auto environment = [](const std::string& name) -> std::optional<std::string> {
        return name == "STAFFROOM_NODE_WEB" ? std::optional<std::string>("nowhere") : std::nullopt;
    };

    CHECK_THAT(
        refusal_of("\n[limits]\nweb_connections = 3\n"),
        Catch::Contains("staffroom.toml:3:1: limits.web_connections")
    );
    const auto refused = node::load_config("[node]\nweb = \"a:1\"\n", "f", environment);
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().detail, Catch::StartsWith("node.web (STAFFROOM_NODE_WEB)"));
}

TEST_CASE("settings: every setting's value can be asked for by its name", "[node]") {
    node::Config config;
    config.addresses = {"a.example:1"};
    for (const auto& name : node::setting_names())
        (void)node::setting_value(config, name);

    CHECK(std::get<std::int64_t>(node::setting_value(config, "limits.web_connections")) == 64);
    CHECK(
        std::get<std::vector<std::string>>(node::setting_value(config, "node.addresses")) ==
        config.addresses
    );
}

TEST_CASE("settings: addresses are HOST:PORT", "[node]") {
    for (const auto* right : {"a:1", "127.0.0.1:0", "[::1]:65535", "school.example:7420"})
        CHECK(node::is_host_port(right));
    for (const auto* wrong :
         {"", "a", ":1", "a:", "a:65536", "a:-1", "a:1x", "::1:2", "[]:1", "a b:1"})
        CHECK(!node::is_host_port(wrong));
}

TEST_CASE("settings: whatever follows the bracket of a section is answered", "[node]") {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string one(1, static_cast<char>(byte));
        for (const auto* before : {"", " ", "[", "\xEF\xBB\xBF", "a = 1\n", "\xC2\xA0"})
            for (const auto* after : {"", "a]", "]", "\n"})
                CHECK_FALSE(refusal_of(before + ("[" + one) + after).empty());
    }
    for (const auto* wrong : {"[=a]", "[ #]", "[[[a]]]", "a = 1:", "a = 00:00:"})
        CHECK_FALSE(refusal_of(wrong).empty());
}
