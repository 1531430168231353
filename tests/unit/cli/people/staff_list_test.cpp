#include "cli/people/csv_rows.hpp"
#include "cli/people/staff_list.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::cli {
namespace {

constexpr const char* today = "2026-11-30";

StaffList list_of(const std::string& text) {
    const auto list = parse_staff_list(text, today);
    INFO(text << (list ? "" : list.error().detail));
    REQUIRE(list);
    return *list;
}

/// Every problem as "LINE COLUMN: SENTENCE".
std::vector<std::string> problems_of(const std::string& text) {
    std::vector<std::string> out;
    for (const StaffProblem& problem : list_of(text).problems)
        out.push_back(
            std::to_string(problem.line) + " " + problem.column + ": " + problem.sentence
        );
    return out;
}

std::string why_not(const std::string& text) {
    const auto list = parse_staff_list(text, today);
    REQUIRE_FALSE(list);
    return list.error().detail;
}

/// Writes a cell as a spreadsheet does.
std::string written(const std::string& cell) {
    std::string out = "\"";
    for (const char letter : cell)
        out += letter == '"' ? "\"\"" : std::string(1, letter);
    return out + "\"";
}

} // namespace

TEST_CASE("staff list: comma, semicolon and tab, with and without a byte order mark", "[cli]") {
    for (const std::string mark : {"", "\xEF\xBB\xBF"})
        for (const std::string separator : {",", ";", "\t"})
            for (const std::string end : {"\n", "\r\n", "\r"}) {
                const StaffList list = list_of(
                    mark + "Name" + separator + "Role" + end + "Ann Bell" + separator + "Teacher" +
                    end + end + "\"Marsh" + separator + " Lee\"" + separator + " lead "
                );
                REQUIRE(list.rows.size() == 2);
                CHECK(list.problems.empty());
                CHECK(list.rows[0].name == "Ann Bell");
                CHECK(list.rows[0].role == "teacher");
                CHECK(list.rows[1].role == "lead");
                CHECK(list.rows[1].line == 4);
            }
    CHECK(list_of("sep=;\nname;role\nAnn, Bell;lead\n").rows.front().name == "Ann, Bell");
}

TEST_CASE("staff list: names in two columns, an end, and columns that nobody needs", "[cli]") {
    const StaffList list = list_of("Surname,Forename,Room,ROLE,Until\nBell,Ann,12,lead,2027-07-31\n"
                                   "Marsh,Lee,,teacher,\n");
    REQUIRE(list.rows.size() == 2);
    CHECK(list.rows[0].name == "Ann Bell");
    CHECK(list.rows[0].until == "2027-07-31");
    CHECK(list.rows[1].until.empty());
    CHECK(list.unused == std::vector<std::string>{"Room"});
    // "Ruth" alone would have become an account.
    CHECK(
        problems_of("Forename,Surname,Role\nRuth,,teacher\n,Bell,lead\n,,lead\n") ==
        std::vector<std::string>{
            "2 Surname: It is empty, so this is half a name.",
            "3 Forename: It is empty, so this is half a name.",
            "4 Surname: The name is empty."}
    );
}

TEST_CASE("staff list: each wrong row is named by line and column, the others are used", "[cli]") {
    const std::string text = "name,role,until\n"
                             "Ann Bell,techer,\n"
                             ",lead,\n"
                             "Lee Marsh,,\n"
                             "Tom Reed,teacher,31/07/2027\n"
                             "Ida Fox,teacher,2026-11-29\n"
                             "Sam Low,head,\n"
                             "Max Day,teacher\n"
                             "Eve Ray,teacher,\n"
                             "EVE  RAY,lead,\n"
                             "Kit Moor,technician,2026-11-30\n";
    const auto problems = problems_of(text);
    REQUIRE(problems.size() == 8);
    CHECK(
        problems[0] == "2 role: \"techer\" is no role: teacher, lead or technician. Did you mean "
                       "\"teacher\"?"
    );
    CHECK(problems[1] == "3 name: The name is empty.");
    CHECK(problems[2].starts_with("4 role: The role is empty; of merged cells"));
    CHECK(problems[3] == "5 until: \"31/07/2027\" is no day: write it as 2027-07-31.");
    CHECK(problems[4] == "6 until: 2026-11-29 is over already.");
    CHECK(problems[5].ends_with("Did you mean \"lead\"?"));
    CHECK(problems[6].starts_with("8 : The row has 2 cells and the header 3: cells were merged"));
    CHECK(problems[7] == "10 name: \"EVE RAY\" stands in line 9 already.");
    const StaffList list = list_of(text);
    REQUIRE(list.rows.size() == 2);
    CHECK(list.rows[0].name == "Eve Ray");
    CHECK(list.rows[1].name == "Kit Moor");
}

TEST_CASE("staff list: what is no list is refused with a sentence", "[cli]") {
    CHECK(why_not("") == "The file has no rows.");
    CHECK(why_not("\n\n,,\n") == "The file has no rows.");
    CHECK(why_not("Ann Bell,teacher\n").find("has to name the columns") != std::string::npos);
    CHECK(why_not("Staff,,\nname,role,until\n").find("merged") != std::string::npos);
    CHECK(why_not("name,role,Full name\n").find("twice") != std::string::npos);
    CHECK(why_not("name,role\n\"Ann,teacher\nLee,lead\n").starts_with("From line 2 on"));
    CHECK(why_not("name,role\nAnn \"Bell\",teacher\n").starts_with("From line 2 on"));
    std::string wide = "name,role";
    for (std::size_t i = 0; i < csv_cells_max; ++i)
        wide += ",x";
    CHECK(why_not(wide + "\n").find("cells") != std::string::npos);
    std::string many = "name,role\n";
    for (std::size_t i = 0; i < csv_rows_max; ++i)
        many += "A" + std::to_string(i) + ",lead\n";
    CHECK(why_not(many).find("rows") != std::string::npos);
}

TEST_CASE("csv: what a spreadsheet wrote is what is read, with its lines", "[cli]") {
    tests::SeededRandom random(9);
    constexpr std::string_view letters = "ab \",;\n\tZ\xC3\xA9";
    for (unsigned round = 0; round < 300; ++round) {
        const char separator = round % 2 == 0 ? ',' : ';';
        std::string text;
        std::vector<std::vector<std::string>> wanted;
        std::vector<std::size_t> lines;
        std::size_t line = 1;
        for (std::uint64_t row = random.below(6) + 1; row > 0; --row) {
            std::vector<std::string> cells{"x"}; // no row is empty
            for (std::uint64_t cell = random.below(5); cell > 0; --cell) {
                std::string content;
                for (std::uint64_t size = random.below(8); size > 0; --size)
                    content += letters[static_cast<std::size_t>(random.below(letters.size() - 2))];
                cells.push_back(content + "\xC3\xA9");
            }
            lines.push_back(line);
            for (const std::string& cell : cells) {
                text += (&cell == &cells.front() ? "" : std::string(1, separator)) + written(cell);
                line += static_cast<std::size_t>(std::ranges::count(cell, '\n'));
            }
            text += round % 3 == 0 ? "\n \n" : "\n";
            line += round % 3 == 0 ? 2 : 1;
            wanted.push_back(std::move(cells));
        }
        const auto rows = read_csv_rows(text, separator);
        REQUIRE(rows);
        REQUIRE(rows->size() == wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            CHECK((*rows)[i].cells == wanted[i]);
            CHECK((*rows)[i].line == lines[i]);
        }
    }
}

} // namespace staffroom::cli
