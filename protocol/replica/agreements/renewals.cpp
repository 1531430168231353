// The agreements of one link, the first and those that followed or are to follow it: what
// coordinators here have written down of them, their own and what gateways heard of the other side,
// and whose signatures count. Declared in agreements/agreed_links. [A17]
#include "protocol/base/limits.hpp"
#include "protocol/replica/agreements/agreed_links.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// The newest acts of one writer about the same terms that are looked at: its own signature, and
/// what it heard of the other side's.
constexpr std::size_t acts_of_writer_max = 8;
/// An honest writer copies only signatures that count.
constexpr std::size_t bad_signatures_max = 1;

bool is_of(const agreement::Agreement& agreement, const LinkStatus& link) {
    return agreement.number > 0 && agreement.link == link.id &&
           agreement.side_of(link.network) != nullptr && agreement.side_of(link.other) != nullptr;
}

/// One side of an agreement, as its signatures are judged.
struct SigningSide {
    NetworkId network;
    const agreement::Card& card;
    const network::Roster* roster; // null: whoever is on the card may sign
    const agreement::ChainFinder& chain_of;
    bool counts_ended_keys = false;
    std::optional<SchoolId> only{}; // this one's signature, and no other
};

bool may_count(const SigningSide& side, const agreement::CoordinatorSignature& each) {
    if (side.only.value_or(each.school) != each.school ||
        !std::ranges::binary_search(side.card.coordinators, each.school) ||
        (side.roster != nullptr && !side.roster->is_coordinator(each.school)))
        return false;
    const identity::IdentityChain* chain = side.chain_of(each.school);
    const auto* node = chain == nullptr ? nullptr : chain->find_signing(each.node_key);
    return node != nullptr && (side.counts_ended_keys || !node->revoked);
}

/// Adds the signatures that count, one by one. The attack: a copy with bad signatures in others'
/// names, or with dozens of them, stands before the good one. Who may not sign costs nothing.
void add_good(
    agreement::Signatures& to,
    const agreement::SignedStatement& said,
    const SigningSide& side,
    crypto::Verifier& verifier,
    crypto::SignLabel label = crypto::SignLabel::agreement
) {
    std::size_t bad = 0;
    for (const agreement::CoordinatorSignature& each : said.signatures) {
        if (stands_under(to, each.school) || !may_count(side, each))
            continue;
        const std::size_t good = agreement::count_signatures(
            {said.bytes, {each}},
            label,
            {side.network, side.card.coordinators, side.chain_of, side.counts_ended_keys},
            1,
            verifier
        );
        if (good == 1)
            to.insert(
                std::ranges::lower_bound(
                    to, each.school, {}, &agreement::CoordinatorSignature::school
                ),
                each
            );
        else if (++bad > bad_signatures_max)
            return;
    }
}

/// The schools on the other side's card in whose names something is signed; nobody has checked it.
std::set<SchoolId> signatories_there(
    const NetworkId& own, const LinkStatus& link, const std::vector<const PlacedLinkAct*>& acts
) {
    std::set<SchoolId> schools;
    for (const PlacedLinkAct* placed : acts) {
        const auto& copy = std::get<agreement::LinkRenewal>(placed->act).agreement;
        const auto terms = agreement::parse_agreement(copy.bytes);
        if (!terms)
            continue;
        for (const auto& each : terms->one.network == own ? copy.other : copy.one)
            if (std::ranges::binary_search(link.facing.card.card.coordinators, each.school))
                schools.insert(each.school);
    }
    return schools;
}

/// Of too many terms that one writer has signed the lowest go, and before all others those that
/// nobody of the other side has signed. The attack: proposals by the hundred push out the terms
/// that both have signed.
template <class Acts, class Names> void drop_surplus(Acts& own, const Names& answered) {
    std::size_t surplus = own.size() - std::min(own.size(), limits::renewals_of_writer_max);
    for (const bool also_answered : {false, true})
        for (auto at = own.begin(); surplus > 0 && at != own.end();) {
            const bool goes = also_answered || answered.count(at->first) == 0;
            surplus -= goes ? 1U : 0U;
            at = goes ? own.erase(at) : std::next(at);
        }
}

} // namespace

/// Who coordinates here and is on the card may write terms down. The attack: members write renewals
/// by the thousand, each of which costs signatures.
std::map<SchoolId, AgreedLinks::OfWriter>
AgreedLinks::written_renewals(const NetworkState& network, const LinkStatus& link) const {
    std::map<SchoolId, OfWriter> writers;
    TermsNames answered; // by somebody of the other side, as it seems
    for (const PlacedLinkAct* placed : counting(network)) {
        const auto* act = std::get_if<agreement::LinkRenewal>(&placed->act);
        if (act == nullptr || !network.roster.is_coordinator(placed->author) ||
            !std::ranges::binary_search(link.own.card.card.coordinators, placed->author))
            continue;
        const auto terms = agreement::parse_agreement(act->agreement.bytes);
        if (!terms || !is_of(*terms, link))
            continue;
        const bool are_we_one = terms->one.network == network.id;
        const auto& ours = are_we_one ? act->agreement.one : act->agreement.other;
        const auto& theirs = are_we_one ? act->agreement.other : act->agreement.one;
        OfWriter& of_writer = writers[placed->author];
        const std::pair name(terms->number, agreement::agreement_id(act->agreement.bytes));
        if (!theirs.empty())
            answered.insert(name);
        auto& acts = (stands_under(ours, placed->author) ? of_writer.own : of_writer.heard)[name];
        acts.push_back(placed);
        if (acts.size() > acts_of_writer_max)
            acts.erase(acts.begin());
    }
    for (auto& [writer, of_writer] : writers)
        drop_surplus(of_writer.own, answered);
    return writers;
}

/// Of this network's side only who coordinates here by the roster has signed, whatever its card
/// says. The attack: a member writes a card that names itself, and links the network with whom it
/// likes.
bool AgreedLinks::has_own_side_signed(
    const AgreedHere& agreed, const agreement::Card& own, const agreement::ChainFinder& chain_of
) const {
    const agreement::SignedAgreement& copy = agreed.act->agreement;
    const auto terms = agreement::parse_agreement(copy.bytes);
    const agreement::Side* side = terms ? terms->side_of(own.network) : nullptr;
    if (side == nullptr || side->card != agreement::card_hash(agreed.act->own_card))
        return false;
    const bool are_we_one = terms->one.network == own.network;
    const agreement::SignedStatement said{copy.bytes, are_we_one ? copy.one : copy.other};
    agreement::Signatures good;
    const network::Roster* roster = &agreed.network->roster;
    add_good(good, said, {own.network, own, roster, chain_of}, context_.verifier);
    if (good.size() < own.signatures)
        add_good(
            good, said, {own.network, own, roster, chain_of, true, agreed.author}, context_.verifier
        );
    return good.size() >= own.signatures;
}

/// The chains of coordinators of the other network that came with their signatures. Whoever carries
/// learns them over its lines; a school that only reads has no other way to know the key of a new
/// server. The attack: a coordinator here writes hundreds of long ones down, and each costs all its
/// signatures: of each the newest few are read.
ForeignChains AgreedLinks::brought_by_renewals(
    const LinkStatus& link,
    const std::map<SchoolId, OfWriter>& writers,
    const agreement::ChainFinder& known
) const {
    constexpr std::size_t chains_of_writer_max = 16;
    ForeignChains brought;
    std::set<Bytes> seen;
    for (const auto& [writer, of_writer] : writers) {
        std::size_t read = 0;
        for (const auto* acts : {&of_writer.own, &of_writer.heard})
            for (auto name = acts->rbegin(); name != acts->rend(); ++name)
                for (const PlacedLinkAct* placed : name->second)
                    for (const Bytes& wire : std::get<agreement::LinkRenewal>(placed->act).chains) {
                        const auto school = identity::school_of_chain(wire);
                        const bool may_sign =
                            school &&
                            std::ranges::binary_search(link.facing.card.card.coordinators, *school);
                        const auto* here = may_sign ? known(*school) : nullptr;
                        if (!may_sign || (here != nullptr && here->wire() == wire) ||
                            !seen.insert(wire).second || ++read > chains_of_writer_max)
                            continue;
                        if (auto chain = identity::IdentityChain::parse(wire, context_.verifier))
                            keep_better(brought, *chain);
                    }
    }
    return brought;
}

/// Adds the signatures under one agreement that count here. Of the own side those of coordinators
/// by the roster; also by a key that has ended, where the school itself wrote the signature down
/// with it: what counts of that log is the school's. Of the other side, which has no roster here,
/// those by keys that count; and under what the own side has signed also those by keys that have
/// ended since. The attack: terms that both have narrowed are undone by one side, which replaces
/// the server that signed them.
SignedTerms AgreedLinks::gather(
    const NetworkState& network,
    const LinkStatus& link,
    const Copies& copies,
    const agreement::ChainFinder& chain_of
) const {
    const Bytes& bytes = copies.front().second->bytes;
    SignedTerms terms{
        agreement::agreement_id(bytes), *agreement::parse_agreement(bytes), {bytes, {}, {}}};
    const bool are_we_one = terms.agreement.one.network == network.id;
    const agreement::Card& own_card = link.own.card.card;
    const agreement::Card& other_card = link.facing.card.card;
    const auto add = [&](bool is_ours, SigningSide side, bool only_writers = false) {
        const bool is_one = is_ours == are_we_one;
        for (const auto& [writer, copy] : copies) {
            side.only = only_writers ? std::optional(writer) : std::nullopt;
            add_good(
                agreement::side_signatures(terms.copy, is_one),
                {bytes, is_one ? copy->one : copy->other},
                side,
                context_.verifier
            );
        }
    };
    add(true, {link.network, own_card, &network.roster, chain_of});
    if (terms.by(link.network).size() < own_card.signatures)
        add(true, {link.network, own_card, &network.roster, chain_of, true}, true);
    add(false, {link.other, other_card, nullptr, chain_of});
    terms.is_signed_here = terms.by(link.network).size() >= own_card.signatures;
    terms.lacks_there = terms.by(link.other).size() < other_card.signatures;
    if (terms.is_signed_here && terms.lacks_there)
        add(false, {link.other, other_card, nullptr, chain_of, true});
    terms.is_signed_there = terms.by(link.other).size() >= other_card.signatures;
    return terms;
}

/// The ends by this network, each once, with the signatures that count.
std::vector<agreement::LinkEnded> AgreedLinks::own_ends(
    const NetworkState& network,
    const Acts& ends,
    const agreement::Standing& standing,
    const agreement::ChainFinder& chain_of
) const {
    constexpr std::size_t own_ends_max = 16;
    std::map<Bytes, agreement::LinkEnded> all;
    for (const PlacedLinkAct* placed : ends) {
        const auto& act = std::get<agreement::LinkEnded>(placed->act);
        const auto at =
            all.try_emplace(act.end.bytes, agreement::LinkEnded{{act.end.bytes, {}}, act.reason})
                .first;
        const agreement::Card& card = standing.cards_of(network.id)->newest().card;
        add_good(
            at->second.end.signatures,
            act.end,
            {network.id, card, nullptr, chain_of},
            context_.verifier,
            crypto::SignLabel::agreement_end
        );
    }
    std::vector<agreement::LinkEnded> own;
    for (auto& [bytes, act] : all)
        if (own.size() < own_ends_max)
            own.push_back(std::move(act));
    return own;
}

AgreedLinks::TermsNames AgreedLinks::names_signed_here(const std::map<SchoolId, OfWriter>& writers
) {
    TermsNames names;
    for (const auto& [writer, of_writer] : writers)
        for (const auto& [name, acts] : of_writer.own)
            names.insert(name);
    return names;
}

/// All that somebody here has signed, whatever its number.
std::vector<SignedTerms> AgreedLinks::signed_renewals(
    const NetworkState& network,
    const LinkStatus& link,
    const std::map<SchoolId, OfWriter>& writers,
    const agreement::ChainFinder& chain_of
) const {
    return gathered(network, link, writers, names_signed_here(writers), chain_of);
}

/// What only the other side has signed, of the numbers that may follow the agreement in force. The
/// attack: one coordinator there signs terms by the thousand, or the highest number that may
/// follow: of each that may sign the first few are looked at, or those of a school with many keys,
/// whose ids it made small, keep out those of others.
std::vector<SignedTerms> AgreedLinks::offered_renewals(
    const NetworkState& network,
    const LinkStatus& link,
    const std::map<SchoolId, OfWriter>& writers,
    const agreement::ChainFinder& chain_of,
    std::uint32_t in_force
) const {
    TermsNames all;
    const TermsNames signed_here = names_signed_here(writers);
    for (const auto& [writer, of_writer] : writers) {
        std::map<SchoolId, std::size_t> looked_at;
        for (const auto& [name, acts] : of_writer.heard) {
            if (!may_follow(name.first, in_force) || signed_here.count(name) > 0)
                continue;
            bool has_room = false;
            for (const SchoolId& school : signatories_there(network.id, link, acts))
                has_room = ++looked_at[school] <= renewals_of_school_max || has_room;
            if (has_room)
                all.insert(name);
        }
    }
    std::map<SchoolId, std::size_t> of_signatory;
    std::vector<SignedTerms> offered = gathered(network, link, writers, all, chain_of);
    std::erase_if(offered, [&](const SignedTerms& terms) {
        bool has_room = false;
        for (const auto& each : terms.by(link.other))
            has_room = has_room || of_signatory[each.school] < limits::renewals_open_max;
        for (const auto& each : terms.by(link.other))
            of_signatory[each.school] += has_room ? 1U : 0U;
        return !has_room;
    });
    return offered;
}

std::vector<SignedTerms> AgreedLinks::gathered(
    const NetworkState& network,
    const LinkStatus& link,
    const std::map<SchoolId, OfWriter>& writers,
    const TermsNames& names,
    const agreement::ChainFinder& chain_of
) const {
    std::vector<SignedTerms> all;
    for (const auto& name : names) {
        Copies copies;
        std::optional<WallTime> written;
        for (const auto& [writer, of_writer] : writers)
            for (const auto* acts : {&of_writer.own, &of_writer.heard}) {
                const auto of_terms = acts->find(name);
                if (of_terms == acts->end())
                    continue;
                for (const PlacedLinkAct* placed : of_terms->second) {
                    copies.emplace_back(
                        writer, &std::get<agreement::LinkRenewal>(placed->act).agreement
                    );
                    const auto at = network.written.find(placed->id);
                    if (at != network.written.end() && (!written || at->second < *written))
                        written = at->second;
                }
            }
        SignedTerms terms = gather(network, link, copies, chain_of);
        terms.written = written;
        if (!terms.copy.one.empty() || !terms.copy.other.empty())
            all.push_back(std::move(terms));
    }
    return all;
}

bool AgreedLinks::has_written(
    const NetworkState& network, const Bytes& terms, const agreement::CoordinatorSignature& own
) const {
    return std::ranges::any_of(counting(network), [&](const PlacedLinkAct* placed) {
        const auto* act = std::get_if<agreement::LinkRenewal>(&placed->act);
        return act != nullptr && placed->author == own.school && act->agreement.bytes == terms &&
               (std::ranges::count(act->agreement.one, own) > 0 ||
                std::ranges::count(act->agreement.other, own) > 0);
    });
}

bool AgreedLinks::may_follow(std::uint32_t number, std::uint32_t in_force) {
    return number > in_force && number - in_force <= limits::renewals_ahead_max;
}

} // namespace staffroom::replica
