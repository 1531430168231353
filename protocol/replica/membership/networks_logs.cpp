// How many logs of one school count. Declared in networks.hpp.                              [S16]
#include "protocol/log/tree_hash.hpp"
#include "protocol/replica/membership/networks.hpp"

namespace staffroom::replica {

void Networks::update_item(const LogRecord& record) {
    count_log(record);
    if (SpaceState* space = spaces_.find(record.descriptor.space))
        space->update_item(record);
}

/// Puts a log among those of its school that count, or takes it out, and cuts what has no room. A
/// log of which nothing counts for another reason takes no room: a node that heard of that reason
/// first never had the log.
void Networks::count_log(const LogRecord& record) {
    SpaceState* space = spaces_.find(record.descriptor.space);
    if (space == nullptr)
        return;
    SchoolLogs& logs = space->school_logs[{record.descriptor.school, record.descriptor.channel}];
    const bool has_any = logbook_.counted_but_for(record.id, CutSource::number).value > 0;
    for (const LogId& id : has_any ? logs.add(record.id) : logs.remove(record.id)) {
        std::optional<Cut> cut;
        if (logs.is_beyond(id))
            cut = Cut{CutSource::number, Position{0}, log::empty_root<log::Blake2b256>()};
        logbook_.set_cut(id, CutSource::number, cut);
        const LogRecord& changed = *logbook_.find(id);
        space->update_item(changed);
        NetworkState* state = of_space(space->id);
        if (state != nullptr && recount_operations(*state, changed))
            state->is_fold_due = true;
    }
}

/// A log that has no room is not asked for. It is judged again whenever it is offered.
bool Networks::may_be_counted(
    const SpaceState& space, const log::LogDescriptor& descriptor, const LogId& id
) {
    const auto logs = space.school_logs.find({descriptor.school, descriptor.channel});
    return logs == space.school_logs.end() || logs->second.has_room_for(id);
}

/// Operations stand in a log that counts no longer: who never had them must not wait for them. [N3]
bool Networks::has_too_many_logs(const NetworkState& state) {
    return std::ranges::any_of(state.space.school_logs, [&](const auto& entry) {
        const auto& [school, channel] = entry.first;
        return channel == log::Channel::governance && entry.second.is_full() &&
               state.roster.ever_admitted.count(school) > 0;
    });
}

/// Heads without entries cost their author nothing and take no room, but memory here: beyond very
/// many they come slowly. That delays a log and never decides whether it counts.
bool Networks::may_come(const SpaceState& space, const SchoolId& school) {
    if (space.log_count(school) < limits::logs_per_school_max)
        return true;
    if (!log_pace_.may_go(school, context_.now))
        return false;
    log_pace_.went(school, context_.now);
    return true;
}

} // namespace staffroom::replica
