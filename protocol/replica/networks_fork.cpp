// What a proven fork does to a network: its item on the line, and governance that no longer counts.
// Declared in networks.hpp.                                                               [S15],
// [N3]
#include "protocol/replica/networks.hpp"

namespace staffroom::replica {

/// The same operation may stand in another log too, where its author has written it again.
bool Networks::void_operations(NetworkState& state, const LogId& log, Position from) {
    auto& places = state.placed[log];
    std::set<RevisionId> voided;
    for (auto at = places.lower_bound(from); at != places.end(); at = places.erase(at))
        voided.insert(at->second);
    for (const auto& [other, counted] : state.placed) {
        for (const auto& [position, id] : counted)
            voided.erase(id);
    }
    for (const RevisionId& id : voided)
        state.operations.remove(id);
    return !voided.empty();
}

void Networks::log_frozen(
    const log::LogDescriptor& descriptor, const LogId& id, const wire::Item& item
) {
    NetworkState* state = find_space(descriptor.space);
    const LogRecord* record = logbook_.find(id);
    if (state == nullptr)
        return;
    state->forks.insert_or_assign(id, std::pair(descriptor.school, item));
    if (descriptor.channel == log::Channel::governance) {
        // An author may prove one fork after the other; most of them change nothing here.
        const bool is_first = state->operations.pass_over_missing();
        const bool has_voided = record != nullptr && record->frozen &&
                                void_operations(*state, id, record->frozen->position);
        if (is_first || has_voided)
            refold(*state);
    }
    if (state->roster.ever_admitted.count(descriptor.school) > 0)
        put_item(*state, item);
    if (record != nullptr)
        update_item(*record);
}

/// The whole line anew: a school whose admission was void has nothing on it.
void Networks::list_again(NetworkState& state) {
    state.items = {};
    const std::set<SchoolId>& schools = state.roster.ever_admitted;
    for (const LogId& id : state.logs)
        update_item(*logbook_.find(id));
    for (const auto& [subject, notice] : notices_) {
        if (notice.notice.space == state.space() && state.roster.is_member(notice.notice.school))
            state.items.put(item_of(subject, notice));
    }
    for (const auto& [log, fork] : state.forks) {
        if (schools.count(fork.first) > 0)
            state.items.put(fork.second);
    }
}

} // namespace staffroom::replica
