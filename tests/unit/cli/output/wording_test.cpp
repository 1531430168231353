#include "cli/output/wording.hpp"
#include "node/services/text/name_text.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

namespace cli = staffroom::cli;
namespace services = staffroom::services;

TEST_CASE("wording: a list says what sets a record apart", "[cli]") {
    struct Row {
        const char* record;
        const char* state;
    };
    for (const auto& [record, state] :
         {Row{R"({"reach":"network","state":"active","heads":1,"body_state":"have"})", ""},
          Row{R"({"reach":"draft","state":"active","heads":1})", "draft"},
          Row{R"({"reach":"school","state":"active","heads":1})", "this school only"},
          Row{R"({"reach":"network","state":"retracted","heads":1})", "taken back"},
          Row{R"({"reach":"network","state":"superseded"})", "replaced by a newer one"},
          Row{R"({"reach":"network","state":"active","heads":2})", "two versions"},
          Row{R"({"reach":"network","heads":3})", "3 versions"},
          Row{R"({"reach":"draft","heads":2})", "draft, two versions"},
          Row{R"({"reach":"network","body_state":"missing"})", "text not here yet"},
          Row{R"({"reach":"network","state":"active","heads":1,"dated_ahead":true})",
              "dated ahead"},
          Row{"{}", ""}})
        CHECK(cli::record_state(boost::json::parse(record)) == state);
}

TEST_CASE("wording: a focus that is nearly one of the list is recognised", "[cli]") {
    CHECK(cli::near_focus("litracy") == "literacy-and-oracy");
    CHECK(cli::near_focus("literacy") == "literacy-and-oracy");
    CHECK(cli::near_focus("Reading") == "reading");
    CHECK(cli::near_focus("writting") == "writing");
    CHECK(cli::near_focus("memory and retrieval") == "memory-and-retrieval");
    CHECK(cli::near_focus("reading") == std::nullopt);
    CHECK(cli::near_focus("Talk for learning") == std::nullopt);
    CHECK(cli::near_focus("Boat race") == std::nullopt);
}

TEST_CASE("names: what cannot be seen, turns the text around or says nothing is no name", "[cli]") {
    const auto is_name = [](const char* typed) {
        const auto name = services::trimmed_name(typed);
        return !services::why_not_a_name(name, "A name").has_value();
    };
    for (const char* good :
         {"Rivers",
          " Rivers ",
          "St. Mary's (Upper)",
          "Ysgol y Bont",
          "\xD8\xB2\xD8\xA8\xD8\xA7\xD9\x86",
          "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE", // Persian with a joiner
          "\xE6\x8E\x88\xE6\xA5\xAD",
          "School 7",
          "7",
          "\xE2\x9D\xA4\xEF\xB8\x8F Heart",
          "Caf\xC3\xA9"})
        CHECK(is_name(good));
    for (const char* bad :
         {"",
          "   ",
          "\xC2\xA0",
          "\xE3\x80\x80\xE2\x80\x83",
          "\t\n",
          "\xE2\x80\x8B",
          "Riv\xE2\x80\x8B"
          "ers",
          "Riv\xC2\xAD"
          "ers",
          "\xE2\x80\xAE"
          "sreviR",
          "Rivers\xE2\x80\x8F",
          "R\xE2\x81\xA6x\xE2\x81\xA9",
          "Riv\xE2\x80\x8D"
          "ers",
          "a\x01"
          "b",
          "\xE3\x85\xA4",
          "\xEF\xBE\xA0\xEF\xBE\xA0",
          "\xE2\xA0\x80",
          "...",
          "-",
          "\xEF\xBB\xBFRivers",
          "a\x7f",
          "\xF3\xA0\x81\x81x",
          "bad \xFF byte",
          "\xEE\x80\x80"})
        CHECK_FALSE(is_name(bad));
}

TEST_CASE("names: nobody hears a difference of case, width or composition", "[cli]") {
    CHECK(services::is_same_name("downs", "Downs"));
    CHECK(services::is_same_name(" Downs  ", "Downs"));
    CHECK(services::is_same_name(
        "STRASSE",
        "Stra\xC3\x9F"
        "e"
    ));
    CHECK(services::is_same_name("Cafe\xCC\x81", "caf\xC3\xA9"));
    CHECK(services::is_same_name("\xEF\xBC\xA4owns", "Downs"));
    CHECK_FALSE(services::is_same_name("Downs", "Towns"));
    CHECK(services::trimmed_name("  The \xC2\xA0 Downs ") == "The Downs");
}

TEST_CASE("names: the nearest is the one that a slip of the hand meant", "[cli]") {
    const std::vector<std::string> names{"Rivers", "Downs", "Nene Valley"};
    CHECK(services::nearest_of("downs", names) == 1U);
    CHECK(services::nearest_of("Dwons", names) == 1U);
    CHECK(services::nearest_of("riverz", names) == 0U);
    CHECK(services::nearest_of("valley", names) == 2U);
    CHECK(services::nearest_of("Xylophone", names) == std::nullopt);
    CHECK(services::nearest_of("Downs", {}) == std::nullopt);
}
