// What an operation names that is written now, and what nobody but its author has vouched for yet
// [M9]. An operation that names only the newest one leans on the log of a single school: when that
// counts no longer, by a fork or an ended key, everything behind it is gone for the one who named
// it. So what is named does not hang on any one school but the writer's own. Pure. Asked by who
// writes operations, by way of the operation set.
#pragma once

#include "protocol/network/roster/judge.hpp"

namespace staffroom::network {

class Naming {
public:
    Naming(const History& history, const Facts& facts, const Judge& judge)
        : history_(history)
        , facts_(facts)
        , judge_(judge) {}

    /// Of each school the newest operations that count; without those that an operation of the
    /// writer sees, or operations of two other schools. By id.
    [[nodiscard]] std::vector<RevisionId> names_for(const SchoolId& writer) const;
    /// Admits, one of each admission, that one school alone has written; of others than the writer.
    [[nodiscard]] std::vector<RevisionId> lone_admits(const SchoolId& writer) const;
    /// Something that only coordinators write has been named by nobody but its author's school, or
    /// nobody has vouched for what a school says of its successor.
    [[nodiscard]] bool has_lone_acts(const SchoolId& writer) const;
    [[nodiscard]] bool has_lone_names(const SchoolId& writer) const;

private:
    using Bits = std::vector<std::uint64_t>;
    using SeenBy = std::map<SchoolNumber, Bits>;
    [[nodiscard]] bool has_lone_grants(const SchoolId& writer) const;
    [[nodiscard]] Bits seen_by_two(const SeenBy& seen_by, const SchoolId& writer) const;
    template <class IsTaken> [[nodiscard]] SeenBy seen_by(const IsTaken& is_taken) const;
    [[nodiscard]] bool is_worth_naming(Place at) const;
    [[nodiscard]] bool is_by_coordinators(Place at) const;
    void see(Bits& bits, Place at) const;

    const History& history_;
    const Facts& facts_;
    const Judge& judge_;
};

} // namespace staffroom::network
