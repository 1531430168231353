// What the shelf tells of what stands in logs for other networks, and came from there. Declared in
// shelf. What it knows is read from the logs in shelf.cpp. [A10] [A15]
#include "protocol/replica/crossing/shelf.hpp"

namespace staffroom::replica {

const Shelf::OfLink& Shelf::ours(const NetworkId& network, const SharingId& link) const {
    static const OfLink nothing{};
    const auto of = networks_read_.find(network);
    if (of == networks_read_.end())
        return nothing;
    const auto found = of->second.ours.find(link);
    return found == of->second.ours.end() ? nothing : found->second;
}

const Shelf::Passages& Shelf::passages(const NetworkId& network, const SharingId& link) const {
    static const Passages nothing{};
    const auto of = networks_read_.find(network);
    if (of == networks_read_.end())
        return nothing;
    const auto found = of->second.passages.find(link);
    return found == of->second.passages.end() ? nothing : found->second;
}

std::vector<Shelf::Way>
Shelf::ways_of(const NetworkId& network, const SharingId& link, const FarPlace& place) const {
    std::vector<Way> ways;
    const auto of = networks_read_.find(network);
    if (of == networks_read_.end() || of->second.passed.count(link) == 0)
        return ways;
    const auto& by_place = of->second.passed.at(link);
    const auto passports = by_place.find(place);
    if (passports == by_place.end())
        return ways;
    const Passages& all = of->second.passages.at(link);
    for (const Digest& passport : passports->second) {
        const auto& [through, passage] = *all.find({place.log, passport});
        ways.push_back({through, passage});
    }
    return ways;
}

bool Shelf::has_words(const EntryPlace& entry) const {
    const LogRecord* record = logbook_.find(entry.log);
    return record != nullptr && record->without_body.count(entry.position) == 0;
}

/// Keeps one of each school. The attack: it carries the same a hundred thousand times and calls all
/// of it back, and whoever asks for the record has each of them looked up.
void Shelf::note_copy(Copies& copies, const EntryPlace& at) const {
    const auto [kept, is_new] = copies.try_emplace(logbook_.find(at.log)->descriptor.school, at);
    if (!is_new && !has_words(kept->second))
        kept->second = at;
}

std::optional<EntryPlace> Shelf::with_words(const Copies& copies) const {
    for (const auto& [school, entry] : copies)
        if (has_words(entry))
            return entry;
    return std::nullopt;
}

std::map<agreement::Refusal, std::uint64_t>
Shelf::staying(const NetworkId& network, const SharingId& link) const {
    std::map<agreement::Refusal, std::uint64_t> counts;
    const auto of = networks_read_.find(network);
    if (of == networks_read_.end() || of->second.staying.count(link) == 0)
        return counts;
    for (const auto& [place, why] : of->second.staying.at(link))
        ++counts[why];
    return counts;
}

bool Shelf::has_passage(const NetworkId& network, const SharingId& link, const LogId& log) const {
    const Passages& all = passages(network, link);
    const auto at = all.lower_bound({log, Digest(Digest::Raw{})});
    return at != all.end() && at->first.log == log;
}

std::vector<CarriedName>
Shelf::carried_names(const NetworkId& network, const RevisionId& revision) const {
    std::vector<CarriedName> names;
    const auto found = carried_from_.find({network, revision});
    if (found == carried_from_.end())
        return names;
    for (const FarPlace& place : found->second) {
        const CarriedAt& at = carried_at_.at({network, place});
        if (at.record && at.record->first == revision)
            names.push_back({place, revision, at.record->second, at.onward});
    }
    return names;
}

std::set<SharingId> Shelf::links_from(const NetworkId& network, const SpaceId& space) const {
    const auto of = networks_read_.find(network);
    if (of == networks_read_.end())
        return {};
    const auto found = of->second.links_from.find(space);
    return found == of->second.links_from.end() ? std::set<SharingId>{} : found->second;
}

bool Shelf::has_read(const NetworkId& network) const {
    const auto of = networks_read_.find(network);
    return of != networks_read_.end() && of->second.is_whole;
}

bool Shelf::is_done(const NetworkId& network, const FarPlace& place) const {
    const auto of = networks_read_.find(network);
    if (of != networks_read_.end() && of->second.theirs.count(place) > 0)
        return true;
    const auto at = carried_at_.find({network, place});
    const EntryPlace* here = at == carried_at_.end() ? nullptr : &at->second.place;
    const LogRecord* record = here == nullptr ? nullptr : logbook_.find(here->log);
    if (record == nullptr)
        return false;
    const auto state = record->without_body.find(here->position);
    return state != record->without_body.end() && state->second == BodyState::erased;
}

std::optional<EntryPlace>
Shelf::place_of(const NetworkId& network, const SharingId& link, const EntryPlace& entry) const {
    const auto of = networks_read_.find(network);
    if (of == networks_read_.end())
        return std::nullopt;
    const auto found = of->second.places.find(entry);
    if (found == of->second.places.end() || found->second.first != link)
        return std::nullopt;
    return EntryPlace{found->second.second.log, found->second.second.position};
}

std::optional<FarPlace>
Shelf::brought_from(const NetworkId& network, const EntryPlace& entry) const {
    const auto of = networks_read_.find(network);
    if (of == networks_read_.end())
        return std::nullopt;
    const auto found = of->second.places.find(entry);
    return found == of->second.places.end() ? std::nullopt : std::optional(found->second.second);
}

std::optional<EntryPlace> Shelf::entry_of(const NetworkId& network, const FarPlace& place) const {
    const auto at = carried_at_.find({network, place});
    return at == carried_at_.end() ? std::nullopt : std::optional(at->second.place);
}

bool Shelf::has(const NetworkId& network, const RevisionId& revision) const {
    const auto of = networks_read_.find(network);
    return of != networks_read_.end() && of->second.revisions.count(revision) > 0;
}

const std::map<RevisionId, SchoolId>& Shelf::carried(const NetworkId& network) const {
    static const std::map<RevisionId, SchoolId> nothing{};
    const auto of = networks_read_.find(network);
    return of == networks_read_.end() ? nothing : of->second.carried;
}

std::vector<log::LogPin> Shelf::far_pins(const NetworkId& network, const SharingId& link) const {
    std::map<LogId, log::LogPin> farthest;
    const auto of = networks_read_.find(network);
    if (of == networks_read_.end())
        return {};
    for (const auto& [entry, outcome] : of->second.proofs) {
        const auto* proof = std::get_if<agreement::CheckedProof>(&outcome);
        if (proof == nullptr || proof->link != link)
            continue;
        const LogId log = log::log_id(proof->descriptor);
        const log::LogPin pin{log, proof->size, proof->root};
        const auto [at, is_new] = farthest.emplace(log, pin);
        if (!is_new && at->second.size < pin.size)
            at->second = pin;
    }
    std::vector<log::LogPin> pins;
    for (const auto& [log, pin] : farthest)
        pins.push_back(pin);
    return pins;
}

std::uint64_t Shelf::theirs(const NetworkId& network, const SharingId& link) const {
    const auto of = networks_read_.find(network);
    if (of == networks_read_.end())
        return 0;
    const auto found = of->second.counts.find(link);
    return found == of->second.counts.end() ? 0 : found->second;
}

std::map<agreement::Refusal, std::uint64_t> Shelf::refused(const NetworkId& network) const {
    std::map<agreement::Refusal, std::uint64_t> counts;
    const auto of = networks_read_.find(network);
    if (of != networks_read_.end())
        for (const auto& [at, why] : of->second.refused)
            ++counts[why];
    return counts;
}

} // namespace staffroom::replica
