#include "protocol/replica/logs/own_logs.hpp"

#include "protocol/agreement/crossing.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/records/body.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

using log::Channel;
using log::EntryHeader;

Bytes place_key(const SpaceId& space, Channel channel) {
    Bytes key = to_bytes(as_view("log"));
    append(key, space.view());
    key.push_back(static_cast<std::uint8_t>(channel));
    return key;
}

bool marks_state(const MarkedLog& marked, const LogState& state) {
    const auto root = log::root_of<log::Blake2b256>(state.frontier);
    return root.has_value() && marked.size == state.stored && marked.root == *root;
}

} // namespace

bool OwnLogs::is_own(const log::LogDescriptor& descriptor) const {
    return descriptor.school == context_.school &&
           descriptor.node_key == context_.keys.signing.public_key();
}

void OwnLogs::begin(const Image& image, std::span<const MarkedLog> run_mark) {
    for (const Row& row : image.rows) {
        constexpr std::size_t key_bytes = 3 + 32 + 1;
        if (row.kind != RowKind::own || row.key.size() != key_bytes || row.key[0] != 'l')
            continue;
        const auto space = SpaceId::from(ByteView(row.key).subspan(3, 32));
        const auto channel = log::parse_channel(row.key.back());
        const auto id = LogId::from(row.value);
        const LogRecord* record = id ? logbook_.find(*id) : nullptr;
        if (!channel || record == nullptr)
            continue;
        const Place place{*space, *channel};
        // A log of a key that this node had before is cited, never gone on with.
        const bool may_go_on = !record->cut || !ends_log(record->cut->source);
        const bool goes_on = may_go_on && is_own(record->descriptor) &&
                             std::any_of(run_mark.begin(), run_mark.end(), [&](const auto& marked) {
                                 return marked.log == *id && marks_state(marked, record->durable);
                             });
        if (goes_on) {
            current_.emplace(place, *id);
            current_ids_.insert(*id);
            logbook_.own(*id);
        } else {
            predecessor_.emplace(place, *id);
        }
    }
}

std::optional<LogId> OwnLogs::current_of(const SpaceId& space, Channel channel) const {
    const auto at = current_.find({space, channel});
    return at == current_.end() ? std::nullopt : std::optional(at->second);
}

void OwnLogs::abandon(const LogId& id) {
    for (auto at = current_.begin(); at != current_.end();) {
        if (at->second != id) {
            ++at;
            continue;
        }
        // A log that never got its first entry has nothing to cite; the one before it has.
        if (logbook_.find(id)->durable.stored.value > 0)
            predecessor_.insert_or_assign(at->first, id);
        at = current_.erase(at);
    }
}

void OwnLogs::log_cut(const LogId& id) {
    const LogRecord* record = logbook_.find(id);
    // While we observe nothing is written, and when we may write again all of it counts. A log that
    // has no room goes on as well: another one would take the room of an older one.       [S16]
    if (record == nullptr || !record->cut || !ends_log(record->cut->source))
        return;
    abandon(id);
    current_ids_.erase(id);
}

LogRecord& OwnLogs::current(const Place& place, Draft::Pending& pending, std::vector<Row>& rows) {
    const auto at = current_.find(place);
    if (at != current_.end())
        return *logbook_.find(at->second);

    const log::LogDescriptor descriptor{
        place.first,
        place.second,
        context_.school,
        context_.keys.signing.public_key(),
        context_.random.make<Incarnation>()};
    EntryHeader header{.kind = log::kind_incarnation_start, .school = context_.school};
    header.clock = next_clock();
    header.clock_counter = clock_counter_;
    const auto older = predecessor_.find(place);
    const LogRecord* ended = older == predecessor_.end() ? nullptr : logbook_.find(older->second);
    // A new incarnation of a forked log can cite only what both histories share; with nothing
    // shared, nothing.
    if (ended != nullptr && ended->counted().value > 0) {
        header.predecessors.push_back(
            {ended->descriptor.node_key,
             ended->descriptor.incarnation,
             ended->counted(),
             ended->counted_root()}
        );
    }
    auto bytes = std::make_shared<const Bytes>(log::encode_header(header));
    const RevisionId revision = log::revision_id(*bytes);
    pending.entries.insert(
        pending.entries.begin(), NewEntry{revision, std::move(bytes), BodyState::none, {}}
    );
    for (std::size_t& index : pending.with_files)
        ++index;

    const LogId id = log::log_id(descriptor);
    const log::SignedHead nothing_yet = log::sign_head(
        {id, LogSize{0}, log::empty_root<log::Blake2b256>(), context_.wall}, context_.keys.signing
    );
    LogRecord& record = logbook_.note_head(descriptor, nothing_yet);
    current_.emplace(place, id);
    current_ids_.insert(id);
    logbook_.own(id);
    rows.push_back({RowKind::own, place_key(place.first, place.second), to_bytes(id.view())});
    return record;
}

/// Returns the hybrid clock, never behind what we wrote before, even when the wall clock jumps
/// back. For display only.
WallTime OwnLogs::next_clock() {
    if (context_.wall > clock_) {
        clock_ = context_.wall;
        clock_counter_ = 0;
    } else {
        ++clock_counter_;
    }
    return clock_;
}

Result<RevisionId> OwnLogs::Draft::add_record(const RecordDraft& record) {
    ensure(record.encoded != nullptr);
    if (record.encoded->size() > limits::body_encoded_bytes_max)
        return fail(Errc::too_large, "body");
    Context& context = owner_.context_;
    const Salt salt = context.random.make<Salt>();
    EntryHeader header{.kind = record.kind, .school = context.school};
    header.document = record.document;
    header.parents = record.parents;
    for (const auto& [target, relation] : record.about)
        header.about.push_back({target, relation});
    header.reach = record.reach;
    header.retention = record.retention;
    header.clock = owner_.next_clock();
    header.clock_counter = owner_.clock_counter_;
    header.codec = record.codec;
    header.encoded_length = static_cast<std::uint32_t>(record.encoded->size());
    header.plain_length = record.plain_length;
    header.attachment_bytes = record.attachment_bytes;
    header.commitment = records::commitment(salt, *record.encoded);
    for (const SharingId& link : record.links)
        header.audience.push_back(agreement::reader_mark(link, *header.commitment));
    std::sort(header.audience.begin(), header.audience.end()); // their order tells nothing
    header.pass_on = record.pass_on;
    Bytes bytes = log::encode_header(header);
    if (auto parsed = log::parse_header(bytes); !parsed)
        return fail(parsed.error());
    const RevisionId revision = log::revision_id(bytes);
    NewEntry entry{
        revision,
        std::make_shared<const Bytes>(std::move(bytes)),
        BodyState::have,
        {to_bytes(salt.view()), record.encoded}};
    add(record.space, Channel::records, header, std::move(entry));
    if (record.origin)
        rows_.push_back(*record.origin);
    return revision;
}

RevisionId OwnLogs::Draft::add_operation(const SpaceId& space, Bytes payload) {
    EntryHeader header{
        .kind = log::kind_operation, .critical = true, .school = owner_.context_.school};
    header.clock = owner_.next_clock();
    header.clock_counter = owner_.clock_counter_;
    header.payload = log::Payload{
        static_cast<std::uint32_t>(payload.size()),
        crypto::hash(crypto::HashLabel::payload, payload)};
    auto bytes = std::make_shared<const Bytes>(log::encode_header(header));
    const RevisionId revision = log::revision_id(*bytes);
    auto shared = std::make_shared<const Bytes>(std::move(payload));
    NewEntry entry{revision, std::move(bytes), BodyState::have, {{}, std::move(shared)}};
    add(space, Channel::governance, header, std::move(entry));
    return revision;
}

void OwnLogs::Draft::add(
    const SpaceId& space, Channel channel, const EntryHeader& header, NewEntry entry
) {
    Pending& pending = pending_[{space, channel}];
    pending.documents += log::begins_document(header) ? 1U : 0U;
    // Files in our own space are here or nowhere.
    const bool can_travel = space != log::school_space(owner_.context_.school);
    if (header.attachment_bytes > 0 && can_travel)
        pending.with_files.push_back(pending.entries.size());
    pending.entries.push_back(std::move(entry));
}

void OwnLogs::Draft::add_again(const log::LogDescriptor& from, const LoadedEntry& entry) {
    const auto header = log::parse_header(*entry.header);
    // The start of an incarnation belongs to that incarnation alone.
    if (!header || header->kind == log::kind_incarnation_start)
        return;
    Pending& pending = pending_[{from.space, from.channel}];
    pending.documents += log::begins_document(*header) ? 1U : 0U;
    const bool can_travel = from.space != log::school_space(owner_.context_.school);
    if (header->attachment_bytes > 0 && can_travel)
        pending.with_files.push_back(pending.entries.size());
    pending.entries.push_back(
        {log::revision_id(*entry.header), entry.header, entry.state, entry.body}
    );
}

StoreId OwnLogs::Draft::commit() {
    std::vector<Logbook::OwnAppend> appends;
    for (auto& [place, pending] : pending_) {
        LogRecord& record = owner_.current(place, pending, rows_);
        appends.push_back(
            {record, std::move(pending.entries), pending.documents, std::move(pending.with_files)}
        );
    }
    return owner_.logbook_.append_own(std::move(appends), std::move(rows_));
}

} // namespace staffroom::replica
