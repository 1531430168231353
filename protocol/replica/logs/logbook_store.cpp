// The stores of the logbook and their answers: see logbook.hpp.
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/replica/logs/logbook.hpp"
#include "protocol/replica/logs/record_files.hpp"

#include <algorithm>

namespace staffroom::replica {

StoreId Logbook::fill_bodies(std::vector<BodyFill> fills) {
    StoreBatch batch;
    batch.bodies = fills;
    return send_store(std::move(batch), UnderWay{{}, {}, std::move(fills), {}}, false);
}

StoreId Logbook::store_rows(std::vector<Row> rows) {
    StoreBatch batch;
    batch.rows = std::move(rows);
    return send_store(std::move(batch), {}, false);
}

StoreId Logbook::send_store(StoreBatch batch, UnderWay under_way, bool is_own) {
    const StoreId id{++context_.last_store};
    for (const Row& row : batch.rows) {
        const bool falls_with_own = row.kind == RowKind::own || row.kind == RowKind::origin;
        const bool falls =
            (is_own && falls_with_own) ||
            ((row.kind == RowKind::files_wanted || row.kind == RowKind::newer_entries) &&
             !batch.appends.empty());
        if (!falls)
            under_way.rows.push_back(row);
    }
    under_way_.emplace(id, std::move(under_way));
    context_.emit(Store{id, std::move(batch), is_own ? mark() : std::vector<MarkedLog>()});
    return id;
}

Logbook::Finished Logbook::store_finished(StoreId id, bool succeeded) {
    const auto at = under_way_.find(id);
    if (at == under_way_.end())
        return {};
    UnderWay under_way = std::move(at->second);
    under_way_.erase(at);
    ++changes_;

    for (const Row& row : under_way.rows) {
        if (succeeded)
            unsaved_.erase({row.kind, row.key});
        else
            unsaved_.insert_or_assign({row.kind, row.key}, row.value);
    }
    Finished finished;
    for (LogState& after : under_way.afters) {
        LogRecord& record = logs_.at(after.id);
        --writing_;
        if (--record.stores_under_way == 0)
            record.recovering = false;
        if (!succeeded) {
            // The stores behind it in the queue fail as well: they no longer follow.
            record.proven = record.durable;
            record.newer_entries -= under_way.newer[after.id];
            record.without_body.erase(
                record.without_body.lower_bound(Position{record.durable.stored.value}),
                record.without_body.end()
            );
            record.recovering = record.stores_under_way > 0;
            finished.failed.push_back(after.id);
            continue;
        }
        Growth growth{after.id, record.durable.stored, after.stored, {}, {}, {}};
        growth.live = std::move(under_way.live[after.id]);
        growth.with_files = std::move(under_way.with_files[after.id]);
        for (GovernancePayload& payload : under_way.governance) {
            if (payload.log == after.id)
                growth.governance.push_back(std::move(payload));
        }
        if (after.head.head.size > record.head.head.size)
            record.head = after.head;
        record.durable = std::move(after);
        record.known_to_disk = true;
        record.is_contradicted = false;
        finished.growths.push_back(std::move(growth));
    }
    if (succeeded) {
        for (const BodyFill& fill : under_way.fills)
            logs_.at(fill.log).without_body.erase(fill.position);
        for (const BodyFill& fill : under_way.fills)
            finished.filled.emplace_back(fill.log, fill.position);
        finished.late = late_growths(under_way.fills);
    }
    return finished;
}

std::optional<BodyState>
Logbook::withheld_state(const SpaceId& space, const RecordName& name) const {
    return withheld_ == nullptr ? std::nullopt : withheld_->state_of(space, {name});
}

std::optional<BodyState> Logbook::withheld_state(
    const log::LogDescriptor& descriptor, ByteView header, const BodyBytes& body
) const {
    if (withheld_ == nullptr)
        return std::nullopt;
    const SpaceId& space = descriptor.space;
    EntryNames names{{descriptor.school, log::revision_id(header)}};
    if (withheld_->withholds_carried(space))
        names.carried = carried_name(header, body);
    return withheld_->state_of(space, names);
}

bool Logbook::withholds_files(const SpaceId& space, const EntryNames& names) const {
    return withheld_ != nullptr && withheld_->keeps_no_files(space, names);
}

/// Leaves out the bodies that must not be kept: a neighbour may not have heard of the order, or
/// lie, and an order comes before its record where a disk was put back. [E3]
void Logbook::drop_withheld(LogRecord& record, Position begin, std::vector<NewEntry>& entries)
    const {
    if (record.descriptor.channel != log::Channel::records)
        return;
    const SpaceId& space = record.descriptor.space;
    const bool may_carry = withheld_ != nullptr && withheld_->withholds_carried(space);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        NewEntry& entry = entries[i];
        const RecordName name{record.descriptor.school, entry.revision};
        auto state = entry.state == BodyState::none ? std::nullopt : withheld_state(space, name);
        // The attack: words that had to go come back in another school's entry, which carries them.
        if (!state && may_carry && entry.state == BodyState::have)
            state = withheld_state(record.descriptor, *entry.header, entry.body);
        if (!state)
            continue;
        entry.state = *state;
        entry.body = {};
        record.without_body[Position{begin.value + i}] = *state;
    }
}

void Logbook::note_state(const LogId& id, Position position, BodyState state) {
    LogRecord* record = find(id);
    if (record == nullptr)
        return;
    record->without_body[position] = state;
    ++changes_;
}

/// Returns the growths of logs by operations whose payloads came after their entries.
std::vector<Growth> Logbook::late_growths(std::span<const BodyFill> fills) const {
    std::vector<Growth> late;
    for (const BodyFill& fill : fills) {
        const LogRecord& record = logs_.at(fill.log);
        if (record.descriptor.channel != log::Channel::governance)
            continue;
        Growth growth{fill.log, record.durable.stored, record.durable.stored, {}, {}, {}};
        growth.governance.push_back(
            {fill.log, fill.position, record.descriptor.school, fill.revision, fill.body.encoded}
        );
        late.push_back(std::move(growth));
    }
    return late;
}

std::vector<Row> Logbook::take_unsaved() {
    std::vector<Row> rows;
    for (auto& [name, value] : std::exchange(unsaved_, {}))
        rows.push_back({name.first, name.second, value});
    return rows;
}

std::vector<MarkedLog> Logbook::mark() const {
    std::vector<MarkedLog> marked;
    for (const LogId& id : own_logs_) {
        const LogState& state = logs_.at(id).proven;
        if (state.stored.value == 0)
            continue;
        const auto root = log::root_of<log::Blake2b256>(state.frontier);
        ensure(root.has_value());
        marked.push_back({id, state.stored, *root});
    }
    return marked;
}

} // namespace staffroom::replica
