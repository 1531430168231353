#include "protocol/replica/agreements/agreeing.hpp"

#include "protocol/agreement/standing.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/network/address_form.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

// Status of a LinkAnswer. On the wire: never renumber. [A9]
constexpr std::uint32_t link_agreed = 0;
constexpr std::uint32_t link_spent = 1;
constexpr std::uint32_t link_not_written = 2;

} // namespace

agreement::Card Agreeing::own_card(const NetworkState& network) const {
    const wire::Profile profile = parts_.networks.school_profile(parts_.context.school);
    agreement::Card card{
        network.id,
        0,
        std::nullopt,
        network.genesis.name,
        network.genesis.focus,
        network.genesis.charter_hash(),
        profile.place,
        {},
        1,
        {},
        {}};
    for (const auto& [school, member] : network.roster.members)
        if (member.role == network::Role::coordinator &&
            card.coordinators.size() < limits::card_coordinators_max)
            card.coordinators.push_back(school);
    add_gateways(network, card);
    return card;
}

/// Coordinators that say where they are carry records to the other network.
void Agreeing::add_gateways(const NetworkState& network, agreement::Card& card) const {
    std::map<SchoolId, std::vector<std::string>> published;
    for (const Networks::PublishedAddress& each : parts_.networks.published_addresses())
        if (each.network == network.id && network::is_dialable(each.address) &&
            std::ranges::count(card.coordinators, each.school) > 0)
            published[each.school].push_back(each.address);
    for (auto& [school, addresses] : published)
        if (card.gateways.size() < limits::card_gateways_max) {
            std::ranges::sort(addresses); // the order in which they came tells nothing
            card.gateways.push_back({school, std::move(addresses)});
        }
}

std::vector<Bytes> Agreeing::own_chains(const agreement::Card& card) const {
    std::vector<Bytes> chains;
    for (const SchoolId& school : card.coordinators)
        if (const identity::IdentityChain* chain = parts_.networks.chain(school))
            chains.push_back(chain->wire());
    return chains;
}

Result<Agreeing::Invited> Agreeing::invite(NetworkState& network, InviteLink command) {
    if (!network.roster.is_coordinator(parts_.context.school))
        return fail(Errc::not_allowed, "only a coordinator may invite another network");
    const AgreedLinks::Codes made = parts_.agreed_links.codes(network);
    const auto is_open = [&](const auto& code) {
        return parts_.agreed_links.status_of(network, code.first, *code.second) ==
               wire::InviteStatus::open;
    };
    if (made.size() >= limits::open_invitations_max &&
        static_cast<std::size_t>(std::ranges::count_if(made, is_open)) >=
            limits::open_invitations_max)
        return fail(Errc::too_large, "codes for other networks");
    const agreement::LinkTerms terms{
        std::move(command.ours),
        std::move(command.theirs),
        command.until,
        command.review,
        parts_.context.random.make<Digest>()};
    Bytes card = agreement::encode_card(own_card(network));
    const Signature offer = command.accept_key.sign(
        crypto::SignLabel::link_offer, agreement::offer_statement(agreement::card_hash(card), terms)
    );
    Bytes payload = agreement::encode_link_act(agreement::LinkInvite{
        std::move(command.psk),
        command.accept_key.public_key(),
        command.ends,
        terms,
        std::move(card),
        offer});
    // What nobody could read would be no code.
    if (const auto readable = agreement::parse_link_act(payload); !readable)
        return fail(Errc::invalid_input, readable.error().detail);
    OwnLogs::Draft draft = parts_.own_logs.draft();
    const RevisionId operation = draft.add_operation(network.space.id, std::move(payload));
    return Invited{draft.commit(), operation};
}

std::vector<LinkCodeStatus> Agreeing::code_list() const {
    std::vector<LinkCodeStatus> all;
    for (const auto& [id, network] : parts_.networks.all()) {
        if (!network.roster.is_member(parts_.context.school))
            continue;
        const std::set<RevisionId> ended = parts_.agreed_links.ended_codes(network);
        for (const auto& [author, code] : parts_.agreed_links.codes_of_coordinators(network))
            all.push_back(
                {id,
                 code.first,
                 author,
                 parts_.link_book.is_spent(id, code.first),
                 ended.count(code.first) > 0,
                 code.second->ends,
                 code.second->terms,
                 words_of(code.first)}
            );
    }
    return all;
}

std::optional<FourWords> Agreeing::words_of(const RevisionId& code) const {
    const auto heard = heard_.find(code);
    return heard == heard_.end() ? std::nullopt : std::optional(heard->second);
}

void Agreeing::bearer_connected(Link& link) {
    const auto& meeting = std::get<AgreementMeeting>(link.meeting);
    const NetworkState& network = *parts_.networks.find(*meeting.network);
    const AgreedLinks::Codes known = parts_.agreed_links.codes(network);
    const auto code = known.find(*meeting.invite);
    if (code == known.end()) {
        parts_.links.close(link, Errc::not_found);
        return;
    }
    const agreement::LinkInvite& invite = *code->second;
    wire::LinkOffer offer{
        parts_.agreed_links.status_of(network, code->first, invite), {}, {}, {}, {}, std::nullopt};
    // A bearer whose answer was lost comes again with a spent code, and brings what it has signed.
    if (offer.status != wire::InviteStatus::ended) {
        const auto card = agreement::parse_card(invite.card);
        offer.card = invite.card;
        offer.charter = network.genesis.charter;
        offer.terms = agreement::encode_link_terms(invite.terms);
        offer.chains = own_chains(*card);
        offer.signature = invite.offer;
    }
    // Both people can compare the words before anything is signed.
    if (offer.status == wire::InviteStatus::open)
        hear_words(link, code->first);
    send_message(parts_.context, link, offer);
    if (offer.status == wire::InviteStatus::ended)
        parts_.links.close(link, Errc::closed);
}

/// Checks what the bearer has signed, against what was offered to it. Errors: not_allowed (no code,
/// another agreement, a link with itself), bad_key, bad_signature, those of the parsers.
Result<agreement::LinkAgreed>
Agreeing::check_acceptance(const Link& link, const wire::LinkAccept& acceptance) const {
    const auto* meeting = std::get_if<AgreementMeeting>(&link.meeting);
    if (meeting == nullptr || !meeting->network)
        return fail(Errc::not_allowed, "an acceptance without a code");
    const NetworkState& network = *parts_.networks.find(*meeting->network);
    const AgreedLinks::Codes known = parts_.agreed_links.codes(network);
    const auto code = known.find(*meeting->invite);
    if (code == known.end())
        return fail(Errc::not_allowed, "an acceptance of a code that is not used any more");
    const agreement::LinkInvite& invite = *code->second;
    const auto card = agreement::parse_card(acceptance.card);
    auto agreed = agreement::parse_signed_agreement(acceptance.agreement);
    if (!card)
        return fail(card.error());
    if (!agreed)
        return fail(agreed.error());
    const Bytes statement = agreement::acceptance_statement(
        *link.handshake_hash, agreement::agreement_id(agreed->bytes)
    );
    // First of all: chains cost many signatures, and only the bearer has the code itself.
    crypto::Verifier& verifier = parts_.context.verifier;
    if (!verifier.verify(
            crypto::SignLabel::link_accept, invite.accept_key, statement, acceptance.signature
        ))
        return fail(Errc::bad_signature, "acceptance of a link");
    const auto chains = read_foreign_chains(acceptance.chains, verifier);
    if (!chains)
        return fail(chains.error());
    const agreement::KnownCard theirs{agreement::card_hash(acceptance.card), *card};
    const auto expected = agreement::agreement_of(
        invite.terms, {network.id, agreement::card_hash(invite.card)}, {card->network, theirs.hash}
    );
    if (!expected)
        return fail(expected.error());
    if (agreed->bytes != *expected || !is_charter_of(*card, acceptance.charter))
        return fail(Errc::not_allowed, "another agreement than the one that was offered");
    if (!speaks_for(*card, *chains, *link.remote_key))
        return fail(Errc::bad_key, "no coordinator of the network that accepts");
    const auto chain_of = finder_of(parts_.networks, *chains);
    if (!agreement::has_signed(*agreed, theirs, card->coordinators, chain_of, verifier))
        return fail(Errc::bad_signature, "agreement");
    return agreement::LinkAgreed{
        *meeting->invite,
        std::move(*agreed),
        invite.card,
        acceptance.card,
        acceptance.charter,
        acceptance.chains};
}

void Agreeing::sign(const NetworkId& network, agreement::SignedAgreement& agreement) const {
    const auto parsed = agreement::parse_agreement(agreement.bytes);
    agreement::side_signatures(agreement, parsed->one.network == network) = {agreement::sign_for(
        {network, parts_.context.school, parts_.context.keys.signing},
        crypto::SignLabel::agreement,
        agreement.bytes
    )};
}

/// Keeps the words of the link on which the bearer hears the agreement: both screens show them.
void Agreeing::hear_words(const Link& link, const RevisionId& invite) {
    heard_.insert_or_assign(invite, four_words(*link.handshake_hash));
}

/// A code gives one agreement; the one that has it, or waits for it, hears it again.
bool Agreeing::is_under_way(Link& link, const RevisionId& invite, ByteView agreement) {
    for (auto& [store, writing] : writing_) {
        if (writing.invite != invite)
            continue;
        const auto written = agreement::parse_signed_agreement(writing.agreement);
        if (written && std::ranges::equal(written->bytes, agreement)) {
            writing.link = link.id;
            hear_words(link, invite);
        } else
            send_message(parts_.context, link, wire::LinkAnswer{link_spent, {}});
        return true;
    }
    return false;
}

Result<void> Agreeing::acceptance_arrived(Link& link, const wire::LinkAccept& acceptance) {
    if (++link.hellos > limits::hellos_per_link_max)
        return fail(Errc::busy, "too many acceptances");
    auto checked = check_acceptance(link, acceptance);
    if (!checked)
        return fail(checked.error());
    const auto& meeting = std::get<AgreementMeeting>(link.meeting);
    NetworkState& network = *parts_.networks.find(*meeting.network);
    if (is_under_way(link, *meeting.invite, checked->agreement.bytes))
        return {};
    if (const auto* before = parts_.agreed_links.agreed_by(network, *meeting.invite)) {
        const bool is_same = before->agreement.bytes == checked->agreement.bytes;
        if (is_same)
            hear_words(link, *meeting.invite);
        send_message(
            parts_.context,
            link,
            is_same
                ? wire::
                      LinkAnswer{link_agreed, agreement::encode_signed_agreement(before->agreement)}
                : wire::LinkAnswer{link_spent, {}}
        );
        return {};
    }
    const AgreedLinks::Codes known = parts_.agreed_links.codes(network);
    if (parts_.agreed_links.status_of(network, *meeting.invite, *known.at(*meeting.invite)) !=
        wire::InviteStatus::open) {
        send_message(parts_.context, link, wire::LinkAnswer{link_spent, {}});
        return {};
    }
    sign(network.id, checked->agreement);
    Bytes signed_by_both = agreement::encode_signed_agreement(checked->agreement);
    Bytes payload = agreement::encode_link_act(std::move(*checked));
    if (payload.size() > limits::operation_bytes_max)
        return fail(Errc::too_large, "what is known of the other network");
    OwnLogs::Draft draft = parts_.own_logs.draft();
    draft.add_operation(network.space.id, std::move(payload));
    hear_words(link, *meeting.invite);
    writing_.emplace(draft.commit(), Writing{link.id, *meeting.invite, std::move(signed_by_both)});
    return {};
}

void Agreeing::store_finished(StoreId id, bool succeeded) {
    signing_.erase(id);
    renewing_.erase(id);
    if (auto node = writing_.extract(id)) {
        Link* link = parts_.links.find(node.mapped().link);
        const wire::LinkAnswer answer{
            succeeded ? link_agreed : link_not_written,
            succeeded ? node.mapped().agreement : Bytes()};
        if (link != nullptr)
            send_message(parts_.context, *link, answer);
    }
    const auto talk =
        std::ranges::find_if(talks_, [&](const auto& entry) { return entry.second.store == id; });
    if (talk == talks_.end())
        return;
    LinkAgreement shown = std::move(*talk->second.shown);
    if (succeeded)
        finish(talk->first, Reply(std::move(shown)));
    else
        finish(talk->first, fail(Errc::io_error, "the agreement could not be written down"));
}

} // namespace staffroom::replica
