#include "node/services/library/list_order.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <set>

namespace staffroom {
namespace {

using services::ListedDocument;
using services::ListOrder;

/// The same by a set that is walked from its beginning.
using Slow = std::set<std::pair<std::uint64_t, RevisionId>>; // turned round

std::vector<RevisionId> seen_after(const ListOrder& order, const std::vector<RevisionId>& ids) {
    std::vector<RevisionId> seen;
    order.visit_all([&](const ListedDocument& each) {
        seen.push_back(ids[each.row]);
        return true;
    });
    return seen;
}

TEST_CASE("list order: put in, taken out and cut into pages it is that of a sorted set", "[node]") {
    std::mt19937_64 random(11);
    std::vector<RevisionId> ids;
    for (std::uint8_t i = 0; i < 200; ++i)
        ids.emplace_back(RevisionId::Raw{static_cast<std::uint8_t>(random()), i});
    ListOrder order([&](std::uint32_t row) -> const RevisionId& { return ids[row]; });
    std::vector<ListedDocument> inside;
    Slow slow;
    const auto few = [&] { return std::uint64_t{random() % 6}; };
    for (std::uint32_t row = 0; row < 100; ++row) {
        inside.push_back({few(), row});
        slow.emplace(~inside.back().arrival, ids[row]);
    }
    order.build(inside);

    for (std::uint32_t row = 100; row < 200; ++row) {
        inside.push_back({few(), row});
        order.insert(inside.back());
        slow.emplace(~inside.back().arrival, ids[row]);
        const auto gone = inside.begin() + static_cast<std::ptrdiff_t>(random() % inside.size());
        order.remove(*gone);
        slow.erase({~gone->arrival, ids[gone->row]});
        inside.erase(gone);
    }

    std::vector<RevisionId> expected;
    for (const auto& [arrival, id] : slow)
        expected.push_back(id);
    CHECK(seen_after(order, ids) == expected);
    for (const auto& [arrival, id] : slow) {
        std::vector<RevisionId> rest;
        order.visit_after(~arrival, id, [&](const ListedDocument& each) {
            rest.push_back(ids[each.row]);
            return rest.size() < 3;
        });
        auto next = std::ranges::find(expected, id) + 1;
        const auto count = std::min<std::ptrdiff_t>(3, expected.end() - next);
        CHECK(rest == std::vector<RevisionId>(next, next + count));
    }
}

} // namespace
} // namespace staffroom
