#include "protocol/replica/transfer/cut_logs.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/tree_range.hpp"

namespace staffroom::replica {
namespace {

constexpr std::chrono::seconds search_again_after{20};

std::uint64_t documents_in(const LoadedChunk& chunk) {
    std::uint64_t count = 0;
    for (const LoadedEntry& entry : chunk.entries) {
        const auto header = log::parse_header(*entry.header);
        count += header && log::begins_document(*header) ? 1U : 0U;
    }
    return count;
}

} // namespace

void CutLogs::log_cut(const LogId& id) {
    const LogRecord* record = logbook_.find(id);
    if (record == nullptr)
        return;
    astray_.erase(id);
    if (!record->cut) { // It counts whole again.
        looks_.erase(id);
        logbook_.set_documents_beyond(id, 0);
        return;
    }
    looks_.insert_or_assign(id, Look{false, record->cut->position.value});
}

void CutLogs::pump() {
    for (auto at = looks_.begin(); at != looks_.end();) {
        Look& look = at->second;
        const LogRecord* record = logbook_.find(at->first);
        if (look.loading || record->stores_under_way > 0 || read_on(*record, look)) {
            ++at;
            continue;
        }
        logbook_.set_documents_beyond(at->first, look.documents);
        at = looks_.erase(at);
    }
}

bool CutLogs::read_on(const LogRecord& record, Look& look) {
    if (!record.cut) // it counts whole again
        return false;
    const LogSize fork{record.cut->position.value};
    const LogSize stored = record.durable.stored;
    if (!look.prefix_seen && fork.value > 0 && stored >= fork) {
        look.loading = context_.load(LoadRanges{record.id, {{LogSize{0}, fork}}});
        return true;
    }
    if (look.next >= stored.value)
        return false;
    look.loading = context_.load(LoadChunk{
        record.id,
        Position{look.next},
        stored,
        stored,
        limits::chunk_entries_max,
        limits::chunk_bytes_target,
        false});
    return true;
}

void CutLogs::load_finished(LoadId load, const Result<Loaded>& outcome) {
    const auto at = std::find_if(looks_.begin(), looks_.end(), [&](const auto& entry) {
        return entry.second.loading == load;
    });
    if (at == looks_.end())
        return;
    Look& look = at->second;
    look.loading.reset();
    const LogRecord& record = *logbook_.find(at->first);
    const auto* ranges = outcome ? std::get_if<LoadedRanges>(&*outcome) : nullptr;
    const auto* chunk = outcome ? std::get_if<LoadedChunk>(&*outcome) : nullptr;
    if (ranges != nullptr && !look.prefix_seen) {
        look.prefix_seen = true;
        const auto root = log::root_of<log::Blake2b256>(ranges->ranges.front());
        const Position size{ranges->ranges.front().end.value};
        if (!root || !record.cut || record.cut->position != size)
            return; // it was cut again meanwhile, and is looked at anew
        if (record.cut->source == CutSource::closing) {
            // What a closing says of a log is the word of another school, and proves no history.
            // With its root on our line, two histories would look the same for ever.
            logbook_.note_root(record.id, size, *root);
            if (SpaceState* space = spaces_.find(record.descriptor.space))
                space->update_item(record);
        } else if (*root != record.cut->root) {
            astray_.insert_or_assign(record.id, context_.now);
            search(record);
        }
    } else if (chunk != nullptr && !chunk->entries.empty()) {
        look.documents += documents_in(*chunk);
        look.next = chunk->begin.value + chunk->entries.size();
    } else {
        looks_.erase(at); // A damaged place: what counts is known without it.
    }
}

void CutLogs::search(const LogRecord& record) {
    for (auto& [id, link] : links_.all()) {
        if (!link.is_open())
            continue;
        // A neighbour that knows of the fork holds the part that counts, or will say that it does
        // not.
        const LinkSpace* space = link.space(record.descriptor.space);
        if (space != nullptr && space->remote_is_member)
            finder_.contradicted(link, record, record.counted());
    }
}

void CutLogs::tick() {
    for (auto& [id, last] : astray_) {
        if (context_.now - last < search_again_after)
            continue;
        last = context_.now;
        search(*logbook_.find(id));
    }
}

} // namespace staffroom::replica
