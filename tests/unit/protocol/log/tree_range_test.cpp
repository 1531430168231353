#include "protocol/base/text.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/log/tree_shape.hpp"
#include "tests/support/slow_tree.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <random>

namespace {

using staffroom::Errc;
using staffroom::fail;
using staffroom::LogSize;
using staffroom::Result;
using staffroom::TreeHash;
using staffroom::log::append_leaves;
using staffroom::log::CompactRange;
using staffroom::log::is_well_formed;
using staffroom::log::merge;
using staffroom::log::NodeReader;
using staffroom::log::range_from_nodes;
using staffroom::log::root_of;
using staffroom::log::Subtree;
using staffroom::log::TreeNode;
using staffroom::tests::altered;
using staffroom::tests::numbered_leaves;
using staffroom::tests::slow_cover;
using staffroom::tests::slow_reader;
using staffroom::tests::slow_root;
using staffroom::tests::uniform_reader;
using Hash = staffroom::log::Blake2b256;
using Leaves = std::span<const TreeHash>;

constexpr std::uint64_t half = std::uint64_t{1} << 63U;

CompactRange slow_range(Leaves leaves, std::uint64_t begin, std::uint64_t end) {
    CompactRange range{LogSize{begin}, LogSize{end}, {}};
    for (const Subtree& at : slow_cover(begin, end)) {
        const std::uint64_t width = std::uint64_t{1} << at.level;
        range.hashes.push_back(slow_root<Hash>(leaves.subspan(at.index * width, width)));
    }
    return range;
}

CompactRange uniform_range(std::uint64_t begin, std::uint64_t end) {
    auto range = range_from_nodes<Hash>(LogSize{begin}, LogSize{end}, uniform_reader<Hash>());
    REQUIRE(range);
    return *range;
}

} // namespace

TEST_CASE(
    "tree hash: leaves, inner nodes and the empty tree are BLAKE2b-256 without label", "[log]"
) {
    // From an independent implementation (Python's hashlib).
    const TreeHash empty = staffroom::log::empty_root<Hash>();
    const TreeHash leaf = staffroom::log::leaf_hash<Hash>(staffroom::as_view("staffroom"));
    const TreeHash inner = staffroom::log::inner_hash<Hash>(empty, leaf);

    CHECK(
        staffroom::to_hex(empty.view()) ==
        "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"
    );
    CHECK(
        staffroom::to_hex(leaf.view()) ==
        "b6af5a800c85be4a31510637818c1c2ab7135cba967608243c2b59fa79998bd4"
    );
    CHECK(
        staffroom::to_hex(inner.view()) ==
        "e504526f1226a8ddb23e327c6b0c55835849e8e5e375f4c1585c62b389db0341"
    );
}

TEST_CASE("tree range: appending gives the range and the root of the definition", "[log]") {
    const auto leaves = numbered_leaves<Hash>(70);
    for (std::uint64_t begin = 0; begin <= 70; ++begin) {
        CompactRange grown{LogSize{begin}, LogSize{begin}, {}};
        for (std::uint64_t end = begin; end <= 70; ++end) {
            const auto expected = slow_range(leaves, begin, end);
            CompactRange at_once{LogSize{begin}, LogSize{begin}, {}};
            append_leaves<Hash>(at_once, Leaves(leaves).subspan(begin, end - begin));

            CAPTURE(begin, end);
            REQUIRE(grown == expected);
            REQUIRE(at_once == expected);
            REQUIRE(is_well_formed(grown));
            if (begin == 0)
                REQUIRE(root_of<Hash>(grown) == slow_root<Hash>(Leaves(leaves).first(end)));
            if (end < 70)
                append_leaves<Hash>(grown, Leaves(leaves).subspan(end, 1));
        }
    }
}

TEST_CASE("tree range: the sink hears of every completed subtree once, lower ones first", "[log]") {
    const auto leaves = numbered_leaves<Hash>(70);
    std::vector<TreeNode> heard;
    CompactRange range;

    append_leaves<Hash>(range, leaves, [&](const TreeNode& node) { heard.push_back(node); });

    std::map<Subtree, TreeHash> nodes;
    std::uint64_t ended_at = 0;
    for (const TreeNode& node : heard) {
        const std::uint64_t width = std::uint64_t{1} << node.at.level;
        const std::uint64_t begin = node.at.index * width;
        REQUIRE(node.hash == slow_root<Hash>(Leaves(leaves).subspan(begin, width)));
        REQUIRE(nodes.emplace(node.at, node.hash).second);
        REQUIRE(begin + width == ended_at + (node.at.level == 0 ? 1 : 0));
        ended_at = begin + width;
    }
    REQUIRE(nodes.size() == 70 + 35 + 17 + 8 + 4 + 2 + 1);

    // What the sink heard is all that a store needs to read any range back.
    const NodeReader reader = [&](Subtree at) -> Result<TreeHash> {
        const auto found = nodes.find(at);
        return found == nodes.end() ? Result<TreeHash>(fail(Errc::not_found)) : found->second;
    };
    for (std::uint64_t begin = 0; begin <= 70; ++begin) {
        const auto read = range_from_nodes<Hash>(LogSize{begin}, LogSize{70}, reader);
        REQUIRE(read == slow_range(leaves, begin, 70));
    }
}

TEST_CASE("tree range: merging at every split gives the range of the whole", "[log]") {
    const auto leaves = numbered_leaves<Hash>(70);
    std::map<std::pair<std::uint64_t, std::uint64_t>, CompactRange> ranges;
    for (std::uint64_t begin = 0; begin <= 70; ++begin) {
        for (std::uint64_t end = begin; end <= 70; ++end)
            ranges.emplace(std::pair(begin, end), slow_range(leaves, begin, end));
    }

    std::size_t wrong_count = 0;
    for (const auto& [bounds, whole] : ranges) {
        for (std::uint64_t split = bounds.first; split <= bounds.second; ++split) {
            const auto& left = ranges.at({bounds.first, split});
            const auto& right = ranges.at({split, bounds.second});
            wrong_count += merge<Hash>(left, right) == whole ? 0U : 1U;
        }
    }
    REQUIRE(wrong_count == 0);
}

TEST_CASE("tree range: random larger ranges in random pieces merge to the whole", "[log]") {
    const auto leaves = numbered_leaves<Hash>(3000);
    std::mt19937_64 random(4);
    for (int round = 0; round < 100; ++round) {
        const std::uint64_t size = 1 + random() % leaves.size();
        const std::uint64_t first = random() % (size + 1);
        const std::uint64_t second = first + random() % (size - first + 1);
        const auto reader = slow_reader<Hash>(leaves);
        auto held = range_from_nodes<Hash>(LogSize{0}, LogSize{first}, reader);
        const auto sent = range_from_nodes<Hash>(LogSize{second}, LogSize{size}, reader);
        REQUIRE(held);
        REQUIRE(sent);

        append_leaves<Hash>(*held, Leaves(leaves).subspan(first, second - first));
        const auto whole = merge<Hash>(*held, *sent);

        CAPTURE(size, first, second);
        REQUIRE(whole);
        REQUIRE(root_of<Hash>(*whole) == slow_root<Hash>(Leaves(leaves).first(size)));
    }
}

TEST_CASE("tree range: a chunk with any altered leaf or hash misses the signed root", "[log]") {
    const auto leaves = numbered_leaves<Hash>(45);
    const TreeHash signed_root = slow_root<Hash>(leaves);
    const auto root_with = [&](CompactRange held, Leaves chunk, const CompactRange& sent) {
        append_leaves<Hash>(held, chunk);
        const auto whole = merge<Hash>(held, sent);
        REQUIRE(whole);
        return *root_of<Hash>(*whole);
    };
    const CompactRange held = slow_range(leaves, 0, 11);
    const CompactRange sent = slow_range(leaves, 23, 45);
    const std::vector<TreeHash> chunk(leaves.begin() + 11, leaves.begin() + 23);
    REQUIRE(root_with(held, chunk, sent) == signed_root);

    for (std::size_t i = 0; i < chunk.size(); ++i) {
        auto wrong = chunk;
        wrong[i] = altered(wrong[i]);
        CHECK(root_with(held, wrong, sent) != signed_root);
    }
    for (std::size_t i = 0; i < sent.hashes.size(); ++i) {
        auto wrong = sent;
        wrong.hashes[i] = altered(wrong.hashes[i]);
        CHECK(root_with(held, chunk, wrong) != signed_root);
    }
    for (std::size_t i = 0; i < held.hashes.size(); ++i) {
        auto wrong = held;
        wrong.hashes[i] = altered(wrong.hashes[i]);
        CHECK(root_with(wrong, chunk, sent) != signed_root);
    }
}

TEST_CASE("tree range: a hash too many or too few is malformed", "[log]") {
    const auto leaves = numbered_leaves<Hash>(40);
    const CompactRange left = slow_range(leaves, 0, 13);
    const CompactRange right = slow_range(leaves, 13, 40);
    const auto with_one_more = [](CompactRange range) {
        range.hashes.push_back(range.hashes.front());
        return range;
    };
    const auto with_one_less = [](CompactRange range) {
        range.hashes.pop_back();
        return range;
    };

    for (const CompactRange& wrong : {with_one_more(left), with_one_less(left)}) {
        CHECK_FALSE(is_well_formed(wrong));
        CHECK(merge<Hash>(wrong, right).error().code == Errc::malformed);
        CHECK(root_of<Hash>(wrong).error().code == Errc::malformed);
    }
    for (const CompactRange& wrong : {with_one_more(right), with_one_less(right)})
        CHECK(merge<Hash>(left, wrong).error().code == Errc::malformed);
    CHECK_FALSE(is_well_formed({LogSize{0}, LogSize{0}, {left.hashes.front()}}));
    CHECK_FALSE(is_well_formed({LogSize{5}, LogSize{4}, {}}));
    CHECK(is_well_formed({LogSize{5}, LogSize{5}, {}}));
}

TEST_CASE(
    "tree range: a gap, an overlap, a missing start and swapped bounds are refused", "[log]"
) {
    const auto leaves = numbered_leaves<Hash>(40);
    const CompactRange left = slow_range(leaves, 0, 13);

    CHECK(merge<Hash>(left, slow_range(leaves, 14, 40)).error().code == Errc::out_of_range);
    CHECK(merge<Hash>(left, slow_range(leaves, 12, 40)).error().code == Errc::out_of_range);
    CHECK(root_of<Hash>(slow_range(leaves, 1, 13)).error().code == Errc::out_of_range);
    const auto reader = slow_reader<Hash>(leaves);
    const auto swapped = range_from_nodes<Hash>(LogSize{9}, LogSize{8}, reader);
    CHECK(swapped.error().code == Errc::out_of_range);
}

TEST_CASE("tree range: an error of the reader comes back unchanged", "[log]") {
    const NodeReader reader = [](Subtree at) -> Result<TreeHash> {
        if (at.level == 0)
            return fail(Errc::io_error, "gone");
        return numbered_leaves<Hash>(1).front();
    };

    REQUIRE(range_from_nodes<Hash>(LogSize{0}, LogSize{8}, reader));
    REQUIRE(range_from_nodes<Hash>(LogSize{0}, LogSize{9}, reader).error().code == Errc::io_error);
}

TEST_CASE("tree range: appending and merging go on across 2^63", "[log]") {
    const std::vector<TreeHash> leaves(9, staffroom::log::leaf_hash<Hash>({}));

    for (const std::uint64_t begin : {std::uint64_t{0}, std::uint64_t{1}, half - 6, half}) {
        CompactRange range = uniform_range(begin, std::max(begin, half - 4));
        append_leaves<Hash>(range, leaves);
        CHECK(range == uniform_range(begin, range.end.value));
    }
    std::mt19937_64 random(63);
    for (int round = 0; round < 200; ++round) {
        std::array<std::uint64_t, 3> cuts{random(), random() >> 1U, random() >> (random() % 64)};
        std::sort(cuts.begin(), cuts.end());
        const auto left = uniform_range(cuts[0], cuts[1]);
        const auto right = uniform_range(cuts[1], cuts[2]);
        CHECK(merge<Hash>(left, right) == uniform_range(cuts[0], cuts[2]));
    }
    const std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
    CompactRange full = uniform_range(0, largest - 1);
    append_leaves<Hash>(full, Leaves(leaves).first(1));
    CHECK(full == uniform_range(0, largest));
}
