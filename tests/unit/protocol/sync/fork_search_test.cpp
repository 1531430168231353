// The search for the first difference of two histories against its slow twin, which has both trees;
// and against neighbours that lie.
#include "protocol/base/limits.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/sync/fork_search.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/slow_tree.hpp"

#include <catch2/catch.hpp>

namespace limits = staffroom::limits;
namespace slog = staffroom::log;
namespace srec = staffroom::sync;
namespace wire = staffroom::wire;
using slog::ForkEvidence;
using srec::ForkSearch;
using srec::OwnHistory;
using staffroom::Errc;
using staffroom::LogSize;
using staffroom::Position;
using staffroom::Result;
using staffroom::TreeHash;
using staffroom::tests::altered;
using staffroom::tests::numbered_leaves;
using staffroom::tests::SeededRandom;
using staffroom::tests::slow_reader;
using staffroom::tests::uniform_reader;
using wire::ForkAnswer;
using wire::ForkQuestion;
using Hash = slog::Blake2b256;
using Leaves = std::vector<TreeHash>;

namespace {

const staffroom::LogId some_log(staffroom::LogId::Raw{7});

/// Somebody who holds the first `stored` entries of a history and knows its head.
struct Holder {
    slog::NodeReader reader;
    OwnHistory history;
};

Holder holder_of(slog::NodeReader reader, LogSize stored, LogSize size) {
    const auto whole = slog::range_from_nodes<Hash>(LogSize{0}, size, reader);
    auto right = slog::range_from_nodes<Hash>(stored, size, reader);
    const auto root = slog::root_of<Hash>(*whole);
    const slog::Head head{some_log, size, *root, {1}};
    const slog::SignedHead unsigned_head{
        head, {}, staffroom::Signature(staffroom::Signature::Raw{})};
    return {std::move(reader), {unsigned_head, stored, std::move(*right)}};
}

/// `leaves` outlive the holder.
Holder holder_of(const Leaves& leaves, std::size_t stored) {
    return holder_of(slow_reader<Hash>(leaves), LogSize{stored}, LogSize{leaves.size()});
}

ForkAnswer answer_of(const Holder& holder, const ForkQuestion& question) {
    const auto bounds = srec::ranges_of(question, holder.history.stored);
    REQUIRE(bounds);
    std::vector<slog::CompactRange> ranges;
    for (const auto& [begin, end] : *bounds) {
        auto range = slog::range_from_nodes<Hash>(begin, end, holder.reader);
        REQUIRE(range);
        ranges.push_back(std::move(*range));
    }
    return srec::answer_question(question, ranges, holder.history);
}

struct Outcome {
    Result<ForkEvidence> evidence;
    std::size_t rounds;
    std::size_t hashes; // of the neighbour's answers
};

/// The search of `a` asking `b`; `lie` may change what b answers.
template <class Lie> Outcome search(const Holder& a, const Holder& b, Lie lie) {
    ForkSearch search(a.history, std::min(a.history.stored, b.history.stored));
    std::size_t hashes = 0;
    for (std::size_t round = 1;; ++round) {
        REQUIRE(round < 20);
        const ForkQuestion question = search.question();
        ForkAnswer theirs = answer_of(b, question);
        hashes += theirs.hashes.size();
        REQUIRE(theirs.hashes.size() <= limits::fork_answer_hashes_max);
        lie(round, theirs);
        auto taken = search.take(answer_of(a, question), theirs);
        if (!taken)
            return {staffroom::fail(taken.error()), round, hashes};
        if (*taken)
            return {std::move(**taken), round, hashes};
    }
}

Outcome search(const Holder& a, const Holder& b) {
    return search(a, b, [](std::size_t, ForkAnswer&) {});
}

Leaves branch(std::size_t fork_at, std::size_t size) {
    Leaves leaves = numbered_leaves<Hash>(fork_at);
    const Leaves other = numbered_leaves<Hash>(size, 1);
    leaves.insert(leaves.end(), other.begin() + static_cast<std::ptrdiff_t>(fork_at), other.end());
    return leaves;
}

/// A log whose leaves are all the same but for one.
slog::NodeReader one_off_reader(std::uint64_t position) {
    return [position](slog::Subtree at) -> Result<TreeHash> {
        const auto uniform = uniform_reader<Hash>();
        if (at.index != position >> at.level)
            return uniform(at);
        TreeHash hash = altered(*uniform({0, 0}));
        for (unsigned level = 0; level < at.level; ++level) {
            const TreeHash sibling = *uniform({level, 0});
            const bool is_right = ((position >> level) & 1U) == 1;
            hash = is_right ? slog::inner_hash<Hash>(sibling, hash)
                            : slog::inner_hash<Hash>(hash, sibling);
        }
        return hash;
    };
}

} // namespace

TEST_CASE("fork search: every small pair of histories gives the twin's evidence", "[sync]") {
    for (std::size_t size_a = 1; size_a <= 18; ++size_a) {
        const Leaves a = numbered_leaves<Hash>(size_a);
        for (std::size_t size_b = 1; size_b <= 18; ++size_b) {
            for (std::size_t fork_at = 0; fork_at < std::min(size_a, size_b); ++fork_at) {
                CAPTURE(size_a, size_b, fork_at);
                const Leaves b = branch(fork_at, size_b);
                const auto twin = slog::make_fork(
                    {LogSize{size_a}, slow_reader<Hash>(a)}, {LogSize{size_b}, slow_reader<Hash>(b)}
                );

                const Outcome found = search(holder_of(a, size_a), holder_of(b, size_b));

                REQUIRE(found.evidence);
                REQUIRE(found.evidence->position == twin->position);
                REQUIRE(found.evidence->shared == twin->shared);
                REQUIRE(found.evidence->a.right == twin->a.right);
                REQUIRE(found.evidence->b.right == twin->b.right);
                REQUIRE(slog::check_fork(*found.evidence));
            }
        }
    }
}

TEST_CASE("fork search: holders of a part find what lies within it, or nothing", "[sync]") {
    SeededRandom random(11);
    for (int round = 0; round < 150; ++round) {
        const std::size_t size_a = 1 + random.below(600);
        const std::size_t size_b = 1 + random.below(600);
        const std::size_t fork_at = random.below(std::min(size_a, size_b));
        const std::size_t stored_a = 1 + random.below(size_a);
        const std::size_t stored_b = 1 + random.below(size_b);
        CAPTURE(size_a, size_b, fork_at, stored_a, stored_b);
        const Leaves a = numbered_leaves<Hash>(size_a);
        const Leaves b = branch(fork_at, size_b);

        const Outcome found = search(holder_of(a, stored_a), holder_of(b, stored_b));

        if (fork_at < std::min(stored_a, stored_b)) {
            REQUIRE(found.evidence);
            CHECK(found.evidence->position == Position{fork_at});
            CHECK(slog::check_fork(*found.evidence));
        } else {
            REQUIRE_FALSE(found.evidence);
            CHECK(found.evidence.error().code == Errc::not_found);
        }
    }
}

TEST_CASE("fork search: a million entries take six rounds and under 6 KB of hashes", "[sync]") {
    const LogSize size{1'000'000};
    const Holder ours = holder_of(uniform_reader<Hash>(), size, size);
    for (const std::uint64_t position : {0U, 1U, 524'287U, 524'288U, 700'001U, 999'999U}) {
        CAPTURE(position);

        const Outcome found = search(ours, holder_of(one_off_reader(position), size, size));

        REQUIRE(found.evidence);
        CHECK(found.evidence->position == Position{position});
        CHECK(slog::check_fork(*found.evidence));
        CHECK(found.rounds <= 6);
        CHECK(found.hashes * 32 < 6 * 1024);
    }
}

TEST_CASE(
    "fork search: an answer altered in any hash, shortened or longer proves nothing", "[sync]"
) {
    const Leaves leaves = numbered_leaves<Hash>(700);
    const Holder a = holder_of(leaves, 650);
    const Leaves other = branch(333, 690);
    const Holder b = holder_of(other, 680);
    const std::size_t rounds = search(a, b).rounds;
    REQUIRE(rounds >= 3);
    std::size_t lies = 0;
    const auto expect_nothing = [&](std::size_t lie_in, auto change) {
        const Outcome found = search(a, b, [&](std::size_t round, ForkAnswer& answer) {
            if (round == lie_in)
                change(answer);
        });
        REQUIRE_FALSE(found.evidence);
        CHECK(found.rounds == lie_in);
        const Errc code = found.evidence.error().code;
        CHECK((code == Errc::bad_proof || code == Errc::malformed));
        ++lies;
    };
    for (std::size_t round = 1; round <= rounds; ++round) {
        for (std::size_t i = 0; i < 16; ++i) {
            expect_nothing(round, [&](ForkAnswer& answer) {
                TreeHash& hash = answer.hashes.at(i % answer.hashes.size());
                hash = altered(hash);
            });
        }
        expect_nothing(round, [](ForkAnswer& answer) { answer.hashes.pop_back(); });
        expect_nothing(round, [](ForkAnswer& answer) { answer.hashes.clear(); });
        expect_nothing(round, [](ForkAnswer& answer) {
            answer.hashes.push_back(answer.hashes.front());
        });
    }
    expect_nothing(1, [](ForkAnswer& answer) { answer.head.reset(); });
    expect_nothing(1, [](ForkAnswer& answer) { ++answer.head->head.size.value; });
    expect_nothing(1, [](ForkAnswer& answer) { answer.head->head.size = LogSize{5}; });
    expect_nothing(1, [](ForkAnswer& answer) {
        answer.head->head.log = staffroom::LogId(staffroom::LogId::Raw{8});
    });
    CHECK(lies > 50);
}

TEST_CASE("fork search: one history as far as both hold it is no fork", "[sync]") {
    const Leaves leaves = numbered_leaves<Hash>(50);
    const Leaves longer = numbered_leaves<Hash>(70);

    const Outcome found = search(holder_of(leaves, 50), holder_of(longer, 60));

    REQUIRE_FALSE(found.evidence);
    CHECK(found.evidence.error().code == Errc::not_found);
}

TEST_CASE("fork search: who cannot prove the head answers without hashes", "[sync]") {
    const Leaves leaves = numbered_leaves<Hash>(20);
    Holder damaged = holder_of(leaves, 12);
    damaged.history.right = {};
    const ForkQuestion question{3, some_log, LogSize{10}, 0, 0};

    const ForkAnswer answer = answer_of(damaged, question);

    CHECK(answer.number == 3);
    CHECK(answer.hashes.empty());
    CHECK_FALSE(answer.head);
}

TEST_CASE("fork search: questions beyond what is stored are refused", "[sync]") {
    const LogSize stored{10};
    CHECK_FALSE(srec::ranges_of({1, some_log, LogSize{0}, 0, 0}, stored));
    CHECK(srec::ranges_of({1, some_log, LogSize{10}, 0, 0}, stored));
    CHECK_FALSE(srec::ranges_of({1, some_log, LogSize{11}, 0, 0}, stored));
    CHECK(srec::ranges_of({1, some_log, LogSize{10}, 3, 0}, stored));
    CHECK_FALSE(srec::ranges_of({1, some_log, LogSize{10}, 3, 1}, stored));
    CHECK_FALSE(srec::ranges_of({1, some_log, LogSize{10}, 64, 0}, stored));
}
