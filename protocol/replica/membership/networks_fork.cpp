// What counts no longer of a network: what lies beyond a proven fork, and what a chain says of its
// keys. Declared in networks.hpp.                                                    [S15], [I2],
// [N3]
#include "protocol/base/ensure.hpp"
#include "protocol/log/tree_hash.hpp"
#include "protocol/replica/membership/networks.hpp"

#include <limits>

namespace staffroom::replica {

const identity::CertifiedNode*
Networks::certified(const SchoolId& school, const SigningPublicKey& key) const {
    const identity::IdentityChain* known = chain(school);
    return known == nullptr ? nullptr : known->find_signing(key);
}

/// Of a revoked key each log counts up to its pin; of a key that is in no chain any more, nothing:
/// nobody would take it from us. Nothing is cut of this very node, whatever its chain says: it
/// has no links then, and must not begin one log after the other. Nothing is cut of what the school
/// keeps to itself either: no thief writes on this disk, and a pin would show drafts to others.
std::optional<Cut>
Networks::revocation_of(const log::LogDescriptor& descriptor, const LogId& id) const {
    const bool is_ours = descriptor.school == context_.school &&
                         (descriptor.node_key == context_.keys.signing.public_key() ||
                          descriptor.space == log::school_space(context_.school));
    const identity::CertifiedNode* node = certified(descriptor.school, descriptor.node_key);
    if (is_ours || chain(descriptor.school) == nullptr || (node != nullptr && !node->revoked))
        return std::nullopt;
    if (node != nullptr) {
        for (const identity::LogPin& pin : node->pins) {
            if (pin.log == id)
                return Cut{CutSource::revocation, Position{pin.size.value}, pin.root};
        }
    }
    return Cut{CutSource::revocation, Position{0}, log::empty_root<log::Blake2b256>()};
}

bool Networks::counts(const NetworkState& state, const network::SignedNotice& notice) const {
    const identity::CertifiedNode* node = certified(notice.notice.school, notice.notice.node_key);
    return node != nullptr && !node->revoked && state.roster.is_member(notice.notice.school);
}

bool Networks::counts(const NetworkState& state, const log::LogDescriptor& of_fork) const {
    return state.roster.ever_admitted.count(of_fork.school) > 0 &&
           certified(of_fork.school, of_fork.node_key) != nullptr;
}

bool Networks::has_forked_governance(const NetworkState& state) const {
    return std::any_of(state.forks.begin(), state.forks.end(), [&](const auto& entry) {
        const log::LogDescriptor& of_fork = entry.second.first;
        return of_fork.channel == log::Channel::governance &&
               certified(of_fork.school, of_fork.node_key) != nullptr;
    });
}

/// Of a school that is out, each log of records counts up to its pin; of one whose admission counts
/// no more, nothing: who had taken its entries would else differ for ever from who had not. Our own
/// are cut as all others cut them while we observe. Once we are out nothing of ours is: the school
/// keeps what it has, and nobody takes what it writes on.                                [M11]
std::optional<Cut>
Networks::closing_of(const log::LogDescriptor& descriptor, const LogId& id) const {
    const NetworkState* state = of_space(descriptor.space);
    if (state == nullptr || descriptor.channel != log::Channel::records)
        return std::nullopt;
    const bool is_in = state->roster.is_member(descriptor.school);
    const auto closed = state->roster.closed.find(descriptor.school);
    const bool counts_whole = is_in && closed == state->roster.closed.end();
    if (counts_whole || (descriptor.school == context_.school && !is_in))
        return std::nullopt;
    if (closed == state->roster.closed.end())
        return Cut{CutSource::closing, Position{0}, log::empty_root<log::Blake2b256>()};
    const network::Pins& pins = closed->second.pins;
    const auto pin = std::ranges::lower_bound(pins, id, {}, &log::LogPin::log);
    if (pin == pins.end() || pin->log != id)
        return Cut{CutSource::closing, Position{0}, log::empty_root<log::Blake2b256>()};
    return Cut{CutSource::closing, Position{pin->size.value}, pin->root};
}

void Networks::find_cuts(const LogId& id) {
    const LogRecord* record = logbook_.find(id);
    if (record == nullptr)
        return;
    logbook_.set_cut(id, CutSource::revocation, revocation_of(record->descriptor, id));
    logbook_.set_cut(id, CutSource::closing, closing_of(record->descriptor, id));
}

/// After a fold: schools that are out or never were in by what counts now, and those that came
/// back.
void Networks::cut_by_closings(NetworkState& state) {
    std::set<SchoolId> looked_at = std::exchange(state.closed_before, {});
    for (const auto& [school, closed] : state.roster.closed)
        state.closed_before.insert(school);
    for (const auto& [school, logs] : state.space.log_counts)
        if (!state.roster.is_member(school))
            state.closed_before.insert(school);
    looked_at.insert(state.closed_before.begin(), state.closed_before.end());
    if (looked_at.empty())
        return;
    for (const LogId& id : state.space.known_logs) {
        const LogRecord& record = *logbook_.find(id);
        if (looked_at.count(record.descriptor.school) == 0)
            continue;
        logbook_.set_cut(id, CutSource::closing, closing_of(record.descriptor, id));
        update_item(record);
    }
}

const std::map<LogId, LogSize>&
Networks::farewell_to(const SchoolId& school, const SpaceId& space) {
    static const std::map<LogId, LogSize> nothing;
    NetworkState* state = of_space(space);
    if (state == nullptr || state->roster.is_member(school))
        return nothing;
    const auto closed = state->roster.closed.find(school);
    if (closed == state->roster.closed.end())
        return nothing;
    auto& [folds, parts] = state->farewells[school];
    if (folds == state->folds)
        return parts;
    folds = state->folds;
    parts.clear();
    const std::set<RevisionId> told = state->operations.with_past(closed->second.told_by);
    for (const auto& [log, places] : state->placed)
        for (const auto& [position, id] : places)
            if (told.count(id) > 0)
                parts.insert_or_assign(log, LogSize{position.value + 1});
    return parts;
}

/// A chain that takes the place of another may end keys, and say how far their logs count.
void Networks::chain_changed(const SchoolId& school) {
    for (auto& [network, state] : networks_) {
        for (const LogId& id : state.space.known_logs) {
            const LogRecord& record = *logbook_.find(id);
            if (record.descriptor.school != school)
                continue;
            find_cuts(id);
            recount_operations(state, record);
            update_item(record);
        }
        for (const auto& [log, fork] : state.forks) {
            if (fork.first.school == school && counts(state, fork.first))
                spaces_.put_item(state.space, fork.second);
            else if (fork.first.school == school)
                state.space.items.remove(fork.second.id);
        }
        if (state.roster.ever_admitted.count(school) > 0)
            refold(state);
    }
}

/// After what counts of a log has changed; true when other operations count than before. The same
/// operation may stand in another log too, where its author has written it again.
bool Networks::recount_operations(NetworkState& state, const LogRecord& record) {
    if (record.descriptor.channel != log::Channel::governance)
        return false;
    const Position end =
        record.cut ? record.cut->position : Position{std::numeric_limits<std::uint64_t>::max()};
    auto& places = state.placed[record.id];
    auto& aside = state.aside[record.id];
    bool has_changed = false;
    for (auto at = aside.begin(); at != aside.end() && at->first < end; at = aside.erase(at)) {
        auto operation = network::parse_operation(at->second.operation);
        ensure(operation.has_value());
        places.emplace(at->first, at->second.id);
        state.operations.add({at->second.id, record.descriptor.school, std::move(*operation)});
        has_changed = true;
    }
    std::set<RevisionId> voided;
    for (auto at = places.lower_bound(end); at != places.end(); at = places.erase(at)) {
        const network::PlacedOperation* placed = state.operations.find(at->second);
        ensure(placed != nullptr);
        aside.try_emplace(
            at->first,
            NetworkState::SetAside{at->second, network::encode_operation(placed->operation)}
        );
        voided.insert(at->second);
    }
    for (const auto& [other, counted] : state.placed) {
        for (const auto& [position, id] : counted)
            voided.erase(id);
    }
    for (const RevisionId& id : voided)
        state.operations.remove(id);
    return has_changed || !voided.empty();
}

void Networks::fork_proven(
    const log::LogDescriptor& descriptor, const LogId& id, const wire::Item& item
) {
    NetworkState* state = of_space(descriptor.space);
    const LogRecord* record = logbook_.find(id);
    if (state == nullptr)
        return;
    const bool had_forked = has_forked_governance(*state);
    state->forks.insert_or_assign(id, std::pair(descriptor, item));
    const bool has_changed = record != nullptr && recount_operations(*state, *record);
    // An author may prove one fork after the other; most of them change nothing here.
    if (has_changed || had_forked != has_forked_governance(*state))
        refold(*state);
    if (counts(*state, descriptor))
        spaces_.put_item(state->space, item);
    if (record != nullptr)
        update_item(*record);
}

/// The whole line anew: a school whose admission was void has nothing on it.
void Networks::list_again(NetworkState& state) {
    state.space.items = {};
    for (const LogId& id : state.space.logs)
        update_item(*logbook_.find(id));
    for (const auto& [subject, notice] : notices_) {
        if (notice.notice.space == state.space.id && counts(state, notice))
            state.space.items.put(item_of(subject, notice));
    }
    for (const auto& [log, fork] : state.forks) {
        if (counts(state, fork.first))
            state.space.items.put(fork.second);
    }
}

} // namespace staffroom::replica
