// The bearer's side of an agreement between two networks, and what both sides check of each other's
// card. [A9]
#include "protocol/base/limits.hpp"
#include "protocol/replica/agreements/agreeing.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// What the signatures of the other side add at most to what is written down of an agreement.
constexpr std::size_t other_signatures_bytes_max = limits::statement_signatures_max * 144;

} // namespace

bool speaks_for(
    const agreement::Card& card, const ForeignChains& chains, const TransportPublicKey& key
) {
    return std::ranges::any_of(card.coordinators, [&](const SchoolId& school) {
        const auto chain = chains.find(school);
        const auto* node = chain == chains.end() ? nullptr : chain->second.find_transport(key);
        return node != nullptr && !node->revoked;
    });
}

void Agreeing::start(RequestId request, AcceptLink command) {
    Link link = make_dialled_link(parts_.context, command.address, AgreementMeeting{});
    const LinkId id = link.id;
    const std::string address = command.address;
    const Instant deadline = parts_.context.now + command.patience;
    talks_.emplace(id, Talk{request, std::move(command), deadline});
    parts_.links.add(std::move(link));
    parts_.context.emit(OpenLink{id, address});
}

const crypto::Secret32* Agreeing::psk_of(LinkId link) const {
    const auto at = talks_.find(link);
    return at == talks_.end() ? nullptr : &at->second.command.psk;
}

void Agreeing::finish(LinkId link, Result<Reply> outcome) {
    auto node = talks_.extract(link);
    if (!node.empty())
        parts_.context.emit(Done{node.mapped().request, std::move(outcome)});
    if (Link* open = parts_.links.find(link); open != nullptr && !open->closing)
        parts_.links.close(*open, Errc::closed);
}

/// What a person is shown before anything is signed. Errors: not_allowed, bad_key, those of the
/// parsers.
Result<LinkAgreement>
Agreeing::read_offer(const Link& link, const Talk& talk, const wire::LinkOffer& offer) const {
    const auto card = agreement::parse_card(offer.card);
    auto terms = agreement::parse_link_terms(offer.terms);
    if (!card)
        return fail(card.error());
    if (!terms)
        return fail(terms.error());
    const Bytes offered = agreement::offer_statement(agreement::card_hash(offer.card), *terms);
    if (!offer.signature || !parts_.context.verifier.verify(
                                crypto::SignLabel::link_offer,
                                talk.command.accept_key.public_key(),
                                offered,
                                *offer.signature
                            ))
        return fail(Errc::bad_signature, "an offer that the code's maker has not signed");
    const auto chains = read_foreign_chains(offer.chains, parts_.context.verifier);
    if (!chains)
        return fail(chains.error());
    if (!is_charter_of(*card, offer.charter))
        return fail(Errc::bad_commitment, "charter");
    if (!speaks_for(*card, *chains, *link.remote_key))
        return fail(Errc::bad_key, "no coordinator of the network that offers");
    if (card->network == talk.command.network)
        return fail(Errc::not_allowed, "This code is of the same network; a link needs two.");
    const NetworkState* network = parts_.networks.find(talk.command.network);
    const auto bytes = agreement_with(*network, offer);
    if (!bytes)
        return fail(bytes.error());
    return LinkAgreement{
        talk.command.network,
        card->network,
        card->name,
        card->focus,
        card->place,
        offer.charter,
        std::move(terms->theirs), // what the other one calls theirs is what we give
        std::move(terms->ours),
        terms->until,
        terms->review,
        four_words(*link.handshake_hash),
        agreement::agreement_id(*bytes),
        card->coordinators};
}

/// The agreement that an offer and the card of this network make. Errors: those of the parsers and
/// of agreement_of.
Result<Bytes>
Agreeing::agreement_with(const NetworkState& network, const wire::LinkOffer& offer) const {
    const auto terms = agreement::parse_link_terms(offer.terms);
    const auto card = agreement::parse_card(offer.card);
    if (!terms)
        return fail(terms.error());
    if (!card)
        return fail(card.error());
    return agreement::agreement_of(
        *terms,
        {card->network, agreement::card_hash(offer.card)},
        {network.id, agreement::card_hash(agreement::encode_card(own_card(network)))}
    );
}

Result<void> Agreeing::offer_arrived(Link& link, const wire::LinkOffer& offer) {
    const auto at = talks_.find(link.id);
    if (at == talks_.end() || at->second.shown)
        return fail(Errc::not_allowed, "an offer that nobody asked for");
    Talk& talk = at->second;
    const bool is_spent = offer.status == wire::InviteStatus::spent;
    if (offer.status == wire::InviteStatus::ended) {
        finish(link.id, fail(Errc::invitation_ended));
        return {};
    }
    auto shown = read_offer(link, talk, offer);
    if (!shown) {
        finish(link.id, fail(shown.error()));
        return {};
    }
    shown->is_spent = is_spent;
    if (talk.command.only_ask) {
        finish(link.id, Reply(std::move(*shown)));
        return {};
    }
    if (talk.command.as_shown && *talk.command.as_shown != shown->agreement) {
        finish(
            link.id,
            fail(
                Errc::invalid_input,
                "The other network offers another agreement now than the one that was shown."
            )
        );
        return {};
    }
    talk.shown = std::move(*shown);
    return accept(link, talk, offer);
}

/// Signs what was offered, in the name of this network.
Result<void> Agreeing::accept(Link& link, Talk& talk, const wire::LinkOffer& offer) {
    const NetworkState* network = parts_.networks.find(talk.command.network);
    if (network == nullptr || !network->roster.is_coordinator(parts_.context.school))
        return fail(Errc::not_allowed, "no coordinator any more");
    const agreement::Card card = own_card(*network);
    Bytes card_bytes = agreement::encode_card(card);
    auto bytes = agreement_with(*network, offer);
    if (!bytes)
        return fail(bytes.error());
    agreement::SignedAgreement agreed{std::move(*bytes), {}, {}};
    sign(network->id, agreed);
    agreement::LinkAgreed written{
        std::nullopt, agreed, card_bytes, offer.card, offer.charter, offer.chains};
    // Asked before the other side writes down what this one could not.
    if (agreement::encode_link_act(written).size() + other_signatures_bytes_max >
        limits::operation_bytes_max) {
        finish(link.id, fail(Errc::too_large, "what is known of the other network"));
        return {};
    }
    const AgreementId id = agreement::agreement_id(agreed.bytes);
    const Bytes statement = agreement::acceptance_statement(*link.handshake_hash, id);
    talk.shown->id = SharingId(id.raw());
    send_message(
        parts_.context,
        link,
        wire::LinkAccept{
            card_bytes,
            network->genesis.charter,
            agreement::encode_signed_agreement(agreed),
            talk.command.accept_key.sign(crypto::SignLabel::link_accept, statement),
            own_chains(card)}
    );
    talk.agreed = std::move(written);
    return {};
}

Result<void> Agreeing::answer_arrived(Link& link, const wire::LinkAnswer& answer) {
    const auto at = talks_.find(link.id);
    if (at == talks_.end() || !at->second.agreed || at->second.store)
        return fail(Errc::not_allowed, "an answer that nobody asked for");
    Talk& talk = at->second;
    constexpr std::uint32_t spent_by_another = 1;
    if (answer.status != 0) {
        const bool is_spent = answer.status == spent_by_another;
        finish(link.id, fail(is_spent ? Errc::invitation_spent : Errc::io_error));
        return {};
    }
    const auto agreed = agreement::parse_signed_agreement(answer.agreement);
    if (!agreed || agreed->bytes != talk.agreed->agreement.bytes)
        return fail(Errc::not_allowed, "another agreement than the one that was signed here");
    const auto parsed = agreement::parse_agreement(agreed->bytes);
    const bool are_we_one = parsed->one.network == talk.command.network;
    agreement::side_signatures(talk.agreed->agreement, !are_we_one) =
        are_we_one ? agreed->other : agreed->one;
    NetworkState* network = parts_.networks.find(talk.command.network);
    const AgreedHere here{
        network, RevisionId(RevisionId::Raw{}), parts_.context.school, &*talk.agreed};
    if (!parts_.agreed_links.stands(here))
        return fail(Errc::bad_signature, "agreement");
    Bytes payload = agreement::encode_link_act(std::move(*talk.agreed));
    if (payload.size() > limits::operation_bytes_max)
        return fail(Errc::too_large, "what is known of the other network");
    OwnLogs::Draft draft = parts_.own_logs.draft();
    draft.add_operation(network->space.id, std::move(payload));
    talk.store = draft.commit();
    return {};
}

void Agreeing::link_closed(const Link& link, Errc why) {
    const auto at = talks_.find(link.id);
    // What is on the way to the disk is answered when it is there.
    if (at != talks_.end() && !at->second.store)
        finish(link.id, fail(why));
}

void Agreeing::tick() {
    std::vector<LinkId> late;
    for (const auto& [link, talk] : talks_)
        if (talk.deadline <= parts_.context.now && !talk.store)
            late.push_back(link);
    for (const LinkId id : late)
        finish(id, fail(Errc::timed_out));
}

std::optional<Instant> Agreeing::deadline() const {
    std::optional<Instant> first;
    for (const auto& [link, talk] : talks_)
        if (!talk.store && (!first || talk.deadline < *first))
            first = talk.deadline;
    return first;
}

} // namespace staffroom::replica
