#include "protocol/replica/logs/logbook.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/replica/logs/record_files.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

LogState
empty_state(const LogId& id, const log::LogDescriptor& descriptor, const log::SignedHead& head) {
    return {
        id,
        descriptor,
        head,
        LogSize{0},
        {},
        {LogSize{0}, LogSize{0}, {}},
        0,
    };
}

std::vector<GovernancePayload>
payloads_of(const LogState& after, Position begin, std::span<const NewEntry> entries) {
    std::vector<GovernancePayload> payloads;
    if (after.descriptor.channel != log::Channel::governance)
        return payloads;
    Position at = begin;
    for (const NewEntry& entry : entries) {
        // Counts an entry of a later version as no operation, whatever its payload looks like.
        if (entry.state == BodyState::have && log::header_version(*entry.header) == 1)
            payloads.push_back(
                {after.id,
                 at,
                 after.descriptor.school,
                 entry.revision,
                 entry.body.encoded,
                 entry.header,
                 log::written_at(*entry.header)}
            );
        ++at.value;
    }
    return payloads;
}

/// Returns the entries again where they are small enough to be pushed with the head; else none.
std::vector<log::StoredEntry>
live_entries(const LogState& after, std::span<const NewEntry> entries) {
    std::size_t bytes = 0;
    std::vector<log::StoredEntry> live;
    for (const NewEntry& entry : entries) {
        bytes += entry.header->size();
        bytes += entry.state == BodyState::have ? entry.body.encoded->size() : 0;
        live.push_back({entry.header, entry.state, entry.body});
        if (bytes > limits::inline_entry_bytes_max)
            return {};
    }
    if (after.stored != after.head.head.size)
        return {};
    return live;
}

/// Records an entry whose files have to come together with it, so that a start goes on asking.
void add_files_wanted(
    std::vector<Row>& rows, const LogId& log, std::span<const Position> positions
) {
    for (const Position position : positions)
        rows.push_back(files_wanted_row({log, position}, true));
}

Row newer_row(const LogRecord& record) {
    Bytes count;
    append_u64_be(count, record.newer_entries);
    return {RowKind::newer_entries, to_bytes(record.id.view()), std::move(count)};
}

} // namespace

TreeHash LogRecord::counted_root() const {
    if (cut && durable.stored.value >= cut->position.value) {
        const bool is_word = cut->source == CutSource::closing;
        return is_word && root_here && root_here->first == cut->position ? root_here->second
                                                                         : cut->root;
    }
    const auto root = log::root_of<log::Blake2b256>(durable.frontier);
    ensure(root.has_value());
    return *root;
}

void Logbook::restore(const Image& image) {
    for (const LogState& state : image.logs) {
        LogRecord record{state.id, state.descriptor, state.head, state, state};
        record.known_to_disk = true;
        const auto without = image.without_body.find(state.id);
        if (without != image.without_body.end())
            record.without_body = without->second;
        logs_.emplace(state.id, std::move(record));
    }
    for (const Row& row : image.rows) {
        if (row.kind != RowKind::newer_entries || row.key.size() != 32 || row.value.size() != 8)
            continue;
        if (LogRecord* record = find(*LogId::from(row.key)))
            record->newer_entries = read_u64_be(row.value);
    }
}

LogRecord* Logbook::find(const LogId& id) {
    const auto at = logs_.find(id);
    return at == logs_.end() ? nullptr : &at->second;
}

const LogRecord* Logbook::find(const LogId& id) const {
    const auto at = logs_.find(id);
    return at == logs_.end() ? nullptr : &at->second;
}

LogRecord& Logbook::note_head(const log::LogDescriptor& descriptor, const log::SignedHead& head) {
    const LogId id = head.head.log;
    const auto at = logs_.find(id);
    if (at == logs_.end()) {
        ++changes_;
        const LogState empty = empty_state(id, descriptor, head);
        LogRecord& record =
            logs_.emplace(id, LogRecord{id, descriptor, head, empty, empty}).first->second;
        settle_cut(record);
        return record;
    }
    if (head.head.size > at->second.head.head.size) {
        ++changes_;
        at->second.head = head;
    }
    return at->second;
}

void Logbook::set_cut(const LogId& id, CutSource source, const std::optional<Cut>& cut) {
    std::map<CutSource, Cut>& cuts = cuts_[id];
    const auto known = cuts.find(source);
    const bool is_same = cut ? known != cuts.end() && known->second == *cut : known == cuts.end();
    if (!is_same) {
        ++changes_;
        if (cut)
            cuts.insert_or_assign(source, *cut);
        else
            cuts.erase(known);
        cut_changes_.push_back(id);
        if (LogRecord* record = find(id)) {
            settle_cut(*record);
            if (source == CutSource::fork)
                record->is_contradicted = false;
        }
    }
    if (cuts.empty())
        cuts_.erase(id);
}

void Logbook::settle_cut(LogRecord& record) const {
    record.cut.reset();
    record.is_forked = false;
    record.closed_at.reset();
    const auto cuts = cuts_.find(record.id);
    if (cuts == cuts_.end())
        return;
    record.is_forked = cuts->second.count(CutSource::fork) > 0;
    const auto closing = cuts->second.find(CutSource::closing);
    // What we have written ourselves stays with us, whoever else does not see it.
    if (closing != cuts->second.end() && record.descriptor.school != context_.school)
        record.closed_at = closing->second.position;
    for (const auto& [source, cut] : cuts->second) {
        if (!record.cut || cut.position < record.cut->position)
            record.cut = cut;
    }
}

LogSize Logbook::counted_but_for(const LogId& id, CutSource source) const {
    std::uint64_t counted = logs_.at(id).durable.stored.value;
    if (const auto cuts = cuts_.find(id); cuts != cuts_.end()) {
        for (const auto& [other, cut] : cuts->second)
            counted = other == source ? counted : std::min(counted, cut.position.value);
    }
    return LogSize{counted};
}

bool Logbook::note_missing(const LogId& id, Position position) {
    LogRecord* record = find(id);
    if (record == nullptr || !record->without_body.emplace(position, BodyState::missing).second)
        return false;
    ++changes_;
    return true;
}

void Logbook::note_found(const LogId& id, Position position) {
    LogRecord* record = find(id);
    const auto at = record == nullptr ? decltype(record->without_body)::iterator{}
                                      : record->without_body.find(position);
    if (record == nullptr || at == record->without_body.end() || at->second != BodyState::missing)
        return;
    record->without_body.erase(at);
    ++changes_;
}

void Logbook::note_root(const LogId& id, Position size, const TreeHash& root) {
    ++changes_;
    logs_.at(id).root_here.emplace(size, root);
}

void Logbook::set_documents_beyond(const LogId& id, std::uint64_t count) {
    ++changes_;
    logs_.at(id).documents_beyond = count;
}

Result<StoreId>
Logbook::take_chunk(LogRecord& record, const log::SignedHead& head, const wire::Chunk& chunk) {
    if (record.recovering)
        return fail(Errc::busy, "a store failed");
    auto proven = prove_chunk({record.descriptor, record.proven.frontier, head}, chunk);
    if (!proven)
        return fail(proven.error());
    for (const auto& [position, state] : proven->without_body)
        record.without_body[position] = state;
    drop_withheld(record, chunk.begin, proven->entries);
    ++changes_;
    if (!proven->entries.empty())
        look_for_clone(record.descriptor, record.id, *proven->entries.back().header);

    LogState after{
        record.id,
        record.descriptor,
        head,
        proven->frontier.end,
        std::move(proven->frontier),
        std::move(proven->right),
        record.proven.documents + proven->documents,
    };
    UnderWay under_way{{after}, payloads_of(after, chunk.begin, proven->entries), {}, {}};
    StoreBatch batch;
    add_files_wanted(batch.rows, record.id, proven->with_files);
    under_way.with_files.emplace(record.id, std::move(proven->with_files));
    under_way.live.emplace(record.id, live_entries(after, proven->entries));
    if (proven->newer > 0) {
        record.newer_entries += proven->newer;
        under_way.newer.emplace(record.id, proven->newer);
        batch.rows.push_back(newer_row(record));
    }
    record.proven = after;
    ++record.stores_under_way;
    ++writing_;
    batch.appends.push_back(
        {std::move(after), chunk.begin, std::move(proven->entries), std::move(proven->nodes)}
    );
    return send_store(std::move(batch), std::move(under_way), false);
}

/// Looks for entries that a clone of this folder wrote. Clocks of two machines differ a little, and
/// a clock that was years ahead before a restore says nothing of now.
void Logbook::look_for_clone(
    const log::LogDescriptor& descriptor, const LogId& id, ByteView header
) {
    constexpr std::uint64_t ahead_ms_max = 300'000;
    const bool is_of_our_key = descriptor.school == context_.school &&
                               descriptor.node_key == context_.keys.signing.public_key();
    const bool is_ours = std::find(own_logs_.begin(), own_logs_.end(), id) != own_logs_.end();
    if (!is_of_our_key || is_ours || !began_)
        return;
    const auto parsed = log::parse_header(header);
    if (parsed && parsed->clock.ms > began_->ms &&
        parsed->clock.ms <= context_.wall.ms + ahead_ms_max)
        written_elsewhere_.insert(id);
}

StoreId Logbook::append_own(std::vector<OwnAppend> appends, std::vector<Row> rows) {
    StoreBatch batch;
    UnderWay under_way;
    for (OwnAppend& append : appends) {
        LogRecord& record = append.record;
        std::vector<TreeHash> leaves;
        leaves.reserve(append.entries.size());
        for (const NewEntry& entry : append.entries)
            leaves.push_back(log::leaf_hash<log::Blake2b256>(*entry.header));
        LogState after = record.proven;
        std::vector<log::TreeNode> nodes;
        log::append_leaves<log::Blake2b256>(after.frontier, leaves, [&](const log::TreeNode& node) {
            if (node.at.level >= tree_node_level_min)
                nodes.push_back(node);
        });
        const auto root = log::root_of<log::Blake2b256>(after.frontier);
        ensure(root.has_value());
        after.stored = after.frontier.end;
        after.right = {after.stored, after.stored, {}};
        after.documents += append.documents;
        after.head =
            log::sign_head({record.id, after.stored, *root, context_.wall}, context_.keys.signing);
        const Position begin{record.proven.stored.value};
        drop_withheld(record, begin, append.entries);
        for (std::size_t i = 0; i < append.entries.size(); ++i) {
            const BodyState state = append.entries[i].state;
            if (state != BodyState::have && state != BodyState::none)
                record.without_body[Position{begin.value + i}] = state;
        }
        std::vector<Position>& with_files = under_way.with_files[record.id];
        for (const std::size_t index : append.with_files)
            with_files.push_back(Position{begin.value + index});
        add_files_wanted(rows, record.id, with_files);
        record.proven = after;
        ++record.stores_under_way;
        ++writing_;
        for (auto& payload : payloads_of(after, begin, append.entries))
            under_way.governance.push_back(std::move(payload));
        under_way.live.emplace(record.id, live_entries(after, append.entries));
        under_way.afters.push_back(after);
        batch.appends.push_back(
            {std::move(after), begin, std::move(append.entries), std::move(nodes)}
        );
    }
    batch.rows = std::move(rows);
    return send_store(std::move(batch), std::move(under_way), true);
}

} // namespace staffroom::replica
