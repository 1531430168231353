// Codes for other networks, and which agreements enough of both sides have signed. What follows for
// a link stands in agreements/standings. [A9]
#include "protocol/replica/agreements/agreed_links.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// How long the bearer of a code that has ended is told so; later it meets silence.
constexpr std::uint64_t told_after_end_ms = std::uint64_t{30} * 24 * 3'600'000;
/// The agreements of one writer that are looked at for whether a link ever stood.
constexpr std::size_t ever_agreed_of_writer_max = 64;

} // namespace

std::vector<SchoolId> schools_of(const agreement::Signatures& signatures) {
    std::vector<SchoolId> schools;
    for (const agreement::CoordinatorSignature& each : signatures)
        schools.push_back(each.school);
    return schools;
}

bool stands_under(const agreement::Signatures& signatures, const SchoolId& school) {
    return std::ranges::binary_search(
        signatures, school, {}, &agreement::CoordinatorSignature::school
    );
}

bool stands_by_live_key(
    const agreement::Signatures& signatures, const identity::IdentityChain& chain
) {
    return std::ranges::any_of(signatures, [&](const agreement::CoordinatorSignature& each) {
        const auto* node = chain.find_signing(each.node_key);
        return each.school == chain.school() && node != nullptr && !node->revoked;
    });
}

std::vector<Bytes>
chains_of(const agreement::Signatures& signatures, const agreement::ChainFinder& chain_of) {
    std::vector<Bytes> chains;
    for (const agreement::CoordinatorSignature& each : signatures)
        if (const identity::IdentityChain* chain = chain_of(each.school))
            chains.push_back(chain->wire());
    return chains;
}

Bytes renewal_payload(agreement::LinkRenewal renewal) {
    Bytes payload = agreement::encode_link_act(renewal);
    if (payload.size() <= limits::operation_bytes_max || renewal.chains.empty())
        return payload;
    renewal.chains.clear();
    return agreement::encode_link_act(std::move(renewal));
}

void keep_better(ForeignChains& chains, const identity::IdentityChain& chain) {
    const auto known = chains.find(chain.school());
    if (known == chains.end() || chain.is_better_than(known->second))
        chains.insert_or_assign(chain.school(), chain);
}

Result<ForeignChains>
read_foreign_chains(const std::vector<Bytes>& wires, crypto::Verifier& verifier) {
    ForeignChains chains;
    for (const Bytes& wire : wires) {
        auto chain = identity::IdentityChain::parse(wire, verifier);
        if (!chain)
            return fail(chain.error());
        const SchoolId school = chain->school();
        const auto known = chains.find(school);
        if (known == chains.end() || chain->is_better_than(known->second))
            chains.insert_or_assign(school, std::move(*chain));
    }
    return chains;
}

bool is_charter_of(const agreement::Card& card, std::string_view charter) {
    return crypto::hash(crypto::HashLabel::charter, as_view(charter)) == card.charter_hash;
}

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
bool AgreedLinks::may_sign(const agreement::LinkInvite& invite) const {
    const auto card = agreement::parse_card(invite.card);
    return card && std::ranges::count(card->coordinators, context_.school) > 0;
}

AgreedLinks::Acts AgreedLinks::counting(const NetworkState& network) const {
    Acts acts;
    for (const auto& [id, places] : network.link_acts) {
        const LogRecord* record = logbook_.find(id);
        for (const auto& [position, placed] : places)
            if (record != nullptr && (!record->cut || position < record->cut->position))
                acts.push_back(&placed);
    }
    return acts;
}

bool AgreedLinks::is_told_of(WallTime ends, WallTime now) {
    return now.ms <= ends.ms + told_after_end_ms;
}

AgreedLinks::Codes AgreedLinks::codes(const NetworkState& network) const {
    Codes codes;
    if (!network.roster.is_coordinator(context_.school))
        return codes;
    for (const PlacedLinkAct* placed : counting(network)) {
        const auto* invite = std::get_if<agreement::LinkInvite>(&placed->act);
        if (invite != nullptr && network.roster.is_coordinator(placed->author) &&
            is_told_of(invite->ends, context_.wall) && may_sign(*invite))
            codes.emplace(placed->id, invite);
    }
    return codes;
}

std::vector<AgreedHere> AgreedLinks::agreed_in(const NetworkState& network) const {
    std::vector<AgreedHere> agreed;
    for (const PlacedLinkAct* placed : counting(network))
        if (const auto* act = std::get_if<agreement::LinkAgreed>(&placed->act))
            agreed.push_back({&network, placed->id, placed->author, act});
    return agreed;
}

const agreement::LinkAgreed*
AgreedLinks::agreed_by(const NetworkState& network, const RevisionId& invite) const {
    const Codes made = all_codes(network);
    for (const AgreedHere& agreed : agreed_in(network))
        if (agreed.act->invite == invite && is_of_its_code(agreed, made) && judge(agreed))
            return agreed.act;
    return nullptr;
}

wire::InviteStatus AgreedLinks::status_of(
    const NetworkState& network, const RevisionId& id, const agreement::LinkInvite& invite
) const {
    if (agreed_by(network, id) != nullptr)
        return wire::InviteStatus::spent;
    if (ended_codes(network).count(id) > 0)
        return wire::InviteStatus::ended;
    return context_.wall > invite.ends ? wire::InviteStatus::ended : wire::InviteStatus::open;
}

/// Looked up once for many agreements, of which a member can write any number.
AgreedLinks::Codes AgreedLinks::all_codes(const NetworkState& network) const {
    Codes codes;
    for (const PlacedLinkAct* placed : counting(network))
        if (const auto* invite = std::get_if<agreement::LinkInvite>(&placed->act))
            codes.emplace(placed->id, invite);
    return codes;
}

/// Whether an agreement is the one that the code it names offers. The reference to the code is
/// signed by nobody. The attack: a member writes a standing agreement again beside the name of an
/// open code, and the code is spent for everybody, or both its agreements disputed.
bool AgreedLinks::is_of_its_code(const AgreedHere& agreed, const Codes& codes) {
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

/// None where it does not stand: not signed by enough of both sides. The own side is asked first,
/// by the chains that are known here: those that the act brings cost a hundred signatures, and any
/// member can write such an act. `counts_ended_keys`: of the other side, which has agreed once, and
/// replaces its servers since.
std::optional<AgreedLinks::Judged>
AgreedLinks::judge(const AgreedHere& agreed, bool counts_ended_keys) const {
    const agreement::LinkAgreed& act = *agreed.act;
    const auto own = agreement::parse_card(act.own_card);
    const auto other = agreement::parse_card(act.other_card);
    const auto terms = agreement::parse_agreement(act.agreement.bytes);
    if (!own || !other || !terms || terms->number != 0 || own->network != agreed.network->id ||
        !is_charter_of(*other, act.other_charter))
        return std::nullopt;
    const auto known_here = [&](const SchoolId& school) { return networks_.chain(school); };
    if (!has_own_side_signed(agreed, *own, known_here))
        return std::nullopt;
    crypto::Verifier& verifier = context_.verifier;
    const auto foreign = read_foreign_chains(act.chains, verifier);
    if (!foreign)
        return std::nullopt;
    const agreement::ChainFinder chain_of = finder_of(networks_, *foreign);
    const agreement::KnownCard other_known{agreement::card_hash(act.other_card), *other};
    const bool have_they_signed =
        counts_ended_keys ? agreement::had_signed(act.agreement, other_known, chain_of, verifier)
                          : agreement::has_signed(
                                act.agreement, other_known, other->coordinators, chain_of, verifier
                            );
    if (!have_they_signed)
        return std::nullopt;
    const AgreementId id = agreement::agreement_id(act.agreement.bytes);
    const bool are_we_one = terms->one.network == own->network;
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
    const auto written = agreed.network->written.find(agreed.id);
    if (written != agreed.network->written.end())
        status.since = written->second;
    return Judged{std::move(status), std::move(*foreign)};
}

const agreement::LinkAgreed*
AgreedLinks::first_agreed(const NetworkState& network, const SharingId& link) const {
    for (const AgreedHere& agreed : agreed_in(network)) {
        const AgreementId id = agreement::agreement_id(agreed.act->agreement.bytes);
        if (SharingId(id.raw()) == link && judge(agreed))
            return agreed.act;
    }
    return nullptr;
}

/// What was called back once stays so, although a server was replaced, a coordinator has given up
/// its role or the card is another. Nobody gets words by this: a member that links its network to
/// one of its own making lets schools call back what they have truly written. The attack: it does
/// so by the thousand, a hundred signatures each; so the first ones of a writer are looked at.
void AgreedLinks::add_ever_linked(const NetworkState& network, EverLinked& to) const {
    std::map<SchoolId, std::size_t> looked_at;
    for (const AgreedHere& agreed : agreed_in(network)) {
        const bool is_known = to.agreed.count(agreed.id) > 0;
        if (++looked_at[agreed.author] > ever_agreed_of_writer_max || is_known)
            continue;
        const agreement::LinkAgreed& act = *agreed.act;
        const auto own = agreement::parse_card(act.own_card);
        const auto other = agreement::parse_card(act.other_card);
        if (!own || !other || own->network != network.id)
            continue;
        crypto::Verifier& verifier = context_.verifier;
        const agreement::KnownCard own_known{agreement::card_hash(act.own_card), *own};
        const agreement::KnownCard other_known{agreement::card_hash(act.other_card), *other};
        const auto known_here = [&](const SchoolId& school) { return networks_.chain(school); };
        if (!agreement::had_signed(act.agreement, own_known, known_here, verifier))
            continue;
        const auto foreign = read_foreign_chains(act.chains, verifier);
        if (!foreign || !agreement::had_signed(
                            act.agreement, other_known, finder_of(networks_, *foreign), verifier
                        ))
            continue;
        to.agreed.emplace(agreed.id, other->network);
        for (const auto& [school, chain] : *foreign)
            keep_better(to.chains, chain);
    }
}

std::vector<std::pair<SchoolId, AgreedLinks::Codes::value_type>>
AgreedLinks::codes_of_coordinators(const NetworkState& network) const {
    std::vector<std::pair<SchoolId, Codes::value_type>> codes;
    for (const PlacedLinkAct* placed : counting(network)) {
        const auto* invite = std::get_if<agreement::LinkInvite>(&placed->act);
        if (invite != nullptr && network.roster.is_coordinator(placed->author))
            codes.emplace_back(placed->author, Codes::value_type{placed->id, invite});
    }
    return codes;
}

std::set<RevisionId> AgreedLinks::ended_codes(const NetworkState& network) const {
    std::set<RevisionId> ended;
    for (const PlacedLinkAct* placed : counting(network)) {
        const auto* act = std::get_if<agreement::LinkCodeEnded>(&placed->act);
        if (act != nullptr && network.roster.is_coordinator(placed->author))
            ended.insert(act->code);
    }
    return ended;
}

} // namespace staffroom::replica
