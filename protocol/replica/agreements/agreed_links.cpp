// What governance says of links with other networks: codes, and agreements that stand. [A9]
#include "protocol/agreement/standing.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/replica/agreements/agreeing.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// How long the bearer of a code that has ended is told so; later it meets silence.
constexpr std::uint64_t told_after_end_ms = std::uint64_t{30} * 24 * 3'600'000;

std::vector<SchoolId> schools_of(const agreement::Signatures& signatures) {
    std::vector<SchoolId> schools;
    for (const agreement::CoordinatorSignature& each : signatures)
        schools.push_back(each.school);
    return schools;
}

} // namespace

agreement::ChainFinder finder_of(const Networks& networks, const ForeignChains& foreign) {
    return [&](const SchoolId& school) {
        const identity::IdentityChain* known = networks.chain(school);
        const auto brought = foreign.find(school);
        if (brought == foreign.end())
            return known;
        return known != nullptr && known->is_better_than(brought->second) ? known
                                                                          : &brought->second;
    };
}

/// Whether this school stands on the card of a code. One that coordinates only since would sign
/// what does not count, and write it down again for whoever comes again.
bool Agreeing::may_sign(const agreement::LinkInvite& invite) const {
    const auto card = agreement::parse_card(invite.card);
    return card && std::ranges::count(card->coordinators, parts_.context.school) > 0;
}

std::vector<const PlacedLinkAct*> Agreeing::counting(const NetworkState& network) const {
    std::vector<const PlacedLinkAct*> acts;
    for (const auto& [id, places] : network.link_acts) {
        const LogRecord* record = parts_.logbook.find(id);
        for (const auto& [position, placed] : places)
            if (record != nullptr && (!record->cut || position < record->cut->position))
                acts.push_back(&placed);
    }
    return acts;
}

bool Agreeing::is_told_of(WallTime ends, WallTime now) {
    return now.ms <= ends.ms + told_after_end_ms;
}

Agreeing::Codes Agreeing::codes(const NetworkState& network) const {
    Codes codes;
    if (!network.roster.is_coordinator(parts_.context.school))
        return codes;
    for (const PlacedLinkAct* placed : counting(network)) {
        const auto* invite = std::get_if<agreement::LinkInvite>(&placed->act);
        if (invite != nullptr && network.roster.is_coordinator(placed->author) &&
            is_told_of(invite->ends, parts_.context.wall) && may_sign(*invite))
            codes.emplace(placed->id, invite);
    }
    return codes;
}

std::vector<Agreeing::AgreedHere> Agreeing::agreed_in(const NetworkState& network) const {
    std::vector<AgreedHere> agreed;
    for (const PlacedLinkAct* placed : counting(network))
        if (const auto* act = std::get_if<agreement::LinkAgreed>(&placed->act))
            agreed.push_back({&network, placed->id, placed->author, act});
    return agreed;
}

const agreement::LinkAgreed*
Agreeing::agreed_by(const NetworkState& network, const RevisionId& invite) const {
    const Codes made = codes_in(network);
    for (const AgreedHere& agreed : agreed_in(network))
        if (agreed.act->invite == invite && is_of_its_code(agreed, made) && status_of(agreed))
            return agreed.act;
    return nullptr;
}

/// All codes that governance has, whoever made them: looked up once for many agreements, of which
/// a member can write any number.
Agreeing::Codes Agreeing::codes_in(const NetworkState& network) const {
    Codes codes;
    for (const PlacedLinkAct* placed : counting(network))
        if (const auto* invite = std::get_if<agreement::LinkInvite>(&placed->act))
            codes.emplace(placed->id, invite);
    return codes;
}

/// Whether an agreement is the one that the code it names offers. The reference to the code is
/// signed by nobody. The attack: a member writes a standing agreement again beside the name of an
/// open code, and the code is spent for everybody, or both its agreements disputed.
bool Agreeing::is_of_its_code(const AgreedHere& agreed, const Codes& codes) {
    const agreement::LinkAgreed& act = *agreed.act;
    const auto code = act.invite ? codes.find(*act.invite) : codes.end();
    const auto other = agreement::parse_card(act.other_card);
    if (code == codes.end() || !other)
        return false;
    const auto expected = agreement::agreement_of(
        code->second->terms,
        {agreed.network->id, agreement::card_hash(code->second->card)},
        {other->network, agreement::card_hash(act.other_card)}
    );
    return expected && *expected == act.agreement.bytes;
}

/// Of this network's side only who coordinates here by the roster has signed, whatever its card
/// says. The attack: a member writes a card that names itself, and links the network with whom it
/// likes.
bool Agreeing::has_own_side_signed(
    const AgreedHere& agreed, const agreement::Card& own, const agreement::ChainFinder& chain_of
) const {
    std::vector<SchoolId> coordinators;
    std::ranges::copy_if(
        own.coordinators,
        std::back_inserter(coordinators),
        [&](const SchoolId& school) { return agreed.network->roster.is_coordinator(school); }
    );
    const agreement::KnownCard known{agreement::card_hash(agreed.act->own_card), own};
    return agreement::has_signed(
        agreed.act->agreement, known, coordinators, chain_of, parts_.context.verifier
    );
}

/// None where it does not stand: not signed by enough of both sides. The own side is asked first,
/// by the chains that are known here: those that the act brings cost a hundred signatures, and any
/// member can write such an act.
std::optional<LinkStatus> Agreeing::status_of(const AgreedHere& agreed) const {
    const agreement::LinkAgreed& act = *agreed.act;
    const auto own = agreement::parse_card(act.own_card);
    const auto other = agreement::parse_card(act.other_card);
    const auto terms = agreement::parse_agreement(act.agreement.bytes);
    if (!own || !other || !terms || own->network != agreed.network->id ||
        !is_charter_of(*other, act.other_charter))
        return std::nullopt;
    const auto known_here = [&](const SchoolId& school) { return parts_.networks.chain(school); };
    if (!has_own_side_signed(agreed, *own, known_here))
        return std::nullopt;
    crypto::Verifier& verifier = parts_.context.verifier;
    const auto foreign = read_foreign_chains(act.chains, verifier);
    if (!foreign)
        return std::nullopt;
    const agreement::ChainFinder chain_of = finder_of(parts_.networks, *foreign);
    const agreement::KnownCard other_known{agreement::card_hash(act.other_card), *other};
    if (!agreement::has_signed(act.agreement, other_known, other->coordinators, chain_of, verifier))
        return std::nullopt;
    const AgreementId id = agreement::agreement_id(act.agreement.bytes);
    const bool are_we_one = terms->one.network == own->network;
    const auto written = agreed.network->written.find(agreed.id);
    LinkStatus status{
        agreement::link_of(*terms, id),
        own->network,
        other->network,
        other->name,
        other->focus,
        other->place,
        act.other_charter,
        terms->side_of(own->network)->gives,
        terms->side_of(other->network)->gives,
        terms->until,
        terms->review,
        false,
        id,
        {{agreement::card_hash(act.own_card), *own},
         schools_of(are_we_one ? act.agreement.one : act.agreement.other)},
        {other_known, schools_of(are_we_one ? act.agreement.other : act.agreement.one)}};
    if (written != agreed.network->written.end())
        status.since = written->second;
    status.ended = end_of(*agreed.network, status, chain_of);
    return status;
}

std::vector<LinkStatus> Agreeing::links() const {
    std::map<std::pair<SharingId, NetworkId>, LinkStatus> links; // a school may be in both
    for (const auto& [id, network] : parts_.networks.all()) {
        if (!network.roster.is_member(parts_.context.school))
            continue;
        const Codes codes = codes_in(network);
        std::map<RevisionId, std::set<SharingId>> by_code;
        for (const AgreedHere& agreed : agreed_in(network)) {
            const auto status = status_of(agreed);
            if (!status)
                continue;
            if (is_of_its_code(agreed, codes))
                by_code[*agreed.act->invite].insert(status->id);
            LinkStatus& kept = links.try_emplace({status->id, id}, *status).first->second;
            if (status->since && (!kept.since || *status->since < *kept.since))
                kept.since = status->since;
        }
        for (const auto& [code, made] : by_code)
            for (const SharingId& each : made)
                links.at({each, id}).is_disputed = made.size() > 1;
    }
    std::vector<LinkStatus> all;
    for (auto& [key, status] : links)
        all.push_back(std::move(status));
    return all;
}

std::vector<LinkCodeStatus> Agreeing::code_list() const {
    std::vector<LinkCodeStatus> all;
    for (const auto& [id, network] : parts_.networks.all()) {
        if (!network.roster.is_member(parts_.context.school))
            continue;
        const std::set<RevisionId> ended = ended_codes(network);
        for (const PlacedLinkAct* placed : counting(network)) {
            const auto* invite = std::get_if<agreement::LinkInvite>(&placed->act);
            if (invite != nullptr && network.roster.is_coordinator(placed->author))
                all.push_back(
                    {id,
                     placed->id,
                     placed->author,
                     agreed_by(network, placed->id) != nullptr,
                     ended.count(placed->id) > 0,
                     invite->ends,
                     invite->terms,
                     words_of(placed->id)}
                );
        }
    }
    return all;
}

std::optional<FourWords> Agreeing::words_of(const RevisionId& code) const {
    const auto heard = heard_.find(code);
    return heard == heard_.end() ? std::nullopt : std::optional(heard->second);
}

} // namespace staffroom::replica
