#include "node/services/pupil_details/pupil_details.hpp"
#include "node/services/pupil_details/rows.hpp"
#include "tests/support/records/corpus.hpp"
#include "tests/unit/node/services/pupil_details/later_lines.hpp"
#include "tests/unit/node/services/pupil_details/pass_lines.hpp"
#include "tests/unit/node/services/pupil_details/warn_lines.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <sstream>

namespace details = staffroom::pupil_details;
namespace tests = staffroom::tests;

namespace {

std::set<std::string_view> rules_in(std::string_view text) {
    std::set<std::string_view> rules;
    for (const details::Finding& each : details::find_in_text(text))
        rules.insert(each.rule->id);
    return rules;
}

/// "3 name-with-class, 5 upn": what was found where.
std::string found_in(std::string_view text) {
    std::string out;
    for (const details::Finding& each : details::find_in_text(text))
        out += (out.empty() ? "" : ", ") + std::to_string(each.line) + " " +
               std::string(each.rule->id);
    return out;
}

} // namespace

TEST_CASE("pupil details: each made-up line is pointed out by its rule", "[node]") {
    for (const tests::WarnLine& line : tests::warn_lines) {
        INFO(line.text);
        CHECK(rules_in(line.text).contains(line.rule));
    }
    for (const std::string_view line : tests::later_warn_lines) {
        INFO(line);
        CHECK_FALSE(found_in(line).empty());
    }
}

TEST_CASE("pupil details: teachers, authors, stories and other numbers pass", "[node]") {
    for (const std::string_view line : tests::pass_lines) {
        INFO(line);
        CHECK(found_in(line).empty());
    }
    for (const std::string_view line : tests::later_pass_lines) {
        INFO(line);
        CHECK(found_in(line).empty());
    }
}

TEST_CASE("pupil details: every rule has a line that shows it, in a file or in a name", "[node]") {
    std::set<std::string_view> shown;
    for (const tests::WarnLine& line : tests::warn_lines)
        shown.insert(line.rule);

    for (const details::Rule& rule : details::all_rules()) {
        INFO(rule.id);
        CHECK(shown.contains(rule.id));
        CHECK(details::find_rule(rule.id) == &rule);
        CHECK(rule.reason.ends_with('.'));
        CHECK(rule.instead.ends_with('.'));
    }
    CHECK(details::find_rule("no-such-rule") == nullptr);
}

TEST_CASE(
    "pupil details: every pattern belongs to a rule, and both languages have some", "[node]"
) {
    std::set<details::Language> languages;
    for (const auto rows :
         {details::number_rows(),
          details::name_rows(),
          details::child_rows(),
          details::file_name_rows()})
        for (const details::PatternRow& row : rows) {
            INFO(row.pattern);
            CHECK(details::find_rule(row.rule) != nullptr);
            languages.insert(row.language);
        }

    CHECK(languages.size() == 3);
}

TEST_CASE("pupil details: a check digit tells a number from any other", "[node]") {
    // The letter of the first is that of its digits; of the second it is another.
    CHECK(rules_in("see B801200005001 there").contains("upn"));
    CHECK(found_in("see A801200005001 there").empty());
    CHECK(rules_in("patient 943 476 5919").contains("nhs-number"));
    CHECK(found_in("patient 943 476 5918").empty());
    CHECK(found_in("ISBN 943 476 5919").empty());
    for (int last = 0; last < 10; ++last) {
        // Weights 10 to 2 give 9 mod 11 here: the one right digit is 10 - 9.
        const std::string number = "see 123456789" + std::to_string(last) + " there";
        INFO(number);
        CHECK(rules_in(number).contains("uln") == (last == 9));
    }
}

TEST_CASE("pupil details: lines are numbered as they stand, each rule once a line", "[node]") {
    CHECK(
        found_in("# A title\r\n\r\nAisha (4B) and Tom (4B)\r\n\r\ndob 12/3/2014\r\n") ==
        "3 name-with-class, 5 birth-date"
    );
    CHECK(found_in("\n\n\n").empty());
    CHECK(found_in("").empty());
}

TEST_CASE("pupil details: a sentence over a wrapped line is read as one", "[node]") {
    const std::string wrapped =
        "The whole group went on with the second page of the booklet, but Jayden\n"
        "in 4B would not, and nobody could say why he did not want to go on with it.\n";

    CHECK(found_in(wrapped) == "1 name-with-class");
    // Short lines are lines of their own.
    CHECK(found_in("Jayden\nin 4B\n").empty());
}

TEST_CASE("pupil details: front matter, alt texts and names of files are read", "[node]") {
    CHECK(
        found_in("---\ntitle: A day\nsummary: Aisha (4B) at the pond\n---\ntext\n") ==
        "3 name-with-class"
    );
    CHECK(found_in("![Aisha in Year 4](a.png)").find("name-with-class") != std::string::npos);
    CHECK(found_in("[list](lists/4B-class-list.xlsx)") == "1 class-list");
    CHECK(
        found_in("<img src=\"a.png\" alt=\"Aisha in Year 4\">") == "1 name-with-class, 1 photograph"
    );
    REQUIRE(details::find_in_file_name("photos/jayden_4b.jpg").size() == 1);
    CHECK(details::find_in_file_name("photos/jayden_4b.jpg")[0].rule->id == "named-pupil");
    CHECK(details::find_in_file_name("piles.png").empty());
    // Who wrote is meant to be named, also in a list.
    CHECK(found_in("---\nauthors:\n  - Aisha Khan, Year 4\nkind: call\n---\n").empty());
}

TEST_CASE("pupil details: markup and marks of other systems do not hide a name", "[node]") {
    for (const std::string_view line :
         {"**Aisha** in 4B",
          "<b>Aisha</b> (4B)",
          "_Aisha_ in 4B",
          "Aisha\xC2\xA0in\xC2\xA0"
          "4B",
          "Aisha&nbsp;in 4B",
          "| Aisha | 4B |",
          "Aisha\t4B",
          "Ai\xC2\xADsha in 4B",
          "- Aisha (4B)",
          "> Aisha, Year 4",
          "1. Aisha, Y4"}) {
        INFO(line);
        CHECK(rules_in(line).contains("name-with-class"));
    }
}

TEST_CASE("pupil details: a value beside the file is told by its place", "[node]") {
    const auto found = details::find_in_value("ring 07700 900123", "summary");

    REQUIRE(found.size() == 1);
    CHECK(found[0].line == 0);
    CHECK(found[0].place == "summary");
    CHECK(found[0].rule->id == "phone");
    CHECK(found[0].words == "07700 900123");
}

TEST_CASE("pupil details: a long text has bounded findings, a long line is shortened", "[node]") {
    std::string many;
    for (int i = 0; i < 2000; ++i)
        many += "Aisha (4B)\n\n";
    const std::string wide = "Aisha (4B) " + std::string(5000, 'x');

    CHECK(details::find_in_text(many).size() == details::findings_max);
    REQUIRE(details::find_in_text(wide).size() == 1);
    CHECK(details::find_in_text(wide)[0].text.size() < 400);
}

TEST_CASE("pupil details: of the sample nearly all is found, of the corpus little is", "[corpus]") {
    const auto place = tests::shared_place() / "corpus" / "sample" / "privacy_cases.tsv";
    std::istringstream cases(tests::read_whole_file(place));
    std::string row;
    std::getline(cases, row);
    std::size_t warned = 0;
    std::size_t to_warn = 0;
    std::size_t alarms = 0;
    std::size_t to_pass = 0;
    while (std::getline(cases, row)) {
        std::istringstream fields(row);
        std::string id, expected, why, text;
        for (std::string* field : {&id, &expected, &why, &text})
            std::getline(fields, *field, '\t');
        const bool is_found = !details::find_in_text(text).empty();
        ++(expected == "warn" ? to_warn : to_pass);
        warned += expected == "warn" && is_found ? 1U : 0U;
        alarms += expected == "pass" && is_found ? 1U : 0U;
        if (is_found != (expected == "warn"))
            WARN(id << ": " << text);
    }
    std::size_t lines = 0;
    std::size_t marked = 0;
    for (const auto& path : tests::corpus_documents()) {
        const std::string file = tests::read_whole_file(path);
        std::istringstream in(file);
        for (std::string line; std::getline(in, line);)
            lines += line.find_first_not_of(" \t\r") == std::string::npos ? 0U : 1U;
        std::set<std::size_t> numbers;
        for (const details::Finding& each : details::find_in_text(file))
            numbers.insert(each.line);
        marked += numbers.size();
    }

    WARN(
        warned << " of " << to_warn << " found; " << alarms << " of " << to_pass
               << " false alarms; " << marked << " of " << lines << " lines of the corpus marked"
    );
    CHECK(warned * 100 >= to_warn * 95);
    CHECK(alarms * 100 <= to_pass * 5);
    CHECK(marked * 200 <= lines);
}
