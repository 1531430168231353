#include "protocol/log/tree_shape.hpp"
#include "tests/support/slow_tree.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <random>

namespace {

using staffroom::LogSize;
using staffroom::log::begin_of;
using staffroom::log::cover;
using staffroom::log::cover_count;
using staffroom::log::first_of_cover;
using staffroom::log::Subtree;
using staffroom::log::width_of;

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t half = std::uint64_t{1} << 63U;

// Contiguous from begin to end, aligned, rising sizes before falling ones.
void require_covers(std::uint64_t begin, std::uint64_t end) {
    const std::vector<Subtree> subtrees = cover(LogSize{begin}, LogSize{end});
    std::uint64_t reached = begin;
    bool is_falling = false;
    for (std::size_t i = 0; i < subtrees.size(); ++i) {
        REQUIRE(begin_of(subtrees[i]) == reached);
        reached += width_of(subtrees[i]);
        if (i == 0)
            continue;
        const unsigned before = subtrees[i - 1].level;
        is_falling = is_falling || subtrees[i].level < before;
        REQUIRE((subtrees[i].level < before || !is_falling));
    }
    REQUIRE(reached == end);
    REQUIRE(cover_count(LogSize{begin}, LogSize{end}) == subtrees.size());
    REQUIRE(subtrees.size() <= 126);
}

} // namespace

TEST_CASE("tree shape: every small range is covered by its largest perfect subtrees", "[log]") {
    for (std::uint64_t begin = 0; begin <= 70; ++begin) {
        for (std::uint64_t end = begin; end <= 70; ++end) {
            const std::vector<Subtree> expected = staffroom::tests::slow_cover(begin, end);

            CAPTURE(begin, end);
            REQUIRE(cover(LogSize{begin}, LogSize{end}) == expected);
            REQUIRE(cover_count(LogSize{begin}, LogSize{end}) == expected.size());
            if (begin < end)
                REQUIRE(first_of_cover(LogSize{begin}, LogSize{end}) == expected.front());
        }
    }
}

TEST_CASE("tree shape: a range of positions 3 to 13 rises and then falls", "[log]") {
    const std::vector<Subtree> expected{{0, 3}, {2, 1}, {2, 2}, {0, 12}};

    REQUIRE(cover(LogSize{3}, LogSize{13}) == expected);
}

TEST_CASE(
    "tree shape: a range that ends where or before it begins is covered by nothing", "[log]"
) {
    REQUIRE(cover(LogSize{5}, LogSize{5}).empty());
    REQUIRE(cover(LogSize{6}, LogSize{5}).empty());
    REQUIRE(cover_count(LogSize{6}, LogSize{5}) == 0);
}

TEST_CASE("tree shape: ranges up to the largest size are covered without overflow", "[log]") {
    REQUIRE(cover(LogSize{0}, LogSize{half}) == std::vector<Subtree>{{63, 0}});
    REQUIRE(cover_count(LogSize{0}, LogSize{half - 1}) == 63);
    REQUIRE(cover_count(LogSize{1}, LogSize{half}) == 63);
    REQUIRE(cover_count(LogSize{0}, LogSize{largest}) == 64);
    REQUIRE(cover_count(LogSize{1}, LogSize{largest}) == 126);
    REQUIRE(
        cover(LogSize{largest - 1}, LogSize{largest}) == std::vector<Subtree>{{0, largest - 1}}
    );

    std::mt19937_64 random(9162);
    for (int round = 0; round < 2000; ++round) {
        const std::uint64_t one = random() >> (random() % 64);
        const std::uint64_t other = random() >> (random() % 64);
        require_covers(std::min(one, other), std::max(one, other));
        require_covers(half - (one >> 1U), half + (other >> 1U));
    }
}
