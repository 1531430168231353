#include "protocol/agreement/relay/trail.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>

namespace staffroom::agreement {
namespace {

bool is_signed_by(
    const SignedStatement& statement,
    crypto::SignLabel label,
    const Card& card,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier,
    bool counts_ended_keys
) {
    const Coordinators signers{card.network, card.coordinators, chain_of, counts_ended_keys};
    return count_signatures(statement, label, signers, card.signatures, verifier) >=
           card.signatures;
}

/// Tells whether the cards of a hop follow one another, each once. The attack: a copy of a card
/// costs as many signatures as it has, and a hop may bring hundreds.
bool is_one_line(const std::vector<SignedStatement>& cards) {
    std::optional<std::uint32_t> last;
    for (const SignedStatement& each : cards) {
        const auto card = parse_card(each.bytes);
        if (!card || (last && card->number != *last + 1))
            return false;
        last = card->number;
    }
    return true;
}

/// Tells whether the giver's coordinators, one card after another, have signed agreement and
/// passport of this hop; with `counts_ended_keys` whether they ever have.
bool is_hop_signed(
    const Hop& hop,
    const Side& giver,
    const Passport& passport,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier,
    bool counts_ended_keys = false
) {
    if (!is_one_line(hop.cards))
        return false;
    const auto line = line_of_cards(giver.network, giver.card, hop.cards, chain_of, verifier);
    // A card behind the line is one that nobody signed: its carrier would name the network by it.
    if (!line || line->is_disputed || line->cards.size() != hop.cards.size() ||
        passport.card != line->newest().hash)
        return false;
    const SignedStatement agreed{hop.agreement, hop.signatures};
    const Card& first = line->cards.front().card;
    const Card& newest = line->newest().card;
    const auto has_signed = [&](const SignedStatement& what, crypto::SignLabel as, const Card& by) {
        return is_signed_by(what, as, by, chain_of, verifier, counts_ended_keys);
    };
    return has_signed(agreed, crypto::SignLabel::agreement, first) &&
           has_signed(hop.passport, crypto::SignLabel::passport, newest);
}

/// Whether this passport says the same of the same log as the last one.
bool is_about_same(const Passport& passport, const Passport& last) {
    return passport.descriptor == last.descriptor && passport.size == last.size &&
           passport.root == last.root;
}

} // namespace

bool may_pass(const Trail& trail, const Terms& last_gives, const NetworkId& receiver) {
    if (trail.terms.size() > limits::trail_hops_max)
        return false;
    for (std::size_t i = 0; i < trail.terms.size(); ++i) {
        const Terms& terms = trail.terms[i];
        const NetworkId& next = i + 2 < trail.networks.size() ? trail.networks[i + 2] : receiver;
        const bool is_named =
            terms.onward.empty() || std::ranges::binary_search(terms.onward, next);
        if (!terms.pass_on || !is_named || (i > 0 && !terms.passed_on))
            return false;
    }
    if (!trail.terms.empty() && !last_gives.passed_on)
        return false;
    return std::ranges::find(trail.networks, receiver) == trail.networks.end();
}

std::optional<Refusal> read_trail(
    const Relay& relay,
    const LastStep& last,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier,
    Trail& trail
) {
    NetworkId giver_id(last.passport.descriptor.space.raw());
    trail = {{giver_id}};
    if (relay.trail.empty() && giver_id != last.giver.network)
        return Refusal::another_network;
    std::optional<Digest> before;
    for (const Hop& hop : relay.trail) {
        const auto agreement = parse_agreement(hop.agreement);
        const auto passport = parse_passport(hop.passport.bytes);
        if (!agreement || !passport)
            return Refusal::unreadable;
        const Side* giver = agreement->side_of(giver_id);
        const Side* taker = agreement->side_facing(giver_id);
        const AgreementId id = agreement_id(hop.agreement);
        if (giver == nullptr || taker == nullptr || passport->agreement != id ||
            passport->before != before || !is_about_same(*passport, last.passport) ||
            std::ranges::find(trail.networks, taker->network) != trail.networks.end())
            return Refusal::trail_forged;
        // An honest gateway may not have heard yet that a key of the giver has ended.
        if (!is_hop_signed(hop, *giver, *passport, chain_of, verifier))
            return is_hop_signed(hop, *giver, *passport, chain_of, verifier, true)
                       ? Refusal::passport_outdated
                       : Refusal::trail_forged;
        trail.networks.push_back(taker->network);
        trail.links.push_back(link_of(*agreement, id));
        trail.terms.push_back(giver->gives);
        before = hop_hash(hop);
        giver_id = taker->network;
    }
    if (giver_id != last.giver.network || last.passport.before != before)
        return Refusal::trail_forged;
    if (!may_pass(trail, last.giver.gives, last.receiver))
        return Refusal::not_passed_on;
    return std::nullopt;
}

} // namespace staffroom::agreement
