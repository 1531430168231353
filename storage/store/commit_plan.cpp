#include "storage/store/commit_plan.hpp"

namespace staffroom::storage {

using replica::BodyState;

namespace {

constexpr Place no_place{0, 0, 0};

/// The core fetches a body again only while its absence is on record.
bool is_listed_without_body(BodyState state) {
    return state != BodyState::have && state != BodyState::none;
}

} // namespace

Result<void> CommitPlan::add(const replica::StoreBatch& batch) {
    for (const replica::LogAppend& append : batch.appends) {
        if (auto done = add_append(append); !done)
            return done;
    }
    for (const replica::LogState& state : batch.states) {
        if (auto done = add_state(state); !done)
            return done;
    }
    for (const replica::BodyFill& fill : batch.bodies) {
        if (auto done = add_fill(fill); !done)
            return done;
    }
    for (const replica::Row& row : batch.rows)
        add_row(row);
    return {};
}

RowBatch& CommitPlan::finish() {
    if (segments_.has_staged()) {
        Bytes end = encode_segment_end(segments_.end());
        seal_row(segment_end_key().view(), end);
        rows_.put(segment_end_key().view(), end);
    }
    return rows_;
}

void CommitPlan::apply(LogTable& table) const {
    for (const auto& [id, log] : changed_)
        table.set(id, log);
}

KnownLog CommitPlan::known(const replica::LogState& state) const {
    const auto changed = changed_.find(state.id);
    if (changed != changed_.end())
        return changed->second;
    if (auto stored = table_.find(state.id))
        return *stored;
    const LogNumber number =
        highest_new_ ? LogNumber{highest_new_->value + 1} : table_.next_number();
    return {number, LogSize{0}, state.descriptor};
}

Result<void> CommitPlan::add_append(const replica::LogAppend& append) {
    const replica::LogState& after = append.after;
    const KnownLog log = known(after);
    if (append.begin.value != log.stored.value ||
        after.stored.value != append.begin.value + append.entries.size())
        return fail(Errc::out_of_range, "an append that does not begin where its log ends");
    put_log({log.number, after.stored, log.descriptor}, after);
    std::uint64_t position = append.begin.value;
    for (const replica::NewEntry& entry : append.entries) {
        const EntryAddress at{log.number, Position{position}};
        if (auto done = add_entry(at, entry); !done)
            return done;
        if (log.descriptor.channel == log::Channel::governance && entry.state == BodyState::have)
            put_payload(at, entry.body);
        ++position;
    }
    for (const log::TreeNode& node : append.nodes)
        rows_.put(node_key(log.number, node.at).view(), node.hash.view());
    return {};
}

Result<void> CommitPlan::add_state(const replica::LogState& state) {
    const KnownLog log = known(state);
    if (state.stored != log.stored)
        return fail(Errc::out_of_range, "a log state with a stored size that is not the log's");
    put_log(log, state);
    return {};
}

void CommitPlan::put_log(KnownLog log, const replica::LogState& state) {
    if (!table_.find(state.id) && (!highest_new_ || *highest_new_ < log.number))
        highest_new_ = log.number;
    changed_.insert_or_assign(state.id, log);
    const Bytes content = encode_log({log.number, state});
    for (const RowKey& key : {log_key(state.id), log_copy_key(log.number)}) {
        Bytes value = content;
        seal_row(key.view(), value);
        rows_.put(key.view(), value);
    }
}

Result<void> CommitPlan::add_entry(const EntryAddress& at, const replica::NewEntry& entry) {
    const bool has_body = entry.state == BodyState::have;
    Place place = no_place;
    if (has_body) {
        auto placed = place_body(entry.revision, entry.body);
        if (!placed)
            return fail(placed.error());
        place = *placed;
        put_revision(entry.revision, at);
    } else {
        // The revision may stand in another log already, perhaps with its body: that row is worth
        // more.
        auto stands = revisions_.contains(entry.revision)
                          ? Result<bool>(true)
                          : database_.has(revision_key(entry.revision).view());
        if (!stands)
            return fail(stands.error());
        if (!*stands)
            put_revision(entry.revision, at);
        revisions_.try_emplace(entry.revision, std::nullopt);
        bodiless_.emplace(at, entry.header);
    }
    if (is_listed_without_body(entry.state)) {
        const std::array<std::uint8_t, 1> state{static_cast<std::uint8_t>(entry.state)};
        rows_.put(without_body_key(at).view(), state);
    }
    put_entry(at, {entry.state, place, *entry.header});
    return {};
}

Result<void> CommitPlan::add_fill(const replica::BodyFill& fill) {
    const auto log =
        changed_.contains(fill.log) ? std::optional(changed_.at(fill.log)) : table_.find(fill.log);
    if (!log || fill.position.value >= log->stored.value)
        return fail(Errc::not_found, "a body for an entry that is not here");
    const EntryAddress at{log->number, fill.position};
    const auto fresh = bodiless_.find(at);
    std::string row;
    Bytes header;
    if (fresh != bodiless_.end()) {
        header = *fresh->second;
    } else {
        auto value = database_.get(entry_key(at).view());
        if (!value && value.error().code == Errc::not_found)
            return fail(Errc::corrupt, "an entry is not where its log says");
        auto entry = value ? decode_entry(as_view(*value)) : Result<EntryRow>(fail(value.error()));
        if (!entry)
            return fail(entry.error());
        header = to_bytes(entry->header);
    }
    auto place = place_body(fill.revision, fill.body);
    if (!place)
        return fail(place.error());
    put_revision(fill.revision, at);
    if (log->descriptor.channel == log::Channel::governance)
        put_payload(at, fill.body);
    put_entry(at, {BodyState::have, *place, header});
    rows_.remove(without_body_key(at).view());
    return {};
}

void CommitPlan::add_row(const replica::Row& row) {
    const Bytes key = opaque_key(row.kind, row.key);
    if (row.value.empty()) {
        rows_.remove(key);
        return;
    }
    Bytes value = row.value;
    seal_row(key, value);
    rows_.put(key, value);
}

void CommitPlan::put_entry(const EntryAddress& at, const EntryRow& row) {
    encode_entry(scratch_, row);
    rows_.put(entry_key(at).view(), scratch_);
}

/// Operations hold no words of anybody, so a second copy may stand in the database.
void CommitPlan::put_payload(const EntryAddress& at, const replica::BodyBytes& body) {
    const RowKey key = payload_key(at);
    Bytes value = *body.encoded;
    seal_row(key.view(), value);
    rows_.put(key.view(), value);
}

void CommitPlan::put_revision(const RevisionId& revision, const EntryAddress& at) {
    scratch_.clear();
    encode_address(scratch_, at);
    rows_.put(revision_key(revision).view(), scratch_);
}

Result<Place> CommitPlan::place_body(const RevisionId& revision, const replica::BodyBytes& body) {
    const auto seen = revisions_.find(revision);
    if (seen != revisions_.end() && seen->second)
        return *seen->second;
    auto stored = stored_body(revision, body);
    if (!stored)
        return fail(stored.error());
    const Place place = *stored ? **stored : segments_.stage(revision, body);
    revisions_.insert_or_assign(revision, place);
    return place;
}

/// Where this body lies already. Nearly always nothing, which the bloom filter answers.
Result<std::optional<Place>>
CommitPlan::stored_body(const RevisionId& revision, const replica::BodyBytes& body) const {
    auto value = database_.get(revision_key(revision).view());
    if (!value && value.error().code == Errc::not_found)
        return std::nullopt;
    auto at = value ? decode_address(as_view(*value)) : Result<EntryAddress>(fail(value.error()));
    if (!at)
        return fail(at.error());
    auto row = database_.get(entry_key(*at).view());
    if (!row && row.error().code == Errc::not_found)
        return std::nullopt;
    auto entry = row ? decode_entry(as_view(*row)) : Result<EntryRow>(fail(row.error()));
    if (!entry)
        return fail(entry.error());
    // A damaged body is replaced by the one that arrives; a record that was misread serves again.
    const bool may_lie_there = entry->state == BodyState::have ||
                               (entry->state == BodyState::missing && entry->place.length > 0);
    if (!may_lie_there)
        return std::nullopt;
    const auto read = segments_.read({entry->place, revision});
    if (!read || read->salt != body.salt || *read->encoded != *body.encoded)
        return std::nullopt;
    return entry->place;
}

} // namespace staffroom::storage
