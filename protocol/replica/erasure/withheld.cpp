// Which orders count and what they reach: those of a network's own schools, and those that schools
// of other networks have written for what was carried here. Declared in erasures. [E2] [E3] [E9]
#include "protocol/replica/erasure/erasures.hpp"

#include <algorithm>

namespace staffroom::replica {

// ------------------------------------------------------------------------------- what is withheld

/// The attack: a school that was removed here orders, in the network into which it went, that its
/// records of this one go; honest gateways bring that order. Here it takes two coordinators. [E2]
std::optional<network::ErasureKind>
Erasures::kind_in(const Followed& followed, const RecordName& name, Place place) {
    const auto at_home = followed.erased.find({name.school, name.revision});
    if (at_home != followed.erased.end() && at_home->second == network::ErasureKind::whole)
        return at_home->second;
    const auto far = followed.erased_far.find({name.school, name.revision});
    if (place == Place::carried && far != followed.erased_far.end())
        return far->second;
    return at_home == followed.erased.end() ? std::nullopt : std::optional(at_home->second);
}

std::optional<network::ErasureKind>
Erasures::kind_of(const NetworkId& network, const RecordName& name) const {
    const auto followed = followed_.find(network);
    return followed == followed_.end() ? std::nullopt
                                       : kind_in(followed->second, name, Place::carried);
}

/// The widest of what reaches an entry itself and the record that it carries.
std::optional<network::ErasureKind>
Erasures::kind_of(const SpaceId& space, const EntryNames& names) const {
    const NetworkState* network = std::as_const(networks_).of_space(space);
    const auto followed = network == nullptr ? followed_.end() : followed_.find(network->id);
    if (followed == followed_.end())
        return std::nullopt;
    const auto kind = kind_in(followed->second, names.entry, Place::own);
    if (!names.carried || kind == network::ErasureKind::whole)
        return kind;
    const auto carried = kind_in(followed->second, *names.carried, Place::carried);
    return carried ? carried : kind;
}

std::optional<BodyState> Erasures::state_of(const SpaceId& space, const EntryNames& names) const {
    if (kind_of(space, names) == network::ErasureKind::whole)
        return BodyState::erased;
    auto local = locals_.find(names.entry.revision);
    if (local == locals_.end() && names.carried)
        local = locals_.find(names.carried->revision);
    return local == locals_.end() ? std::nullopt : std::optional(local->second.state);
}

bool Erasures::keeps_no_files(const SpaceId& space, const EntryNames& names) const {
    return locals_.count(names.entry.revision) > 0 ||
           (names.carried && locals_.count(names.carried->revision) > 0) ||
           kind_of(space, names).has_value();
}

bool Erasures::withholds_carried(const SpaceId& space) const {
    const NetworkState* network = std::as_const(networks_).of_space(space);
    if (network == nullptr || network->link_act_count == 0)
        return false;
    const auto followed = followed_.find(network->id);
    const bool has_orders = followed != followed_.end() && (!followed->second.erased.empty() ||
                                                            !followed->second.erased_far.empty());
    return has_orders || !locals_.empty();
}

// ------------------------------------------------------------------------------------ what counts

bool Erasures::is_followed(const NetworkState& network, const Followed& followed) const {
    if (!followed.is_proven)
        return false;
    const bool are_links_same =
        network.far_orders.empty() || followed.links == book_.order_changes();
    return followed.orders == network.order_count && followed.folds == network.folds &&
           followed.cuts == cuts_ && are_links_same;
}

std::vector<network::PlacedOrder> Erasures::counting(const NetworkState& network) {
    std::vector<network::PlacedOrder> orders;
    for (const auto& [id, places] : network.orders) {
        const LogRecord* record = logbook_.find(id);
        for (const auto& [position, placed] : places)
            if (record != nullptr && (!record->cut || position < record->cut->position) &&
                counts(network, placed))
                orders.push_back(placed);
    }
    return orders;
}

/// What came with an order of another network, looked at once: its bytes never change. Null: not
/// yet. The attack: a member writes thousands of orders, each with a chain of hundreds of
/// signatures. So few are looked at in one call, and a chain is read only where it is of the school
/// that orders and not the one that is known.
const Erasures::FarProven*
Erasures::proven(const NetworkId& network, const RevisionId& id, const agreement::FarOrder& order) {
    const auto known = far_proven_.find(id);
    if (known != far_proven_.end())
        return &known->second;
    if (proofs_left_ == 0) {
        is_proving_ = true;
        return nullptr;
    }
    --proofs_left_;
    FarProven found{!agreement::why_unproven(order, context_.verifier), std::nullopt};
    const auto school = identity::school_of_chain(order.chain);
    const identity::IdentityChain* here = book_.author_chain(network, order.descriptor.school);
    const bool is_of_use = found.is_proven && school && *school == order.descriptor.school &&
                           (here == nullptr || here->wire() != order.chain);
    if (is_of_use)
        if (auto chain = identity::IdentityChain::parse(order.chain, context_.verifier))
            found.chain = std::move(*chain);
    return &far_proven_.emplace(id, std::move(found)).first->second;
}

/// Tells whether an order counts by what is known of its author. The attacks: any member writes an
/// order in the name of a school of another network, or one of a network with which nothing was
/// agreed; a chain is brought that is older than the one that has ended the key, also just after a
/// start, before this node knows again what it has learned. What was begun here is lifted by
/// nothing but the end of its key: who merely knows less than before, of the link or of the author,
/// would hand on the words of whoever has slept.
bool Erasures::counts(const NetworkState& network, const network::PlacedOrder& placed) {
    const auto far = network.far_orders.find(placed.id);
    if (far == network.far_orders.end())
        return true;
    const agreement::FarOrder& order = far->second;
    const bool is_begun = progress_of(placed.id) != Progress::none;
    const bool is_linked = book_.was_linked(network.id, order.descriptor.space);
    if (!is_linked && !is_begun)
        return false;
    const identity::IdentityChain* chain = book_.author_chain(network.id, placed.author);
    // It was looked at before it was begun.
    if (is_begun)
        return agreement::why_not_entitled(order, chain) != agreement::Refusal::behind_the_cut;
    if (!book_.are_chains_read())
        return false;
    const FarProven* found = proven(network.id, placed.id, order);
    if (found == nullptr || !found->is_proven)
        return false;
    const auto& brought = found->chain;
    const bool is_newer = brought && (chain == nullptr || brought->is_better_than(*chain));
    return !agreement::why_not_entitled(order, is_newer ? &*brought : chain);
}

std::vector<const network::PlacedOrder*> Erasures::standing(const NetworkId& network) const {
    std::vector<const network::PlacedOrder*> orders;
    const auto followed = followed_.find(network);
    if (followed != followed_.end())
        for (const auto& [id, placed] : followed->second.standing)
            orders.push_back(placed);
    return orders;
}

/// Of several orders for one record that with the smaller id among the widest is taken, whatever
/// came first; so a flood of orders for one record crosses as one.
void Erasures::list_own(const NetworkState& network, Followed& followed) {
    followed.own.clear();
    followed.far.clear();
    followed.far_ids.clear();
    if (network.link_act_count == 0)
        return;
    for (const auto& [id, placed] : followed.standing) {
        if (placed->author != placed->order.school)
            continue;
        const auto far = network.far_orders.find(id);
        if (far != network.far_orders.end())
            followed.far_ids.insert(log::revision_id(far->second.header));
        auto& of = far == network.far_orders.end() ? followed.own : followed.far;
        for (const RevisionId& revision : placed->order.entries) {
            const auto known = of.try_emplace(RecordName{placed->author, revision}, placed).first;
            if (known->second->order.kind != network::ErasureKind::whole &&
                placed->order.kind == network::ErasureKind::whole)
                known->second = placed;
        }
    }
}

bool Erasures::has_own(const NetworkId& network) const {
    const auto followed = followed_.find(network);
    return followed != followed_.end() && !followed->second.own.empty();
}

bool Erasures::has_far(const NetworkId& network, const RevisionId& order) const {
    const auto followed = followed_.find(network);
    return followed != followed_.end() && followed->second.far_ids.count(order) > 0;
}

const network::PlacedOrder*
Erasures::far_order(const NetworkId& network, const RecordName& name) const {
    const auto followed = followed_.find(network);
    if (followed == followed_.end())
        return nullptr;
    const auto found = followed->second.far.find(name);
    return found == followed->second.far.end() ? nullptr : found->second;
}

const network::PlacedOrder*
Erasures::own_order(const NetworkId& network, const RecordName& name) const {
    const auto followed = followed_.find(network);
    if (followed == followed_.end())
        return nullptr;
    const auto found = followed->second.own.find(name);
    return found == followed->second.own.end() ? nullptr : found->second;
}

} // namespace staffroom::replica
