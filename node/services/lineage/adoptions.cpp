#include "node/services/lineage/adoptions.hpp"

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

AdoptionTotals count_adoptions(
    const std::vector<AdoptionFacts>& adoptions, const std::map<std::string, SchoolPlace>& schools
) {
    AdoptionTotals totals;
    for (const AdoptionFacts& each : adoptions) {
        ++totals.adoptions;
        ++totals.outcomes[each.outcome];
        totals.with_pupil_count += each.pupils ? 1U : 0U;
        totals.pupils += each.pupils.value_or(0);
        totals.adults += each.adults.value_or(0);
        totals.longest_chain = std::max(totals.longest_chain, each.steps_back);
        if (each.source.empty() || each.school == each.source)
            continue;
        const SchoolPlace& here = place_of(schools, each.school);
        const SchoolPlace& there = place_of(schools, each.source);
        ++totals.across_schools;
        totals.across_networks += have_network_in_common(here, there) ? 0U : 1U;
        totals.across_areas += here.area != there.area ? 1U : 0U;
        // Two schools without a trust have none in common.
        totals.across_trusts_or_none += here.trust != there.trust || here.trust.empty() ? 1U : 0U;
    }
    return totals;
}

} // namespace staffroom::services
