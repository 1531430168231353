#include "protocol/network/causal_order.hpp"

#include <algorithm>
#include <queue>

namespace staffroom::network {
namespace {

/// What is named, in ranks: places in the order of ids.
struct Names {
    std::vector<std::uint32_t> ranks;
    bool is_missing_one = false;
};

Names names_of(const PlacedOperation& placed, const std::map<RevisionId, std::uint32_t>& rank_of) {
    Names names;
    for (const RevisionId& id : placed.operation.seen) {
        const auto found = rank_of.find(id);
        if (found == rank_of.end())
            names.is_missing_one = true;
        else
            names.ranks.push_back(found->second);
    }
    std::sort(names.ranks.begin(), names.ranks.end());
    names.ranks.erase(std::unique(names.ranks.begin(), names.ranks.end()), names.ranks.end());
    return names;
}

} // namespace

CausalOrder::CausalOrder(const OperationsById& operations, bool passes_over_missing) {
    std::vector<const PlacedOperation*> by_rank;
    std::map<RevisionId, std::uint32_t> rank_of;
    for (const auto& [id, placed] : operations) {
        rank_of.emplace_hint(rank_of.end(), id, static_cast<std::uint32_t>(by_rank.size()));
        by_rank.push_back(&placed);
    }
    std::vector<Names> names;
    std::vector<std::size_t> open(by_rank.size());
    std::vector<std::vector<std::uint32_t>> followers(by_rank.size());
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
    for (std::uint32_t rank = 0; rank < by_rank.size(); ++rank) {
        names.push_back(names_of(*by_rank[rank], rank_of));
        const bool waits = names[rank].is_missing_one && !passes_over_missing;
        open[rank] = names[rank].ranks.size() + (waits ? 1U : 0U);
        for (const std::uint32_t earlier : names[rank].ranks)
            followers[earlier].push_back(rank);
        if (open[rank] == 0)
            ready.push(rank);
    }
    std::vector<std::uint32_t> place_of(by_rank.size());
    while (!ready.empty()) {
        const std::uint32_t rank = ready.top();
        ready.pop();
        place_of[rank] = static_cast<std::uint32_t>(placed_.size());
        placed_.push_back(by_rank[rank]);
        for (const std::uint32_t earlier : names[rank].ranks)
            seen_.push_back(place_of[earlier]);
        ends_.push_back(seen_.size());
        for (const std::uint32_t follower : followers[rank])
            if (--open[follower] == 0)
                ready.push(follower);
    }
    waiting_ = by_rank.size() - placed_.size();
}

std::span<const std::uint32_t> CausalOrder::seen(std::size_t at) const {
    const std::size_t begin = at == 0 ? 0 : ends_[at - 1];
    return std::span(seen_).subspan(begin, ends_[at] - begin);
}

std::vector<RevisionId> CausalOrder::maximal() const {
    std::vector<bool> is_named(size());
    for (const std::uint32_t earlier : seen_)
        is_named[earlier] = true;
    std::vector<RevisionId> ids;
    for (std::size_t at = 0; at < size(); ++at)
        if (!is_named[at])
            ids.push_back(placed_[at]->id);
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::vector<std::uint64_t> CausalOrder::marks_in_past(const Mark& mark) const {
    std::vector<std::uint64_t> past(size());
    std::vector<std::uint64_t> with_own(size());
    for (std::size_t at = 0; at < size(); ++at) {
        for (const std::uint32_t earlier : seen(at))
            past[at] |= with_own[earlier];
        with_own[at] = past[at] | mark(at, past[at]);
    }
    return past;
}

} // namespace staffroom::network
