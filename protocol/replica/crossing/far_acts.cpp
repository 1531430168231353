// What coordinators of one network have said that the other has to know: that a link has ended, and
// which terms are to follow. The far network does not see the governance in which it stands, so a
// gateway says it, and one of the other side writes it down for its own network. Declared in
// far_links. The attacks: a gateway brings ends or terms that nobody signed, or thousands that
// somebody did; two gateways write the same. [A7] [A17]
#include "protocol/agreement/passport.hpp"
#include "protocol/replica/crossing/by_turns.hpp"
#include "protocol/replica/crossing/far_links.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// Whoever may sign one end can sign any number; one is enough.
constexpr std::size_t ends_of_link_max = 16;
/// An honest gateway brings no more terms at once.
constexpr std::size_t acts_of_message_max = 16;
/// An honest one brings only signatures that count, by what is known there: of terms so many, and
/// of a message so many ends.
constexpr std::size_t bad_told_max = 1;
/// Each may cost hundreds of signatures.
constexpr std::size_t chains_of_message_max = 8;
constexpr std::chrono::seconds acts_every{1};
/// So many messages may come at once, from a line that was held up.
constexpr int acts_at_once = 32;

/// The ends of this link that stand in a network's governance; with `writer` those that it wrote.
std::vector<const agreement::LinkEnded*> ends_of(
    const NetworkState& network,
    const LinkKnown& link,
    const std::optional<SchoolId>& writer = std::nullopt
) {
    std::vector<const agreement::LinkEnded*> ends;
    for (const auto& [log, places] : network.link_acts) {
        for (const auto& [position, placed] : places) {
            const auto* act = std::get_if<agreement::LinkEnded>(&placed.act);
            const auto end = act == nullptr ? Result<agreement::End>(fail(Errc::not_found))
                                            : agreement::parse_end(act->end.bytes);
            if (end && (!writer || placed.author == *writer) &&
                link.standing.find(end->agreement) != nullptr)
                ends.push_back(act);
        }
    }
    return ends;
}

/// Whether there is room for terms that were brought. The attack: one coordinator over there offers
/// as many as it may, and from then on its signature under what this network has signed is heard
/// nowhere: that takes nobody's room.
bool has_room(
    const HeardTerms& heard,
    const std::vector<SignedTerms>& all,
    const agreement::SignedAgreement& copy,
    bool are_they_one
) {
    const AgreementId id = agreement::agreement_id(copy.bytes);
    const auto known = std::ranges::find(all, id, &SignedTerms::id);
    const bool is_signed_here = known != all.end() && known->is_signed_here;
    return heard.has_room(copy, are_they_one) || (is_signed_here && heard.times.count(id) == 0);
}

} // namespace

/// Tells the ends that count here, without the reasons, which are for the own network.
void FarLinks::tell_ends(const LinkKnown& of, Talk& talk, wire::FarActs& message) const {
    if (!of.standing.is_ended || talk.ends_at == parts_.book.term_changes())
        return;
    talk.ends_at = parts_.book.term_changes();
    for (const agreement::LinkEnded* act : ends_of(*parts_.networks.find(talk.network), of))
        if (talk.ends.size() < ends_of_link_max && is_end_of(of, act->end) &&
            talk.ends.insert(agreement::encode_statement(act->end)).second)
            message.acts.push_back(agreement::encode_link_act(agreement::LinkEnded{
                act->end, std::nullopt}));
}

/// Tells the terms that enough of this network have signed: those in force where they have followed
/// others, and those that may follow. Of each who signs here one in turn, and the rest a second
/// later. The attack: one coordinator here signs so many that those of the others are not told, or
/// that the line ends.
void FarLinks::tell_renewals(const LinkKnown& of, Talk& talk, wire::FarActs& message) const {
    if (talk.renewals_at == parts_.book.term_changes() || talk.acts_from > parts_.context.now)
        return;
    const std::uint32_t in_force = of.standing.agreement.number;
    std::map<SchoolId, std::vector<const SignedTerms*>> of_signatory;
    for (const SignedTerms& each : parts_.book.terms(talk.network, talk.link)) {
        const bool is_in_force = each.id == of.standing.id && in_force > 0;
        const bool may_follow = AgreedLinks::may_follow(each.agreement.number, in_force);
        const auto told = talk.renewals.find(each.id);
        const bool is_told = told != talk.renewals.end() && told->second == each.by(talk.network);
        if (each.is_signed_here && (is_in_force || may_follow) && !is_told)
            of_signatory[each.by(talk.network).front().school].push_back(&each);
    }
    const auto next = by_turns(of_signatory, acts_of_message_max + 1);
    for (std::size_t i = 0; i < std::min(next.size(), acts_of_message_max); ++i) {
        agreement::LinkRenewal act{{next[i]->copy.bytes, {}, {}}};
        const agreement::Signatures& ours = next[i]->by(talk.network);
        agreement::side_signatures(act.agreement, of.are_we_one()) = ours;
        act.chains = chains_of(ours, parts_.book.chain_finder(talk.network));
        message.acts.push_back(renewal_payload(std::move(act)));
        talk.renewals.insert_or_assign(next[i]->id, ours);
    }
    if (next.size() <= acts_of_message_max)
        talk.renewals_at = parts_.book.term_changes();
}

void FarLinks::tell_acts(Link& link, Talk& talk) {
    wire::FarActs message{};
    tell_ends(*known(talk), talk, message);
    tell_renewals(*known(talk), talk, message);
    if (message.acts.empty())
        return;
    talk.acts_from = parts_.context.now + acts_every;
    send_message(parts_.context, link, message);
}

std::optional<Instant> FarLinks::acts_deadline(const Talk& talk) const {
    return talk.school && talk.renewals_at != parts_.book.term_changes()
               ? std::optional(talk.acts_from)
               : std::nullopt;
}

bool FarLinks::is_end_of(const LinkKnown& link, const agreement::SignedStatement& end) const {
    return agreement::ended_by(
               end, link.standing, parts_.book.chain_finder(link.network), parts_.context.verifier
    )
        .has_value();
}

/// Whether to judge an end costs more than to read it: a key stands under it that may sign here.
/// What costs nothing keeps no good one out. The case: ends by schools with new servers, of which
/// this node has not heard, come before the one whose key is known.
bool FarLinks::costs_signature(const LinkKnown& link, const agreement::SignedStatement& end) const {
    const agreement::ChainFinder chain_of = parts_.book.chain_finder(link.network);
    return std::ranges::any_of(end.signatures, [&](const agreement::CoordinatorSignature& each) {
        const auto* chain = chain_of(each.school);
        const auto* node = chain == nullptr ? nullptr : chain->find_signing(each.node_key);
        return node != nullptr && !node->revoked;
    });
}

Result<void> FarLinks::acts_arrived(Link& link, const wire::FarActs& message) {
    Talk* talk = talk_of(link.id);
    const LinkKnown* of = talk == nullptr ? nullptr : known(*talk);
    if (of == nullptr)
        return fail(Errc::not_allowed, "acts before a greeting");
    // The attack: a gateway keeps this node checking signatures.
    talk->acts_until = std::max(talk->acts_until, parts_.context.now) + acts_every;
    if (talk->acts_until > parts_.context.now + acts_at_once * acts_every)
        return fail(Errc::busy, "too many acts");
    if (!may_write(talk->network))
        return {};
    const NetworkState& network = *parts_.networks.find(talk->network);
    OwnLogs::Draft draft = parts_.own_logs.draft();
    // Of the ends one is enough. What this school wrote itself is counted, not what others did: any
    // member can write ends that nobody has signed, and would keep out the true one.
    bool takes_end = !of->standing.is_ended &&
                     ends_of(network, *of, parts_.context.school).size() < ends_of_link_max;
    HeardTerms heard = parts_.book.heard_by_self(*of);
    const auto& terms = parts_.book.terms(talk->network, talk->link);
    std::set<AgreementId> written;
    std::size_t renewals = 0;
    std::size_t chains = 0;
    std::size_t bad_ends = 0;
    for (const Bytes& bytes : message.acts) {
        const auto act = agreement::parse_link_act(bytes);
        const auto* ended = act ? std::get_if<agreement::LinkEnded>(&*act) : nullptr;
        const auto* renewal = act ? std::get_if<agreement::LinkRenewal>(&*act) : nullptr;
        if (ended != nullptr && takes_end && bad_ends <= bad_told_max) {
            const bool is_good = is_end_of(*of, ended->end);
            bad_ends += !is_good && costs_signature(*of, ended->end) ? 1U : 0U;
            takes_end = !is_good;
            if (is_good)
                draft.add_operation(
                    network.space.id,
                    agreement::encode_link_act(agreement::LinkEnded{ended->end, std::nullopt})
                );
        }
        if (renewal == nullptr || ++renewals > acts_of_message_max)
            continue;
        for (const Bytes& chain : renewal->chains)
            if (may_learn(*of, chain) && ++chains <= chains_of_message_max)
                parts_.book.learn(chain);
        // The attack: a flood for which there is no room costs the signatures of each.
        if (!has_room(heard, terms, renewal->agreement, !of->are_we_one()))
            continue;
        const auto good = good_renewal(*of, *renewal);
        if (!good || !has_room(heard, terms, good->agreement, !of->are_we_one()))
            continue;
        // What is written here is in the book when this message is over.
        if (!written.insert(agreement::agreement_id(good->agreement.bytes)).second)
            continue;
        heard.add(good->agreement, !of->are_we_one(), true);
        draft.add_operation(network.space.id, renewal_payload(*good));
    }
    if (draft.has_entries())
        draft.commit();
    return {};
}

/// The better of the chain by which this network judges and the one that was learned last.
const identity::IdentityChain*
FarLinks::better_chain(const NetworkId& network, const SchoolId& school) const {
    const identity::IdentityChain* judged_by = parts_.book.chain_finder(network)(school);
    const identity::IdentityChain* learned = parts_.book.learned()(school);
    if (learned == nullptr || judged_by == nullptr)
        return judged_by == nullptr ? learned : judged_by;
    return learned->is_better_than(*judged_by) ? learned : judged_by;
}

/// Whether a chain is one of a coordinator over there, and not known as it is.
bool FarLinks::may_learn(const LinkKnown& of, const Bytes& wire) const {
    const auto school = identity::school_of_chain(wire);
    if (!school || !std::ranges::binary_search(of.other_card().coordinators, *school))
        return false;
    const identity::IdentityChain* known = better_chain(of.network, *school);
    return known == nullptr || known->wire() != wire;
}

/// What is to be written down of terms that the other side has signed, for this network's
/// coordinators to sign, or its signature under those that they have signed: the signatures that
/// count, and no others; none where there is nothing to write. The attack: a gateway brings terms
/// that nobody has signed, older ones, ones that are far ahead so that nothing can follow them, the
/// same ones again, or some with dozens of signatures in others' names.
std::optional<agreement::LinkRenewal>
FarLinks::good_renewal(const LinkKnown& of, const agreement::LinkRenewal& act) const {
    const NetworkState& network = *parts_.networks.find(of.network);
    const SchoolId& self = parts_.context.school;
    const auto terms = agreement::parse_agreement(act.agreement.bytes);
    if (!terms || terms->link != of.standing.link || terms->side_of(of.network) == nullptr ||
        terms->side_of(of.other) == nullptr || of.standing.is_ended ||
        !network.roster.is_coordinator(self) ||
        !std::ranges::binary_search(of.own_card().coordinators, self))
        return std::nullopt;
    const AgreementId id = agreement::agreement_id(act.agreement.bytes);
    const auto& all = parts_.book.terms(of.network, of.standing.link);
    const auto known = std::ranges::find(all, id, &SignedTerms::id);
    const bool lacks_there = known == all.end() || known->lacks_there;
    const bool is_of_use = of.standing.find(id) != nullptr ||
                           AgreedLinks::may_follow(terms->number, of.standing.agreement.number);
    if (!is_of_use || !lacks_there)
        return std::nullopt;
    const bool are_they_one = !of.are_we_one();
    const std::size_t needed = of.other_card().signatures;
    const agreement::ChainFinder chain_of = [&](const SchoolId& school) {
        return better_chain(of.network, school);
    };
    agreement::LinkRenewal good{{act.agreement.bytes, {}, {}}};
    agreement::Signatures& signatures = agreement::side_signatures(good.agreement, are_they_one);
    std::size_t bad = 0;
    for (const auto& each : are_they_one ? act.agreement.one : act.agreement.other) {
        const auto* chain = chain_of(each.school);
        const auto* node = chain == nullptr ? nullptr : chain->find_signing(each.node_key);
        if (signatures.size() >= needed || bad > bad_told_max || node == nullptr)
            continue;
        const std::size_t count = agreement::count_signatures(
            {act.agreement.bytes, {each}},
            crypto::SignLabel::agreement,
            {of.other, of.other_card().coordinators, chain_of},
            1,
            parts_.context.verifier
        );
        bad += count == 0 ? 1U : 0U;
        if (count == 1)
            signatures.push_back(each);
    }
    good.chains = chains_of(signatures, chain_of);
    return signatures.size() >= needed ? std::optional(std::move(good)) : std::nullopt;
}

} // namespace staffroom::replica
