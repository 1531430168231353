#include "cli/output/failure.hpp"
#include "cli/output/output.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <sstream>

using namespace std::string_view_literals;
namespace cli = staffroom::cli;

namespace {

const std::string mark = "\xEF\xBF\xBD";

std::string printed(const cli::Table& table, const cli::Terminal& terminal) {
    std::ostringstream out;
    table.print(out, terminal);
    return out.str();
}

} // namespace

TEST_CASE("output: an escape sequence loses the character that a terminal would obey", "[cli]") {
    CHECK(cli::printable("a\x1b[31mred") == "a" + mark + "[31mred");
    CHECK(
        cli::printable("\xC2\x9B"
                       "31m") == mark + "31m"
    ); // U+009B, the one-character form
    CHECK(cli::printable("bell\a and \x7f"sv) == "bell" + mark + " and " + mark);
    CHECK(cli::printable("nul\0end"sv) == "nul" + mark + "end");
}

TEST_CASE("output: a character that reverses the line's direction is replaced", "[cli]") {
    CHECK(
        cli::printable("a\xE2\x80\xAE"
                       "b") == "a" + mark + "b"
    );
    CHECK(
        cli::printable("a\xE2\x81\xA6"
                       "b") == "a" + mark + "b"
    );
}

TEST_CASE("output: ordinary text of any script stays as it is", "[cli]") {
    const std::string text = "Boat race: مقدمة, Гонка, Ras gychod, 授業研究 🙂";

    CHECK(cli::printable(text) == text);
    CHECK(cli::printable_block(text) == text);
}

TEST_CASE("output: bytes that are not UTF-8 are replaced one by one", "[cli]") {
    CHECK(
        cli::printable("a\xFF\xFE"
                       "b") == "a" + mark + mark + "b"
    );
    CHECK(cli::printable("\xC0\xAF") == mark + mark);            // overlong
    CHECK(cli::printable("\xED\xA0\x80") == mark + mark + mark); // a surrogate
    CHECK(cli::printable("cut \xE2\x82") == "cut " + mark + mark);
}

TEST_CASE("output: a line keeps no line end, a block keeps them as LF", "[cli]") {
    CHECK(cli::printable("one\r\ntwo\tthree\rfour") == "one two three four");
    CHECK(cli::printable_block("one\r\ntwo\tthree\rfour") == "one\ntwo\tthree\nfour");
}

TEST_CASE("output: JSON carries harmful characters as escapes and reads back the same", "[cli]") {
    const boost::json::value value{{"title", "a\x1b[2J\xC2\x9B\xE2\x80\xAE\x7f end"}};

    const auto line = cli::json_line(value);

    CHECK(line == R"({"title":"a\u001b[2J\u009b\u202e\u007f end"})");
    CHECK(boost::json::parse(line) == value);
}

TEST_CASE("output: sizes and counts read as people write them", "[cli]") {
    CHECK(cli::readable_bytes(1) == "1 byte");
    CHECK(cli::readable_bytes(1023) == "1023 bytes");
    CHECK(cli::readable_bytes(1024) == "1 KiB");
    CHECK(cli::readable_bytes(1536) == "1.5 KiB");
    CHECK(cli::readable_bytes(256 * 1024) == "256 KiB");
    CHECK(cli::readable_bytes(3 * 1024 * 1024 + 512 * 1024) == "3.5 MiB");
    CHECK(cli::counted(0, "record") == "0 records");
    CHECK(cli::counted(1, "record") == "1 record");
}

TEST_CASE("output: marks are code points and survive a cut", "[cli]") {
    const std::string text = "\xC3\xA9t\xC3\xA9 and more";
    CHECK(cli::marked(text, {{0, 3}, {8, 12}}, "<", ">") == "<\xC3\xA9t\xC3\xA9> and <more>");
    CHECK(cli::marked(text, {}, "<", ">") == text);
    CHECK(cli::marked("ab", {{1, 9}}, "<", ">") == "a<b>");
    CHECK(cli::marked("ab", {{5, 9}}, "<", ">") == "ab");
    CHECK(cli::cut_to("abcdef", 4) == "abc\xE2\x80\xA6");

    cli::Table table({"ID", {"WHERE", cli::Shape::detail}});
    table.add({"x", "a word\x1b[2J here"}, {{2, 6}});

    CHECK(printed(table, {true, 0}).find("a \xC2\xABword\xC2\xBB") != std::string::npos);
    CHECK(
        printed(table, {true, 0, true}).find("a \x1b[1mword\x1b[22m" + mark) != std::string::npos
    );
    CHECK(printed(table, {false, 0}) == "x\ta word" + mark + "[2J here\n");
}

TEST_CASE("failure: the last line printed is the next step", "[cli]") {
    std::ostringstream err;

    cli::print_failure(err, {"It broke\x1b[2J.", "mend it.", staffroom::ExitCode::failed});

    CHECK(err.str() == "staffroom: It broke" + mark + "[2J.\nNext: mend it.\n");
}

TEST_CASE("failure: a problem document gives sentence, next step and exit code", "[cli]") {
    const auto failure = cli::failure_from_problem(
        409,
        boost::json::parse(
            R"({"detail":"The code has been used.","next":"ask for another.","exit":5})"
        )
    );

    CHECK(failure.sentence == "The code has been used.");
    CHECK(failure.next == "ask for another.");
    CHECK(failure.exit == staffroom::ExitCode::refused);
}

TEST_CASE("failure: a script finds the node's code, else the exit code's own name", "[cli]") {
    const auto of_node = cli::failure_from_problem(
        404, boost::json::parse(R"({"detail":"No.","next":"go.","exit":1,"code":"id.not-found"})")
    );

    CHECK(cli::failure_json(of_node).at("code").as_string() == "id.not-found");
    const auto ours = cli::failure_json({"No.", "go.", staffroom::ExitCode::node_not_running});
    CHECK(ours.at("code").as_string() == "node.not-running");
    CHECK(ours.at("exit").to_number<int>() == 3);
}

TEST_CASE("failure: a script finds what is wrong with a record, and its draft", "[cli]") {
    const auto refused = cli::failure_from_problem(
        422,
        boost::json::parse(
            R"({"detail":"No.","next":"go.","exit":5,"problems":[{"code":"too-long"}],)"
            R"("draft":{"id":"abc"}})"
        )
    );

    const auto shown = cli::failure_json(refused);
    CHECK(shown.at("problems").at(0).at("code").as_string() == "too-long");
    CHECK(shown.at("draft").at("id").as_string() == "abc");
    CHECK(shown.size() == 6);
}

TEST_CASE("failure: members of another shape than expected are left out", "[cli]") {
    const auto refused = cli::failure_from_problem(
        422, boost::json::parse(R"({"detail":"No.","problems":"many","draft":["abc"]})")
    );

    CHECK(cli::failure_json(refused).size() == 4);
}

TEST_CASE("output: a verdict is coloured where that is wanted, and reads the same", "[cli]") {
    std::ostringstream bare;
    std::ostringstream coloured;
    std::ostringstream err;
    cli::Output(bare, err, false, {true, 80}, {false, 0})
        .verdict(cli::Tone::bad, "TROUBLE ", "a\x1b[2Jb");
    cli::Output(coloured, err, false, {true, 80, true}, {false, 0})
        .verdict(cli::Tone::bad, "TROUBLE ", "a\x1b[2Jb");

    CHECK(bare.str() == "TROUBLE a" + mark + "[2Jb\n");
    CHECK(coloured.str() == "\x1b[1;31mTROUBLE \x1b[0ma" + mark + "[2Jb\n");
}

TEST_CASE("failure: an answer that gives no reason is still a sentence", "[cli]") {
    const auto failure = cli::failure_from_problem(500, boost::json::parse("[]"));

    CHECK(failure.sentence.find("500") != std::string::npos);
    CHECK_FALSE(failure.next.empty());
    CHECK(failure.exit == staffroom::ExitCode::failed);
}

TEST_CASE("failure: an exit code outside the published ones counts as failed", "[cli]") {
    CHECK(
        cli::failure_from_problem(400, boost::json::parse(R"({"detail":"x","exit":77})")).exit ==
        staffroom::ExitCode::failed
    );
}
