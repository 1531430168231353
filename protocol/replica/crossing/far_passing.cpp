// What a gateway passes on: what its network has from another one and may give one network further.
// It is given on as it was carried here, under a passport of this network that names the one by
// which it came. Declared in far_links. The attacks: a gateway of the far network asks for what may
// go no further, or for what it was not told of; so each place is looked up in what author and both
// agreements let pass, as it was judged here, and nothing else leaves. [A8] [A15]
#include "protocol/agreement/relay/onward.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/replica/crossing/by_turns.hpp"
#include "protocol/replica/crossing/far_links.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

constexpr std::size_t passed_at_once = 32; // bodies, at most 10 MiB

/// Whether anything of a log crosses at this place by what stands of a link.
bool is_below_cap(const LinkKnown& link, const LogId& log, Position place) {
    const auto cap = link.standing.cap_of(log);
    return !cap || place.value < cap->size.value;
}

} // namespace

/// Logs of other networks that are told of over this line, as many as fit beside the own ones. The
/// attack: a school far away has thousands of logs, and those of all others find no room.
std::set<LogId> FarLinks::passages_to_tell(const Talk& talk) const {
    std::set<LogId> chosen;
    std::map<SchoolId, std::vector<LogId>> others;
    for (const auto& [through, passage] : parts_.shelf.passages(talk.network, talk.link)) {
        std::vector<LogId>& of_school = others[passage.descriptor.school];
        if (talk.told.count(through.log) > 0)
            chosen.insert(through.log);
        else if (of_school.empty() || of_school.back() != through.log)
            of_school.push_back(through.log);
    }
    const std::size_t told = talk.told.size();
    const std::size_t room = limits::far_logs_max - std::min(told, limits::far_logs_max);
    for (const LogId& log : by_turns(others, room))
        chosen.insert(log);
    return chosen;
}

void FarLinks::tell_passages(Link& link, Talk& talk, const LinkKnown& of) {
    const std::set<LogId> chosen = passages_to_tell(talk);
    for (const auto& [through, passage] : parts_.shelf.passages(talk.network, talk.link)) {
        if (chosen.count(through.log) == 0)
            continue;
        const PassportBook::Kept* passport = parts_.passports.best(of, through, passage);
        if (passport == nullptr)
            continue;
        std::vector<Position> places;
        for (const auto& [place, record] : passage.records)
            if (is_below_cap(of, through.log, place) && parts_.shelf.with_words(record.copies))
                places.push_back(place);
        say_places(link, talk, {passage.descriptor, passage.size, {}}, places);
    }
}

/// Whether a record of another network goes on over this line; the entry here that carries it.
std::optional<EntryPlace>
FarLinks::passed_entry(const LinkKnown& of, const EntryPlace& there) const {
    if (!is_below_cap(of, there.log, there.position))
        return std::nullopt;
    const FarPlace place{there.log, there.position};
    for (const Shelf::Way& way : parts_.shelf.ways_of(of.network, of.standing.link, place))
        if (parts_.passports.best(of, way.through, way.passage) != nullptr)
            if (const auto entry =
                    parts_.shelf.with_words(way.passage.records.at(there.position).copies))
                return entry;
    return std::nullopt;
}

/// Adds the place where it goes on by the passage of those before it, and stands in the same log
/// here. Errors: not_found (it goes no further), busy (by another passage: it is asked for again).
Result<void> FarLinks::add_passed(const LinkKnown& of, Position place, PassedAnswer& answer) const {
    bool goes_on = false;
    if (!is_below_cap(of, answer.log, place))
        return fail(Errc::not_found);
    for (const Shelf::Way& way :
         parts_.shelf.ways_of(of.network, of.standing.link, {answer.log, place})) {
        const auto entry = parts_.shelf.with_words(way.passage.records.at(place).copies);
        const auto proof = parts_.shelf.with_words(way.passage.proofs);
        const PassportBook::Kept* passport =
            entry && proof ? parts_.passports.best(of, way.through, way.passage) : nullptr;
        if (passport == nullptr)
            continue;
        goes_on = true;
        const bool is_first = answer.places.empty();
        const bool fits =
            is_first || (answer.through == way.through && answer.entries.front().log == entry->log);
        if (!fits)
            continue;
        if (is_first) {
            answer.through = way.through;
            answer.passport = passport->statement;
            answer.proof = *proof;
        }
        answer.places.push_back(place);
        answer.entries.push_back(*entry);
        return {};
    }
    return fail(goes_on ? Errc::busy : Errc::not_found);
}

/// The first of the places asked for that go on, as far as they came by one passport and stand in
/// one log here. What comes behind them is asked for again.
std::optional<FarLinks::PassedAnswer>
FarLinks::next_passed(const LinkKnown& of, LinkId link, const wire::FarAsk& ask) const {
    PassedAnswer answer{link, ask.log};
    for (const Position& place : ask.positions) {
        const auto added = add_passed(of, place, answer);
        const bool is_by_another = !added && added.error().code == Errc::busy;
        if (is_by_another || answer.places.size() == passed_at_once)
            break;
    }
    return answer.places.empty() ? std::nullopt : std::optional(std::move(answer));
}

void FarLinks::asked_for_passage(Link& link, Talk& talk, const wire::FarAsk& ask) {
    const LinkKnown& of = *known(talk);
    auto answer = is_giving(of) ? next_passed(of, link.id, ask) : std::nullopt;
    if (!answer)
        return answer_nothing(link, talk, ask.log, ask.positions);
    const LoadBodies proof{answer->proof.log, {answer->proof.position}};
    LoadBodies bodies{answer->entries.front().log, {}};
    for (const EntryPlace& entry : answer->entries)
        bodies.positions.push_back(entry.position);
    const auto shared = std::make_shared<PassedAnswer>(std::move(*answer));
    talk.is_serving = true;
    passed_answers_.emplace(parts_.context.load(proof), std::pair(shared, true));
    passed_answers_.emplace(parts_.context.load(std::move(bodies)), std::pair(shared, false));
}

void FarLinks::passed_loaded(LoadId id, const Result<Loaded>& outcome) {
    const auto node = passed_answers_.extract(id);
    const auto& [answer, is_proof] = node.mapped();
    const auto* loaded = outcome ? std::get_if<LoadedBodies>(&*outcome) : nullptr;
    if (loaded != nullptr)
        (is_proof ? answer->proof_body : answer->bodies) = *loaded;
    const bool is_waiting = loaded != nullptr && (!answer->proof_body || !answer->bodies);
    if (is_waiting)
        return;
    // A load that failed answers for both.
    std::erase_if(passed_answers_, [&](const auto& each) { return each.second.first == answer; });
    finish_passed(*answer);
}

void FarLinks::finish_passed(const PassedAnswer& answer) {
    Talk* talk = talk_of(answer.link);
    Link* link = parts_.links.find(answer.link);
    if (talk == nullptr || link == nullptr || link->closing)
        return;
    talk->is_serving = false;
    auto relay = answer.proof_body && answer.bodies ? pass_on(talk->network, answer) : std::nullopt;
    send_relay(*link, *talk, {answer.log, answer.places}, std::move(relay));
}

/// The relay by which this came, with the hop to this network on its trail. None where the link by
/// which it came stands no more as it did: it may have changed while the answer was loaded.
std::optional<agreement::Relay>
FarLinks::pass_on(const NetworkId& network, const PassedAnswer& answer) const {
    const LinkBook::OfNetwork* of = parts_.book.of(network);
    const LoadedEntry& proof = answer.proof_body->entries.front();
    const auto came = proof.state == BodyState::have
                          ? agreement::parse_carried_proof(*proof.body.encoded)
                          : Result<agreement::Relay>(fail(Errc::not_found));
    const auto passport = came ? agreement::parse_passport(came->passport.bytes)
                               : Result<agreement::Passport>(fail(Errc::not_found));
    const agreement::Standing* standing =
        of == nullptr || !passport ? nullptr : of->ground->standing_of(passport->agreement);
    const agreement::Side* giver =
        standing == nullptr ? nullptr : standing->agreement.side_facing(network);
    auto hop = giver == nullptr ? std::nullopt
                                : agreement::hop_of(*standing, giver->network, came->passport);
    if (!hop)
        return std::nullopt;
    agreement::Relay relay{
        came->trail,
        answer.passport,
        chains_on_the_way(network, *came, *hop, answer.passport),
        came->head,
        came->to_head,
        {}};
    relay.trail.push_back(std::move(*hop));
    for (std::size_t i = 0; i < answer.places.size(); ++i) {
        const LoadedEntry& entry = answer.bodies->entries.at(i);
        if (entry.state != BodyState::have)
            continue;
        auto carried = agreement::parse_carried_record(*entry.body.encoded);
        if (carried && carried->record.position == answer.places[i])
            relay.records.push_back(std::move(carried->record));
    }
    return relay;
}

/// The chains that prove the way, and no others: of each school the one that is known here, else
/// the one that came.
std::vector<Bytes> FarLinks::chains_on_the_way(
    const NetworkId& network,
    const agreement::Relay& came,
    const agreement::Hop& hop,
    const agreement::SignedStatement& passport
) const {
    std::map<SchoolId, Bytes> brought;
    for (const Bytes& chain : came.chains)
        if (const auto school = identity::school_of_chain(chain))
            brought.emplace(*school, chain);
    const agreement::ChainFinder chain_of = parts_.book.chain_finder(network);
    std::vector<Bytes> chains;
    for (const SchoolId& school : agreement::schools_on_the_way(came, hop, passport)) {
        const identity::IdentityChain* known = chain_of(school);
        const auto came_with = brought.find(school);
        if (chains.size() < limits::relay_chains_max && known != nullptr)
            chains.push_back(known->wire());
        else if (chains.size() < limits::relay_chains_max && came_with != brought.end())
            chains.push_back(came_with->second);
    }
    return chains;
}

} // namespace staffroom::replica
