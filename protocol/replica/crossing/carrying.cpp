// What a gateway takes: it asks for what its network lacks, checks every part of what is brought,
// and writes what crosses into its own log. Declared in far_links. The attacks: a gateway brings
// what was not asked for, keeps back what it told of, or alters what it brings; two gateways carry
// the same twice. [A6] [A10] [A13]
#include "protocol/base/limits.hpp"
#include "protocol/records/kinds.hpp"
#include "protocol/replica/crossing/far_links.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

constexpr std::chrono::seconds answered_within{60};
/// So long a gateway gives those before it.
constexpr std::chrono::seconds carrying_turn{5};
/// Answers of one line that are on their way to the disk: the next is checked meanwhile.
constexpr std::size_t stores_at_once = 2;
/// Places that are written and not read yet: beyond these the shelf catches up first.
constexpr std::size_t written_max = 8 * limits::relay_records_max;

/// Whether no honest gateway can have said this, also one that has not heard of a change yet.
bool is_lie(agreement::Refusal why) {
    using agreement::Refusal;
    switch (why) {
    case Refusal::not_agreed:
    case Refusal::disputed:
    case Refusal::another_agreement:
    case Refusal::passport_outdated:
    case Refusal::passport_not_signed:
    case Refusal::terms_replaced:
    case Refusal::behind_the_cut:
    case Refusal::after_the_end: return false;
    case Refusal::another_network:
    case Refusal::trail_forged:
    case Refusal::not_passed_on:
    case Refusal::author_not_certified:
    case Refusal::head_not_signed:
    case Refusal::not_one_history:
    case Refusal::not_in_the_log:
    case Refusal::body_altered:
    case Refusal::kind_not_agreed:
    case Refusal::not_for_this_link:
    case Refusal::no_proof:
    case Refusal::carried_otherwise:
    case Refusal::unreadable: return true;
    }
    return true;
}

RecordDraft entry_of(
    const NetworkId& network, std::uint32_t kind, const agreement::CarriedHeader& header, Bytes body
) {
    const auto length = static_cast<std::uint32_t>(body.size());
    return {
        log::space_of(network),
        kind,
        header.document,
        {},
        {},
        static_cast<std::uint32_t>(records::Reach::network),
        0,
        length,
        header.attachment_bytes,
        std::make_shared<const Bytes>(std::move(body)),
        std::nullopt};
}

} // namespace

Result<void> FarLinks::crossing_arrived(Link& link, const wire::FarCrossing& crossing) {
    Talk* talk = talk_of(link.id);
    if (talk == nullptr)
        return fail(Errc::not_allowed, "what crosses before a greeting");
    const LogId log = log::log_id(crossing.descriptor);
    // The attack: other networks that it is linked with have too many logs or records, and the line
    // would end at each redial. What it passes on comes behind its own, and what is too much is
    // passed over: the next line tells of it.
    if (talk->wanted_count + crossing.positions.size() > limits::far_places_max ||
        (talk->wanted.size() >= limits::far_logs_max && talk->wanted.count(log) == 0))
        return {};
    want(*talk, log, crossing.positions);
    return {};
}

void FarLinks::want(Talk& talk, const LogId& log, const std::vector<Position>& places) {
    for (const Position& place : places) {
        if (parts_.shelf.is_done(talk.network, {log, place}))
            continue;
        Wanted& wanted = talk.wanted.try_emplace(log, Wanted{{}, parts_.context.now}).first->second;
        talk.wanted_count += wanted.places.insert(place).second ? 1U : 0U;
    }
}

void FarLinks::let_go(Talk& talk, const LogId& log, Position place) {
    const auto at = talk.wanted.find(log);
    if (at == talk.wanted.end())
        return;
    talk.wanted_count -= at->second.places.erase(place);
    at->second.since = parts_.context.now;
    if (at->second.places.empty())
        talk.wanted.erase(at);
}

/// The gateways of one network take turns, each first for other logs. While what is wanted becomes
/// less, another one is at it; a gateway that lies or is off keeps nobody waiting for long.
Instant FarLinks::turn_at(const Talk& talk, const LogId& log, const Wanted& wanted) const {
    return wanted.since + turn_delay(*known(talk), log.view().front());
}

std::chrono::microseconds FarLinks::turn_delay(const LinkKnown& link, std::uint8_t subject) const {
    const agreement::Card& card = link.own_card();
    const SchoolId& self = parts_.context.school;
    const auto named = std::ranges::find(card.gateways, self, &agreement::Gateway::school);
    const std::size_t count = std::max<std::size_t>(card.gateways.size(), 1);
    std::size_t rank = static_cast<std::size_t>(named - card.gateways.begin());
    if (named != card.gateways.end())
        rank = (rank + subject) % count;
    else
        rank += static_cast<std::size_t>(
            std::ranges::lower_bound(card.coordinators, self) - card.coordinators.begin()
        );
    return rank * carrying_turn;
}

/// Places of this network that are on their way: asked for, being checked, being written, or
/// written and not read yet.
std::set<FarPlace> FarLinks::asked_elsewhere(const Talk& talk) const {
    std::set<FarPlace> elsewhere;
    const auto add = [&](const std::optional<Question>& question) {
        if (question)
            for (const Position& place : question->places)
                elsewhere.insert({question->log, place});
    };
    for (const auto& [id, other] : talks_) {
        if (other.network != talk.network)
            continue;
        add(other.question);
        add(other.taking);
    }
    const auto written = written_.find(talk.network);
    if (written != written_.end())
        elsewhere.insert(written->second.begin(), written->second.end());
    for (const auto& [store, storing] : storing_)
        if (storing.network == talk.network)
            elsewhere.insert(storing.places.begin(), storing.places.end());
    return elsewhere;
}

/// Forgets what was written and is on the shelf by now.
void FarLinks::forget_written() {
    if (written_.empty())
        return;
    if (parts_.shelf.is_read()) {
        written_.clear();
        return;
    }
    for (auto& [network, places] : written_)
        std::erase_if(places, [&, id = network](const FarPlace& place) {
            return parts_.shelf.is_done(id, place);
        });
}

/// Asks for the next places that are not here and that no other gateway was asked for.
void FarLinks::ask_on(Link& link, Talk& talk) {
    if (talk.question || talk.storing.size() >= stores_at_once || talk.wanted.empty() ||
        !may_write(talk.network))
        return;
    if (known(talk)->standing.is_disputed || !parts_.shelf.has_read(talk.network))
        return;
    const auto written = written_.find(talk.network);
    if (written != written_.end() && written->second.size() >= written_max)
        return;
    const std::set<FarPlace> elsewhere = asked_elsewhere(talk);
    const auto is_done = [&](const LogId& log, Position place) {
        return parts_.shelf.is_done(talk.network, {log, place});
    };
    for (auto at = talk.wanted.begin(); at != talk.wanted.end();) {
        auto& [log, wanted] = *at;
        std::set<Position>& places = wanted.places;
        while (!places.empty() && is_done(log, *places.begin())) {
            places.erase(places.begin());
            --talk.wanted_count;
            wanted.since = parts_.context.now;
        }
        wire::FarAsk ask{log, {}};
        const bool is_our_turn = turn_at(talk, log, wanted) <= parts_.context.now;
        for (auto place = places.begin(); is_our_turn && place != places.end() &&
                                          ask.positions.size() < limits::relay_records_max;
             ++place)
            if (!is_done(log, *place) && elsewhere.count({log, *place}) == 0)
                ask.positions.push_back(*place);
        if (!ask.positions.empty()) {
            send_message(parts_.context, link, ask);
            talk.question =
                Question{log, std::move(ask.positions), parts_.context.now + answered_within};
            return;
        }
        at = places.empty() ? talk.wanted.erase(at) : std::next(at);
    }
}

Result<void> FarLinks::relay_arrived(Link& link, const wire::FarRelay& message) {
    Talk* talk = talk_of(link.id);
    if (talk == nullptr || !talk->question)
        return fail(Errc::not_allowed, "a relay that nobody asked for");
    const Question question = std::move(*talk->question);
    talk->question.reset();
    // While this answer is checked the other side looks for the next.
    talk->taking = question;
    ask_on(link, *talk);
    talk->taking.reset();
    if (message.relay.empty()) {
        for (const Position& place : question.places)
            let_go(*talk, question.log, place);
        return {};
    }
    const auto relay = agreement::parse_relay(message.relay);
    if (!relay) {
        refuse(*talk, agreement::Refusal::unreadable);
        return fail(relay.error());
    }
    return take(link, *talk, question, *relay);
}

/// Whether an order of its school takes this record away here: whoever brings it has not heard of
/// the order yet. [E9]
bool FarLinks::is_called_back(
    const NetworkId& network, const RevisionId& revision, const agreement::CheckedProof& proof
) const {
    return parts_.erasures.kind_of(network, {proof.descriptor.school, revision}) ==
           network::ErasureKind::whole;
}

/// Errors: bad_proof (a lie).
Result<void>
FarLinks::take(Link& link, Talk& talk, const Question& question, const agreement::Relay& relay) {
    const LinkKnown& of = *known(talk);
    const agreement::ChainFinder chain_of = parts_.book.chain_finder(talk.network);
    const agreement::ProofOutcome outcome = agreement::check_proof(
        relay,
        {talk.network, of.standing, chain_of, parts_.context.verifier, &parts_.book.learned()}
    );
    const auto let_go_of = [&](Position place) { let_go(talk, question.log, place); };
    const auto* proof = std::get_if<agreement::CheckedProof>(&outcome);
    if (proof == nullptr || log::log_id(proof->descriptor) != question.log) {
        const auto* why = std::get_if<agreement::Refusal>(&outcome);
        const auto said = why == nullptr ? agreement::Refusal::not_in_the_log : *why;
        std::ranges::for_each(question.places, let_go_of);
        ++refused_[{talk.network, talk.link}][said];
        if (!is_lie(said))
            return {};
        refuse(talk, said);
        return fail(Errc::bad_proof, std::string(agreement::refusal_name(said)));
    }
    std::optional<agreement::Refusal> lie;
    std::vector<std::size_t> places;
    Position last{0};
    for (std::size_t i = 0; i < relay.records.size(); ++i) {
        const agreement::RelayedRecord& record = relay.records[i];
        if (!std::ranges::binary_search(question.places, record.position))
            continue;
        last = std::max(last, record.position);
        const auto why = agreement::check_record(record, *proof);
        const RevisionId revision = log::revision_id(record.header);
        const bool is_here = parts_.shelf.has(talk.network, revision) ||
                             is_called_back(talk.network, revision, *proof);
        if (why && is_lie(*why))
            lie = why;
        else if (why)
            ++refused_[{talk.network, talk.link}][*why];
        else if (!is_here && record.state == log::BodyState::have)
            places.push_back(i);
        let_go_of(record.position);
    }
    // What it left out up to the last one it keeps back; the rest did not fit.
    for (const Position& place : question.places)
        if (relay.records.empty() || place <= last)
            let_go_of(place);
    if (!places.empty())
        carry(talk, of, relay, places);
    link.gained();
    if (!lie)
        return {};
    refuse(talk, *lie);
    return fail(Errc::bad_proof, std::string(agreement::refusal_name(*lie)));
}

/// One proof serves all records of its passport.
RevisionId
FarLinks::proof_entry(const LinkKnown& link, const agreement::Relay& relay, OwnLogs::Draft& draft) {
    const auto known = proofs_.find({link.network, relay.passport.bytes});
    if (known != proofs_.end())
        return known->second;
    Bytes body = agreement::encode_carried_proof(relay);
    return *draft.add_record(entry_of(link.network, log::kind_carried_proof, {}, std::move(body)));
}

void FarLinks::carry(
    Talk& talk,
    const LinkKnown& link,
    const agreement::Relay& relay,
    const std::vector<std::size_t>& places
) {
    const auto passport = agreement::parse_passport(relay.passport.bytes);
    const LogId log = log::log_id(passport->descriptor);
    if (agreement::encode_carried_proof(relay).size() > limits::body_plain_bytes_max) {
        ++refused_[{talk.network, talk.link}][agreement::Refusal::unreadable];
        return;
    }
    OwnLogs::Draft draft = parts_.own_logs.draft();
    const RevisionId proof = proof_entry(link, relay, draft);
    Storing storing{link.network, {}, relay.passport.bytes};
    for (const std::size_t place : places) {
        const agreement::RelayedRecord& record = relay.records[place];
        const auto inner = log::parse_header(record.header);
        const agreement::CarriedHeader header = agreement::carried_header(*inner);
        Bytes body = agreement::encode_carried_record({proof, record});
        const RecordDraft entry =
            entry_of(link.network, log::kind_carried_record, header, std::move(body));
        // Words that nothing shortens, and nearly as long as any may be, do not fit with a proof.
        if (!draft.add_record(entry)) {
            ++refused_[{talk.network, talk.link}][agreement::Refusal::unreadable];
            continue;
        }
        storing.places.push_back({log, record.position});
    }
    if (!draft.has_entries())
        return;
    proofs_.insert_or_assign({link.network, relay.passport.bytes}, proof);
    const StoreId store = draft.commit();
    talk.storing.insert(store);
    storing_.emplace(store, std::move(storing));
}

void FarLinks::store_finished(StoreId id, bool succeeded) {
    auto node = storing_.extract(id);
    if (node.empty())
        return;
    const Storing& storing = node.mapped();
    if (succeeded)
        written_[storing.network].insert(storing.places.begin(), storing.places.end());
    else
        proofs_.erase({storing.network, storing.passport});
    for (auto& [link, talk] : talks_) {
        if (talk.storing.erase(id) == 0)
            continue;
        // What could not be written is asked for again.
        if (!succeeded)
            for (const FarPlace& place : storing.places)
                want(talk, place.log, {place.position});
    }
}

void FarLinks::log_cut(const LogId& id) {
    const LogRecord* record = parts_.logbook.find(id);
    // The proofs may stand in the part that counts no more.
    if (record != nullptr && parts_.own_logs.is_own(record->descriptor))
        proofs_.clear();
}

} // namespace staffroom::replica
