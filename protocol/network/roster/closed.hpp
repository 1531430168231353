// Schools that were in and may not write any more: why, by which operations, and how far each of
// their logs of records counts [M11]. The authority of an operation comes from its past, and needs
// no pin; a record has no past in the network, so a school could date back what it writes after it
// is out. Pure. A step of writing a roster down.
#pragma once

#include "protocol/network/roster/judge.hpp"
#include "protocol/network/roster/roster.hpp"

namespace staffroom::network {

class Closings {
public:
    Closings(const History& history, const Facts& facts, const Judge& judge)
        : history_(history)
        , facts_(facts)
        , judge_(judge) {}

    /// Nothing for a school that may write, or never could. `standing` is what it has in the end.
    [[nodiscard]] std::optional<ClosedSchool>
    closed_school(SchoolNumber school, Gives standing) const;

private:
    using Places = std::vector<Place>;
    [[nodiscard]] Places deciding(const Places& effects) const;
    [[nodiscard]] Pins cut_by(const Places& effects) const;
    [[nodiscard]] Place closing_of(Place effect) const { return *facts_[effect].closing; }

    const History& history_;
    const Facts& facts_;
    const Judge& judge_;
};

} // namespace staffroom::network
