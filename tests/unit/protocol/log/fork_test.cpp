#include "protocol/log/fork.hpp"
#include "protocol/log/tree_shape.hpp"
#include "tests/support/slow_tree.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

namespace {

using staffroom::Errc;
using staffroom::fail;
using staffroom::LogSize;
using staffroom::Position;
using staffroom::Result;
using staffroom::TreeHash;
using staffroom::log::check_fork;
using staffroom::log::CompactRange;
using staffroom::log::cover_count;
using staffroom::log::ForkEvidence;
using staffroom::log::ForkSide;
using staffroom::log::History;
using staffroom::log::make_fork;
using staffroom::log::Subtree;
using staffroom::tests::altered;
using staffroom::tests::numbered_leaves;
using staffroom::tests::slow_reader;
using staffroom::tests::slow_root;
using Hash = staffroom::log::Blake2b256;
using Leaves = std::vector<TreeHash>;

// The history that shares its first `fork_at` entries with numbered_leaves(n) and then goes its
// way.
Leaves branch(std::size_t fork_at, std::size_t size) {
    Leaves leaves = numbered_leaves<Hash>(fork_at);
    const Leaves other = numbered_leaves<Hash>(size, 1);
    leaves.insert(leaves.end(), other.begin() + static_cast<std::ptrdiff_t>(fork_at), other.end());
    return leaves;
}

Result<ForkEvidence> fork_of(const Leaves& a, const Leaves& b) {
    return make_fork(
        History{LogSize{a.size()}, slow_reader<Hash>(a)},
        History{LogSize{b.size()}, slow_reader<Hash>(b)}
    );
}

ForkEvidence honest_fork() {
    const auto evidence = fork_of(numbered_leaves<Hash>(45), branch(21, 38));
    REQUIRE(evidence);
    REQUIRE(check_fork(*evidence));
    return *evidence;
}

template <class Change> Errc code_after(Change change) {
    ForkEvidence evidence = honest_fork();
    change(evidence);
    const auto outcome = check_fork(evidence);
    REQUIRE_FALSE(outcome);
    return outcome.error().code;
}

std::size_t hash_count(const ForkEvidence& evidence) {
    return evidence.shared.hashes.size() + evidence.a.right.hashes.size() +
           evidence.b.right.hashes.size();
}

// The hashes of the three ranges when both histories have `size` entries and part at `position`.
std::size_t hash_count_at(std::uint64_t position, std::uint64_t size) {
    return cover_count(LogSize{0}, LogSize{position}) +
           2 * cover_count(LogSize{position + 1}, LogSize{size});
}

// Over every 61st position; the first one, which is the worst, is among them.
std::size_t most_hashes(std::uint64_t size) {
    std::size_t most = 0;
    for (std::uint64_t position = 0; position < size; position += 61)
        most = std::max(most, hash_count_at(position, size));
    return most;
}

// Two leaves, position, and two heads: log, size, root, time, signature, framing.
constexpr std::size_t fixed_bytes = 2 * 32 + 8 + 2 * (32 + 8 + 32 + 8 + 64 + 16);

} // namespace

TEST_CASE("fork: every small pair of histories gives evidence of the first difference", "[log]") {
    for (std::size_t size_a = 1; size_a <= 20; ++size_a) {
        const Leaves a = numbered_leaves<Hash>(size_a);
        for (std::size_t size_b = 1; size_b <= 20; ++size_b) {
            for (std::size_t fork_at = 0; fork_at < std::min(size_a, size_b); ++fork_at) {
                const Leaves b = branch(fork_at, size_b);

                const auto evidence = fork_of(a, b);

                CAPTURE(size_a, size_b, fork_at);
                REQUIRE(evidence);
                REQUIRE(evidence->position == Position{fork_at});
                REQUIRE(evidence->a.root == slow_root<Hash>(a));
                REQUIRE(evidence->b.root == slow_root<Hash>(b));
                REQUIRE(evidence->a.leaf == a[fork_at]);
                REQUIRE(evidence->b.leaf == b[fork_at]);
                REQUIRE(check_fork(*evidence));
            }
        }
    }
}

TEST_CASE("fork: the first difference is found when entries after it agree again", "[log]") {
    const Leaves a = numbered_leaves<Hash>(700);
    std::mt19937_64 random(7);
    for (int round = 0; round < 30; ++round) {
        Leaves b = a;
        b.resize(1 + random() % b.size(), b.front());
        const std::size_t one = random() % b.size();
        const std::size_t other = random() % b.size();
        b[one] = altered(b[one]);
        if (other != one)
            b[other] = altered(b[other]);

        const auto evidence = fork_of(a, b);

        CAPTURE(b.size(), one, other);
        REQUIRE(evidence);
        REQUIRE(evidence->position == Position{std::min(one, other)});
        REQUIRE(check_fork(*evidence));
    }
}

TEST_CASE("fork: a history that goes on from another is no fork", "[log]") {
    const Leaves whole = numbered_leaves<Hash>(33);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const Leaves prefix = numbered_leaves<Hash>(size);

        CHECK(fork_of(prefix, whole).error().code == Errc::not_found);
        CHECK(fork_of(whole, prefix).error().code == Errc::not_found);
    }
}

TEST_CASE("fork: evidence with any hash altered is a bad proof", "[log]") {
    const ForkEvidence honest = honest_fork();

    for (std::size_t i = 0; i < honest.shared.hashes.size(); ++i) {
        const auto change = [i](auto& e) { e.shared.hashes[i] = altered(e.shared.hashes[i]); };
        CHECK(code_after(change) == Errc::bad_proof);
    }
    for (ForkSide ForkEvidence::*side : {&ForkEvidence::a, &ForkEvidence::b}) {
        for (std::size_t i = 0; i < (honest.*side).right.hashes.size(); ++i) {
            const auto change = [&](auto& e) {
                TreeHash& hash = (e.*side).right.hashes[i];
                hash = altered(hash);
            };
            CHECK(code_after(change) == Errc::bad_proof);
        }
        const auto other_root = [&](auto& e) { (e.*side).root = altered((e.*side).root); };
        const auto other_leaf = [&](auto& e) { (e.*side).leaf = altered((e.*side).leaf); };
        CHECK(code_after(other_root) == Errc::bad_proof);
        CHECK(code_after(other_leaf) == Errc::bad_proof);
    }
}

TEST_CASE("fork: evidence whose ranges are not in their places is a bad proof", "[log]") {
    const auto with_position = [](std::uint64_t position) {
        return [position](auto& e) { e.position = Position{position}; };
    };
    CHECK(code_after(with_position(20)) == Errc::bad_proof);
    CHECK(code_after(with_position(22)) == Errc::bad_proof);
    CHECK(code_after([](auto& e) { e.shared.begin = LogSize{1}; }) == Errc::bad_proof);
    CHECK(code_after([](auto& e) { e.shared.hashes.pop_back(); }) == Errc::bad_proof);
    for (ForkSide ForkEvidence::*side : {&ForkEvidence::a, &ForkEvidence::b}) {
        const auto late = [&](auto& e) { ++(e.*side).right.begin.value; };
        const auto long_end = [&](auto& e) { ++(e.*side).right.end.value; };
        const auto more = [&](auto& e) { ++(e.*side).size.value; };
        const auto less = [&](auto& e) { --(e.*side).size.value; };
        const auto too_many = [&](auto& e) { (e.*side).right.hashes.push_back(e.a.leaf); };
        const auto too_few = [&](auto& e) { (e.*side).right.hashes.pop_back(); };
        CHECK(code_after(late) == Errc::bad_proof);
        CHECK(code_after(long_end) == Errc::bad_proof);
        CHECK(code_after(more) == Errc::bad_proof);
        CHECK(code_after(less) == Errc::bad_proof);
        CHECK(code_after(too_many) == Errc::bad_proof);
        CHECK(code_after(too_few) == Errc::bad_proof);
    }
}

TEST_CASE("fork: one history stated twice is a bad proof", "[log]") {
    CHECK(code_after([](auto& e) { e.b = e.a; }) == Errc::bad_proof);
}

TEST_CASE("fork: a position outside either log is out of range", "[log]") {
    CHECK(code_after([](auto& e) { e.position = Position{38}; }) == Errc::out_of_range);
    CHECK(code_after([](auto& e) { e.position = Position{45}; }) == Errc::out_of_range);
    CHECK(code_after([](auto& e) { e.a.size = LogSize{21}; }) == Errc::out_of_range);
    CHECK(code_after([](auto& e) { e.b.size = LogSize{0}; }) == Errc::out_of_range);
}

TEST_CASE("fork: tree nodes that contradict each other are corrupt", "[log]") {
    const Leaves leaves = numbered_leaves<Hash>(16);
    const auto honest = slow_reader<Hash>(leaves);
    const auto lying = [&](Subtree at) -> Result<TreeHash> {
        auto hash = honest(at);
        return at.level > 0 ? Result<TreeHash>(altered(*hash)) : hash;
    };

    const auto evidence = make_fork({LogSize{16}, honest}, {LogSize{16}, lying});

    REQUIRE_FALSE(evidence);
    CHECK(evidence.error().code == Errc::corrupt);
}

TEST_CASE("fork: an error of either reader comes back unchanged", "[log]") {
    const Leaves a = numbered_leaves<Hash>(16);
    const Leaves b = branch(5, 16);
    std::size_t reads_left = 0;
    const auto limited = [&](Subtree at) -> Result<TreeHash> {
        if (reads_left == 0)
            return fail(Errc::io_error);
        --reads_left;
        return slow_reader<Hash>(b)(at);
    };

    std::size_t failures = 0;
    for (std::size_t reads = 0; reads < 50; ++reads) {
        reads_left = reads;
        const History whole{LogSize{16}, slow_reader<Hash>(a)};
        const auto evidence = make_fork(whole, {LogSize{16}, limited});
        if (evidence)
            break;
        REQUIRE(evidence.error().code == Errc::io_error);
        ++failures;
    }
    REQUIRE(failures > 5);
    REQUIRE(failures < 50);
}

TEST_CASE("fork: the hashes of evidence are those that its three ranges demand", "[log]") {
    const ForkEvidence evidence = honest_fork();
    const std::size_t shared = cover_count(LogSize{0}, LogSize{21});
    const std::size_t right_a = cover_count(LogSize{22}, LogSize{45});
    const std::size_t right_b = cover_count(LogSize{22}, LogSize{38});

    REQUIRE(hash_count(evidence) == shared + right_a + right_b);
}

TEST_CASE("fork: evidence from logs of exactly a million entries is under 2 KB", "[log]") {
    REQUIRE(fixed_bytes + 32 * most_hashes(1'000'000) < 2048);
}

TEST_CASE("fork: evidence from logs of up to 2^20 entries is under 3 KB", "[log]") {
    // A size of all ones is the worst: its right range rises and falls through every level.
    REQUIRE(most_hashes((1U << 20U) - 1) == 76);
    for (const std::uint64_t size : {524'287U, 524'288U, 750'000U, 1'048'574U, 1'048'576U})
        REQUIRE(most_hashes(size) <= 76);
    REQUIRE(fixed_bytes + 32 * 76 < 3 * 1024);
}
