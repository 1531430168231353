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

/// A hop whose parts can be read, and belong together.
struct ReadHop {
    const Hop& hop;
    const Side& giver; // by the agreement in force
    Digest first_card; // of the giver, by the agreement that began the link
    const Passport& passport;
};

/// The agreement that began the link of this one; none where it is not there. The attack: a passing
/// network writes a renewal by wider terms, or the whole agreement, and signs it with keys of its
/// own as a network of this name. The author's mark names the link, and so the first agreement, and
/// so the card from which everybody who signs for the giver follows.
std::optional<Agreement> first_of(const Hop& hop, const Agreement& agreement) {
    if (!agreement.link)
        return hop.first.empty() ? std::optional(agreement) : std::nullopt;
    auto first = parse_agreement(hop.first);
    const bool is_first = first && !first->link &&
                          SharingId(agreement_id(hop.first).raw()) == *agreement.link &&
                          first->one.network == agreement.one.network &&
                          first->other.network == agreement.other.network;
    return is_first ? std::optional(std::move(*first)) : std::nullopt;
}

/// Tells whether the giver's coordinators, one card after another, have signed agreement and
/// passport of this hop; with `counts_ended_keys` whether they ever have.
bool is_hop_signed(
    const ReadHop& read,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier,
    bool counts_ended_keys = false
) {
    const Hop& hop = read.hop;
    if (!is_one_line(hop.cards))
        return false;
    const auto line = line_of_cards(
        read.giver.network, read.first_card, hop.cards, chain_of, verifier, counts_ended_keys
    );
    // A card behind the line is one that nobody signed: its carrier would name the network by it.
    if (!line || line->is_disputed || line->cards.size() != hop.cards.size() ||
        read.passport.card != line->newest().hash)
        return false;
    const KnownCard* agreed_by = line->find(read.giver.card);
    if (agreed_by == nullptr)
        return false;
    const SignedStatement agreed{hop.agreement, hop.signatures};
    const auto has_signed = [&](const SignedStatement& what, crypto::SignLabel as, const Card& by) {
        return is_signed_by(what, as, by, chain_of, verifier, counts_ended_keys);
    };
    return has_signed(agreed, crypto::SignLabel::agreement, agreed_by->card) &&
           has_signed(hop.passport, crypto::SignLabel::passport, line->newest().card);
}

/// Whether a key in this hop has ended since, as far as is known here.
bool has_ended_keys(const Hop& hop, const ChainFinder& chain_of) {
    const auto has_ended = [&](const CoordinatorSignature& each) {
        const identity::IdentityChain* chain = chain_of(each.school);
        const auto* node = chain == nullptr ? nullptr : chain->find_signing(each.node_key);
        return node != nullptr && node->revoked;
    };
    return std::ranges::any_of(hop.signatures, has_ended) ||
           std::ranges::any_of(hop.passport.signatures, has_ended) ||
           std::ranges::any_of(hop.cards, [&](const SignedStatement& card) {
               return std::ranges::any_of(card.signatures, has_ended);
           });
}

/// Why a hop does not count; none when it does. An honest gateway may not have heard yet that a key
/// of the giver has ended.
std::optional<Refusal>
why_not_signed(const ReadHop& read, const ChainFinder& chain_of, crypto::Verifier& verifier) {
    if (is_hop_signed(read, chain_of, verifier))
        return std::nullopt;
    return has_ended_keys(read.hop, chain_of) && is_hop_signed(read, chain_of, verifier, true)
               ? Refusal::passport_outdated
               : Refusal::trail_forged;
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
        const auto first = first_of(hop, *agreement);
        if (!first || giver == nullptr || taker == nullptr || passport->agreement != id ||
            passport->before != before || !is_about_same(*passport, last.passport) ||
            std::ranges::find(trail.networks, taker->network) != trail.networks.end())
            return Refusal::trail_forged;
        const ReadHop read{hop, *giver, first->side_of(giver_id)->card, *passport};
        if (const auto why = why_not_signed(read, chain_of, verifier))
            return why;
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
