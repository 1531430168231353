#include "protocol/replica/crossing/shelf.hpp"

#include "protocol/agreement/relay/onward.hpp"
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

void append_place(Bytes& to, const LogId& log, Position position) {
    append(to, log.view());
    append_u64_be(to, position.value);
}

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
    if (!reading.carried.empty()) {
        LoadBodies ask{record.id, {}};
        std::size_t bytes = 0;
        for (const CarriedEntry& entry : reading.carried) {
            if (ask.positions.size() == bodies_at_once || bytes >= body_bytes_at_once)
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

void Shelf::judge(
    OfNetwork& of, const NetworkId& network, const EntryPlace& at, ByteView header, ByteView body
) {
    const auto parsed = log::parse_header(header);
    if (parsed && parsed->kind == log::kind_carried_proof)
        judge_proof(of, network, at, header, body);
    else if (parsed && parsed->kind == log::kind_carried_record)
        judge_record(of, network, at, header, body);
}

void Shelf::judge_proof(
    OfNetwork& of, const NetworkId& network, const EntryPlace& at, ByteView header, ByteView body
) {
    const agreement::Ground& ground = *book_.of(network)->ground;
    auto outcome = agreement::open_proof(ground, body, context_.verifier, &book_.learned());
    const auto* proof = std::get_if<agreement::CheckedProof>(&outcome);
    const auto relay = agreement::parse_carried_proof(body);
    const auto passport = relay ? agreement::parse_passport(relay->passport.bytes)
                                : Result<agreement::Passport>(fail(relay.error()));
    // It may hold no longer, and what was carried by it has to go all the same when it is ordered.
    if (passport) {
        book_.came_from(network, passport->descriptor.space);
        if (const auto* standing = ground.standing_of(passport->agreement))
            of.links_from[passport->descriptor.space].insert(standing->link);
    }
    if (proof != nullptr && relay)
        book_.learn_from(*relay, proof->descriptor.school);
    of.proof_places.emplace(log::revision_id(header), at);
    const bool holds = proof != nullptr;
    of.proofs.insert_or_assign(log::revision_id(header), std::move(outcome));
    if (!holds)
        return; // or whoever writes junk would have all records read again
    // It may have come later than the records that name it.
    for (const auto& [entry, why] : of.refused) {
        if (why != agreement::Refusal::no_proof)
            continue;
        of.readings.at(entry.log).late.insert(entry.position);
        due_.insert(entry.log);
    }
}

void Shelf::judge_record(
    OfNetwork& of, const NetworkId& network, const EntryPlace& at, ByteView header, ByteView body
) {
    of.refused.erase(at);
    const auto carried = agreement::parse_carried_record(body);
    if (!carried) {
        of.refused.emplace(at, agreement::Refusal::unreadable);
        return;
    }
    if (const auto inner = log::parse_header(carried->record.header))
        of.carried.emplace(log::revision_id(carried->record.header), inner->school);
    const auto known = of.proofs.find(carried->proof);
    const auto* proof =
        known == of.proofs.end() ? nullptr : std::get_if<agreement::CheckedProof>(&known->second);
    if (proof == nullptr) {
        of.refused.emplace(
            at,
            known == of.proofs.end() ? agreement::Refusal::no_proof
                                     : std::get<agreement::Refusal>(known->second)
        );
        return;
    }
    const auto outcome = agreement::open_carried(*proof, header, body);
    const auto* view = std::get_if<agreement::CarriedView>(&outcome);
    if (view == nullptr) {
        of.refused.emplace(at, std::get<agreement::Refusal>(outcome));
        return;
    }
    of.revisions.insert(view->revision);
    const FarPlace place{log::log_id(view->descriptor), view->position};
    CarriedAt now{
        at,
        std::pair(view->revision, view->header.school),
        note_passages(of, network, *proof, carried->proof, *view, at)};
    if (view->header.attachment_bytes > 0)
        of.places.insert_or_assign(at, std::pair(view->link, place));
    const bool is_first = of.theirs.emplace(place, view->link).second;
    of.counts[view->link] += is_first ? 1U : 0U;
    // What came by two ways may go on by either, whichever is read first; and what might have gone
    // on before terms changed may be there still.
    const auto before = carried_at_.find({network, place});
    if (before != carried_at_.end() && before->second.record == now.record) {
        now.onward.insert(before->second.onward.begin(), before->second.onward.end());
        now.place = is_first ? at : before->second.place;
    }
    keep_row(network, place, now);
}

void Shelf::keep_row(const NetworkId& network, const FarPlace& place, const CarriedAt& now) {
    const auto before = carried_at_.find({network, place});
    if (before != carried_at_.end() && before->second == now)
        return;
    note_carried(network, place, now);
    Row row{RowKind::carried, to_bytes(network.view()), {}};
    append_place(row.key, place.log, place.position);
    append_place(row.value, now.place.log, now.place.position);
    append(row.value, now.record->first.view());
    append(row.value, now.record->second.view());
    for (const SharingId& link : now.onward)
        append(row.value, link.view());
    rows_.push_back(std::move(row));
}

/// Notes by which other links a record goes one network further. It is judged here once, where its
/// words were read; coordinators sign and gateways give what stands in this list, and nothing else.
std::set<SharingId> Shelf::note_passages(
    OfNetwork& of,
    const NetworkId& network,
    const agreement::CheckedProof& proof,
    const RevisionId& proof_entry,
    const agreement::CarriedView& view,
    const EntryPlace& at
) {
    std::set<SharingId> onward;
    const LinkBook::OfNetwork& known = *book_.of(network);
    const bool is_open = std::ranges::any_of(known.links, [&](const LinkKnown& link) {
        return link.standing.link == proof.link && link.is_in_force();
    });
    for (const LinkKnown& link : known.links) {
        const agreement::Onward to{network, link.other, link.standing.link, link.ours()};
        const bool was_there =
            std::ranges::count(proof.trail, link.other, &agreement::TrailStep::network) > 0;
        if (was_there)
            continue; // nobody there waits for it
        const FarPlace place{log::log_id(proof.descriptor), view.position};
        auto& staying = of.staying[link.standing.link];
        if (const auto why = agreement::why_not_onward(proof, view.header, to)) {
            staying.insert_or_assign(place, *why);
            continue;
        }
        staying.erase(place);
        onward.insert(link.standing.link);
        const Through through{log::log_id(proof.descriptor), proof.passport};
        Passage& passage =
            of.passages[link.standing.link]
                .try_emplace(through, Passage{proof.descriptor, proof.size, proof.root, is_open})
                .first->second;
        ++passage_changes_;
        of.passed[link.standing.link][place].insert(through.passport);
        note_copy(passage.proofs, of.proof_places.at(proof_entry));
        Passage::Record& record =
            passage.records.try_emplace(view.position, Passage::Record{view.header.kind})
                .first->second;
        note_copy(record.copies, at);
    }
    return onward;
}

} // namespace staffroom::replica
