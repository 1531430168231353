#include "node/services/text/newer_text.hpp"

#include <catch2/catch.hpp>

namespace services = staffroom::services;

TEST_CASE("newer text: a file made from an older text leaves out what came since", "[node]") {
    const std::string first = "# Grids\n\nDraw a grid. Fill the cells.\n";
    const std::string newest = first + "A colleague adds a sentence.\n";
    struct Case {
        std::string file;
        bool leaves_out;
    };
    for (const Case& each : {
             Case{first, true},
             Case{first + "My own words.\n", true},
             Case{"# Grids\n\nDraw a big grid. Fill the cells.\n", true},
             Case{newest, false},
             Case{newest + "My own words.\n", false},
             Case{"# Grids\n\nA colleague adds a sentence. Draw a grid. Fill the cells.\n", false},
             Case{first + "A colleague adds one sentence.\n", false},
             Case{"Quite another text about chess.\n", false},
         }) {
        INFO(each.file);
        CHECK(services::lines_left_out(each.file, first, newest).empty() != each.leaves_out);
    }
    CHECK(
        services::lines_left_out(first, first, newest) ==
        std::vector<std::string>{"A colleague adds a sentence."}
    );
    // One line changed twice: nothing tells which text the third was made from.
    CHECK(services::lines_left_out("Three cards", "One cards", "Two cards").empty());
}

TEST_CASE("newer text: two lessons share nothing, two states of one share something", "[node]") {
    CHECK_FALSE(services::shares_something(
        "# Biology\n\nCells divide, and each keeps its chromosomes.\n",
        "# Chess\n\nThe knight moves in an odd way.\n"
    ));
    CHECK_FALSE(services::shares_something("# Biology\n", "# Chess\n"));
    CHECK(services::shares_something("The knight moves oddly here.", "The knight moves oddly!"));
    CHECK(services::shares_something(
        "Quite new words stand in front now.\nThe knight moves in an odd way.\nAnd behind.\n",
        "The knight moves in an odd way.\n"
    ));
    CHECK(services::shares_something("", "words"));
}
