#include "protocol/network/roster/history.hpp"

#include <algorithm>

namespace staffroom::network {
namespace {

std::vector<RevisionId> names_of(const Operation& operation) {
    std::vector<RevisionId> names = operation.seen;
    if (const auto inside = named_by(operation.act))
        names.push_back(*inside);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

} // namespace

std::optional<Place> History::find(const RevisionId& id) const {
    const auto at = places_.find(id);
    return at == places_.end() ? std::nullopt : std::optional(at->second);
}

bool History::add(const PlacedOperation& operation, const OperationsById& operations) {
    if (passed_over_.count(operation.id) > 0)
        return false;
    std::size_t open = 0;
    for (const RevisionId& name : names_of(operation.operation)) {
        if (places_.count(name) > 0)
            continue;
        if (passes_over_missing_ && operations.count(name) == 0) {
            passed_over_.insert(name);
            continue;
        }
        awaited_[name].push_back(&operation);
        ++open;
    }
    if (open > 0) {
        open_.emplace(operation.id, open);
        return true;
    }
    std::vector<const PlacedOperation*> ready{&operation};
    while (!ready.empty()) {
        const PlacedOperation& next = *ready.back();
        ready.pop_back();
        place(next);
        const auto released = awaited_.extract(next.id);
        if (released.empty())
            continue;
        for (const PlacedOperation* waiting : released.mapped()) {
            const auto left = open_.find(waiting->id);
            if (--left->second > 0)
                continue;
            open_.erase(left);
            ready.push_back(waiting);
        }
    }
    return true;
}

void History::place(const PlacedOperation& operation) {
    const Place at = size();
    std::vector<Place> names;
    std::vector<std::uint64_t> past(at / 64 + 1);
    for (const RevisionId& name : names_of(operation.operation)) {
        const auto found = places_.find(name);
        if (found == places_.end())
            continue;
        const Place earlier = found->second;
        names.push_back(earlier);
        const std::vector<std::uint64_t>& before = past_[earlier];
        for (std::size_t word = 0; word < before.size(); ++word)
            past[word] |= before[word];
        past[earlier / 64] |= std::uint64_t{1} << (earlier % 64);
    }
    placed_.push_back(&operation);
    names_.push_back(std::move(names));
    past_.push_back(std::move(past));
    places_.emplace(operation.id, at);
}

} // namespace staffroom::network
