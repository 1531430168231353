#include "protocol/replica/agreements/link_book.hpp"

#include "protocol/agreement/relay/onward.hpp"
#include "protocol/crypto/hash.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// Whether the same agreements were replaced, whoever stands under them.
bool has_same_terms(const agreement::Standing& one, const agreement::Standing& other) {
    return std::ranges::equal(
        one.earlier,
        other.earlier,
        {},
        [](const auto& each) { return each.first; },
        [](const auto& each) { return each.first; }
    );
}

/// Whether the same schools stand under all agreements, by the same keys.
bool has_same_copies(const agreement::Standing& one, const agreement::Standing& other) {
    const auto is_same = [](const agreement::SignedAgreement& a, const agreement::SignedAgreement& b
                         ) { return a.one == b.one && a.other == b.other; };
    return is_same(one.copy, other.copy) &&
           std::ranges::equal(one.earlier, other.earlier, [&](const auto& a, const auto& b) {
               return is_same(a.second.copy, b.second.copy);
           });
}

/// Whether both judge every record alike.
bool is_same(const agreement::Standing& one, const agreement::Standing& other) {
    return one.link == other.link && one.id == other.id && one.is_disputed == other.is_disputed &&
           one.is_ended == other.is_ended && has_same_terms(one, other) &&
           one.end_pins == other.end_pins && one.last_pins == other.last_pins &&
           one.one.newest().hash == other.one.newest().hash &&
           one.other.newest().hash == other.other.newest().hash;
}

template <class Item>
const std::vector<Item>& of_link(
    const std::map<NetworkId, std::map<SharingId, std::vector<Item>>>& all,
    const NetworkId& network,
    const SharingId& link
) {
    static const std::vector<Item> none;
    const auto of_network = all.find(network);
    if (of_network == all.end())
        return none;
    const auto found = of_network->second.find(link);
    return found == of_network->second.end() ? none : found->second;
}

} // namespace

crypto::Secret32 far_meeting_key(const SharingId& link) {
    const Digest key = crypto::hash(crypto::HashLabel::link_meeting, link.view());
    return *crypto::Secret32::from(key.view());
}

bool LinkKnown::speaks(const agreement::Card& card, const SchoolId& school) {
    return std::ranges::binary_search(card.coordinators, school) ||
           std::ranges::count(card.gateways, school, &agreement::Gateway::school) > 0;
}

const LinkKnown* LinkBook::find(const NetworkId& network, const SharingId& link) const {
    const OfNetwork* known = of(network);
    if (known == nullptr)
        return nullptr;
    const auto found = std::ranges::find_if(known->links, [&](const LinkKnown& each) {
        return each.standing.link == link;
    });
    return found == known->links.end() ? nullptr : &*found;
}

const LinkBook::OfNetwork* LinkBook::of(const NetworkId& network) const {
    const auto found = networks_known_.find(network);
    return found == networks_known_.end() ? nullptr : &found->second;
}

std::vector<LinkStatus> LinkBook::statuses() const {
    std::vector<LinkStatus> all;
    for (const auto& [network, links] : statuses_)
        all.insert(all.end(), links.begin(), links.end());
    std::ranges::stable_sort(all, {}, &LinkStatus::id); // a school may be in both
    return all;
}

bool LinkBook::is_spent(const NetworkId& network, const RevisionId& code) const {
    const auto known = spent_.find(network);
    return known != spent_.end() && known->second.count(code) > 0;
}

const std::vector<SignedTerms>&
LinkBook::terms(const NetworkId& network, const SharingId& link) const {
    return of_link(terms_, network, link);
}

const std::vector<agreement::LinkEnded>&
LinkBook::own_ends(const NetworkId& network, const SharingId& link) const {
    return of_link(ends_, network, link);
}

agreement::ChainFinder LinkBook::chain_finder(const NetworkId& network) const {
    return [this, network](const SchoolId& school) -> const identity::IdentityChain* {
        const OfNetwork* known = of(network);
        if (known == nullptr || known->ground == nullptr)
            return nullptr;
        const auto found = known->ground->chains.find(school);
        return found == known->ground->chains.end() ? nullptr : &found->second;
    };
}

bool LinkBook::was_linked(const NetworkId& network, const SpaceId& other) const {
    const auto carried = carried_from_.find(network);
    if (carried != carried_from_.end() && carried->second.count(other) > 0)
        return true;
    const auto known = ever_.find(network);
    return known != ever_.end() && std::ranges::any_of(known->second.agreed, [&](const auto& each) {
               return log::space_of(each.second) == other;
           });
}

const identity::IdentityChain*
LinkBook::author_chain(const NetworkId& network, const SchoolId& school) const {
    const identity::IdentityChain* best = chain_finder(network)(school);
    const auto compare = [&](const identity::IdentityChain* chain) {
        if (chain != nullptr && (best == nullptr || chain->is_better_than(*best)))
            best = chain;
    };
    compare(networks_.chain(school));
    const auto ever = ever_.find(network);
    if (ever != ever_.end())
        if (const auto at = ever->second.chains.find(school); at != ever->second.chains.end())
            compare(&at->second);
    if (const auto at = far_chains_.find(school); at != far_chains_.end())
        compare(&at->second);
    return best;
}

void LinkBook::learn(const Bytes& wire) {
    const auto school = identity::school_of_chain(wire);
    if (!school)
        return;
    const auto known = far_chains_.find(*school);
    const identity::IdentityChain* here =
        known == far_chains_.end() ? networks_.chain(*school) : &known->second;
    if (here != nullptr && here->wire() == wire)
        return;
    const auto chain = identity::IdentityChain::parse(wire, context_.verifier);
    if (!chain || (here != nullptr && !chain->is_better_than(*here)))
        return;
    // A chain of a school that nothing here has judged by changes nothing that was judged.
    const bool is_judged_by = std::ranges::any_of(networks_known_, [&](const auto& each) {
        return each.second.ground != nullptr && each.second.ground->chains.count(*school) > 0;
    });
    far_changes_ += is_judged_by || known != far_chains_.end() ? 1U : 0U;
    far_chains_.insert_or_assign(*school, *chain);
    ++order_changes_; // an order may have waited for it
}

void LinkBook::learn_from(const agreement::Relay& proof, const SchoolId& author) {
    std::set<SchoolId> schools{author};
    for (const agreement::Hop& hop : proof.trail)
        for (const SchoolId& school : agreement::signatories_of(hop))
            schools.insert(school);
    for (const Bytes& chain : proof.chains)
        if (const auto school = identity::school_of_chain(chain); school && schools.erase(*school))
            learn(chain);
}

void LinkBook::came_from(const NetworkId& network, const SpaceId& space) {
    const bool is_new = carried_from_[network].insert(space).second;
    order_changes_ += is_new ? 1U : 0U; // an order may have waited for it
}

void LinkBook::chains_read() {
    order_changes_ += are_chains_read_ ? 0U : 1U;
    are_chains_read_ = true;
}

Result<void> LinkBook::restore(const Image& /*image*/) {
    refresh();
    return {};
}

void LinkBook::log_cut(const LogId& /*id*/) {
    ++cuts_;
}

void LinkBook::refresh() {
    for (const auto& [id, state] : networks_.all()) {
        const Made made{
            state.link_act_count,
            state.passports.last_changes(),
            state.folds,
            networks_.chain_changes() + far_changes_,
            cuts_,
            !state.far_orders.empty()};
        const auto before = made_.find(id);
        const bool is_member = state.roster.is_member(context_.school);
        if (!is_member) {
            codes_.erase(id);
            statuses_.erase(id);
            spent_.erase(id);
            terms_.erase(id);
            ends_.erase(id);
            changes_ += networks_known_.erase(id);
        }
        if (before != made_.end() && before->second == made)
            continue;
        const bool has_new_chain = before == made_.end() || before->second.chains != made.chains;
        made_.insert_or_assign(id, made);
        if (made.has_far_orders) {
            agreed_links_.add_ever_linked(state, ever_[id]);
            ++order_changes_;
        }
        if (!is_member)
            continue;
        make(state, has_new_chain);
        list_codes(state);
    }
}

void LinkBook::list_codes(const NetworkState& state) {
    std::vector<KnownCode> codes;
    for (const auto& [operation, invite] : agreed_links_.codes(state))
        codes.push_back(
            {state.id,
             operation,
             invite->ends,
             invite->psk.copy(),
             channel::first_frame_key(invite->psk)}
        );
    codes_.insert_or_assign(state.id, std::move(codes));
}

/// The chains that agreements brought, so that a better one is seen.
std::set<Bytes> LinkBook::chains_in(const std::vector<LinkStanding>& standings) {
    std::set<Bytes> chains;
    for (const LinkStanding& each : standings)
        for (const auto& [school, chain] : each.chains)
            chains.insert(chain.wire());
    return chains;
}

/// Tells whether what stands is what stood before, so that nothing has to be judged again.
bool LinkBook::is_known(const NetworkId& network, const std::vector<LinkStanding>& standings)
    const {
    const OfNetwork* known = of(network);
    if (known == nullptr)
        return standings.empty();
    return std::ranges::equal(
               known->links, standings, is_same, &LinkKnown::standing, &LinkStanding::standing
           ) &&
           known->chains == chains_in(standings);
}

void LinkBook::make(const NetworkState& state, bool has_new_chain) {
    LinksOfNetwork links =
        state.link_act_count == 0 ? LinksOfNetwork{} : agreed_links_.links(state, far_chains_);
    statuses_.insert_or_assign(state.id, std::move(links.statuses));
    spent_.insert_or_assign(state.id, std::move(links.spent));
    terms_.insert_or_assign(state.id, std::move(links.terms));
    ends_.insert_or_assign(state.id, std::move(links.ends));
    ++term_changes_;
    make_standings(state, std::move(links.standings), has_new_chain);
}

void LinkBook::make_standings(
    const NetworkState& state, std::vector<LinkStanding> standings, bool has_new_chain
) {
    const OfNetwork* before = of(state.id);
    const bool judges_alike =
        is_known(state.id, standings) && (!has_new_chain || standings.empty());
    if (judges_alike && (before == nullptr || std::ranges::equal(
                                                  before->links,
                                                  standings,
                                                  has_same_copies,
                                                  &LinkKnown::standing,
                                                  &LinkStanding::standing
                                              )))
        return;
    // Who passes on shows whose signatures stand under an agreement; nothing is judged by more of
    // them, so it keeps its number.
    const std::uint64_t number = judges_alike ? before->ground->number : ++changes_;
    agreement::Ground ground{number, state.id, {}, networks_.chains()};
    for (const auto& [school, chain] : far_chains_)
        keep_better(ground.chains, chain);
    OfNetwork made{};
    made.chains = chains_in(standings);
    for (LinkStanding& each : standings) {
        for (const auto& [school, chain] : each.chains)
            keep_better(ground.chains, chain);
        ground.standings.push_back(each.standing);
        crypto::Secret32 key = far_meeting_key(each.standing.link);
        made.links.push_back({std::move(each.standing), state.id, each.other, std::move(key)});
    }
    made.ground = std::make_shared<const agreement::Ground>(std::move(ground));
    if (made.links.empty())
        networks_known_.erase(state.id);
    else
        networks_known_.insert_or_assign(state.id, std::move(made));
}

} // namespace staffroom::replica
