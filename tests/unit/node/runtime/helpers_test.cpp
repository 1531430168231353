#include "node/runtime/helpers.hpp"

#include <catch2/catch.hpp>

#include <atomic>

using staffroom::runtime::Helpers;

TEST_CASE("helpers: each number is worked on exactly once, by however many", "[runtime]") {
    const std::size_t helpers_max = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{3});
    Helpers helpers(helpers_max);

    for (std::size_t count = 0; count < 200; ++count) {
        std::vector<std::atomic<int>> done(count);
        helpers.for_each(count, [&](std::size_t number) { ++done[number]; });
        for (const auto& times : done)
            REQUIRE(times == 1);
    }
}

TEST_CASE("helpers: what they did is seen by who called", "[runtime]") {
    Helpers helpers(3);
    std::vector<std::size_t> squares(1000);

    helpers.for_each(squares.size(), [&](std::size_t number) {
        squares[number] = number * number;
    });

    for (std::size_t number = 0; number < squares.size(); ++number)
        REQUIRE(squares[number] == number * number);
}
