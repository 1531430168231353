// What a coordinator writes so that a link goes on by other terms, or so that it outlives who has
// signed it. Declared in agreements/agreeing. [A17]
#include "protocol/agreement/passport.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/replica/agreements/agreeing.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// In the place of one by a key of this school that has ended.
void add_own(agreement::Signatures& to, const agreement::CoordinatorSignature& own) {
    const auto at =
        std::ranges::lower_bound(to, own.school, {}, &agreement::CoordinatorSignature::school);
    if (at != to.end() && at->school == own.school)
        *at = own;
    else
        to.insert(at, own);
}

/// The lowest number that may follow, that nobody has used, and that is above all that somebody
/// here has signed; where none is left above them, the lowest of all; none where all are used. The
/// attacks: the other side signs an older proposal of this one after a newer one, and what that
/// took back is in force again; one coordinator signs terms with the highest number, and whoever
/// goes on behind all that are known can make none any more.
std::optional<std::uint32_t>
free_number(const std::vector<SignedTerms>& terms, const LinkStatus& link) {
    std::set<std::uint32_t> used;
    std::uint32_t signed_here = link.number;
    for (const SignedTerms& each : terms) {
        const std::uint32_t number = each.agreement.number;
        used.insert(number);
        if (AgreedLinks::may_follow(number, link.number) && !each.by(link.network).empty())
            signed_here = std::max(signed_here, number);
    }
    for (const std::uint32_t after : {signed_here, link.number})
        for (std::uint32_t number = after + 1; AgreedLinks::may_follow(number, link.number);
             ++number)
            if (used.count(number) == 0)
                return number;
    return std::nullopt;
}

} // namespace

Result<LinkStatus>
Agreeing::link_to_renew(const NetworkState& network, const SharingId& link) const {
    const auto all = parts_.link_book.statuses();
    const auto found = std::ranges::find_if(all, [&](const LinkStatus& each) {
        return each.id == link && each.network == network.id;
    });
    if (found == all.end() || parts_.link_book.find(network.id, link) == nullptr)
        return fail(Errc::not_found, "no such link");
    const SchoolId& self = parts_.context.school;
    if (!network.roster.is_coordinator(self))
        return fail(Errc::not_allowed, "only a coordinator may renew a link");
    if (!std::ranges::binary_search(found->own.card.card.coordinators, self))
        return fail(Errc::not_allowed, "the card of the link does not name this school");
    if (found->ended)
        return fail(Errc::already_exists, "the link has ended");
    // The attack: two clicks, and this network has signed two terms with one number.
    const std::pair name(network.id, link);
    if (std::ranges::any_of(renewing_, [&](const auto& each) { return each.second == name; }))
        return fail(Errc::busy, "terms are being signed");
    return *found;
}

/// The own signature under what others have signed; this school has not.
agreement::SignedAgreement
Agreeing::sign_too(const NetworkId& network, agreement::SignedAgreement agreement) const {
    const auto terms = agreement::parse_agreement(agreement.bytes);
    add_own(
        agreement::side_signatures(agreement, terms->one.network == network),
        agreement::sign_for(
            {network, parts_.context.school, parts_.context.keys.signing},
            crypto::SignLabel::agreement,
            agreement.bytes
        )
    );
    return agreement;
}

agreement::LinkRenewal
Agreeing::with_chains(const NetworkId& network, agreement::SignedAgreement agreement) const {
    const auto terms = agreement::parse_agreement(agreement.bytes);
    const auto& theirs = terms->one.network == network ? agreement.other : agreement.one;
    std::vector<Bytes> chains = chains_of(theirs, parts_.link_book.chain_finder(network));
    return {std::move(agreement), std::move(chains)};
}

Agreeing::Renewed Agreeing::write_renewal(
    const NetworkState& network, const SharingId& link, agreement::SignedAgreement agreement
) {
    const AgreementId id = agreement::agreement_id(agreement.bytes);
    OwnLogs::Draft draft = parts_.own_logs.draft();
    const RevisionId operation = draft.add_operation(
        network.space.id,
        renewal_payload(with_chains(network.id, sign_too(network.id, std::move(agreement))))
    );
    const StoreId store = draft.commit();
    renewing_.emplace(store, std::pair(network.id, link));
    return {store, operation, id};
}

Result<Agreeing::Renewed> Agreeing::renew(const NetworkState& network, const RenewLink& command) {
    const auto link = link_to_renew(network, command.link);
    if (!link)
        return fail(link.error());
    // The attack: others have signed between the look and the signature, and what this person left
    // as it was is something else now.
    if (command.follows != link->agreement)
        return fail(Errc::not_found, "the terms that these follow are not in force");
    if (command.ours == link->ours && command.theirs == link->theirs &&
        command.until == link->until && command.review == link->review)
        return fail(Errc::invalid_input, "These are the terms that stand already.");
    const auto& terms = parts_.link_book.terms(network.id, command.link);
    if (!link->has_room_for_terms())
        return fail(Errc::too_large, "So many terms of this school wait for the other network.");
    const auto number = free_number(terms, *link);
    if (!number)
        return fail(Errc::too_large, "terms that nobody has agreed to");
    const agreement::Standing& standing = parts_.link_book.find(network.id, command.link)->standing;
    const agreement::Side ours{
        link->network, standing.cards_of(link->network)->newest().hash, command.ours};
    const agreement::Side theirs{
        link->other, standing.cards_of(link->other)->newest().hash, command.theirs};
    const bool are_we_one = standing.agreement.one.network == network.id;
    Bytes bytes = agreement::encode_agreement(
        {link->id,
         *number,
         are_we_one ? ours : theirs,
         are_we_one ? theirs : ours,
         command.until,
         command.review,
         parts_.context.random.make<Digest>()}
    );
    // What nobody could read would be no agreement.
    if (const auto readable = agreement::parse_agreement(bytes); !readable)
        return fail(Errc::invalid_input, readable.error().detail);
    return write_renewal(network, command.link, {std::move(bytes), {}, {}});
}

Result<Agreeing::Renewed> Agreeing::renew(const NetworkState& network, const SignRenewal& command) {
    const auto link = link_to_renew(network, command.link);
    if (!link)
        return fail(link.error());
    const auto shown =
        std::ranges::find(link->renewals, command.agreement, &LinkRenewalStatus::agreement);
    const auto& terms = parts_.link_book.terms(network.id, command.link);
    const auto whole = std::ranges::find(terms, command.agreement, &SignedTerms::id);
    if (shown == link->renewals.end() || whole == terms.end())
        return fail(Errc::not_found, "no such terms");
    if (shown->is_signed_here ||
        stands_by_live_key(whole->by(network.id), parts_.networks.own_chain()))
        return fail(Errc::already_exists, "this network has signed these terms");
    if (!shown->may_be_signed)
        return fail(Errc::not_allowed, "this network has signed other terms that are as new");
    return write_renewal(network, command.link, whole->copy);
}

/// Signs what another coordinator of this network has agreed on; nothing where it is written down
/// and yet not among what is looked at, or it would be written for ever. The attack: a link goes,
/// and with it all that crosses, with the role or the server of the one who signed it. Whoever had
/// lost the role before did not sign, for the roster here said so; what another coordinator has
/// signed since stands by that one, whatever becomes of the first.
std::optional<Bytes> Agreeing::signed_again(
    const NetworkState& network, const LinkStatus& link, const SignedTerms& terms
) const {
    agreement::SignedAgreement copy = sign_too(network.id, terms.copy);
    const agreement::Signatures& ours =
        terms.agreement.one.network == network.id ? copy.one : copy.other;
    const auto own =
        std::ranges::find(ours, parts_.context.school, &agreement::CoordinatorSignature::school);
    if (parts_.agreed_links.has_written(network, copy.bytes, *own))
        return std::nullopt;
    Bytes payload;
    if (terms.agreement.number > 0)
        payload = renewal_payload(with_chains(network.id, std::move(copy)));
    else if (const auto* first = parts_.agreed_links.first_agreed(network, link.id)) {
        agreement::LinkAgreed agreed = *first;
        agreed.agreement = std::move(copy);
        payload = agreement::encode_link_act(std::move(agreed));
    }
    const bool fits = !payload.empty() && payload.size() <= limits::operation_bytes_max;
    return fits ? std::optional(std::move(payload)) : std::nullopt;
}

/// Signs the ends of a link by this network that others have signed. The attack: an end goes with
/// the role or the server of the one who signed it, and what was stopped flows again.
void Agreeing::sign_ends(const NetworkState& network, const LinkStatus& link, Signing& signing) {
    const SchoolId& self = parts_.context.school;
    for (const agreement::LinkEnded& each : parts_.link_book.own_ends(network.id, link.id)) {
        const AgreementId name(agreement::end_hash(each.end.bytes).raw());
        if (stands_under(each.end.signatures, self) || is_under_way(network.id, name))
            continue;
        agreement::LinkEnded act = each;
        add_own(
            act.end.signatures,
            agreement::sign_for(
                {network.id, self, parts_.context.keys.signing},
                crypto::SignLabel::agreement_end,
                act.end.bytes
            )
        );
        Bytes payload = agreement::encode_link_act(std::move(act));
        if (payload.size() > limits::operation_bytes_max)
            continue;
        signing.draft.add_operation(network.space.id, std::move(payload));
        signing.names.insert({network.id, name});
    }
}

void Agreeing::sign_terms(const NetworkState& network, const LinkStatus& link, Signing& signing) {
    const LinkKnown* known = parts_.link_book.find(network.id, link.id);
    for (const SignedTerms& terms : parts_.link_book.terms(network.id, link.id)) {
        // The attack: somebody here signs terms under which a key of the other side stands that has
        // ended. They count here alone, and whoever signed them, too, would make them outlive him.
        // Of those that were replaced nobody tells a newer signature, and they let nothing cross
        // that those in force do not.
        const bool is_in_force = known != nullptr && terms.id == known->standing.id;
        const bool is_whole = terms.agreement.number == 0 || !is_in_force || !terms.lacks_there;
        if (known == nullptr || known->standing.find(terms.id) == nullptr || !is_whole ||
            is_under_way(network.id, terms.id) ||
            stands_by_live_key(terms.by(network.id), parts_.networks.own_chain()))
            continue;
        if (auto payload = signed_again(network, link, terms)) {
            signing.draft.add_operation(network.space.id, std::move(*payload));
            signing.names.insert({network.id, terms.id});
        }
    }
}

bool Agreeing::is_under_way(const NetworkId& network, const AgreementId& name) const {
    return std::ranges::any_of(signing_, [&](const auto& each) {
        return each.second.count({network, name}) > 0;
    });
}

/// Whatever counts for a link, in force or replaced, and what has ended it, stands by each
/// coordinator on its card: a new server, a role that was given back and a log that was cut ask for
/// another signature.
void Agreeing::pump() {
    if (signed_at_ == parts_.link_book.term_changes() || parts_.networks.is_key_ended())
        return;
    signed_at_ = parts_.link_book.term_changes();
    const SchoolId& self = parts_.context.school;
    Signing signing{parts_.own_logs.draft()};
    for (const LinkStatus& link : parts_.link_book.statuses()) {
        const NetworkState& network = *parts_.networks.find(link.network);
        if (!network.roster.is_coordinator(self) ||
            !std::ranges::binary_search(link.own.card.card.coordinators, self))
            continue;
        sign_ends(network, link, signing);
        if (!link.is_disputed && !link.ended)
            sign_terms(network, link, signing);
    }
    if (signing.draft.has_entries())
        signing_.emplace(signing.draft.commit(), std::move(signing.names));
}

} // namespace staffroom::replica
