// Range reconciliation against its slow twin, the difference of two sorted maps: run to its end,
// the exchange names exactly the differences, on both sides, in few messages.
#include "protocol/base/limits.hpp"
#include "protocol/sync/reconciler.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>

namespace limits = staffroom::limits;
namespace srec = staffroom::sync;
namespace wire = staffroom::wire;
using srec::ItemTable;
using staffroom::Digest;
using staffroom::Errc;
using staffroom::Random;
using staffroom::tests::SeededRandom;
using wire::Item;
using wire::Range;
using wire::RangeMode;

namespace {

using Items = std::map<Digest, Item>;

Item make_item(Random& random) {
    return {random.make<Digest>(), 1 + random.below(5), random.make<wire::ItemTag>()};
}

ItemTable table_of(const Items& items) {
    ItemTable table;
    for (const auto& [id, item] : items)
        table.put(item);
    return table;
}

struct Pair {
    Items a;
    Items b;
};

/// Two tables of about `common` items of which `differing` differ: absent on one side, or older, or
/// contradicting.
Pair make_pair(Random& random, std::uint64_t common, std::uint64_t differing) {
    Pair pair;
    for (std::uint64_t i = 0; i < common; ++i) {
        const Item item = make_item(random);
        pair.a.emplace(item.id, item);
        pair.b.emplace(item.id, item);
    }
    for (std::uint64_t i = 0; i < differing; ++i) {
        const Item item = make_item(random);
        Item other = item;
        other.tag = random.make<wire::ItemTag>();
        switch (random.below(4)) {
        case 0: pair.a.emplace(item.id, item); break;
        case 1: pair.b.emplace(item.id, item); break;
        case 2:
            other.size += 1 + random.below(3);
            pair.a.emplace(item.id, random.below(2) == 0 ? item : other);
            pair.b.emplace(item.id, pair.a.at(item.id) == item ? other : item);
            break;
        default: pair.a.emplace(item.id, item); pair.b.emplace(item.id, other);
        }
    }
    return pair;
}

/// What `ours` has that is newer than, or contradicts, what `theirs` has: the slow twin.
std::set<Digest> newer_in(const Items& ours, const Items& theirs) {
    std::set<Digest> ids;
    for (const auto& [id, item] : ours) {
        const auto other = theirs.find(id);
        if (other == theirs.end() || item.size > other->second.size ||
            (item.size == other->second.size && item.tag != other->second.tag))
            ids.insert(id);
    }
    return ids;
}

struct Outcome {
    std::set<Digest> from_a; // what A is to give to B
    std::set<Digest> from_b;
    std::size_t named = 0; // how often something was named
    std::size_t messages = 0;
    bool is_bounded = true;
};

void note(Outcome& outcome, const srec::Differences& differences, bool by_a) {
    std::set<Digest>& mine = by_a ? outcome.from_a : outcome.from_b;
    std::set<Digest>& theirs = by_a ? outcome.from_b : outcome.from_a;
    mine.insert(differences.offer.begin(), differences.offer.end());
    theirs.insert(differences.ask.begin(), differences.ask.end());
    outcome.named += differences.offer.size() + differences.ask.size();
}

bool is_bounded(const std::vector<Range>& ranges) {
    std::size_t items = 0;
    for (const Range& range : ranges)
        items += range.items.size();
    return ranges.size() <= limits::ranges_per_message_max &&
           items * 64 < limits::message_bytes_max;
}

/// A opens; both answer until nothing is open.
Outcome run(const Pair& pair) {
    const ItemTable a = table_of(pair.a);
    const ItemTable b = table_of(pair.b);
    Outcome outcome;
    std::vector<Range> under_way = srec::opening_ranges(a);
    for (bool by_a = false; !under_way.empty() && outcome.messages < 100; by_a = !by_a) {
        ++outcome.messages;
        outcome.is_bounded = outcome.is_bounded && is_bounded(under_way);
        auto answer = srec::answer_ranges(by_a ? a : b, under_way);
        REQUIRE(answer);
        note(outcome, answer->differences, by_a);
        under_way = std::move(answer->ranges);
    }
    return outcome;
}

void check_exact(const Pair& pair) {
    const Outcome outcome = run(pair);
    const auto from_a = newer_in(pair.a, pair.b);
    const auto from_b = newer_in(pair.b, pair.a);
    CHECK(outcome.from_a == from_a);
    CHECK(outcome.from_b == from_b);
    CHECK(outcome.named == from_a.size() + from_b.size());
    CHECK(outcome.messages <= 5);
    CHECK(outcome.is_bounded);
}

Digest digest(std::uint8_t first) {
    Digest::Raw raw{};
    raw[0] = first;
    return Digest(raw);
}

Item item(std::uint8_t first, std::uint64_t size = 1) {
    return {digest(first), size, wire::ItemTag({first})};
}

Errc refusal(const std::vector<Range>& ranges) {
    ItemTable table;
    for (std::uint8_t i = 1; i < 100; ++i)
        table.put(item(i));
    const auto answer = srec::answer_ranges(table, ranges);
    return answer ? Errc::closed : answer.error().code;
}

Range skip(std::optional<Digest> upper) {
    return {upper, RangeMode::skip, std::nullopt, {}};
}
Range list(std::optional<Digest> upper, std::vector<Item> items) {
    return {upper, RangeMode::items, std::nullopt, std::move(items)};
}

} // namespace

TEST_CASE("reconciler: the exchange names exactly the differences of random tables", "[sync]") {
    SeededRandom random(1);
    for (int round = 0; round < 150; ++round) {
        const std::uint64_t common = random.below(3000);
        const std::uint64_t differing = random.below(4) == 0 ? random.below(1000) : random.below(8);
        INFO("round " << round << ": " << common << " common, " << differing << " differing");
        check_exact(make_pair(random, common, differing));
    }
}

TEST_CASE("reconciler: small tables of every size are told apart", "[sync]") {
    SeededRandom random(2);
    for (std::uint64_t common = 0; common < 70; ++common) {
        for (std::uint64_t differing = 0; differing < 4; ++differing) {
            INFO(common << " common, " << differing << " differing");
            check_exact(make_pair(random, common, differing));
        }
    }
}

TEST_CASE("reconciler: two schools differing in one entry exchange exactly that entry", "[sync]") {
    SeededRandom random(3);
    Pair pair = make_pair(random, 2500, 0);
    const Item extra = make_item(random);
    pair.b.emplace(extra.id, extra);

    const Outcome outcome = run(pair);

    CHECK(outcome.from_a.empty());
    CHECK(outcome.from_b == std::set<Digest>{extra.id});
    CHECK(outcome.named == 1);
}

TEST_CASE("reconciler: equal tables need one message and no answer", "[sync]") {
    SeededRandom random(4);
    for (const std::uint64_t common : {0U, 1U, 32U, 33U, 3000U}) {
        INFO(common);
        const Outcome outcome = run(make_pair(random, common, 0));
        CHECK(outcome.messages == 1);
        CHECK(outcome.named == 0);
    }
}

TEST_CASE("reconciler: one side empty, the other gives everything", "[sync]") {
    SeededRandom random(5);
    Pair pair = make_pair(random, 3000, 0);
    pair.b.clear();
    check_exact(pair);
    std::swap(pair.a, pair.b);
    check_exact(pair);
}

TEST_CASE("reconciler: tables too different for one exchange agree after a few", "[sync]") {
    SeededRandom random(6);
    Pair pair = make_pair(random, 0, 12'000);
    std::size_t exchanges = 0;
    for (; exchanges < 50 && pair.a != pair.b; ++exchanges) {
        const Outcome outcome = run(pair);
        REQUIRE(outcome.is_bounded);
        REQUIRE(outcome.named > 0);
        // Where both contradict each other, the tests' world lets A win.
        for (const Digest& id : outcome.from_a)
            pair.b.insert_or_assign(id, pair.a.at(id));
        for (const Digest& id : outcome.from_b)
            pair.a.insert_or_assign(id, pair.b.at(id));
    }
    CHECK(exchanges > 1);
    CHECK(pair.a == pair.b);
}

TEST_CASE("reconciler: ranges that do not rise or do not hold their items are refused", "[sync]") {
    CHECK(refusal({skip(digest(10)), skip(digest(20)), skip(std::nullopt)}) == Errc::closed);
    CHECK(refusal({skip(digest(10)), skip(digest(10)), skip(std::nullopt)}) == Errc::closed);
    CHECK(refusal({skip(digest(20)), skip(digest(10))}) == Errc::malformed);
    CHECK(refusal({skip(std::nullopt), skip(digest(10))}) == Errc::malformed);
    CHECK(refusal({skip(std::nullopt), skip(std::nullopt)}) == Errc::malformed);
    CHECK(refusal({list(digest(10), {item(3), item(9)})}) == Errc::closed);
    CHECK(refusal({list(digest(10), {item(9), item(3)})}) == Errc::malformed);
    CHECK(refusal({list(digest(10), {item(3), item(3)})}) == Errc::malformed);
    CHECK(refusal({list(digest(10), {item(10)})}) == Errc::malformed);
    CHECK(refusal({skip(digest(10)), list(digest(20), {item(9)})}) == Errc::malformed);
    CHECK(refusal({skip(digest(10)), list(digest(20), {item(10)})}) == Errc::closed);
    CHECK(refusal({}) == Errc::closed);
}

TEST_CASE("reconciler: no ranges at all are answered with nothing", "[sync]") {
    const auto answer = srec::answer_ranges(table_of({}), {});
    REQUIRE(answer);
    CHECK(answer->ranges.empty());
    CHECK(answer->differences.offer.empty());
    CHECK(answer->differences.ask.empty());
}

TEST_CASE(
    "reconciler: a flood of ranges that all differ is answered within one message", "[sync]"
) {
    SeededRandom random(7);
    const Pair pair = make_pair(random, 14'000, 0);
    std::vector<Range> flood;
    std::size_t at = 0;
    for (const auto& [id, unused] : pair.a) {
        if (++at % 28 == 0 && flood.size() + 1 < limits::ranges_per_message_max)
            flood.push_back({id, RangeMode::fingerprint, random.make<wire::Fingerprint>(), {}});
    }
    flood.push_back({std::nullopt, RangeMode::fingerprint, random.make<wire::Fingerprint>(), {}});

    const auto answer = srec::answer_ranges(table_of(pair.a), flood);

    REQUIRE(answer);
    CHECK(is_bounded(answer->ranges));
    CHECK_FALSE(answer->ranges.back().upper);
}

TEST_CASE("item table: its fingerprint follows every field of every item", "[sync]") {
    SeededRandom random(8);
    ItemTable table;
    const auto empty = table.fingerprint();
    const Item first = make_item(random);
    table.put(first);
    const auto one = table.fingerprint();
    CHECK(one != empty);
    CHECK(table.find(first.id) != nullptr);
    CHECK(*table.find(first.id) == first);

    Item larger = first;
    larger.size += 1;
    table.put(larger);
    CHECK(table.size() == 1);
    CHECK(table.fingerprint() != one);
    Item other = first;
    other.tag = random.make<wire::ItemTag>();
    table.put(other);
    CHECK(table.fingerprint() != one);
    table.put(first);
    CHECK(table.fingerprint() == one);
    CHECK(table.find(random.make<Digest>()) == nullptr);
}
