// Which operations stand in the past of which: what they name, and the past of that [M1]. Grows by
// one operation at a time; nothing in it depends on the order in which they came. Pure. Read by
// the facts and the judging of a roster.
#pragma once

#include "protocol/network/operations.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <span>

namespace staffroom::network {

struct PlacedOperation {
    RevisionId id;
    SchoolId author; // the school of the log it stands in
    Operation operation;
};

using OperationsById = std::map<RevisionId, PlacedOperation>;

/// Where an operation stands in a History: behind all that it sees.
using Place = std::uint32_t;

class History {
public:
    explicit History(bool passes_over_missing)
        : passes_over_missing_(passes_over_missing) {}

    /// Places it, and what has waited for it; O(names + places / 64) each. `operations` holds it,
    /// outlives this, and says which names are to be waited for. False when its name was passed
    /// over before: then the history has to be written anew.
    [[nodiscard]] bool add(const PlacedOperation& operation, const OperationsById& operations);

    [[nodiscard]] Place size() const { return static_cast<Place>(placed_.size()); }
    [[nodiscard]] const PlacedOperation& operator[](Place at) const { return *placed_[at]; }
    [[nodiscard]] std::optional<Place> find(const RevisionId& id) const;
    /// What the operation at this place names, as far as it is here.
    [[nodiscard]] std::span<const Place> names(Place at) const { return names_[at]; }
    /// Bit b of word w: place 64 w + b is in the past of this one. As long as it needs to be.
    [[nodiscard]] std::span<const std::uint64_t> past(Place at) const { return past_[at]; }
    /// Whoever stands at the end sees everything.
    [[nodiscard]] bool sees(Place at, Place earlier) const {
        return at >= size() ||
               (earlier < at && (past_[at][earlier / 64] >> (earlier % 64) & 1U) != 0);
    }
    /// Operations that name something which is not here, and all that build on them.
    [[nodiscard]] std::size_t waiting() const { return open_.size(); }

private:
    void place(const PlacedOperation& operation);

    bool passes_over_missing_;
    std::vector<const PlacedOperation*> placed_;
    std::vector<std::vector<Place>> names_;
    std::vector<std::vector<std::uint64_t>> past_;
    std::map<RevisionId, Place> places_;
    std::map<RevisionId, std::size_t> open_; // names that each waits for
    std::map<RevisionId, std::vector<const PlacedOperation*>> awaited_;
    std::set<RevisionId> passed_over_;
};

} // namespace staffroom::network
