// What a school has said of who may order for it once it is gone: the newest of its words that
// count, and whether they agree [M13]. Pure. Read by the roster, and by who writes operations.
#pragma once

#include "protocol/network/roster/judge.hpp"

namespace staffroom::network {

/// Whom a word names; nobody is a word too.
using NamedSchool = std::optional<SchoolId>;

class Succession {
public:
    Succession(const History& history, const Facts& facts, const Judge& judge)
        : history_(history)
        , facts_(facts)
        , judge_(judge) {}

    /// Where a school has named somebody, or nobody, and none of its own words that count sees
    /// that.
    [[nodiscard]] std::vector<Place> newest(SchoolNumber school) const;
    [[nodiscard]] NamedSchool named_at(Place at) const;
    /// What its newest words say: nothing, one thing, or two of the things that they say where they
    /// have not seen each other. A member can write such words without end.
    [[nodiscard]] std::set<NamedSchool> said(SchoolNumber school) const;

private:
    /// Visits the newest words of a school until one visit returns false.
    template <class Visit> void visit_newest(SchoolNumber school, const Visit& visit) const;
    /// Whether a leave or a removal of the school takes effect that does not see this word.
    [[nodiscard]] bool is_ended_before(SchoolNumber school, Place at) const;

    const History& history_;
    const Facts& facts_;
    const Judge& judge_;
};

} // namespace staffroom::network
