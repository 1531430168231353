#include "protocol/replica/crossing/shelf/shelf.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

constexpr std::size_t loads_at_once = 4;
constexpr std::size_t headers_at_once = 512;
constexpr std::size_t bodies_at_once = 128;
constexpr std::size_t body_bytes_at_once = 1024 * limits::kib; // and one more
constexpr std::size_t place_bytes = LogId::size_bytes + 8;
constexpr std::size_t record_bytes = RevisionId::size_bytes + SchoolId::size_bytes;

FarPlace read_place(ByteView bytes) {
    return {
        *LogId::from(bytes.first(LogId::size_bytes)),
        Position{read_u64_be(bytes.subspan(LogId::size_bytes, 8))}};
}

bool is_carried(std::uint32_t kind) {
    return kind == log::kind_carried_proof || kind == log::kind_carried_record;
}

} // namespace

Result<void> Shelf::restore(const Image& image) {
    constexpr std::size_t key_bytes = NetworkId::size_bytes + place_bytes;
    for (const Row& row : image.rows) {
        const bool names_record = row.value.size() >= place_bytes + record_bytes;
        const std::size_t known_bytes = place_bytes + (names_record ? record_bytes : 0);
        if (row.kind != RowKind::carried || row.key.size() != key_bytes ||
            row.value.size() < known_bytes ||
            (row.value.size() - known_bytes) % SharingId::size_bytes != 0)
            continue;
        const ByteView key(row.key);
        const ByteView value(row.value);
        const auto network = NetworkId::from(key.first(NetworkId::size_bytes));
        const FarPlace here = read_place(value);
        CarriedAt at{{here.log, here.position}};
        if (names_record)
            at.record = std::pair(
                *RevisionId::from(value.subspan(place_bytes, RevisionId::size_bytes)),
                *SchoolId::from(
                    value.subspan(place_bytes + RevisionId::size_bytes, SchoolId::size_bytes)
                )
            );
        for (ByteView rest = value.subspan(known_bytes); !rest.empty();
             rest = rest.subspan(SharingId::size_bytes))
            at.onward.insert(*SharingId::from(rest.first(SharingId::size_bytes)));
        note_carried(*network, read_place(key.subspan(NetworkId::size_bytes)), at);
    }
    return {};
}

void Shelf::note_carried(const NetworkId& network, const FarPlace& place, const CarriedAt& at) {
    carried_at_.insert_or_assign({network, place}, at);
    if (at.record)
        carried_from_[{network, at.record->first}].insert(place);
}

void Shelf::body_filled(const EntryPlace& entry) {
    ++changes_;
    for (auto& [id, of] : networks_read_) {
        const auto reading = of.readings.find(entry.log);
        if (reading == of.readings.end() || reading->second.next <= entry.position)
            continue;
        reading->second.late.insert(entry.position);
        due_.insert(entry.log);
    }
}

void Shelf::log_cut(const LogId& id) {
    const auto read = std::ranges::find_if(networks_read_, [&](const auto& entry) {
        return entry.second.readings.count(id) > 0;
    });
    if (read == networks_read_.end())
        return;
    const NetworkId network = read->first; // outlives what is thrown away
    start_again(network);
}

void Shelf::start_again(const NetworkId& network) {
    ++changes_;
    ++passage_changes_;
    networks_read_.erase(network);
    judged_by_.erase(network);
    const LinkBook::OfNetwork* known = book_.of(network);
    const NetworkState* state = networks_.find(network);
    if (known == nullptr || state == nullptr)
        return;
    judged_by_.emplace(network, known->ground->number);
    list_carried(network, networks_read_.emplace(network, OfNetwork{++epoch_}).first->second);
    due_.insert(state->space.logs.begin(), state->space.logs.end());
}

/// What has been carried here as rows tell. The attack: a gateway refuses a record for itself, or
/// has lost its words, asks for no order, and its whole network keeps them.
void Shelf::list_carried(const NetworkId& network, OfNetwork& of) const {
    for (const auto& [subject, at] : carried_at_) {
        const LogRecord* log =
            subject.first == network && at.record ? logbook_.find(at.place.log) : nullptr;
        if (log != nullptr && at.place.position.value < log->counted().value)
            of.carried.insert(*at.record);
    }
}

void Shelf::pump() {
    std::vector<NetworkId> changed;
    for (const auto& [id, known] : book_.all()) {
        const auto judged = judged_by_.find(id);
        if (judged == judged_by_.end() || judged->second != known.ground->number)
            changed.push_back(id);
    }
    for (const auto& [id, number] : judged_by_)
        if (book_.of(id) == nullptr)
            changed.push_back(id);
    for (const NetworkId& id : changed)
        start_again(id);
    for (auto at = due_.begin(); at != due_.end() && loads_.size() < loads_at_once;)
        at = read_on(*at) ? std::next(at) : due_.erase(at);
    if (!is_read())
        return;
    for (auto& [id, of] : networks_read_)
        of.is_whole = true;
    book_.chains_read();
}

/// Reads the next part of a log; false when there is none.
bool Shelf::read_on(const LogId& log) {
    const LogRecord* record = logbook_.find(log);
    const NetworkState* state =
        record == nullptr ? nullptr : networks_.of_space(record->descriptor.space);
    const auto of = state == nullptr ? networks_read_.end() : networks_read_.find(state->id);
    if (of == networks_read_.end() || record->descriptor.channel != log::Channel::records)
        return false;
    Reading& reading = of->second.readings[log];
    if (!reading.is_loading)
        reading.is_loading = read_part(state->id, *record, of->second);
    return reading.is_loading;
}

bool Shelf::read_part(const NetworkId& network, const LogRecord& record, OfNetwork& of) {
    Reading& reading = of.readings.at(record.id);
    Loading loading{network, record.id, of.epoch};
    take_judged(of, network, record.id);
    if (!reading.carried.empty()) {
        LoadBodies ask{record.id, {}};
        std::size_t bytes = 0;
        for (const CarriedEntry& entry : reading.carried) {
            if (entry.judged || ask.positions.size() == bodies_at_once ||
                bytes >= body_bytes_at_once)
                break;
            ask.positions.push_back(entry.position);
            bytes += entry.body_bytes;
        }
        loads_.emplace(context_.load(std::move(ask)), loading);
        return true;
    }
    if (!reading.late.empty()) {
        loading.is_late = true;
        const EntryPlace place{record.id, *reading.late.begin()};
        reading.late.erase(reading.late.begin());
        loads_.emplace(context_.load(load_entry(place)), loading);
        return true;
    }
    const LogSize end{std::min(record.counted().value, reading.next.value + headers_at_once)};
    if (reading.next.value >= end.value)
        return false;
    const LoadChunk ask{
        record.id, reading.next, end, end, headers_at_once, headers_at_once * limits::kib, false};
    loads_.emplace(context_.load(ask), loading);
    return true;
}

void Shelf::load_finished(LoadId id, const Result<Loaded>& outcome) {
    auto node = loads_.extract(id);
    const auto at =
        node.empty() ? networks_read_.end() : networks_read_.find(node.mapped().network);
    if (at == networks_read_.end() || at->second.epoch != node.mapped().epoch)
        return;
    const Loading& loading = node.mapped();
    OfNetwork& of = at->second;
    of.readings.at(loading.log).is_loading = false;
    if (!outcome) {
        due_.erase(loading.log); // it is tried again when the log grows
        return;
    }
    ++changes_;
    const auto* chunk = std::get_if<LoadedChunk>(&*outcome);
    const auto* bodies = std::get_if<LoadedBodies>(&*outcome);
    if (chunk != nullptr && !loading.is_late)
        headers_read(of, loading.network, *chunk);
    else if (chunk != nullptr && !chunk->entries.empty()) {
        const LoadedEntry& entry = chunk->entries.front();
        if (entry.state == BodyState::have)
            judge(
                of, loading.network, {chunk->log, chunk->begin}, *entry.header, *entry.body.encoded
            );
    } else if (bodies != nullptr)
        bodies_read(of, loading.network, *bodies);
}

void Shelf::headers_read(OfNetwork& of, const NetworkId& network, const LoadedChunk& chunk) {
    Reading& reading = of.readings.at(chunk.log);
    for (const LoadedEntry& entry : chunk.entries) {
        const Position at = reading.next;
        ++reading.next.value;
        auto judged = of.judged.empty() ? decltype(of.judged)::node_type()
                                        : of.judged.extract(log::revision_id(*entry.header));
        if (!judged.empty()) {
            const auto bytes =
                static_cast<std::uint32_t>(limits::body_encoded_bytes_max); // at most
            reading.carried.push_back({at, entry.header, bytes, std::move(judged.mapped())});
            continue;
        }
        const auto header = log::parse_header(*entry.header);
        if (!header)
            continue;
        if (is_carried(header->kind))
            reading.carried.push_back({at, entry.header, header->encoded_length});
        if (header->reach != static_cast<std::uint32_t>(records::Reach::linked) ||
            !header->commitment)
            continue;
        const RevisionId revision = log::revision_id(*entry.header);
        of.revisions.insert(revision);
        for (const LinkKnown& link : book_.of(network)->links) {
            const Digest mark = agreement::reader_mark(link.standing.link, *header->commitment);
            if (std::ranges::count(header->audience, mark) > 0)
                of.ours[link.standing.link][chunk.log].push_back({at, header->kind, revision});
        }
    }
}

void Shelf::bodies_read(OfNetwork& of, const NetworkId& network, const LoadedBodies& bodies) {
    Reading& reading = of.readings.at(bodies.log);
    for (std::size_t i = 0; i < bodies.positions.size() && !reading.carried.empty(); ++i) {
        const CarriedEntry entry = std::move(reading.carried.front());
        reading.carried.pop_front();
        const LoadedEntry& loaded = bodies.entries.at(i);
        if (loaded.state != BodyState::have)
            continue;
        judge(of, network, {bodies.log, entry.position}, *entry.header, *loaded.body.encoded);
    }
}

} // namespace staffroom::replica
