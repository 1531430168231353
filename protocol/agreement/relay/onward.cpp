#include "protocol/agreement/relay/onward.hpp"

#include "protocol/agreement/relay/trail.hpp"

#include <algorithm>

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
    const Side* side = came_by.agreement.side_of(giver);
    const CardLine* line = came_by.cards_of(giver);
    if (side == nullptr || line == nullptr)
        return std::nullopt;
    const bool is_one = came_by.agreement.one.network == giver;
    Hop hop{
        came_by.copy.bytes,
        is_one ? came_by.copy.one : came_by.copy.other,
        {},
        std::move(passport)};
    for (auto card = std::ranges::find(line->cards, side->card, &KnownCard::hash);
         card != line->cards.end();
         ++card) {
        Bytes bytes = encode_card(card->card);
        if (card_hash(bytes) != card->hash)
            return std::nullopt;
        hop.cards.push_back({std::move(bytes), card->signatures});
    }
    return hop;
}

std::vector<SchoolId> signatories_of(const Hop& hop) {
    std::vector<SchoolId> schools;
    const auto add = [&](const Signatures& signatures) {
        for (const CoordinatorSignature& each : signatures)
            if (std::ranges::find(schools, each.school) == schools.end())
                schools.push_back(each.school);
    };
    add(hop.signatures);
    add(hop.passport.signatures);
    for (const SignedStatement& card : hop.cards)
        add(card.signatures);
    return schools;
}

} // namespace staffroom::agreement
