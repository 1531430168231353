#include "node/services/search/indexer.hpp"

#include "node/services/markdown/search_text.hpp"
#include "node/services/publishing/publishing.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

/// The most entries of one batch, which keeps a pool thread for some tens of milliseconds; other
/// jobs run between two.
constexpr std::size_t batch_entries_max = 128;
constexpr std::size_t batch_bytes_max = std::size_t{256} * 1024;
constexpr std::size_t queue_page = 64;
constexpr std::size_t missing_page = 256;
/// The most rebuilds: damage that comes back at once is the disk's, and building again would not
/// help.
constexpr unsigned rebuilds_max = 3;
/// The batches before memory is given back: a few records leave nothing that is worth giving back.
constexpr std::size_t batches_before_rest_min = 8;

std::map<SchoolId, std::string>
school_names(const replica::Replica& replica, const std::string& own_name) {
    std::map<SchoolId, std::string> names;
    for (const replica::NetworkStatus& network : replica.networks())
        for (const replica::MemberStatus& member : network.members)
            if (!member.name.empty())
                names[member.school] = member.name;
    names.try_emplace(replica.school(), own_name);
    return names;
}

/// Returns the header of an entry that begins or revises a record; nothing for an operation, what
/// is carried for another network, or a newer version's.
std::optional<log::EntryHeader> record_header(ByteView bytes) {
    auto header = log::parse_header(bytes);
    if (!header || !is_shown_entry(*header))
        return std::nullopt;
    return std::move(*header);
}

} // namespace

Indexer::Indexer(IndexerParts parts, std::string own_name)
    : parts_(std::move(parts))
    , own_name_(std::move(own_name)) {}

// ----------------------------------------------------------------------------- the network thread

void Indexer::wake() {
    begins_ = true;
    is_wanted_ = true;
    is_held_ = false;
    if (!is_running_)
        start();
}

void Indexer::count_pending() {
    note_pending(known_logs(parts_.core.replica()));
}

void Indexer::look_again(const std::vector<RevisionId>& documents) {
    again_.insert(again_.end(), documents.begin(), documents.end());
    wake();
}

void Indexer::rebuild() {
    rebuild_wanted_ = true;
    wake();
}

Indexer::Progress Indexer::progress() const {
    const std::lock_guard lock(mutex_);
    return progress_;
}

void Indexer::start() {
    if (is_stopped_)
        return;
    is_running_ = true;
    is_wanted_ = false;
    const replica::Replica& replica = parts_.core.replica();
    const auto snapshot = std::make_shared<const Snapshot>(Snapshot{
        known_logs(replica),
        school_names(replica, own_name_),
        std::exchange(again_, {}),
        std::exchange(rebuild_wanted_, false),
        std::exchange(begins_, false)});
    note_pending(snapshot->logs);
    const auto more = std::make_shared<Result<bool>>(false);
    parts_.core.run_blocking(
        [this, snapshot, more] { *more = perform(*snapshot); }, [this, more] { finish(*more); }
    );
}

void Indexer::finish(const Result<bool>& more) {
    is_running_ = false;
    if (more) {
        told_.reset();
        rebuilds_ = 0;
        is_wanted_ = is_wanted_ || *more;
        if (is_held_)
            count_pending();
        else if (is_wanted_)
            start();
        return;
    }
    if (std::exchange(told_, more.error().code) != more.error().code)
        parts_.trace.event(
            node::TraceLevel::warning,
            "search.index-failed",
            {{"why", std::string(errc_name(more.error().code))}, {"detail", more.error().detail}}
        );
    // Other trouble (a full disk) is tried again at the next wake.
    if (more.error().code == Errc::corrupt && rebuilds_ < rebuilds_max) {
        ++rebuilds_;
        rebuild();
    }
}

// --------------------------------------------------------------------------------------- the pool

Result<bool> Indexer::perform(const Snapshot& snapshot) {
    auto more = perform_batch(snapshot);
    // Notes on the way may not have been written.
    if (!more)
        is_loaded_ = false;
    return more;
}

Result<bool> Indexer::perform_batch(const Snapshot& snapshot) {
    if (auto ready = prepare(snapshot); !ready)
        return fail(ready.error());
    if (auto updated = parts_.library.update(snapshot.logs); !updated)
        return fail(updated.error());
    Work work;
    note_names(snapshot, work);
    for (const LogExtent& extent : snapshot.logs)
        if (auto done = collect_entries(extent, work); !done)
            return fail(done.error());
    collect_carried(work);
    if (auto done = collect_arrived(snapshot, work); !done)
        return fail(done.error());
    if (auto done = add_updates(work); !done)
        return fail(done.error());
    if (auto done = add_queued(work); !done)
        return fail(done.error());
    if (parts_.ask_for_room && !work.batch.documents.empty())
        if (auto room = parts_.ask_for_room(work.bytes); !room)
            return fail(room.error());
    if (auto written = parts_.index.write(work.batch); !written)
        return fail(written.error());
    return settle(snapshot, work);
}

/// Opens the index, and begins it anew when it is not this store's.
Result<void> Indexer::prepare(const Snapshot& snapshot) {
    looks_for_missing_ = looks_for_missing_ || snapshot.begins;
    if (auto opened = parts_.index.open(); !opened)
        return opened;
    if (snapshot.rebuild) {
        is_loaded_ = false;
        if (auto rebuilt = parts_.index.rebuild(); !rebuilt)
            return rebuilt;
    }
    if (is_loaded_)
        return {};
    auto cursors = parts_.index.cursors();
    auto names = parts_.index.school_names();
    if (!cursors || !names)
        return fail(cursors ? names.error() : cursors.error());
    const std::vector<LogId> stored = parts_.core.store().logs();
    const bool is_ours = std::ranges::all_of(*cursors, [&](const auto& cursor) {
        return std::ranges::find(stored, cursor.first) != stored.end();
    });
    if (!is_ours) {
        if (auto rebuilt = parts_.index.rebuild(); !rebuilt)
            return rebuilt;
        cursors->clear();
        names->clear();
    }
    names_ = std::move(*names);
    is_loaded_ = true;
    const std::lock_guard lock(mutex_);
    cursors_ = std::move(*cursors);
    return {};
}

void Indexer::note_names(const Snapshot& snapshot, Work& work) {
    for (const auto& [school, name] : snapshot.names) {
        const auto known = names_.find(school);
        if (known != names_.end() && known->second == name)
            continue;
        work.batch.school_names[school] = name;
        names_[school] = name;
    }
}

/// Collects documents that somebody asked for, and those whose missing words have come meanwhile.
Result<void> Indexer::collect_arrived(const Snapshot& snapshot, Work& work) {
    work.forced.insert(snapshot.again.begin(), snapshot.again.end());
    if (!looks_for_missing_)
        return {};
    auto missing = parts_.index.missing(missing_after_, missing_page);
    if (!missing)
        return fail(missing.error());
    for (const storage::MissingWords& each : *missing) {
        const auto found = parts_.library.entries().find(each.revision);
        if (!found && found.error().code != Errc::not_found)
            return fail(found.error());
        if (!found || found->state != replica::BodyState::missing)
            work.forced.insert(each.document);
    }
    looks_for_missing_ = missing->size() == missing_page;
    missing_after_.reset();
    if (looks_for_missing_)
        missing_after_ = missing->back().revision;
    return {};
}

Result<void> Indexer::collect_entries(const LogExtent& extent, Work& work) {
    LogSize done{0};
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = cursors_.find(extent.log); known != cursors_.end())
            done = known->second;
    }
    if (done == extent.stored || work.is_full)
        return {};
    // A salvaged store may have lost the end of a log; a school that is out has it set aside.
    if (done > extent.stored) {
        work.batch.cursors.insert_or_assign(extent.log, extent.stored);
        return collect_withdrawn(extent, done, work);
    }
    Result<void> walked = parts_.core.store().for_each_entry(
        extent.log,
        Position{done.value},
        [&](const storage::EntryReader::VisitedEntry& entry) -> Result<bool> {
            done = LogSize{entry.position.value + 1};
            if (const auto header = record_header(entry.row.header)) {
                const RevisionId revision = log::revision_id(entry.row.header);
                work.batch.places.emplace_back(revision, extent.space);
                work.documents.insert(header->document.value_or(revision));
                work.arrived_bytes += header->plain_length;
            }
            work.is_full = work.batch.places.size() >= batch_entries_max ||
                           work.arrived_bytes >= batch_bytes_max;
            return done < extent.stored && !work.is_full;
        }
    );
    work.batch.cursors.insert_or_assign(extent.log, done);
    return walked;
}

/// Collects what is shown of other networks since the last batch, and what of them is no longer.
void Indexer::collect_carried(Work& work) {
    for (const auto& changed : parts_.library.entries().take_changed(batch_entries_max)) {
        work.batch.places.emplace_back(changed.revision, changed.space);
        work.documents.insert(changed.document);
    }
}

/// Collects documents of which something is shown no longer.
Result<void> Indexer::collect_withdrawn(const LogExtent& extent, LogSize before, Work& work) {
    const auto look = [&](const storage::EntryReader::VisitedEntry& entry) -> Result<bool> {
        if (const auto header = record_header(entry.row.header))
            work.forced.insert(header->document.value_or(log::revision_id(entry.row.header)));
        return entry.position.value + 1 < before.value;
    };
    return parts_.core.store().for_each_entry(extent.log, Position{extent.stored.value}, look);
}

/// Adds the updates of what has just come, then of what is to be looked at again. One document may
/// have as much text as many batches, in versions side by side: the part beyond one batch waits in
/// the index itself.
Result<void> Indexer::add_updates(Work& work) {
    std::vector<RevisionId> documents(work.documents.begin(), work.documents.end());
    std::ranges::copy_if(work.forced, std::back_inserter(documents), [&](const RevisionId& each) {
        return !work.documents.contains(each);
    });
    for (const RevisionId& document : documents) {
        if (work.bytes >= batch_bytes_max)
            work.batch.queue.push_back(document);
        else if (auto done = add_update(document, work); !done)
            return done;
    }
    return {};
}

/// Adds queued documents, one at least, or newly arriving ones would keep them waiting.
Result<void> Indexer::add_queued(Work& work) {
    const auto queued = parts_.index.queued(queue_page);
    if (!queued)
        return fail(queued.error());
    std::set<RevisionId> updated;
    for (const storage::DocumentUpdate& update : work.batch.documents)
        updated.insert(update.document);
    for (const RevisionId& document : *queued) {
        if (!updated.insert(document).second)
            continue;
        work.forced.insert(document);
        if (auto done = add_update(document, work); !done)
            return done;
        if (work.bytes >= batch_bytes_max)
            break;
    }
    // A finished document need not wait, although it was put back a moment ago.
    std::erase_if(work.batch.queue, [&](const RevisionId& each) { return updated.contains(each); });
    return {};
}

Result<void> Indexer::add_update(const RevisionId& document, Work& work) {
    const std::vector<RevisionId> heads =
        parts_.library.as(Reader::node_itself()).visible_heads(document);
    if (!work.forced.contains(document)) {
        const auto indexed = parts_.index.indexed(document);
        if (!indexed)
            return fail(indexed.error());
        if (*indexed == heads)
            return {};
    }
    storage::DocumentUpdate update{document, {}, {}};
    for (const RevisionId& head : heads)
        if (auto done = add_head(head, work, update); !done)
            return done;
    work.batch.documents.push_back(std::move(update));
    return {};
}

/// Adds a revision; one without words that can be read (erased, refused, written wrongly) has no
/// row.
Result<void>
Indexer::add_head(const RevisionId& revision, Work& work, storage::DocumentUpdate& update) {
    const auto found = parts_.library.entries().read_body(revision);
    if (!found)
        return found.error().code == Errc::not_found ? Result<void>() : fail(found.error());
    const auto header = record_header(*found->header);
    if (found->state == replica::BodyState::missing)
        update.missing.push_back(revision);
    if (!header || found->state != replica::BodyState::have)
        return {};
    const auto body =
        records::decode_body(header->codec, header->plain_length, *found->body.encoded);
    if (!body)
        return {};
    update.heads.push_back(
        {revision,
         header->kind,
         header->reach,
         header->school,
         header->clock,
         search_facets(*body),
         search_words(*body)}
    );
    work.bytes += header->plain_length;
    return {};
}

/// Notes what has been written; returns true when there is more to do.
Result<bool> Indexer::settle(const Snapshot& snapshot, const Work& work) {
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [log, size] : work.batch.cursors)
            cursors_.insert_or_assign(log, size);
    }
    const auto backlog = parts_.index.backlog();
    if (!backlog)
        return fail(backlog.error());
    {
        const std::lock_guard lock(mutex_);
        backlog_ = *backlog;
    }
    note_pending(snapshot.logs);
    const bool has_more = progress().pending > 0 || work.is_full || looks_for_missing_ ||
                          parts_.library.entries().has_changed();
    if (++batches_ >= batches_before_rest_min && !has_more) {
        batches_ = 0;
        parts_.index.rest();
        if (parts_.rested)
            parts_.rested();
    }
    return has_more;
}

void Indexer::note_pending(const std::vector<LogExtent>& logs) {
    const std::lock_guard lock(mutex_);
    std::uint64_t pending = backlog_.queued;
    for (const LogExtent& extent : logs) {
        const auto known = cursors_.find(extent.log);
        const std::uint64_t done = known == cursors_.end() ? 0 : known->second.value;
        pending += extent.stored.value > done ? extent.stored.value - done : 0;
    }
    progress_ = {pending, backlog_.missing};
}

} // namespace staffroom::services
