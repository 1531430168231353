#include "protocol/replica/transfer/serve.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/wire/codec_link.hpp"

namespace staffroom::replica {
namespace {

constexpr std::size_t body_loads_per_link_max = 4;
constexpr std::size_t bodies_asked_max = 64;
/// Streams that were stopped may still have one load each under way.
constexpr std::size_t loads_per_link_max = 4 * limits::streams_per_link_max;

} // namespace

bool Server::may_see(Link& link, const LogRecord* record) const {
    if (record == nullptr)
        return false;
    const LinkSpace* space = link.space(record->descriptor.space);
    return space != nullptr && space->remote_is_member;
}

/// A member may have all that counts here; a school that is out, why it is out.
LogSize Server::visible(const Link& link, const LogRecord& record) const {
    const LinkSpace* space = link.space(record.descriptor.space);
    if (space == nullptr)
        return LogSize{0};
    if (space->remote_is_member)
        return record.counted();
    const auto told = space->farewell.find(record.id);
    return told == space->farewell.end() ? LogSize{0} : std::min(told->second, record.counted());
}

void Server::refuse(Link& link, std::uint32_t stream, wire::StopReason why) {
    send_message(context_, link, wire::StopStream{stream, why});
}

Result<void> Server::want(Link& link, const wire::Want& want) {
    const StreamId id{link.id, want.stream};
    const auto first = streams_.lower_bound({link.id, 0});
    const auto last = streams_.lower_bound({LinkId{link.id.value + 1}, 0});
    if (static_cast<std::size_t>(std::distance(first, last)) >= 2 * limits::streams_per_link_max)
        return fail(Errc::too_large, "streams");
    const auto under_way = std::count_if(loads_.begin(), loads_.end(), [&](const auto& entry) {
        return entry.second.link == link.id;
    });
    if (static_cast<std::size_t>(under_way) >= loads_per_link_max)
        return fail(Errc::too_large, "loads under way");
    if (want.stream == 0 || streams_.count(id) > 0)
        return fail(Errc::malformed, "stream number");
    const LogRecord* record = logbook_.find(want.log);
    if (record == nullptr || (!may_see(link, record) && visible(link, *record).value == 0)) {
        refuse(link, want.stream, wire::StopReason::not_held);
        return {};
    }
    const auto credits =
        std::min(want.window, static_cast<std::uint32_t>(limits::stream_window_chunks));
    const auto at =
        streams_.emplace(id, Stream{want.log, want.begin, want.end, want.size, credits}).first;
    pump_stream(id, at->second);
    return {};
}

void Server::credit(Link& link, const wire::Credit& credit) {
    const StreamId id{link.id, credit.stream};
    const auto at = streams_.find(id);
    if (at == streams_.end())
        return;
    const auto most = static_cast<std::uint32_t>(limits::stream_window_chunks);
    at->second.credits = std::min(at->second.credits + std::min(credit.chunks, most), most);
    pump_stream(id, at->second);
}

void Server::stop(Link& link, const wire::StopStream& stop) {
    streams_.erase({link.id, stop.stream});
}

/// Loads the next chunk where credit, queue and what we hold allow it.
void Server::pump_stream(const StreamId& id, Stream& stream) {
    Link* link = links_.find(id.first);
    const LogRecord* record = logbook_.find(stream.log);
    if (link == nullptr || record == nullptr || stream.loading.has_value() || stream.credits == 0 ||
        link->unsent_bytes > limits::send_queue_bytes_max)
        return;
    const LogState& held = record->durable;
    const LogSize end = std::min(stream.end, visible(*link, *record));
    if (stream.next >= end)
        return;

    Loading loading{id.first, id.second, std::nullopt, {held.stored, held.stored, {}}};
    LogSize prove_to = held.stored;
    if (stream.size <= held.stored) {
        prove_to = stream.size;
        loading.right = {prove_to, prove_to, {}};
    } else {
        // We hold a part, or an older head than the one asked for, so we prove to the head that we
        // have.
        if (!log::is_well_formed(held.right) || held.right.end != held.head.head.size) {
            refuse(*link, id.second, wire::StopReason::not_held);
            streams_.erase(id);
            return;
        }
        loading.right = held.right;
        if (held.head.head.size != stream.size)
            loading.head = held.head;
    }
    const LoadId load = context_.load(LoadChunk{
        stream.log,
        Position{stream.next.value},
        end,
        prove_to,
        limits::chunk_entries_max,
        limits::chunk_bytes_target,
        true});
    stream.loading = load;
    loads_.emplace(load, std::move(loading));
}

Result<void> Server::want_bodies(Link& link, const wire::WantBodies& want) {
    const auto under_way = std::count_if(loads_.begin(), loads_.end(), [&](const auto& entry) {
        return entry.second.link == link.id && !entry.second.stream;
    });
    if (static_cast<std::size_t>(under_way) >= body_loads_per_link_max ||
        want.positions.size() > bodies_asked_max)
        return fail(Errc::too_large, "requests for bodies");
    const LogRecord* record = logbook_.find(want.log);
    const bool inside = record != nullptr &&
                        std::all_of(want.positions.begin(), want.positions.end(), [&](Position at) {
                            return at.value < record->counted().value;
                        });
    if (!may_see(link, record) || !inside || want.positions.empty()) {
        send_message(context_, link, wire::Bodies{want.log, {}, {}});
        return {};
    }
    const LoadId load = context_.load(LoadBodies{want.log, want.positions});
    loads_.emplace(load, Loading{link.id, std::nullopt, std::nullopt, {}});
    return {};
}

void Server::load_finished(LoadId id, const Result<Loaded>& outcome) {
    auto node = loads_.extract(id);
    if (node.empty())
        return;
    const Loading& loading = node.mapped();
    Link* link = links_.find(loading.link);
    if (link == nullptr)
        return;
    if (!loading.stream) {
        if (outcome && std::holds_alternative<LoadedBodies>(*outcome))
            send_bodies(*link, std::get<LoadedBodies>(*outcome));
        return;
    }
    const StreamId stream_id{loading.link, *loading.stream};
    const auto at = streams_.find(stream_id);
    // The number may have been used again since: then this is the answer to an older question.
    if (at == streams_.end() || at->second.loading != id)
        return;
    at->second.loading.reset();
    if (!outcome || !std::holds_alternative<LoadedChunk>(*outcome) ||
        std::get<LoadedChunk>(*outcome).entries.empty()) {
        // A damaged place of ours: the neighbour asks somebody else.
        refuse(*link, *loading.stream, wire::StopReason::damaged);
        streams_.erase(at);
        return;
    }
    const LoadedChunk& chunk = std::get<LoadedChunk>(*outcome);
    send_chunk(*link, loading, chunk);
    at->second.next = LogSize{chunk.begin.value + chunk.entries.size()};
    --at->second.credits;
    if (at->second.next >= at->second.end)
        streams_.erase(at);
    else
        pump_stream(stream_id, at->second);
}

/// Notes damage: a body that is missing without being on record so was damaged when it was read.
void Server::note_damage(const LogId& log, Position position, BodyState found) {
    const LogRecord* record = logbook_.find(log);
    if (found == BodyState::missing && record != nullptr &&
        record->without_body.count(position) == 0)
        damaged_.emplace_back(log, position);
}

void Server::send_chunk(Link& link, const Loading& loading, const LoadedChunk& chunk) {
    for (std::size_t i = 0; i < chunk.entries.size(); ++i)
        note_damage(chunk.log, Position{chunk.begin.value + i}, chunk.entries[i].state);
    auto range = log::merge<log::Blake2b256>(chunk.range, loading.right);
    if (!range) {
        refuse(link, *loading.stream, wire::StopReason::damaged);
        return;
    }
    send_encoded(
        context_,
        link,
        wire::encode_chunk(
            {*loading.stream,
             chunk.log,
             chunk.begin,
             chunk.entries,
             range->hashes,
             loading.head ? &*loading.head : nullptr}
        )
    );
    // The next entries can be pushed behind it.
    const LogRecord* record = logbook_.find(chunk.log);
    if (LinkSpace* space = record == nullptr ? nullptr : link.space(record->descriptor.space))
        space->holds(chunk.log, LogSize{chunk.begin.value + chunk.entries.size()});
}

void Server::send_bodies(Link& link, const LoadedBodies& bodies) {
    wire::Bodies message{bodies.log, {}, {}};
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < bodies.entries.size(); ++i) {
        const LoadedEntry& entry = bodies.entries[i];
        note_damage(bodies.log, bodies.positions[i], entry.state);
        bytes += entry.state == BodyState::have ? entry.body.encoded->size() : 0;
        // Leaves out what does not fit; it has to be asked for again.
        if (!message.positions.empty() && bytes > limits::chunk_bytes_target)
            break;
        message.positions.push_back(bodies.positions[i]);
        const auto state = entry.state == BodyState::none ? BodyState::missing : entry.state;
        message.bodies.push_back({state, entry.body});
    }
    send_message(context_, link, message);
}

void Server::log_grew(const LogId& id) {
    std::vector<StreamId> waiting;
    for (const auto& [stream_id, stream] : streams_) {
        if (stream.log == id)
            waiting.push_back(stream_id);
    }
    for (const StreamId& stream_id : waiting)
        pump_stream(stream_id, streams_.at(stream_id));
}

void Server::queue_drained(const Link& link) {
    std::vector<StreamId> waiting;
    for (auto at = streams_.lower_bound({link.id, 0});
         at != streams_.end() && at->first.first == link.id;
         ++at)
        waiting.push_back(at->first);
    for (const StreamId& stream_id : waiting)
        pump_stream(stream_id, streams_.at(stream_id));
}

void Server::link_closed(const Link& link, Errc /*why*/) {
    streams_.erase(
        streams_.lower_bound({link.id, 0}), streams_.lower_bound({LinkId{link.id.value + 1}, 0})
    );
}

} // namespace staffroom::replica
