#include "protocol/replica/transfer/fetch.hpp"

#include "protocol/base/limits.hpp"

namespace staffroom::replica {
namespace {

using log::Channel;

/// A stream without a chunk for this long is tried elsewhere.
constexpr std::chrono::seconds chunk_stall_after{8};
/// A stream whose line is busy bringing bytes gets this long: over 8 KB/s the chunks of a window
/// take minutes.
constexpr std::chrono::seconds slow_chunk_max{300};
constexpr std::uint64_t slow_bytes_per_second_min = 500;
/// While the disk refuses, arriving chunks are thrown away. Asking waits, each time twice as long.
constexpr std::chrono::seconds rest_min{1};
constexpr std::chrono::seconds rest_max{60};
/// Governance that is this late holds up nothing else. On a slow line a chunk may well take longer,
/// and then only the order is lost.
constexpr std::chrono::seconds governance_first{2};

} // namespace

void Fetcher::offered(Link& link, LinkSpace& space, const wire::LogOffer& offer) {
    space.holds(offer.head.head.log, offer.held);
    const LogRecord* record = logbook_.find(offer.head.head.log);
    if (record != nullptr && record->countable(offer.held) > record->proven.stored &&
        space.contradicted.count(record->id) == 0)
        space.offered.insert_or_assign(offer.head.head.log, offer);
    schedule(link);
}

bool Fetcher::governance_is_open(const SpaceId& space) const {
    return std::any_of(streams_.begin(), streams_.end(), [&](const auto& entry) {
        return entry.second.holds_up_records &&
               logbook_.find(entry.first)->descriptor.space == space;
    });
}

/// Returns what this neighbour offers and nobody is sending yet, governance first.
std::vector<Fetcher::Candidate> Fetcher::candidates(Link& link) {
    const bool is_doubted = is_doubtful(link);
    std::vector<Candidate> found;
    for (auto& [id, space] : link.spaces) {
        for (auto at = space.offered.begin(); at != space.offered.end();) {
            const LogRecord* record = logbook_.find(at->first);
            if (record == nullptr || record->countable(at->second.held) <= record->proven.stored) {
                at = space.offered.erase(at);
                continue;
            }
            const bool is_free = streams_.count(at->first) == 0 && !record->recovering &&
                                 !(is_doubted && others_offer(link.id, *record));
            if (is_free)
                found.push_back({at->first, record->descriptor.channel == Channel::governance});
            ++at;
        }
    }
    std::stable_partition(found.begin(), found.end(), [](const Candidate& candidate) {
        return candidate.is_governance;
    });
    return found;
}

void Fetcher::schedule(Link& link) {
    if (!link.is_open() || context_.now < rest_until_)
        return;
    auto on_this_link = static_cast<std::size_t>(std::count_if(
        streams_.begin(),
        streams_.end(),
        [&](const auto& entry) { return entry.second.link == link.id; }
    ));
    const std::size_t streams_max = is_doubtful(link) ? 1 : limits::streams_per_link_max;
    if (on_this_link >= streams_max)
        return;
    for (const Candidate& candidate : candidates(link)) {
        if (on_this_link >= streams_max)
            return;
        LogRecord& record = *logbook_.find(candidate.log);
        // The members must be known before their entries are taken in.
        if (!candidate.is_governance && governance_is_open(record.descriptor.space))
            continue;
        start(link, record, link.space(record.descriptor.space)->offered.at(candidate.log));
        ++on_this_link;
    }
}

void Fetcher::schedule_all() {
    for (auto& [id, link] : links_.all())
        schedule(link);
}

void Fetcher::start(Link& link, LogRecord& record, const wire::LogOffer& offer) {
    // The neighbour can prove the head that it offered, even where we know of a newer one.
    const bool is_newest = offer.head.bytes == record.head.bytes;
    if (!is_newest && !log::check_head(offer.head, record.descriptor, context_.verifier)) {
        links_.close(link, Errc::bad_signature);
        return;
    }
    const bool is_governance = record.descriptor.channel == Channel::governance;
    const Stream stream{
        link.id,
        ++last_stream_,
        offer.head,
        context_.now,
        link.bytes_in,
        is_governance && !is_doubtful(link),
        false};
    const LogSize size = offer.head.head.size;
    // A disk that has just refused is tried with one chunk.
    const std::size_t window = rest_.count() > 0 ? 1 : limits::stream_window_chunks;
    streams_.emplace(record.id, stream);
    send_message(
        context_,
        link,
        wire::Want{
            stream.number,
            record.id,
            record.proven.stored,
            record.countable(size),
            size,
            static_cast<std::uint32_t>(window)}
    );
}

Result<void> Fetcher::chunk_arrived(Link& link, const wire::Chunk& chunk) {
    if (chunk.stream == 0)
        return pushed(link, chunk);
    const auto at = streams_.find(chunk.log);
    const bool is_ours =
        at != streams_.end() && at->second.link == link.id && at->second.number == chunk.stream;
    if (!is_ours)
        return {}; // The stream was given up; nothing is lost.
    LogRecord& record = *logbook_.find(chunk.log);
    if (chunk.head) {
        if (auto checked = log::check_head(*chunk.head, record.descriptor, context_.verifier);
            !checked)
            return fail(checked.error());
        logbook_.note_head(record.descriptor, *chunk.head);
        at->second.head = *chunk.head;
    }
    if (chunk.begin.value != record.proven.stored.value) {
        let_down(link, chunk.log);
        return {};
    }
    at->second.progress = context_.now;
    at->second.bytes_before = link.bytes_in;
    return take(link, record, at->second.head, chunk);
}

Result<void> Fetcher::take(
    Link& link, LogRecord& record, const log::SignedHead& head, const wire::Chunk& chunk
) {
    const LogSize end{chunk.begin.value + chunk.headers.size()};
    if (record.countable(end) < end) {
        let_down(link, record.id);
        return {};
    }
    auto stored = logbook_.take_chunk(record, head, chunk);
    if (!stored && stored.error().code == Errc::busy) {
        drop_stream(record.id, true);
        return {};
    }
    if (!stored && stored.error().code == Errc::bad_proof) {
        contradicted(link, record);
        return {};
    }
    if (!stored)
        return fail(stored.error());
    link.gained();
    if (link.remote_key)
        doubts_.remove(*link.remote_key);
    if (SpaceState* state = spaces_.find(record.descriptor.space))
        state->add_log(record.id, record.descriptor.school);
    if (LinkSpace* space = link.space(record.descriptor.space))
        space->holds(record.id, record.proven.stored);
    if (chunk.stream != 0)
        credits_.emplace(*stored, Credit{link.id, chunk.stream});
    const bool is_whole = record.proven.stored >= record.countable(head.head.size);
    if (is_whole && streams_.count(record.id) > 0) {
        drop_stream(record.id, false);
        schedule(link);
    }
    return {};
}

/// Handles a chunk that does not fit: either its bytes are wrong or its author has written two
/// histories. The search tells which. An author who forks could otherwise part two honest schools,
/// so the log is left alone on this link, not the neighbour.
void Fetcher::contradicted(Link& link, LogRecord& record) {
    record.is_contradicted = true;
    for (auto& [id, space] : link.spaces) {
        space.contradicted.insert(record.id);
        space.offered.erase(record.id);
    }
    // The chunk begins where ours ends, so the neighbour holds as much.
    finder_.contradicted(link, record, record.proven.stored);
    drop_stream(record.id, true);
    schedule_all();
}

void Fetcher::log_cut(const LogId& id) {
    for (auto& [link_id, link] : links_.all()) {
        for (auto& [space_id, space] : link.spaces)
            space.contradicted.erase(id);
    }
    drop_stream(id, true);
    schedule_all();
}

/// Takes a live entry at once where it follows; else it is a hint that there is more.
Result<void> Fetcher::pushed(Link& link, const wire::Chunk& chunk) {
    LogRecord* record = logbook_.find(chunk.log);
    if (record == nullptr || !chunk.head)
        return {};
    LinkSpace* space = link.space(record->descriptor.space);
    if (space == nullptr)
        return {};
    const Acceptance judged = networks_.judge_head(record->descriptor, *chunk.head);
    if (judged == Acceptance::refused)
        return fail(Errc::bad_signature, "pushed head");
    if (judged != Acceptance::taken && judged != Acceptance::known)
        return {};
    const std::uint64_t size = chunk.head->head.size.value;
    if (chunk.begin.value > size || chunk.headers.size() > size - chunk.begin.value)
        return fail(Errc::malformed, "a push beyond its head");
    const LogSize end{chunk.begin.value + chunk.headers.size()};
    if (judged == Acceptance::taken)
        logbook_.note_head(record->descriptor, *chunk.head);
    const bool follows = chunk.begin.value == record->proven.stored.value &&
                         streams_.count(record->id) == 0 && !record->cut;
    if (follows && judged == Acceptance::taken)
        return take(link, *record, *chunk.head, chunk);
    offered(link, *space, {record->descriptor, *chunk.head, end});
    return {};
}

void Fetcher::stopped(Link& link, const wire::StopStream& stop) {
    for (const auto& [log, stream] : streams_) {
        if (stream.link != link.id || stream.number != stop.stream)
            continue;
        const LogId stopped_log = log;
        for (auto& [id, space] : link.spaces)
            space.offered.erase(stopped_log);
        drop_stream(stopped_log, false);
        schedule_all();
        return;
    }
}

void Fetcher::store_finished(StoreId id, bool succeeded) {
    auto node = credits_.extract(id);
    if (node.empty())
        return;
    if (succeeded) {
        rest_ = std::chrono::seconds(0);
    } else if (context_.now >= rest_until_) {
        rest_ = std::clamp(2 * rest_, rest_min, rest_max);
        rest_until_ = context_.now + rest_;
    }
    const Credit& credit = node.mapped();
    Link* link = links_.find(credit.link);
    if (link == nullptr)
        return;
    const bool is_open = std::any_of(streams_.begin(), streams_.end(), [&](const auto& entry) {
        return entry.second.link == credit.link && entry.second.number == credit.stream;
    });
    if (is_open && succeeded)
        send_message(context_, *link, wire::Credit{credit.stream, 1});
}

void Fetcher::store_failed(const LogId& log) {
    if (const auto at = streams_.find(log); at != streams_.end())
        at->second.follows_a_failed_store = true;
}

void Fetcher::link_closed(const Link& link, Errc /*why*/) {
    for (auto at = streams_.begin(); at != streams_.end();)
        at = at->second.link == link.id ? streams_.erase(at) : std::next(at);
    schedule_all();
}

void Fetcher::drop_stream(const LogId& log, bool tell) {
    const auto at = streams_.find(log);
    if (at == streams_.end())
        return;
    Link* link = links_.find(at->second.link);
    if (tell && link != nullptr)
        send_message(
            context_, *link, wire::StopStream{at->second.number, wire::StopReason::not_wanted}
        );
    streams_.erase(at);
}

bool Fetcher::is_stalled(const Stream& stream) const {
    const auto waited = context_.now - stream.progress;
    if (waited <= chunk_stall_after || waited > slow_chunk_max)
        return waited > chunk_stall_after;
    const Link* link = links_.find(stream.link);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(waited).count();
    // A neighbour in the midst of a chunk is slow; one that only talks of other things has broken a
    // promise.
    const bool is_receiving =
        link != nullptr && !(link->plain_in.empty() && link->frames_in.empty());
    return !is_receiving || link->bytes_in - stream.bytes_before <
                                static_cast<std::uint64_t>(seconds) * slow_bytes_per_second_min;
}

void Fetcher::tick() {
    std::vector<LogId> stalled;
    bool is_record_free = false;
    for (auto& [log, stream] : streams_) {
        if (is_stalled(stream))
            stalled.push_back(log);
        if (context_.now - stream.progress > governance_first)
            is_record_free = std::exchange(stream.holds_up_records, false) || is_record_free;
    }
    for (const LogId& log : stalled) {
        if (Link* slow = links_.find(streams_.at(log).link); slow != nullptr && owes(*slow, log))
            break_promise(*slow, log);
        drop_stream(log, true);
    }
    const bool has_rested = rest_.count() > 0 && context_.now >= rest_until_;
    if (!stalled.empty() || has_rested || is_record_free)
        schedule_all();
}

bool Fetcher::is_fetching(const SpaceId& space) const {
    return std::any_of(streams_.begin(), streams_.end(), [&](const auto& entry) {
        const Link* link = links_.find(entry.second.link);
        return logbook_.find(entry.first)->descriptor.space == space &&
               !(link != nullptr && is_doubtful(*link));
    });
}

bool Fetcher::is_fetching_from(LinkId link) const {
    return std::any_of(streams_.begin(), streams_.end(), [&](const auto& entry) {
        return entry.second.link == link;
    });
}

} // namespace staffroom::replica
