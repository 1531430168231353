#include "cli/options/completions.hpp"
#include "cli/options/options.hpp"
#include "cli/output/progress.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace cli = staffroom::cli;

namespace {

const cli::CommandShape& shape(const std::vector<cli::CommandShape>& all, const std::string& path) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.path == path; });
    REQUIRE(found != all.end());
    return *found;
}

} // namespace

TEST_CASE("tree: every command that runs has a description and examples", "[cli]") {
    for (const auto& command : cli::command_shapes()) {
        INFO(command.path);
        CHECK_FALSE(command.what.empty());
        if (!command.path.empty())
            CHECK_FALSE(command.examples.empty());
        for (const auto& option : command.options)
            CHECK_FALSE(option.what.empty());
    }
}

TEST_CASE("tree: every example of a command is one that the parser takes", "[cli]") {
    for (const auto& command : cli::command_shapes())
        for (const auto& example : command.examples) {
            INFO(example);
            // Quotes as a shell reads them; nothing else of a shell stands in an example but < and
            // >.
            std::vector<std::string> words;
            if (example.find("--data") == std::string::npos)
                words = {"--data", "/d"};
            std::istringstream text(example.substr(0, example.find_first_of("<>")));
            for (std::string word; text >> std::quoted(word);)
                words.push_back(word);
            CHECK(std::holds_alternative<cli::Options>(cli::parse_options(words)));
        }
}

TEST_CASE("tree: options know their values and choices", "[cli]") {
    const auto all = cli::command_shapes();

    CHECK(all.front().path.empty());
    CHECK_FALSE(shape(all, "network").runs);
    CHECK(shape(all, "network").words.size() >= 5);
    const auto& publish = shape(all, "publish");
    CHECK(publish.arguments.front().name == "FILE");
    const auto kind =
        std::find_if(publish.options.begin(), publish.options.end(), [](const auto& option) {
            return option.names.back() == "--kind";
        });
    REQUIRE(kind != publish.options.end());
    CHECK(kind->value == "KIND");
    CHECK(kind->choices.front() == "practice-write-up");
}

TEST_CASE("completions: an apostrophe in a description ends no quotes", "[cli]") {
    const std::vector<cli::CommandShape> shapes{
        {"", "All", false, {"init"}, {}, {}, {}},
        {"init",
         "The school's own",
         true,
         {},
         {{{"--name"}, "NAME", "The school's name", {}}},
         {},
         {}}};

    CHECK(cli::fish_completions(shapes).find("'The school\\'s name'") != std::string::npos);
    CHECK(cli::bash_completions(shapes).find("--name") != std::string::npos);
    CHECK(cli::zsh_completions(shapes).find("'--name'") != std::string::npos);
}

TEST_CASE("progress: count, rate and rest are told once they can be", "[cli]") {
    using std::chrono::milliseconds;

    CHECK(
        cli::progress_line(0, 100, "document", milliseconds(10), 0) ==
        "[..............................] 0 of 100 documents"
    );
    CHECK(
        cli::progress_line(50, 100, "document", milliseconds(5000), 0) ==
        "[###############...............] 50 of 100 documents, 10 a second, 5 s left"
    );
    CHECK(
        cli::progress_line(1, 3, "document", milliseconds(2000), 0).find("30 a minute, 4 s left") !=
        std::string::npos
    );
    CHECK(
        cli::progress_line(100, 100, "document", milliseconds(5000), 0).find("left") ==
        std::string::npos
    );
}

TEST_CASE("progress: a narrow terminal loses the bar first and is never overrun", "[cli]") {
    using std::chrono::milliseconds;

    CHECK(cli::progress_line(5, 10, "document", milliseconds(1), 40) == "5 of 10 documents");
    for (std::size_t columns = 1; columns < 100; ++columns)
        CHECK(cli::progress_line(5, 10, "document", milliseconds(9000), columns).size() < columns);
}
