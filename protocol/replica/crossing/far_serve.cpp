// What a gateway gives: it tells what crosses and answers questions for it, with all that proves
// it. Declared in far_links. The attack: a gateway of the other network asks for what does not
// cross; so each place is looked up in what the author named and both networks agreed to, and
// nothing else leaves. [A5] [A6] [A13]
#include "protocol/base/limits.hpp"
#include "protocol/log/tree_proof.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/replica/crossing/far_links.hpp"
#include "protocol/replica/crossing/tree_parts.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// A relay spans so much of its log at most: what lies between is read as well.
constexpr std::size_t span_max = limits::chunk_entries_max;

LogSize cap_of(const LinkKnown& link, const LogId& log, LogSize size) {
    const auto cap = link.standing.cap_of(log);
    return cap ? std::min(size, cap->size) : size;
}

} // namespace

/// Tells the places that cross and were not told yet, whose words are here.
void FarLinks::tell(Link& link, Talk& talk) {
    const LinkKnown& of = *known(talk);
    const NetworkState& network = *parts_.networks.find(talk.network);
    const std::uint64_t number =
        parts_.shelf.changes() + network.passports.changes() + parts_.book.changes();
    if (talk.told_at == number || !is_giving(of))
        return;
    talk.told_at = number;
    // By a new agreement or card everything has to be proven anew, and is carried again.
    const std::pair by{of.standing.id, of.standing.cards_of(talk.network)->newest().hash};
    if (talk.told_by != by)
        talk.told.clear();
    talk.told_by = by;
    for (const auto& [log, outgoing] : parts_.shelf.ours(talk.network, talk.link)) {
        const PassportBook::Kept* passport = parts_.passports.best(of, log);
        const LogRecord* record = parts_.logbook.find(log);
        if (passport == nullptr || record == nullptr)
            continue;
        const LogSize size = cap_of(of, log, passport->passport.size);
        std::vector<Position> places;
        for (const Position& place : parts_.passports.crossing(of, log, size))
            if (record->without_body.count(place) == 0)
                places.push_back(place);
        say_places(link, talk, {record->descriptor, passport->passport.size, {}}, places);
    }
    tell_passages(link, talk, of);
}

/// Tells those of these places that were not told yet.
void FarLinks::say_places(
    Link& link, Talk& talk, wire::FarCrossing crossing, const std::vector<Position>& places
) {
    if (places.empty())
        return;
    std::set<Position>& told = talk.told[log::log_id(crossing.descriptor)];
    for (const Position& place : places) {
        if (!told.insert(place).second)
            continue;
        crossing.positions.push_back(place);
        if (crossing.positions.size() == limits::far_positions_max) {
            send_message(parts_.context, link, crossing);
            crossing.positions.clear();
        }
    }
    if (!crossing.positions.empty())
        send_message(parts_.context, link, crossing);
}

/// Whether anything is given by this link now. The date of its end is kept by who gives: whoever
/// publishes behind it is told that nothing crosses.
bool FarLinks::is_giving(const LinkKnown& link) const {
    return !link.standing.is_disputed && parts_.context.wall <= link.standing.agreement.until;
}

/// Gives nothing of these places, and tells of them again once something has changed. The attack: a
/// gateway asks for logs that it makes up, and each would be noted.
void FarLinks::answer_nothing(
    Link& link, Talk& talk, const LogId& log, const std::vector<Position>& places
) {
    const auto told = talk.told.find(log);
    if (told != talk.told.end())
        for (const Position& place : places)
            told->second.erase(place);
    if (told != talk.told.end() && told->second.empty())
        talk.told.erase(told);
    send_message(parts_.context, link, wire::FarRelay{});
}

/// Answers a question that had to wait.
void FarLinks::answer_held(Link& link, Talk& talk) {
    if (!talk.held || !parts_.shelf.has_read(talk.network))
        return;
    const wire::FarAsk ask = std::move(*talk.held);
    talk.held.reset();
    talk.is_serving = false;
    static_cast<void>(asked(link, ask)); // it was asked in its turn
}

Result<void> FarLinks::asked(Link& link, const wire::FarAsk& ask) {
    Talk* talk = talk_of(link.id);
    const LinkKnown* of = talk == nullptr ? nullptr : known(*talk);
    if (of == nullptr)
        return fail(Errc::not_allowed, "a question before a greeting");
    if (talk->is_serving)
        return fail(Errc::busy, "two questions at once");
    // What crosses is being read anew: an empty answer now would say that it is kept back.
    if (!parts_.shelf.has_read(talk->network)) {
        talk->is_serving = true;
        talk->held = ask;
        return {};
    }
    if (parts_.shelf.has_passage(talk->network, talk->link, ask.log)) {
        asked_for_passage(link, *talk, ask);
        return {};
    }
    const PassportBook::Kept* passport = parts_.passports.best(*of, ask.log);
    const LogRecord* record = parts_.logbook.find(ask.log);
    if (passport == nullptr || record == nullptr || !is_giving(*of)) {
        answer_nothing(link, *talk, ask.log, ask.positions);
        return {};
    }
    const LogSize size = cap_of(*of, ask.log, passport->passport.size);
    const auto allowed = parts_.passports.crossing(*of, ask.log, size);
    Answer answer{link.id, {}, *passport, record->durable};
    for (const Position& place : ask.positions) {
        const bool is_near =
            answer.places.empty() || place.value - answer.places.front().value < span_max;
        if (is_near && std::ranges::binary_search(allowed, place))
            answer.places.push_back(place);
    }
    const LogSize head = answer.state.head.head.size;
    const bool can_prove = answer.state.stored == head || !answer.state.right.hashes.empty();
    if (answer.places.empty() || !can_prove) {
        answer_nothing(link, *talk, ask.log, ask.positions);
        return {};
    }
    const LogSize begin{answer.places.front().value};
    const LogSize end{answer.places.back().value + 1};
    const LogSize to = passport->passport.size;
    const LoadChunk chunk{
        ask.log, answer.places.front(), end, to, span_max, limits::chunk_bytes_target, true};
    const LoadRanges ranges{
        ask.log, {{LogSize{0}, begin}, {LogSize{0}, to}, {to, answer.state.stored}}};
    const auto shared = std::make_shared<Answer>(std::move(answer));
    talk->is_serving = true;
    answers_.emplace(parts_.context.load(ranges), shared);
    answers_.emplace(parts_.context.load(chunk), shared);
    return {};
}

void FarLinks::load_finished(LoadId id, const Result<Loaded>& outcome) {
    if (passed_answers_.count(id) > 0)
        return passed_loaded(id, outcome);
    auto node = answers_.extract(id);
    if (node.empty())
        return;
    Answer& answer = *node.mapped();
    const bool is_first = !answer.ranges && !answer.chunk;
    if (outcome && std::holds_alternative<LoadedRanges>(*outcome))
        answer.ranges = std::get<LoadedRanges>(*outcome);
    else if (outcome && std::holds_alternative<LoadedChunk>(*outcome))
        answer.chunk = std::get<LoadedChunk>(*outcome);
    const bool is_waiting = outcome && is_first;
    if (is_waiting)
        return;
    // A load that failed answers for both.
    std::erase_if(answers_, [&](const auto& entry) { return entry.second == node.mapped(); });
    finish(answer);
}

void FarLinks::finish(const Answer& answer) {
    Talk* talk = talk_of(answer.link);
    Link* link = parts_.links.find(answer.link);
    if (talk == nullptr || link == nullptr || link->closing)
        return;
    talk->is_serving = false;
    auto relay = answer.ranges && answer.chunk ? make_relay(answer) : std::nullopt;
    send_relay(*link, *talk, {answer.state.id, answer.places}, std::move(relay));
}

/// Sends as many of the records as fit, or an empty answer.
void FarLinks::send_relay(
    Link& link, Talk& talk, const wire::FarAsk& asked, std::optional<agreement::Relay> relay
) {
    Bytes bytes;
    while (relay && !relay->records.empty()) {
        bytes = agreement::encode_relay(*relay);
        if (bytes.size() <= limits::relay_bytes_max - limits::kib)
            break;
        relay->records.pop_back();
        bytes.clear();
    }
    if (bytes.empty()) {
        answer_nothing(link, talk, asked.log, asked.positions);
        return;
    }
    send_message(parts_.context, link, wire::FarRelay{std::move(bytes)});
}

std::vector<Bytes> FarLinks::chains_for(const Answer& answer) const {
    // The author's first: without it nothing of the log is proven.
    std::vector<SchoolId> schools{answer.state.descriptor.school};
    for (const agreement::CoordinatorSignature& each : answer.passport.statement.signatures)
        if (each.school != schools.front())
            schools.push_back(each.school);
    std::vector<Bytes> chains;
    for (const SchoolId& school : schools)
        if (const identity::IdentityChain* chain = parts_.networks.chain(school);
            chain != nullptr && chains.size() < limits::relay_chains_max)
            chains.push_back(chain->wire());
    return chains;
}

/// None where the passport is not of the log that is here, which is noted.
std::optional<agreement::Relay> FarLinks::make_relay(const Answer& answer) {
    const agreement::Passport& passport = answer.passport.passport;
    const LoadedChunk& chunk = *answer.chunk;
    TreeParts parts;
    log::CompactRange whole = answer.ranges->ranges.at(0);
    parts.add(whole);
    std::vector<TreeHash> leaves;
    for (const LoadedEntry& entry : chunk.entries)
        leaves.push_back(log::leaf_hash<log::Blake2b256>(*entry.header));
    log::append_leaves<log::Blake2b256>(whole, leaves, [&](const log::TreeNode& node) {
        parts.add(node);
    });
    parts.add(chunk.range);
    const auto all = log::merge<log::Blake2b256>(whole, chunk.range);
    const auto root =
        all ? log::root_of<log::Blake2b256>(*all) : Result<TreeHash>(fail(all.error()));
    if (!root || *root != passport.root) {
        parts_.passports.found_wrong(answer.passport);
        return std::nullopt;
    }
    const log::SignedHead& head = answer.state.head;
    parts.add(answer.ranges->ranges.at(1));
    parts.add(answer.ranges->ranges.at(2));
    const auto rest = log::merge<log::Blake2b256>(answer.ranges->ranges.at(2), answer.state.right);
    if (rest)
        parts.add(*rest);
    const log::NodeReader reader = [&](log::Subtree at) { return parts.read(at); };
    agreement::Relay relay{{}, answer.passport.statement, chains_for(answer), head, {}, {}};
    if (head.head.size != passport.size) {
        auto proof = log::consistency_proof<log::Blake2b256>(
            log::OldSize{passport.size}, log::NewSize{head.head.size}, reader
        );
        if (!proof)
            return std::nullopt;
        relay.to_head = std::move(*proof);
    }
    for (const Position& place : answer.places) {
        const std::size_t at = place.value - chunk.begin.value;
        if (at >= chunk.entries.size() || relay.records.size() == limits::relay_records_max)
            break;
        const LoadedEntry& entry = chunk.entries[at];
        auto proof = log::inclusion_proof<log::Blake2b256>(place, passport.size, reader);
        if (proof && entry.state == BodyState::have)
            relay.records.push_back(
                {place, *entry.header, BodyState::have, entry.body, std::move(*proof)}
            );
    }
    return relay;
}

} // namespace staffroom::replica
