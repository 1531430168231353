#include "protocol/log/tree_proof.hpp"
#include "protocol/log/tree_range.hpp"
#include "tests/support/slow_tree.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <random>

namespace {

using staffroom::Errc;
using staffroom::fail;
using staffroom::LogSize;
using staffroom::Position;
using staffroom::Result;
using staffroom::TreeHash;
using staffroom::log::check_consistency;
using staffroom::log::check_inclusion;
using staffroom::log::consistency_proof;
using staffroom::log::inclusion_proof;
using staffroom::log::InclusionChecker;
using staffroom::log::NewSize;
using staffroom::log::NodeReader;
using staffroom::log::OldSize;
using staffroom::log::Proof;
using staffroom::log::Subtree;
using staffroom::tests::altered;
using staffroom::tests::numbered_leaves;
using staffroom::tests::slow_consistency;
using staffroom::tests::slow_inclusion;
using staffroom::tests::slow_reader;
using staffroom::tests::slow_root;
using staffroom::tests::uniform_reader;
using Blake2b256 = staffroom::log::Blake2b256;
using Sha256 = staffroom::log::Sha256;
using Leaves = std::span<const TreeHash>;

constexpr std::uint64_t exhaustive_max = 70;
constexpr std::uint64_t half = std::uint64_t{1} << 63U;
constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

OldSize old_of(std::uint64_t size) {
    return {LogSize{size}};
}
NewSize new_of(std::uint64_t size) {
    return {LogSize{size}};
}

template <class Outcome> bool is_refused(const Outcome& outcome, Errc code = Errc::bad_proof) {
    return !outcome && outcome.error().code == code;
}

// The proof with each single hash altered, each left out, and one more at each place.
std::vector<Proof> broken_versions(const Proof& proof, const TreeHash& extra) {
    std::vector<Proof> broken;
    for (std::size_t i = 0; i < proof.size(); ++i) {
        const auto at = static_cast<Proof::difference_type>(i);
        broken.push_back(proof);
        broken.back()[i] = altered(proof[i]);
        broken.push_back(proof);
        broken.back().erase(broken.back().begin() + at);
    }
    for (std::size_t i = 0; i <= proof.size(); ++i) {
        broken.push_back(proof);
        broken.back().insert(broken.back().begin() + static_cast<Proof::difference_type>(i), extra);
    }
    return broken;
}

std::vector<TreeHash> roots_of(Leaves leaves) {
    std::vector<TreeHash> roots;
    for (std::size_t size = 0; size <= leaves.size(); ++size)
        roots.push_back(slow_root<Blake2b256>(leaves.first(size)));
    return roots;
}

template <class H> void require_definition_on_small_logs() {
    const auto leaves = numbered_leaves<H>(exhaustive_max);
    for (std::uint64_t size = 1; size <= exhaustive_max; ++size) {
        const Leaves log = Leaves(leaves).first(size);
        const NodeReader reader = slow_reader<H>(log);
        const TreeHash root = slow_root<H>(log);
        for (std::uint64_t number = 0; number < size; ++number) {
            CAPTURE(size, number);
            const auto inclusion = inclusion_proof<H>(Position{number}, LogSize{size}, reader);
            REQUIRE(inclusion == slow_inclusion<H>(number, log));
            REQUIRE(check_inclusion<H>(
                Position{number}, LogSize{size}, leaves[number], *inclusion, root
            ));

            const auto consistency = consistency_proof<H>(old_of(number + 1), new_of(size), reader);
            const TreeHash old_root = slow_root<H>(log.first(number + 1));
            REQUIRE(consistency == slow_consistency<H>(number + 1, log));
            REQUIRE(
                check_consistency<H>(old_of(number + 1), new_of(size), old_root, root, *consistency)
            );
        }
    }
}

} // namespace

TEST_CASE("tree proof: BLAKE2b proofs of all small logs are those of the definition", "[log]") {
    require_definition_on_small_logs<Blake2b256>();
}

TEST_CASE("tree proof: SHA-256 proofs of all small logs are those of the definition", "[log]") {
    require_definition_on_small_logs<Sha256>();
}

TEST_CASE("tree proof: proofs of random larger logs are those of the definition", "[log]") {
    const auto leaves = numbered_leaves<Blake2b256>(2500);
    std::mt19937_64 random(2);
    for (int round = 0; round < 60; ++round) {
        const std::uint64_t size = exhaustive_max + random() % (2501 - exhaustive_max);
        const std::uint64_t number = random() % size;
        const Leaves log = Leaves(leaves).first(size);
        const auto reader = slow_reader<Blake2b256>(log);
        const TreeHash root = slow_root<Blake2b256>(log);
        const TreeHash old_root = slow_root<Blake2b256>(log.first(number + 1));

        const auto inclusion = inclusion_proof<Blake2b256>(Position{number}, LogSize{size}, reader);
        const auto consistency =
            consistency_proof<Blake2b256>(old_of(number + 1), new_of(size), reader);

        CAPTURE(size, number);
        REQUIRE(inclusion == slow_inclusion<Blake2b256>(number, log));
        REQUIRE(check_inclusion<Blake2b256>(
            Position{number}, LogSize{size}, leaves[number], *inclusion, root
        ));
        REQUIRE(consistency == slow_consistency<Blake2b256>(number + 1, log));
        REQUIRE(check_consistency<Blake2b256>(
            old_of(number + 1), new_of(size), old_root, root, *consistency
        ));
    }
}

TEST_CASE("tree proof: an inclusion proof with anything altered is refused", "[log]") {
    const auto leaves = numbered_leaves<Blake2b256>(40);
    const auto roots = roots_of(leaves);
    for (std::uint64_t size = 1; size <= leaves.size(); ++size) {
        const TreeHash& root = roots[size];
        for (std::uint64_t number = 0; number < size; ++number) {
            const TreeHash& leaf = leaves[number];
            const Proof proof = slow_inclusion<Blake2b256>(number, Leaves(leaves).first(size));
            const auto refuses = [&](std::uint64_t at,
                                     std::uint64_t of,
                                     const TreeHash& of_leaf,
                                     const Proof& by,
                                     const TreeHash& to) {
                return is_refused(
                    check_inclusion<Blake2b256>(Position{at}, LogSize{of}, of_leaf, by, to)
                );
            };

            CAPTURE(size, number);
            REQUIRE(refuses(number, size, altered(leaf), proof, root));
            REQUIRE(refuses(number, size, leaf, proof, altered(root)));
            for (const TreeHash& extra : {leaf, root}) {
                for (const Proof& broken : broken_versions(proof, extra))
                    REQUIRE(refuses(number, size, leaf, broken, root));
            }
            for (std::uint64_t other = 0; other < size; ++other)
                REQUIRE((other == number || refuses(other, size, leaf, proof, root)));
            for (std::uint64_t other = number + 1; other <= leaves.size(); ++other)
                REQUIRE((other == size || refuses(number, other, leaf, proof, roots[other])));
        }
    }
}

// The attack: a record stands beside one whose proof held, and only what they share is true.
TEST_CASE("tree proof: what one proof has shown lets no other one pass", "[log]") {
    const auto leaves = numbered_leaves<Blake2b256>(40);
    const auto roots = roots_of(leaves);
    for (std::uint64_t size = 1; size <= leaves.size(); ++size) {
        const Leaves log = Leaves(leaves).first(size);
        for (std::uint64_t shown = 0; shown < size; ++shown) {
            InclusionChecker<Blake2b256> checker(LogSize{size}, roots[size]);
            const auto passes = [&](std::uint64_t at, const TreeHash& leaf, const Proof& proof) {
                return checker.check(Position{at}, leaf, proof).has_value();
            };
            const Proof true_one = slow_inclusion<Blake2b256>(shown, log);
            CAPTURE(size, shown);
            REQUIRE(passes(shown, log[shown], true_one));
            for (std::uint64_t number = 0; number < size; ++number) {
                const TreeHash& leaf = log[number];
                const Proof proof = slow_inclusion<Blake2b256>(number, log);
                REQUIRE_FALSE(passes(number, altered(leaf), proof));
                REQUIRE((number == shown || !passes(number, log[shown], true_one)));
                for (const Proof& broken : broken_versions(proof, leaf))
                    REQUIRE_FALSE(passes(number, leaf, broken));
            }
            // What was refused in between is not taken for what has held either.
            REQUIRE(passes(shown, log[shown], true_one));
        }
    }
}

TEST_CASE("tree proof: in any order proofs hold as they do alone", "[log]") {
    const auto leaves = numbered_leaves<Blake2b256>(1200);
    std::mt19937_64 random(4);
    for (int round = 0; round < 20; ++round) {
        const std::uint64_t size = 1 + random() % leaves.size();
        const Leaves log = Leaves(leaves).first(size);
        const auto reader = slow_reader<Blake2b256>(log);
        const TreeHash root = slow_root<Blake2b256>(log);
        InclusionChecker<Blake2b256> checker(LogSize{size}, root);
        std::uint64_t number = 0;
        for (int step = 0; step < 60; ++step) {
            number = random() % 4 == 0 ? random() % size : (number + 1) % size;
            auto proof = *inclusion_proof<Blake2b256>(Position{number}, LogSize{size}, reader);
            TreeHash leaf = log[number];
            switch (random() % 6) {
            case 0: leaf = altered(leaf); break;
            case 1:
                if (!proof.empty())
                    proof[random() % proof.size()] = altered(leaf);
                break;
            case 2: proof.push_back(root); break;
            default: break;
            }
            CAPTURE(size, number, step);
            const Position at{number};
            const auto alone = check_inclusion<Blake2b256>(at, LogSize{size}, leaf, proof, root);
            REQUIRE(checker.check(at, leaf, proof).has_value() == alone.has_value());
        }
    }
}

TEST_CASE("tree proof: a consistency proof with anything altered is refused", "[log]") {
    const auto leaves = numbered_leaves<Blake2b256>(40);
    const auto roots = roots_of(leaves);
    for (std::uint64_t size = 1; size <= leaves.size(); ++size) {
        const TreeHash& root = roots[size];
        for (std::uint64_t old = 1; old <= size; ++old) {
            const TreeHash& old_root = roots[old];
            const Proof proof = slow_consistency<Blake2b256>(old, Leaves(leaves).first(size));
            const auto refuses = [&](std::uint64_t from,
                                     std::uint64_t to,
                                     const TreeHash& from_root,
                                     const TreeHash& to_root,
                                     const Proof& by) {
                return is_refused(
                    check_consistency<Blake2b256>(old_of(from), new_of(to), from_root, to_root, by)
                );
            };

            CAPTURE(size, old);
            REQUIRE(refuses(old, size, altered(old_root), root, proof));
            REQUIRE(refuses(old, size, old_root, altered(root), proof));
            REQUIRE((old == size || refuses(old, size, root, old_root, proof)));
            for (const TreeHash& extra : {old_root, root}) {
                for (const Proof& broken : broken_versions(proof, extra))
                    REQUIRE(refuses(old, size, old_root, root, broken));
            }
            for (std::uint64_t other = 1; other <= size; ++other) {
                REQUIRE((other == old || refuses(other, size, old_root, root, proof)));
                REQUIRE((other == old || refuses(other, size, roots[other], root, proof)));
            }
            for (std::uint64_t other = old; other <= leaves.size(); ++other)
                REQUIRE((other == size || refuses(old, other, old_root, roots[other], proof)));
        }
    }
}

TEST_CASE("tree proof: a position outside the log is out of range", "[log]") {
    const auto leaves = numbered_leaves<Blake2b256>(5);
    const auto reader = slow_reader<Blake2b256>(leaves);
    for (const std::uint64_t size : {0U, 1U, 5U}) {
        const Position beyond{size};
        const auto made = inclusion_proof<Blake2b256>(beyond, LogSize{size}, reader);
        const auto checked =
            check_inclusion<Blake2b256>(beyond, LogSize{size}, leaves[0], {}, leaves[0]);

        CHECK(is_refused(made, Errc::out_of_range));
        CHECK(is_refused(checked, Errc::out_of_range));
    }
}

TEST_CASE("tree proof: an old size of 0 or above the new one is out of range", "[log]") {
    const auto leaves = numbered_leaves<Blake2b256>(5);
    const auto reader = slow_reader<Blake2b256>(leaves);
    const TreeHash root = slow_root<Blake2b256>(leaves);
    for (const auto& [from, to] : {std::pair{0U, 0U}, {0U, 5U}, {5U, 4U}, {1U, 0U}}) {
        const auto made = consistency_proof<Blake2b256>(old_of(from), new_of(to), reader);
        const auto checked =
            check_consistency<Blake2b256>(old_of(from), new_of(to), root, root, {});

        CHECK(is_refused(made, Errc::out_of_range));
        CHECK(is_refused(checked, Errc::out_of_range));
    }
}

TEST_CASE("tree proof: an error of the reader comes back unchanged", "[log]") {
    const NodeReader reader = [](Subtree) -> Result<TreeHash> { return fail(Errc::io_error); };

    const auto inclusion = inclusion_proof<Blake2b256>(Position{3}, LogSize{7}, reader);
    const auto consistency = consistency_proof<Blake2b256>(old_of(3), new_of(7), reader);
    // The same failure has to come through where a ragged edge is folded from several subtrees.
    const NodeReader leaf_only = [](Subtree at) -> Result<TreeHash> {
        if (at.level > 0)
            return fail(Errc::corrupt);
        return numbered_leaves<Blake2b256>(1).front();
    };
    const auto ragged = inclusion_proof<Blake2b256>(Position{0}, LogSize{7}, leaf_only);

    CHECK(is_refused(inclusion, Errc::io_error));
    CHECK(is_refused(consistency, Errc::io_error));
    CHECK(is_refused(ragged, Errc::corrupt));
}

TEST_CASE("tree proof: proofs near 2^63 and up to the largest size are made and checked", "[log]") {
    const auto reader = uniform_reader<Blake2b256>();
    const TreeHash leaf = *reader(Subtree{0, 0});
    const auto root_at = [&](std::uint64_t size) {
        const auto range =
            staffroom::log::range_from_nodes<Blake2b256>(LogSize{0}, LogSize{size}, reader);
        REQUIRE(range);
        return *staffroom::log::root_of<Blake2b256>(*range);
    };
    const auto numbers = {std::uint64_t{0}, half - 2, half - 1, half, half + 1, largest - 1};

    for (const std::uint64_t size : {half - 1, half, half + 1, largest}) {
        const TreeHash root = root_at(size);
        for (const std::uint64_t number : numbers) {
            if (number >= size)
                continue;
            const auto inclusion =
                inclusion_proof<Blake2b256>(Position{number}, LogSize{size}, reader);
            const auto consistency =
                consistency_proof<Blake2b256>(old_of(number + 1), new_of(size), reader);
            const TreeHash old_root = root_at(number + 1);

            CAPTURE(size, number);
            REQUIRE(inclusion);
            REQUIRE(inclusion->size() <= 64);
            REQUIRE(
                check_inclusion<Blake2b256>(Position{number}, LogSize{size}, leaf, *inclusion, root)
            );
            REQUIRE(is_refused(check_inclusion<Blake2b256>(
                Position{number}, LogSize{size}, altered(leaf), *inclusion, root
            )));
            REQUIRE(consistency);
            REQUIRE(check_consistency<Blake2b256>(
                old_of(number + 1), new_of(size), old_root, root, *consistency
            ));
            REQUIRE(is_refused(check_consistency<Blake2b256>(
                old_of(number + 1), new_of(size), altered(old_root), root, *consistency
            )));
        }
    }
}
