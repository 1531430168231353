// The count of adoptions, of one record or of all that this node holds. Every outcome has equal
// standing; nothing is summed below three adoptions; a small count of pupils could point to a child
// and is not told beyond its school. A pure fold over facts; the handlers fill them from the
// library. [domain 3.26-3.28, 3.4, 4.2]
#pragma once

#include "protocol/base/ids.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace staffroom::services {

inline constexpr std::size_t adoptions_summed_min = 3;

/// The place of a school, as far as the school tells it.
struct SchoolPlace {
    std::set<std::string> networks;
    std::string area;
    std::string trust;
};

struct AdoptionFacts {
    std::string school; // the school that tried it
    std::string source; // school whose record it tried; empty: not here
    std::string outcome;
    std::optional<std::uint64_t> pupils; // none: not counted
    std::optional<std::uint64_t> adults;
    std::size_t steps_back; // to the first record of the chain, 1: tried from it directly
};

struct AdoptionTotals {
    std::size_t adoptions = 0;
    std::size_t with_pupil_count = 0;
    std::uint64_t pupils = 0;
    std::uint64_t adults = 0;
    std::size_t across_schools = 0;
    std::size_t across_networks = 0;
    std::size_t across_areas = 0;
    std::size_t across_trusts_or_none = 0;
    std::size_t longest_chain = 0;               // steps between adoptions
    std::map<std::string, std::size_t> outcomes; // by word
};

/// A count that takes the facts as they come and keeps none of them, however many there are.
class AdoptionCount {
public:
    /// A school that tried and the school whose record it tried; the second is empty where it is
    /// not here.
    using Pair = std::pair<std::string, std::string>;

    void add(const AdoptionFacts& each);
    [[nodiscard]] const std::map<Pair, std::size_t>& pairs() const { return pairs_; }
    [[nodiscard]] AdoptionTotals totals(const std::map<std::string, SchoolPlace>& schools) const;

private:
    AdoptionTotals sums_; // without what depends on where schools stand
    std::map<Pair, std::size_t> pairs_;
};

[[nodiscard]] AdoptionTotals count_adoptions(
    const std::vector<AdoptionFacts>& adoptions, const std::map<std::string, SchoolPlace>& schools
);

} // namespace staffroom::services
