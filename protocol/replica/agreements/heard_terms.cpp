// How much a gateway's node has written down of terms that only the other side has signed, and what
// there is room for. Declared in agreements/agreed_links. [A17]
#include "protocol/replica/agreements/agreed_links.hpp"

#include <algorithm>

namespace staffroom::replica {

HeardTerms AgreedLinks::heard_by(
    const NetworkState& network, const agreement::Standing& standing, const SchoolId& writer
) const {
    HeardTerms heard;
    for (const PlacedLinkAct* placed : counting(network)) {
        const auto* act = std::get_if<agreement::LinkRenewal>(&placed->act);
        const auto terms = act == nullptr || placed->author != writer
                               ? Result<agreement::Agreement>(fail(Errc::not_found))
                               : agreement::parse_agreement(act->agreement.bytes);
        if (!terms || terms->link != standing.link)
            continue;
        const bool are_we_one = terms->one.network == network.id;
        const auto& ours = are_we_one ? act->agreement.one : act->agreement.other;
        if (stands_under(ours, writer))
            continue;
        const bool is_open = may_follow(terms->number, standing.agreement.number);
        heard.add(act->agreement, !are_we_one, is_open);
    }
    return heard;
}

void HeardTerms::add(const agreement::SignedAgreement& copy, bool are_they_one, bool is_open) {
    const AgreementId id = agreement::agreement_id(copy.bytes);
    ++times[id];
    if (!is_open)
        return;
    for (const auto& each : are_they_one ? copy.one : copy.other) {
        of_signatory[{each.school, each.node_key}].insert(id);
        of_school[each.school].insert(id);
    }
}

bool HeardTerms::has_room(const agreement::SignedAgreement& copy, bool are_they_one) const {
    constexpr std::size_t times_max = 4; // again where a key has ended since
    const AgreementId id = agreement::agreement_id(copy.bytes);
    if (const auto at = times.find(id); at != times.end())
        return at->second < times_max;
    return std::ranges::any_of(are_they_one ? copy.one : copy.other, [&](const auto& each) {
        const auto of_key = of_signatory.find({each.school, each.node_key});
        const auto of_all = of_school.find(each.school);
        const bool has_key_room =
            of_key == of_signatory.end() || of_key->second.size() < limits::renewals_open_max;
        const bool has_school_room =
            of_all == of_school.end() || of_all->second.size() < renewals_of_school_max;
        return has_key_room && has_school_room;
    });
}

} // namespace staffroom::replica
