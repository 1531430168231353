#include "cli/output/output.hpp"
#include "cli/output/table.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace cli = staffroom::cli;

namespace {

using Strings = std::vector<std::string>;
using cli::Seen;
using cli::Shape;

std::string printed(const cli::Table& table, const cli::Terminal& terminal) {
    std::ostringstream out;
    table.print(out, terminal);
    return out.str();
}

std::size_t widest(const std::string& text) {
    std::size_t width = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        width = std::max(width, cli::display_width(line));
    return width;
}

const std::string long_title = "What happened when every discussion in our mixed-age class had two "
                               "voices and a chair who only listened";

/// As `list` has them.
cli::Table records() {
    cli::Table table(
        {{"ID", Shape::id},
         {"REACH", Shape::fact, Seen::in_pipe},
         {"TITLE", Shape::title},
         {"SCHOOL", Shape::text},
         {"KIND", Shape::fact, Seen::on_terminal}}
    );
    table.add(
        {"ujy2gyaoabcdefgh2222", "network", long_title, "Hillside Primary", "practice-write-up"}
    );
    table.add({"wjz77tg7abcdefgh2222", "draft", "Short [draft]", "Oakdene", "comment"});
    return table;
}

} // namespace

TEST_CASE("table: every title is whole at every width, and no line is wider", "[cli]") {
    const auto table = records();
    for (std::size_t columns = 24; columns < 200; ++columns) {
        const std::string text = printed(table, {true, columns});
        CAPTURE(columns, text);

        CHECK(widest(text) <= columns);
        for (const char* word :
             {"What",
              "happened",
              "mixed-age",
              "voices",
              "chair",
              "listened",
              "ujy2gyao",
              "wjz77tg7",
              "[draft]",
              "Oakdene",
              "comment"})
            CHECK(text.find(word) != std::string::npos);
        CHECK(text.find("ujy2gyaoa") == std::string::npos);
        CHECK(text.find("\xE2\x80\xA6") == std::string::npos);
    }
}

TEST_CASE("table: a wide terminal has one line a record under its names", "[cli]") {
    cli::Table table({{"ID", Shape::id}, {"TITLE", Shape::title}, {"SCHOOL", Shape::text}});
    table.add({"abcdefgh2345", "Two voices", "Oakdene"});
    table.add({"bcdefgha2345", "", "Hillside"});

    CHECK(
        printed(table, {true, 80}) == "ID        TITLE       SCHOOL\n"
                                      "abcdefgh  Two voices  Oakdene\n"
                                      "bcdefgha              Hillside\n"
    );
}

TEST_CASE("table: what has no room in its column goes on below", "[cli]") {
    cli::Table table({{"ID", Shape::id}, {"TITLE", Shape::title}, {"WHY", Shape::text}});
    table.add({"@1", "A text that is about as long as the line is wide", "the counts were wrong"});

    const std::string text = printed(table, {true, 60});
    CHECK(widest(text) <= 60);
    CHECK(text.find("\n    ") != std::string::npos);
}

TEST_CASE("table: below sixty columns a record has its name first and the rest below", "[cli]") {
    cli::Table table({{"ID", Shape::id}, {"TITLE", Shape::title}, {"SCHOOL", Shape::text}, {"KIND"}}
    );
    table.add({"ujy2gyaoabcd", "Two voices in every discussion", "Hillside Primary", "comment"});
    table.add({"wjz77tg7abcd", "A tray", "Oakdene", "adoption"});

    CHECK(
        printed(table, {true, 50}) == "ujy2gyao  Two voices in every discussion\n"
                                      "    Hillside Primary, comment\n"
                                      "wjz77tg7  A tray\n"
                                      "    Oakdene, adoption\n"
    );
}

TEST_CASE("table: what fits into a narrow terminal stays a table", "[cli]") {
    cli::Table table({"WHAT", "COUNT"});
    table.add({"adoptions", "3"});

    CHECK(printed(table, {true, 40}) == "WHAT       COUNT\nadoptions  3\n");
}

TEST_CASE("table: a pipe has whole ids, one tab between cells and no names", "[cli]") {
    cli::Table table(
        {{"ID", Shape::id},
         {"REACH", Shape::fact, Seen::in_pipe},
         {"X", Shape::fact, Seen::on_terminal},
         {"TITLE", Shape::title}}
    );
    table.add({"ujy2gyaoabcdefgh2222", "draft", "hidden", "tab\there"});

    CHECK(printed(table, {false, 0}) == "ujy2gyaoabcdefgh2222\tdraft\ttab here\n");
}

TEST_CASE("table: a detail stands below its row, its first mark in view", "[cli]") {
    cli::Table table({{"ID", Shape::id}, {"TITLE", Shape::title}, {"WHERE", Shape::detail}});
    const std::string before(200, 'x');
    table.add({"abcdefgh", "A title", before + " found and more"}, {{201, 206}});

    const std::string text = printed(table, {true, 60, true});

    CAPTURE(text);
    CHECK(text.find("\n    \xE2\x80\xA6xxx") != std::string::npos);
    CHECK(text.find("\x1B[1mfound\x1B[22m and more\n") != std::string::npos);
    CHECK(printed(table, {false, 0}) == "abcdefgh\tA title\t" + before + " found and more\n");
}

TEST_CASE("table: ids are as short as tells them apart", "[cli]") {
    CHECK(cli::short_id_length({}) == 8);
    CHECK(cli::short_id_length({"abcdefghij"}) == 8);
    CHECK(cli::short_id_length({"abcdefghij", "bcdefghijk"}) == 8);
    CHECK(cli::short_id_length({"abcdefghij", "abcdefghik", "abcdefghij"}) == 10);
    CHECK(cli::short_id_length({"abcdefghi", "abcdefghik"}) == 10);
}

TEST_CASE("table: words are wrapped between them, broken only where none would fit", "[cli]") {
    CHECK(cli::wrapped("one two three", 20) == Strings{"one two three"});
    CHECK(cli::wrapped("one two three", 7) == Strings{"one two", "three"});
    CHECK(cli::wrapped("one two three", 3) == Strings{"one", "two", "thr", "ee"});
    CHECK(cli::wrapped("", 5) == Strings{""});
    CHECK(cli::wrapped("\xE6\x8E\x88\xE6\xA5\xAD\xE7\xA0\x94", 4).size() == 2); // two columns each
    CHECK(cli::wrapped("ab", 0) == Strings{"a", "b"});
}
