#include "cli/commands/support/redaction.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

namespace staffroom::cli {
namespace {

constexpr const char* canary = "Loveday";

/// A configuration in which everything that can hold words does.
node::Config full_config() {
    node::Config config;
    for (std::string* text :
         {&config.name,
          &config.place,
          &config.area,
          &config.trust,
          &config.person,
          &config.backup_folder})
        *text = canary;
    config.numbers = {canary};
    config.addresses = {canary};
    config.web_names = {canary};
    config.web_proxies = {canary};
    config.listen = std::string(canary) + ".example:7420";
    config.web = "127.0.0.1:7480";
    return config;
}

} // namespace

TEST_CASE("support: no setting shows words that a person has written", "[cli]") {
    const node::Config config = full_config();
    for (const std::string& name : node::setting_names()) {
        INFO(name);
        CHECK(shown_setting(config, name).find(canary) == std::string::npos);
    }
    CHECK(shown_setting(config, "school.person") == "set");
    CHECK(shown_setting({}, "school.person") == "not set");
    CHECK(shown_setting(config, "limits.disk_low_mib") == "256");
    CHECK(shown_setting(config, "node.listen") == "one address, port 7420");
    CHECK(shown_setting(config, "node.web") == "this machine alone, port 7480");
    CHECK(shown_setting({}, "node.listen") == "every address, port 7420");
}

TEST_CASE("support: an event has figures and words of ours, and nothing else", "[cli]") {
    const auto event = boost::json::parse(R"({"time_ms": 7, "level": "warning",
        "code": "link.failed", "fields": {"why": "timed_out", "bytes": "12", "remote": "loveday",
        "detail": "Loveday", "state": "Loveday was here", "entries": 3}})");
    CHECK(shown_event(event) == "7 warning link.failed why=timed_out bytes=12");
    const auto strange =
        boost::json::parse(R"({"time_ms": 7, "level": "info", "code": "A title"})");
    CHECK_FALSE(shown_event(strange));
    CHECK_FALSE(shown_event(boost::json::value("text")));
    const auto check = boost::json::parse(
        R"({"level": "trouble", "code": "disk.low", "sentence": "Loveday", "next": "Loveday"})"
    );
    CHECK(shown_check(check) == "trouble disk.low");
}

TEST_CASE("support: metrics have numbers in place of names, the same for the same", "[cli]") {
    const std::string text = "# HELP staffroom_records Loveday\n"
                             "staffroom_records{kind=\"call\"} 3\n"
                             "staffroom_last{neighbour=\"Loveday\"} 1\n"
                             "staffroom_last{neighbour=\"Morwenna\"} 2\n"
                             "staffroom_other{network=\"Loveday\",neighbour=\"Loveday\"} 3\n"
                             "staffroom_time_bucket{le=\"5\"} 3\n"
                             "staffroom_open{neighbour=\"Loveday 1\n"
                             "another{kind=\"Loveday\"} 1\n"
                             "process_threads 4";
    CHECK(
        shown_metrics(text) == "staffroom_records{kind=\"call\"} 3\n"
                               "staffroom_last{neighbour=\"1\"} 1\n"
                               "staffroom_last{neighbour=\"2\"} 2\n"
                               "staffroom_other{network=\"1\",neighbour=\"1\"} 3\n"
                               "process_threads 4\n"
    );
}

} // namespace staffroom::cli
