// Decides what stays open when everything has been judged that follows: closings that would void
// one another, directly or in a ring, and coordinators that leave at once [M6]. Pure. A step of
// the judging of a roster.
#pragma once

#include "protocol/network/roster/judge.hpp"

namespace staffroom::network {

class Circles {
public:
    explicit Circles(Judge& judge)
        : judge_(judge) {}

    /// Answers at least one open question of each circle that depends on no other.
    void decide();

private:
    using Circle = std::vector<OpenQuestion>;
    using Dependencies = std::map<OpenQuestion, std::vector<OpenQuestion>>;

    [[nodiscard]] Dependencies dependencies() const;
    void decide(const Circle& circle);
    /// Whose grants to coordinate in the past of its signature do not rest on another signatory.
    [[nodiscard]] std::size_t independent_signatories(Place effect) const;
    [[nodiscard]] std::vector<Place> signatures_of(Place effect) const;
    [[nodiscard]] bool is_stronger(Place one, Place other) const;
    [[nodiscard]] bool is_senior(Place one, Place other) const;

    Judge& judge_;
};

} // namespace staffroom::network
