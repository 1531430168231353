#include "protocol/replica/files/file_fetch.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"

namespace staffroom::replica {
namespace {

/// A neighbour that promised a file and does not send is given up after this time.
constexpr std::chrono::seconds file_stall_after{60};
/// After the disk refused a piece, files wait; text goes on.
constexpr std::chrono::seconds pause_after_failure{60};
/// Nothing asks again by itself; this round catches what no message announced.
constexpr std::chrono::seconds rewind_every{5};
constexpr std::chrono::minutes second_try_every{5};
/// The number of no link: a job that only looks at what is here.
constexpr LinkId nobody{0};

} // namespace

// ------------------------------------------------------------------------------------------- jobs

void FileFetcher::pump() {
    if (wanted_.is_empty())
        return;
    for (auto at = jobs_.begin(); at != jobs_.end();) {
        const auto current = at++; // a job may end here
        go_on(current->first, current->second);
    }
    if (context_.now < paused_until_)
        return;
    for (auto& [id, link] : links_.all()) {
        if (link.is_open() && may_ask(link))
            pump_link(link);
    }
    // Alone, a node still finds out that it has all files of its own records.
    if (jobs_.empty() && links_.all().empty()) {
        const auto entry = wanted_.take_unseen();
        if (entry && wanted_.counts(*entry))
            begin(nobody, *entry);
        else if (entry)
            wanted_.put_back(*entry);
    }
}

void FileFetcher::pump_link(Link& link) {
    while (jobs_.size() < limits::file_jobs_max) {
        std::set<std::uint32_t> slots;
        for (const auto& [id, job] : jobs_) {
            if (job.link == link.id)
                slots.insert(job.slot);
        }
        if (slots.size() >= limits::file_slots_per_link_max)
            return;
        const auto entry = wanted_.take_next(link);
        if (!entry)
            return;
        begin(link.id, *entry);
    }
}

void FileFetcher::begin(LinkId link, const EntryPlace& entry) {
    const JobId id = ++last_job_;
    std::set<std::uint32_t> taken;
    for (const auto& [other, job] : jobs_) {
        if (job.link == link)
            taken.insert(job.slot);
    }
    Job job{id, entry, logbook_.find(entry.log)->descriptor.space, link};
    while (taken.count(job.slot) > 0)
        ++job.slot;
    job.progress = context_.now;
    jobs_.emplace(id, std::move(job));
    loads_.emplace(context_.load(load_entry(entry)), id);
}

void FileFetcher::load_finished(LoadId load, const Result<Loaded>& outcome) {
    auto node = loads_.extract(load);
    const auto at = node.empty() ? jobs_.end() : jobs_.find(node.mapped());
    if (at == jobs_.end())
        return;
    const auto* chunk = outcome ? std::get_if<LoadedChunk>(&*outcome) : nullptr;
    const bool is_read = chunk != nullptr && !chunk->entries.empty();
    if (is_read) {
        const LoadedEntry& entry = chunk->entries.front();
        const LogRecord* record = logbook_.find(chunk->log);
        at->second.names = names_of(record->descriptor, *entry.header, entry.body);
    }
    if (is_read && is_withheld(at->second, chunk->entries.front().state)) {
        end(at->first, End::complete);
        return;
    }
    if (!is_read || chunk->entries.front().state != BodyState::have) {
        end(at->first, End::in_vain); // until its body has been filled
        return;
    }
    auto files = files_of(*chunk->entries.front().header, chunk->entries.front().body);
    // A body that its author's node wrote wrongly names no files.
    if (!files || files->empty()) {
        end(at->first, End::complete);
        return;
    }
    at->second.files = *files;
    at->second.phase = Phase::finding;
    work(at->first, at->second, FindFiles{std::move(*files)});
}

void FileFetcher::work(JobId id, const Job& job, FileWork what) {
    works_.emplace(context_.work_on_file(std::move(what)), Work{id, job.stream});
}

void FileFetcher::work_finished(FileWorkId id, const Result<FileResult>& outcome) {
    auto node = works_.extract(id);
    const auto at = node.empty() ? jobs_.end() : jobs_.find(node.mapped().job);
    if (at == jobs_.end() || at->second.stream != node.mapped().stream)
        return;
    if (!outcome) {
        paused_until_ = context_.now + pause_after_failure;
        end(at->first, End::failed);
    } else if (const auto* progress = std::get_if<FileProgress>(&*outcome)) {
        progressed(at->first, at->second, *progress);
    } else if (const auto* found = std::get_if<FoundFiles>(&*outcome)) {
        looked(at->first, at->second, *found);
    } else {
        end(at->first, End::failed);
    }
}

void FileFetcher::looked(JobId id, Job& job, const FoundFiles& found) {
    if (found.held.size() != job.files.size()) {
        end(id, End::failed);
        return;
    }
    // A file that another school names is fetched where it names it, although it may be here by a
    // draft or from another network. A member could otherwise name a hash and learn from our
    // silence that we have it.
    const bool is_ours =
        logbook_.find(job.entry.log)->descriptor.school == context_.school && !job.names->carried;
    std::vector<FileName> missing;
    for (std::size_t i = 0; i < job.files.size(); ++i) {
        const FileName& file = job.files[i];
        if (!found.held[i] || !(is_ours || places_.contains(job.space, file.hash)))
            missing.push_back(file);
        else if (places_.add(job.space, file.hash))
            server_.file_arrived(job.space, file.hash);
    }
    job.files = std::move(missing);
    job.phase = Phase::ready;
}

FileFetcher::End FileFetcher::how_it_ended(const Job& job) {
    if (job.is_short)
        return End::in_vain;
    if (!job.blocked_by)
        return End::complete;
    if (transfers_.count({job.space, *job.blocked_by}) == 0)
        return End::failed; // it may be here by now: looked for again at once
    postponed_.push_back({job.entry, job.link});
    return End::in_vain;
}

/// Takes the next step of a job: a job that is ready asks, one that receives asks for more.
void FileFetcher::go_on(JobId id, Job& job) {
    if (job.phase == Phase::ready && job.at == job.files.size()) {
        end(id, how_it_ended(job));
        return;
    }
    if (job.phase == Phase::ready && job.link == nobody) {
        end(id, End::failed);
        return;
    }
    Link* link = links_.find(job.link);
    if (link == nullptr || link->closing)
        return;
    if (!may_ask(*link))
        return;
    if (job.phase == Phase::ready)
        ask_file(job);
    else if (job.phase == Phase::receiving)
        ask_pieces(*link, job);
}

void FileFetcher::ask_file(Job& job) {
    while (job.at < job.files.size() && transfers_.count({job.space, job.files[job.at].hash}) > 0) {
        // Another entry names the same file, and it is on its way.
        job.blocked_by = job.files[job.at].hash;
        ++job.at;
    }
    if (job.at == job.files.size())
        return; // ends with the next look at it
    const Link& link = *links_.find(job.link);
    const auto place =
        is_far(link.meeting) ? far_->place_there(link, job.entry) : std::optional(job.entry);
    if (!place) {
        file_missing(job); // it proves itself no longer
        return;
    }
    const Digest& hash = job.files[job.at].hash;
    const auto slots = static_cast<std::uint32_t>(limits::file_slots_per_link_max);
    job.stream = ++last_stream_ * slots + job.slot;
    job.phase = Phase::asking;
    job.progress = context_.now;
    transfers_.emplace(std::pair(job.space, hash), job.id);
    send_message(
        context_,
        *links_.find(job.link),
        wire::WantFile{job.stream, place->log, place->position, hash}
    );
}

FileFetcher::Job* FileFetcher::job_of_stream(LinkId link, std::uint32_t stream, JobId* id) {
    for (auto& [job_id, job] : jobs_) {
        if (job.link == link && job.stream == stream) {
            *id = job_id;
            return &job;
        }
    }
    return nullptr;
}

Result<void> FileFetcher::found(Link& link, const wire::FileFound& message) {
    JobId id = 0;
    Job* job = job_of_stream(link.id, message.stream, &id);
    if (job == nullptr)
        return {}; // an answer for a file that was given up
    job->progress = context_.now;
    const bool is_open = job->phase == Phase::asking || job->phase == Phase::receiving;
    if (message.state != wire::FileState::have) {
        if (is_open)
            file_missing(*job);
        return {};
    }
    if (job->phase != Phase::asking)
        return fail(Errc::malformed, "a file that was found twice");
    const FileName& file = job->files[job->at];
    if (message.size != file.size || message.pieces.size() != records::piece_count(file.size) ||
        records::attachment_hash(message.size, message.pieces) != file.hash)
        return fail(Errc::bad_proof, "hashes of pieces");
    job->pieces = std::make_shared<const records::PieceHashes>(message.pieces);
    job->phase = Phase::resuming;
    work(id, *job, ResumeFile{file, job->pieces, job->space});
    return {};
}

std::size_t FileFetcher::under_way(LinkId link) const {
    std::size_t count = 0;
    for (const auto& [id, job] : jobs_)
        count += job.link == link ? job.asked - job.kept : 0;
    return count;
}

/// Asks for as many pieces as may be under way: asked for, or here and not yet on the disk.
void FileFetcher::ask_pieces(Link& link, Job& job) {
    const std::size_t busy = under_way(link.id);
    const auto left = static_cast<std::uint32_t>(job.pieces->size()) - job.asked;
    if (left == 0 || busy >= limits::pieces_under_way_max)
        return;
    const auto room = static_cast<std::uint32_t>(limits::pieces_under_way_max - busy);
    const std::uint32_t count = std::min(left, room);
    send_message(context_, link, wire::WantPieces{job.stream, job.asked, count});
    if (job.asked == job.received)
        job.progress = context_.now;
    job.asked += count;
}

Result<void> FileFetcher::piece_arrived(Link& link, const wire::FilePiece& message) {
    JobId id = 0;
    Job* job = job_of_stream(link.id, message.stream, &id);
    if (job == nullptr)
        return {};
    if (job->phase != Phase::receiving || message.index != job->received ||
        message.index >= job->asked)
        return fail(Errc::malformed, "a piece that nobody asked for");
    const FileName& file = job->files[job->at];
    if (message.content->size() != records::piece_length(file.size, message.index) ||
        records::piece_hash(*message.content) != (*job->pieces)[message.index])
        return fail(Errc::bad_proof, "a piece of a file");
    ++job->received;
    job->progress = context_.now;
    job->waiting.push_back(message.content);
    link.gained();
    keep_next(id, *job);
    return {};
}

void FileFetcher::keep_next(JobId id, Job& job) {
    if (job.is_keeping || job.waiting.empty())
        return;
    job.is_keeping = true;
    KeepPiece piece{
        job.files[job.at], job.pieces, job.kept, std::move(job.waiting.front()), job.space};
    job.waiting.pop_front();
    work(id, job, std::move(piece));
}

/// Takes the disk's answer: how much of the file is here.
void FileFetcher::progressed(JobId id, Job& job, const FileProgress& progress) {
    if (progress.is_whole) {
        file_is_whole(job);
        return;
    }
    if (job.phase == Phase::resuming) {
        job.phase = Phase::receiving;
        job.asked = job.received = job.kept = progress.pieces;
        return;
    }
    job.is_keeping = false;
    job.kept = progress.pieces;
    keep_next(id, job);
}

void FileFetcher::file_is_whole(Job& job) {
    const Digest hash = job.files[job.at].hash;
    next_file(job);
    places_.add(job.space, hash);
    server_.file_arrived(job.space, hash);
}

void FileFetcher::file_missing(Job& job) {
    job.is_short = true;
    next_file(job);
}

void FileFetcher::next_file(Job& job) {
    const auto transfer = transfers_.find({job.space, job.files[job.at].hash});
    if (transfer != transfers_.end() && transfer->second == job.id)
        transfers_.erase(transfer);
    for (const Postponed& job_then : std::exchange(postponed_, {}))
        wanted_.try_again(job_then.entry, job_then.link);
    ++job.at;
    job.phase = Phase::ready;
    job.stream = 0;
    job.pieces.reset();
    job.asked = job.received = job.kept = 0;
    job.is_keeping = false;
    job.waiting.clear();
}

void FileFetcher::end(JobId id, End how) {
    auto node = jobs_.extract(id);
    Job& job = node.mapped();
    if (job.at < job.files.size())
        next_file(job);
    switch (how) {
    case End::complete:
        rows_.push_back(files_wanted_row(job.entry, false));
        wanted_.remove(job.entry);
        return;
    case End::in_vain: wanted_.put_back_in_vain(job.entry, job.link); return;
    case End::failed: wanted_.put_back(job.entry); return;
    }
}

// ---------------------------------------------------------------------------------- links and time

void FileFetcher::link_closed(const Link& link, Errc /*why*/) {
    for (auto at = jobs_.begin(); at != jobs_.end();) {
        const auto current = at++;
        if (current->second.link == link.id)
            end(current->first, End::failed);
    }
    wanted_.link_closed(link.id);
}

void FileFetcher::tick() {
    if (wanted_.is_empty())
        return;
    for (auto at = jobs_.begin(); at != jobs_.end();) {
        const auto current = at++;
        const Job& job = current->second;
        const bool is_waiting = job.phase == Phase::asking ||
                                (job.phase == Phase::receiving && job.asked > job.received);
        if (is_waiting && context_.now - job.progress > file_stall_after)
            end(current->first, End::in_vain);
    }
    if (context_.now >= next_second_try_) {
        next_second_try_ = context_.now + second_try_every;
        wanted_.try_all_again();
    }
    if (context_.now >= next_rewind_) {
        next_rewind_ = context_.now + rewind_every;
        wanted_.rewind_all();
    }
}

bool FileFetcher::is_fetching(const SpaceId& space) const {
    return std::any_of(jobs_.begin(), jobs_.end(), [&](const auto& entry) {
        return entry.second.space == space;
    });
}

} // namespace staffroom::replica
