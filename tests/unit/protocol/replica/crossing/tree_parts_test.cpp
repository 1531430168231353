// Proofs from the few subtrees that a gateway loads: the same as from the whole tree.
#include "protocol/log/tree_proof.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/replica/crossing/tree_parts.hpp"
#include "tests/support/slow_tree.hpp"

#include <catch2/catch.hpp>

namespace slog = staffroom::log;
using slog::Blake2b256;
using staffroom::LogSize;
using staffroom::Position;
using staffroom::TreeHash;
using staffroom::replica::TreeParts;

TEST_CASE("tree parts: a span and the ranges around it prove every place in it", "[agreement]") {
    const auto leaves = staffroom::tests::numbered_leaves<Blake2b256>(40);
    for (std::size_t size = 1; size <= leaves.size(); ++size) {
        const std::span<const TreeHash> all(leaves.data(), size);
        const auto whole = staffroom::tests::slow_reader<Blake2b256>(all);
        for (std::size_t begin = 0; begin < size; begin += 3) {
            const std::size_t end = std::min(size, begin + 5);
            TreeParts parts;
            auto left = slog::range_from_nodes<Blake2b256>(LogSize{0}, LogSize{begin}, whole);
            const auto right =
                slog::range_from_nodes<Blake2b256>(LogSize{end}, LogSize{size}, whole);
            REQUIRE(left);
            REQUIRE(right);
            parts.add(*left);
            slog::append_leaves<Blake2b256>(
                *left,
                all.subspan(begin, end - begin),
                [&](const slog::TreeNode& node) { parts.add(node); }
            );
            parts.add(*right);
            const slog::NodeReader reader = [&](slog::Subtree at) { return parts.read(at); };
            for (std::size_t place = begin; place < end; ++place) {
                CAPTURE(size, begin, place);
                const auto proof =
                    slog::inclusion_proof<Blake2b256>(Position{place}, LogSize{size}, reader);
                REQUIRE(proof);
                CHECK(*proof == staffroom::tests::slow_inclusion<Blake2b256>(place, all));
            }
        }
    }
}

TEST_CASE(
    "tree parts: the ranges of two sizes prove that one goes on from the other", "[agreement]"
) {
    const auto leaves = staffroom::tests::numbered_leaves<Blake2b256>(40);
    const std::span<const TreeHash> all(leaves);
    for (std::size_t older = 1; older < leaves.size(); ++older) {
        const auto whole = staffroom::tests::slow_reader<Blake2b256>(all);
        TreeParts parts;
        for (const auto& [begin, end] : {std::pair(std::size_t{0}, older), {older, all.size()}}) {
            const auto range =
                slog::range_from_nodes<Blake2b256>(LogSize{begin}, LogSize{end}, whole);
            REQUIRE(range);
            parts.add(*range);
        }
        const slog::NodeReader reader = [&](slog::Subtree at) { return parts.read(at); };
        const auto proof = slog::consistency_proof<Blake2b256>(
            slog::OldSize{LogSize{older}}, slog::NewSize{LogSize{all.size()}}, reader
        );
        CAPTURE(older);
        REQUIRE(proof);
        CHECK(*proof == staffroom::tests::slow_consistency<Blake2b256>(older, all));
    }
    CHECK_FALSE(TreeParts().read({3, 0}));
}
