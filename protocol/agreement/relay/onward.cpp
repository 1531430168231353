#include "protocol/agreement/relay/onward.hpp"

#include "protocol/agreement/relay/trail.hpp"

#include <algorithm>
#include <set>

namespace staffroom::agreement {

std::optional<Refusal>
why_not_onward(const CheckedProof& proof, const log::EntryHeader& header, const Onward& to) {
    Trail trail{{}};
    std::vector<Step> steps;
    for (const TrailStep& step : proof.trail)
        trail.networks.push_back(step.network);
    trail.networks.push_back(to.passing);
    for (const CheckedProof::Way& way : proof.way) {
        trail.links.push_back(way.link);
        trail.terms.push_back(way.terms);
        steps.push_back({way.link, way.terms});
    }
    if (!may_pass(trail, to.gives, to.receiver))
        return Refusal::not_passed_on;
    steps.push_back({to.link, to.gives});
    return why_not(header, steps);
}

std::optional<Hop>
hop_of(const Standing& came_by, const NetworkId& giver, SignedStatement passport) {
    const CardLine* line = came_by.cards_of(giver);
    const auto read = parse_passport(passport.bytes);
    const SignedAgreement* copy = read ? came_by.copy_of(read->agreement) : nullptr;
    if (line == nullptr || copy == nullptr || read->card != line->newest().hash)
        return std::nullopt;
    const bool is_one = came_by.agreement.one.network == giver;
    Hop hop{
        copy->bytes,
        is_one ? copy->one : copy->other,
        {},
        std::move(passport),
        came_by.find(read->agreement)->number > 0 ? came_by.first : Bytes()};
    for (const KnownCard& card : line->cards) {
        Bytes bytes = encode_card(card.card);
        if (card_hash(bytes) != card.hash)
            return std::nullopt;
        hop.cards.push_back({std::move(bytes), card.signatures});
    }
    return hop;
}

std::vector<SchoolId> signatories_of(const Hop& hop) {
    std::set<SchoolId> coordinators;
    for (const SignedStatement& statement : hop.cards)
        if (const auto card = parse_card(statement.bytes))
            coordinators.insert(card->coordinators.begin(), card->coordinators.end());
    std::vector<SchoolId> schools;
    const auto add = [&](const Signatures& signatures) {
        for (const CoordinatorSignature& each : signatures)
            if (coordinators.erase(each.school) > 0)
                schools.push_back(each.school);
    };
    add(hop.signatures);
    add(hop.passport.signatures);
    for (const SignedStatement& card : hop.cards)
        add(card.signatures);
    return schools;
}

std::vector<SchoolId>
schools_on_the_way(const Relay& came, const Hop& hop, const SignedStatement& passport) {
    std::vector<SchoolId> schools;
    const auto add = [&](const SchoolId& school) {
        if (std::ranges::find(schools, school) == schools.end())
            schools.push_back(school);
    };
    if (const auto read = parse_passport(passport.bytes))
        add(read->descriptor.school);
    // The receiver has agreed with those who sign for this network, and knows the fewest of those
    // who are the longest way off.
    for (const Hop& each : came.trail)
        std::ranges::for_each(signatories_of(each), add);
    std::ranges::for_each(signatories_of(hop), add);
    for (const CoordinatorSignature& each : passport.signatures)
        add(each.school);
    return schools;
}

} // namespace staffroom::agreement
