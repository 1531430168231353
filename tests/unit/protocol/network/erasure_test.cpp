// Orders to erase: their form, and what follows from a set of them, against a slow twin.
#include "protocol/base/limits.hpp"
#include "protocol/network/erasure.hpp"
#include "protocol/network/operations.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <set>

namespace staffroom::network {

using tests::SeededRandom;

namespace {

ErasureOrder make_order(Random& random, std::size_t entries) {
    ErasureOrder order{random.make<SchoolId>(), {}, ErasureKind::whole, ErasureReason::pupil};
    for (std::size_t i = 0; i < entries; ++i)
        order.entries.push_back(random.make<RevisionId>());
    std::sort(order.entries.begin(), order.entries.end());
    return order;
}

Errc refusal_of(ByteView bytes) {
    const auto parsed = parse_erasure(bytes);
    return parsed ? Errc::closed : parsed.error().code;
}

/// A small world: schools 0 to 5, of which some are members and some coordinate.
struct Town {
    std::vector<SchoolId> schools;
    std::vector<RevisionId> entries;
    std::set<SchoolId> members;
    std::set<SchoolId> coordinators;
    std::map<SchoolId, SchoolId> successors;

    explicit Town(Random& random) {
        for (int i = 0; i < 6; ++i)
            schools.push_back(random.make<SchoolId>());
        for (int i = 0; i < 4; ++i)
            entries.push_back(random.make<RevisionId>());
        for (const SchoolId& school : schools) {
            if (random.below(3) > 0)
                members.insert(school);
            if (random.below(2) > 0)
                coordinators.insert(school);
            if (random.below(3) == 0)
                successors.emplace(school, schools[random.below(schools.size())]);
        }
    }
    [[nodiscard]] ErasureRights rights() const {
        return {
            [this](const SchoolId& school) { return members.count(school) > 0; },
            [this](const SchoolId& school) { return coordinators.count(school) > 0; },
            [this](const SchoolId& one, const SchoolId& of) { return succeeds(one, of); }};
    }
    [[nodiscard]] bool succeeds(const SchoolId& one, const SchoolId& of) const {
        const auto named = successors.find(of);
        return members.count(of) == 0 && named != successors.end() && named->second == one;
    }
};

PlacedOrder random_order(Random& random, const Town& town) {
    ErasureOrder order{
        town.schools[random.below(town.schools.size())],
        {},
        random.below(2) == 0 ? ErasureKind::whole : ErasureKind::files_only,
        ErasureReason::asked};
    for (const RevisionId& entry : town.entries)
        if (random.below(2) == 0)
            order.entries.push_back(entry);
    if (order.entries.empty())
        order.entries.push_back(town.entries.front());
    std::sort(order.entries.begin(), order.entries.end());
    return {
        random.make<RevisionId>(),
        town.schools[random.below(town.schools.size())],
        random.make<LogId>(),
        Position{random.below(9)},
        WallTime{random.below(1000)},
        std::move(order)};
}

/// The rule as [E2] has it, asked anew for each entry of each school.
ErasedEntries slow_fold(const std::vector<PlacedOrder>& orders, const Town& town) {
    ErasedEntries erased;
    for (const SchoolId& school : town.schools) {
        for (const RevisionId& entry : town.entries) {
            const auto asked_by = [&](const SchoolId& author, bool whole) {
                return std::any_of(orders.begin(), orders.end(), [&](const PlacedOrder& one) {
                    const auto& list = one.order.entries;
                    return one.author == author && one.order.school == school &&
                           (!whole || one.order.kind == ErasureKind::whole) &&
                           std::find(list.begin(), list.end(), entry) != list.end();
                });
            };
            const auto votes = [&](bool whole) {
                if (town.members.count(school) > 0)
                    return std::ptrdiff_t{0};
                return std::count_if(
                    town.coordinators.begin(),
                    town.coordinators.end(),
                    [&](const SchoolId& each) { return each != school && asked_by(each, whole); }
                );
            };
            const auto by_right = [&](bool whole) {
                return std::any_of(
                    town.schools.begin(),
                    town.schools.end(),
                    [&](const SchoolId& each) {
                        return (each == school || town.succeeds(each, school)) &&
                               asked_by(each, whole);
                    }
                );
            };
            if (by_right(true) || votes(true) >= 2)
                erased.emplace(ErasedEntry{school, entry}, ErasureKind::whole);
            else if (by_right(false) || votes(false) >= 2)
                erased.emplace(ErasedEntry{school, entry}, ErasureKind::files_only);
        }
    }
    return erased;
}

} // namespace

TEST_CASE("erasure: an order is read back, and nothing else is one", "[network][erasure]") {
    SeededRandom random(1);
    for (const std::size_t count : {std::size_t{1}, std::size_t{7}, limits::erasure_entries_max}) {
        const ErasureOrder order = make_order(random, count);
        const Bytes bytes = encode_erasure(order);

        const auto parsed = parse_erasure(bytes);

        REQUIRE(parsed);
        CHECK(*parsed == order);
        CHECK_FALSE(parse_operation(bytes));
    }
    CHECK_FALSE(parse_erasure(encode_operation({{}, Seen{}})));
}

TEST_CASE(
    "erasure: every cut, a wrong order of ids and unknown codes are refused", "[network][erasure]"
) {
    SeededRandom random(2);
    ErasureOrder order = make_order(random, 3);
    const Bytes bytes = encode_erasure(order);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE(parse_erasure(ByteView(bytes).first(size)));
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK_FALSE(parse_erasure(longer));

    std::reverse(order.entries.begin(), order.entries.end());
    CHECK(refusal_of(encode_erasure(order)) == Errc::malformed);
    order.entries = {order.entries[0], order.entries[0]};
    CHECK(refusal_of(encode_erasure(order)) == Errc::malformed);
    order.entries.clear();
    CHECK(refusal_of(encode_erasure(order)) == Errc::malformed);
    order = make_order(random, limits::erasure_entries_max + 1);
    CHECK(refusal_of(encode_erasure(order)) == Errc::too_large);
    order = make_order(random, 1);
    order.kind = static_cast<ErasureKind>(3);
    CHECK(refusal_of(encode_erasure(order)) == Errc::unknown_value);
    order = make_order(random, 1);
    order.reason = static_cast<ErasureReason>(7);
    CHECK(refusal_of(encode_erasure(order)) == Errc::unknown_value);
}

TEST_CASE(
    "erasure: the fold is the slow one's, in every order and with copies", "[network][erasure]"
) {
    SeededRandom random(3);
    std::mt19937 shuffler(3);
    std::size_t erased = 0;
    for (int round = 0; round < 2000; ++round) {
        const Town town(random);
        std::vector<PlacedOrder> orders;
        for (std::uint64_t i = 0; i < 1 + random.below(6); ++i)
            orders.push_back(random_order(random, town));

        const ErasedEntries folded = fold_erasures(orders, town.rights());

        REQUIRE(folded == slow_fold(orders, town));
        erased += folded.size();
        orders.push_back(orders[random.below(orders.size())]);
        std::shuffle(orders.begin(), orders.end(), shuffler);
        REQUIRE(fold_erasures(orders, town.rights()) == folded);
    }
    CHECK(erased > 1000);
}

TEST_CASE(
    "erasure: no coordinator takes the records of a school that is there", "[network][erasure]"
) {
    SeededRandom random(4);
    for (int round = 0; round < 500; ++round) {
        Town town(random);
        std::vector<PlacedOrder> orders;
        for (int i = 0; i < 6; ++i) {
            PlacedOrder order = random_order(random, town);
            town.members.insert(order.order.school);
            if (order.author != order.order.school)
                orders.push_back(std::move(order));
        }
        CHECK(fold_erasures(orders, town.rights()).empty());
    }
}

TEST_CASE("erasure: a receipt is read back and says what it covers", "[network][erasure]") {
    SeededRandom random(5);
    ErasureReceipt receipt{WallTime{77}, {}};
    for (std::size_t i = 0; i < limits::erasure_logs_max; ++i)
        receipt.logs.push_back({random.make<LogId>(), LogSize{random.below(100)}});
    std::sort(receipt.logs.begin(), receipt.logs.end(), [](const auto& one, const auto& other) {
        return one.log < other.log;
    });
    const Bytes bytes = encode_receipt(receipt);
    REQUIRE(bytes.size() < limits::notice_bytes_max - 200);
    REQUIRE(parse_receipt(bytes));
    CHECK(*parse_receipt(bytes) == receipt);
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        const auto cut = parse_receipt(ByteView(bytes).first(size));
        CHECK((!cut || *cut != receipt));
    }

    PlacedOrder order{
        random.make<RevisionId>(),
        random.make<SchoolId>(),
        receipt.logs[3].log,
        Position{5},
        WallTime{0},
        make_order(random, 1)};
    receipt.logs[3].size = LogSize{5};
    CHECK_FALSE(covers(receipt, order));
    receipt.logs[3].size = LogSize{6};
    CHECK(covers(receipt, order));
    std::swap(receipt.logs[0], receipt.logs[1]);
    CHECK_FALSE(parse_receipt(encode_receipt(receipt)));
}

} // namespace staffroom::network
