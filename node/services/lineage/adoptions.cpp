#include "node/services/lineage/adoptions.hpp"

#include "protocol/records/vocabularies.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

const SchoolPlace&
place_of(const std::map<std::string, SchoolPlace>& schools, const std::string& school) {
    static const SchoolPlace nowhere;
    const auto found = schools.find(school);
    return found == schools.end() ? nowhere : found->second;
}

bool have_network_in_common(const SchoolPlace& a, const SchoolPlace& b) {
    return std::ranges::any_of(a.networks, [&](const std::string& network) {
        return b.networks.contains(network);
    });
}

} // namespace

void AdoptionCount::add(const AdoptionFacts& each) {
    ++sums_.adoptions;
    // A word that no vocabulary has is counted as an adoption, not told.
    if (records::is_in_vocabulary(records::VocabularyId::adoption_outcome, each.outcome))
        ++sums_.outcomes[each.outcome];
    sums_.with_pupil_count += each.pupils ? 1U : 0U;
    sums_.pupils += each.pupils.value_or(0);
    sums_.adults += each.adults.value_or(0);
    sums_.longest_chain = std::max(sums_.longest_chain, each.steps_back);
    ++pairs_[{each.school, each.source}];
}

AdoptionTotals AdoptionCount::totals(const std::map<std::string, SchoolPlace>& schools) const {
    AdoptionTotals totals = sums_;
    for (const auto& [pair, count] : pairs_) {
        const auto& [school, source] = pair;
        if (source.empty() || school == source)
            continue;
        const SchoolPlace& here = place_of(schools, school);
        const SchoolPlace& there = place_of(schools, source);
        totals.across_schools += count;
        totals.across_networks += have_network_in_common(here, there) ? 0U : count;
        totals.across_areas += here.area != there.area ? count : 0U;
        // Two schools without a trust have none in common.
        totals.across_trusts_or_none +=
            here.trust != there.trust || here.trust.empty() ? count : 0U;
    }
    return totals;
}

AdoptionTotals count_adoptions(
    const std::vector<AdoptionFacts>& adoptions, const std::map<std::string, SchoolPlace>& schools
) {
    AdoptionCount count;
    for (const AdoptionFacts& each : adoptions)
        count.add(each);
    return count.totals(schools);
}

} // namespace staffroom::services
