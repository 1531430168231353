#include "protocol/replica/logs/rewrite.hpp"

#include "protocol/base/limits.hpp"

namespace staffroom::replica {
namespace {

constexpr std::string_view row_prefix = "rewrite";
constexpr std::chrono::seconds again_after{5};

Bytes row_key(const LogId& id) {
    Bytes key = to_bytes(as_view(row_prefix));
    append(key, id.view());
    return key;
}

} // namespace

/// Encodes the row of a job: covered ‖ begin ‖ end of each run.
Row Rewriter::row_of(const LogId& id, const Job& job) {
    Bytes value;
    append_u64_be(value, job.covered);
    for (const Run& run : job.runs) {
        append_u64_be(value, run.begin);
        append_u64_be(value, run.end);
    }
    return {RowKind::own, row_key(id), std::move(value)};
}

Result<void> Rewriter::restore(const Image& image) {
    constexpr std::size_t key_bytes = row_prefix.size() + LogId::size_bytes;
    for (const Row& row : image.rows) {
        const ByteView key(row.key);
        const ByteView value(row.value);
        const bool is_ours = row.kind == RowKind::own && key.size() == key_bytes &&
                             as_text(key.first(row_prefix.size())) == row_prefix &&
                             value.size() % 16 == 8;
        if (!is_ours)
            continue;
        Job job{{}, read_u64_be(value)};
        for (std::size_t at = 8; at < value.size(); at += 16)
            job.runs.push_back({read_u64_be(value.subspan(at)), read_u64_be(value.subspan(at + 8))}
            );
        jobs_.emplace(*LogId::from(key.subspan(row_prefix.size())), std::move(job));
    }
    return {};
}

void Rewriter::log_cut(const LogId& id) {
    const LogRecord* record = logbook_.find(id);
    const bool is_ended = record != nullptr && record->cut && ends_log(record->cut->source);
    if (!is_ended || !own_logs_.is_own(record->descriptor))
        return;
    const std::uint64_t begin = record->cut->position.value;
    const auto at = jobs_.find(id);
    const std::uint64_t end = at == jobs_.end() ? record->proven.stored.value : at->second.covered;
    if (begin >= end)
        return;
    Job& job = jobs_.try_emplace(id, Job{{}, end}).first->second;
    job.runs.push_back({begin, end});
    job.covered = begin;
    rows_.push_back(row_of(id, job));
}

void Rewriter::pump() {
    for (auto& [id, job] : jobs_) {
        const LogRecord* record = logbook_.find(id);
        const bool is_free =
            record != nullptr && !job.runs.empty() && !job.loading && !job.storing &&
            record->stores_under_way == 0 &&
            (job.failed_at == Instant{0} || context_.now - job.failed_at > again_after);
        if (!is_free)
            continue;
        const Run& run = job.runs.front();
        const LogSize stored = record->durable.stored;
        const LogSize end{std::min(run.end, stored.value)};
        if (run.begin >= end.value) {
            // An append of ours was under way when the log was cut, and failed.
            job.runs.erase(job.runs.begin());
            rows_.push_back(row_of(id, job));
            continue;
        }
        job.loading = context_.load(LoadChunk{
            id,
            Position{run.begin},
            end,
            stored,
            limits::chunk_entries_max,
            limits::chunk_bytes_target,
            true});
    }
}

void Rewriter::load_finished(LoadId load, const Result<Loaded>& outcome) {
    for (auto& [id, job] : jobs_) {
        if (job.loading != load)
            continue;
        job.loading.reset();
        const auto* chunk = outcome ? std::get_if<LoadedChunk>(&*outcome) : nullptr;
        if (chunk != nullptr && !chunk->entries.empty())
            write(id, job, *chunk);
        else
            job.failed_at = context_.now;
        return;
    }
}

void Rewriter::advance(Job& job) {
    job.runs.front().begin = job.after;
    if (job.runs.front().begin >= job.runs.front().end)
        job.runs.erase(job.runs.begin());
}

void Rewriter::write(const LogId& id, Job& job, const LoadedChunk& chunk) {
    const log::LogDescriptor& descriptor = logbook_.find(id)->descriptor;
    OwnLogs::Draft draft = own_logs_.draft();
    for (const LoadedEntry& entry : chunk.entries)
        draft.add_again(descriptor, entry);
    job.after = chunk.begin.value + chunk.entries.size();
    Job afterwards = job;
    advance(afterwards);
    draft.add_row(row_of(id, afterwards));
    job.storing = draft.commit();
}

void Rewriter::store_finished(StoreId id, bool succeeded) {
    for (auto& [log, job] : jobs_) {
        if (job.storing != id)
            continue;
        job.storing.reset();
        job.failed_at = succeeded ? Instant{0} : context_.now;
        if (succeeded)
            advance(job);
        return;
    }
}

bool Rewriter::is_busy() const {
    return std::any_of(jobs_.begin(), jobs_.end(), [](const auto& entry) {
        return !entry.second.runs.empty();
    });
}

} // namespace staffroom::replica
