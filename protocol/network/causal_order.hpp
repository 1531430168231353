// The order in which operations are folded: by what their authors had seen, the smallest id first
// among those that are ready [N3]. And questions about the past of many operations at once, whose
// cost grows with the operations and not with their square: a member can write as many as it likes.
// Pure. Used by the steps of the fold (admissions, roster).
#pragma once

#include "protocol/network/operations.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <span>

namespace staffroom::network {

struct PlacedOperation {
    RevisionId id;
    SchoolId author; // the school of the log it stands in
    Operation operation;
};

using OperationsById = std::map<RevisionId, PlacedOperation>;

class CausalOrder {
public:
    /// Kahn's algorithm; O((n + names) log n). Operations that name something which is not here,
    /// and all that build on them, are left out, unless missing names are passed over.
    CausalOrder(const OperationsById& operations, bool passes_over_missing);

    [[nodiscard]] std::size_t size() const { return placed_.size(); }
    [[nodiscard]] const PlacedOperation& operator[](std::size_t at) const { return *placed_[at]; }
    /// Places, all smaller than `at`, of what the operation at this place names as seen.
    [[nodiscard]] std::span<const std::uint32_t> seen(std::size_t at) const;
    /// Operations that were left out.
    [[nodiscard]] std::size_t waiting() const { return waiting_; }
    /// Those that no other one here has seen, by id.
    [[nodiscard]] std::vector<RevisionId> maximal() const;

    /// 64 questions at once. `mark` gives an operation its marks, told those that stand somewhere
    /// in its past; called once for each place, in order. The answer: marks in the past of each.
    using Mark = std::function<std::uint64_t(std::size_t at, std::uint64_t past)>;
    [[nodiscard]] std::vector<std::uint64_t> marks_in_past(const Mark& mark) const;

private:
    std::vector<const PlacedOperation*> placed_;
    std::vector<std::uint32_t> seen_; // of all, one behind the other
    std::vector<std::size_t> ends_;   // where those of each end
    std::size_t waiting_ = 0;
};

} // namespace staffroom::network
