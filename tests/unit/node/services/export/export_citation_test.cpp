#include "node/services/export/export_citation.hpp"
#include "tests/support/records/shown_record.hpp"

#include <catch2/catch.hpp>

namespace records = staffroom::records;
namespace services = staffroom::services;
using staffroom::tests::shown_record;

namespace {

constexpr const char* revision = "aibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaiba";
constexpr const char* document = "urn:uuid:01010101-0101-8010-8404-040404040404";

services::ShownRecord a_record() {
    records::RecordBody body;
    body.title = "Grids & 50% more";
    body.authors = {{{}, "A. Teacher", "Oakhill"}, {{}, "Jos\xC3\xA9 and Co", ""}};
    body.language = "en-GB";
    body.licence = "CC-BY-4.0";
    body.created = {1'446'076'800'000};
    return shown_record(std::move(body));
}

/// Braces as BibTeX counts them: every one, whatever stands before it.
int depth_of(std::string_view text) {
    int depth = 0;
    for (const char c : text) {
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        REQUIRE(depth >= 0);
    }
    return depth;
}

} // namespace

TEST_CASE("citation: BibTeX has the id, the revision and escaped words", "[node]") {
    const auto made = services::export_bibtex({a_record(), "Oakhill", true});

    REQUIRE(made.has_value());
    CHECK(
        *made == "@misc{staffroom-" + std::string(revision).substr(0, 12) +
                     ",\n"
                     "  author = {{A. Teacher} and {Jos\xC3\xA9 and Co}},\n"
                     "  title = {{Grids \\& 50\\% more}},\n"
                     "  publisher = {Oakhill},\n"
                     "  year = {2015},\n"
                     "  date = {2015-10-29},\n"
                     "  eprint = {" +
                     revision +
                     "},\n"
                     "  eprinttype = {staffroom},\n"
                     "  langid = {en-GB},\n"
                     "  copyright = {CC-BY-4.0},\n"
                     "  note = {Revision 2 of " +
                     document + "}\n}\n\n"
    );
}

TEST_CASE("citation: RIS begins with TY, ends with ER, one line for each value", "[node]") {
    const auto made = services::export_ris({a_record(), "Oakhill", true});

    REQUIRE(made.has_value());
    CHECK(
        *made == "TY  - GEN\r\nID  - staffroom-" + std::string(revision).substr(0, 12) +
                     "\r\nAU  - A. Teacher\r\nAU  - Jos\xC3\xA9 and Co\r\n"
                     "TI  - Grids & 50% more\r\nPB  - Oakhill\r\nPY  - 2015\r\nDA  - 2015/10/29\r\n"
                     "AN  - " +
                     revision + "\r\nLA  - en-GB\r\nC1  - CC-BY-4.0\r\nN1  - Revision 2 of " +
                     document + "\r\nER  - \r\n\r\n"
    );
}

TEST_CASE("citation: no text can end an entry or begin another", "[node]") {
    for (const char* naughty :
         {"}\n@misc{x, title = {",
          "{{{",
          "}}}",
          "\\",
          "\\}",
          "a\r\nER  - \r\nTY  - GEN",
          "# $ % & _ ~ ^",
          "\x01\x1B\x7F",
          "\xE2\x80\xAE \xD9\x85",
          "a\xE2\x80\xA8TY  - GEN\xC2\x85"
          "ER  - \xE2\x80\xA9@misc{x,",
          "%",
          "\" # \""}) {
        INFO(naughty);
        auto shown = a_record();
        shown.body->title = naughty;
        shown.body->authors = {{{}, naughty, naughty}};
        shown.body->attribution = naughty;

        const std::string bibtex = *services::export_bibtex({shown, naughty, true});
        const std::string ris = *services::export_ris({shown, naughty, true});

        CHECK(depth_of(bibtex) == 0);
        CHECK(bibtex.find("\n@") == std::string::npos);
        CHECK(ris.find("\nTY") == std::string::npos);
        for (const char* end : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"})
            CHECK((ris + bibtex).find(end) == std::string::npos);
        CHECK(ris.find("\r\nER  - \r\n") == ris.size() - 12);
    }
    CHECK(
        services::bibtex_escaped("a\\b{c}~^") ==
        "a{\\textbackslash}b{\\textbraceleft}c{\\textbraceright}{\\textasciitilde}"
        "{\\textasciicircum}"
    );
}

TEST_CASE("citation: DOIs and addresses of an attribution are sources, once each", "[node]") {
    const auto sources = services::sources_in(
        "Brown (2019), doi:10.1080/1234.5678(2019). See https://doi.org/10.1080/1234.5678, "
        "<https://example.org/a_b?c=d>, (http://example.org/x). 10.12/no https:// 110.1234/no "
        "ftp://x"
    );

    REQUIRE(sources.size() == 4);
    CHECK(sources[0].doi == "10.1080/1234.5678(2019)");
    CHECK(sources[1].url == "https://doi.org/10.1080/1234.5678");
    CHECK(sources[2].url == "https://example.org/a_b?c=d");
    CHECK(sources[3].url == "http://example.org/x");
    auto shown = a_record();
    shown.body->attribution = "See 10.1080/1234.5678";
    shown.body->origin = "https://example.org/a_b?c=%41";
    const std::string made = *services::export_bibtex({shown, "Oakhill", true});
    CHECK_THAT(made, Catch::Contains("doi = {10.1080/1234.5678}"));
    CHECK_THAT(made, Catch::Contains("url = {https://example.org/a_b?c=%41}"));
    CHECK_THAT(made, Catch::Contains("-source-2"));
    CHECK(services::sources_in("10.1234/a{b 10.1234/a\\b https://x.org/}y").empty());
}

TEST_CASE("citation: an erased record is cited without its words", "[node]") {
    auto shown = a_record();
    shown.row.state = staffroom::replica::BodyState::erased;

    const std::string made = *services::export_bibtex({shown, "Oakhill", true});

    CHECK(made.find("A. Teacher") == std::string::npos);
    CHECK_THAT(made, Catch::Contains("Retracted"));
    shown.body.reset();
    shown.row.state = staffroom::replica::BodyState::missing;
    CHECK(services::export_ris({shown, "", true}).error().code == staffroom::Errc::not_found);
}
