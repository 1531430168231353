#include "protocol/replica/crossing/passports.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// An import of thousands is a few passports: one is signed when the log is quiet, or after a
/// while.
constexpr std::chrono::milliseconds quiet_before_signing{500};
constexpr std::chrono::seconds signing_waits_max{10};
/// While enough others may be at it.
constexpr std::chrono::seconds turn_of_each{4};

void add_signatures(agreement::Signatures& to, const agreement::Signatures& more) {
    for (const agreement::CoordinatorSignature& each : more) {
        const auto at =
            std::ranges::lower_bound(to, each.school, {}, &agreement::CoordinatorSignature::school);
        if (at == to.end() || at->school != each.school)
            to.insert(at, each);
    }
}

} // namespace

std::vector<Position>
Passports::crossing(const LinkKnown& link, const LogId& log, LogSize size) const {
    std::vector<Position> places;
    const Shelf::OfLink& ours = parts_.shelf.ours(link.network, link.standing.link);
    const auto found = ours.find(log);
    if (found == ours.end())
        return places;
    for (const Outgoing& each : found->second)
        if (each.position.value < size.value &&
            std::ranges::binary_search(link.ours().kinds, each.kind))
            places.push_back(each.position);
    return places;
}

std::map<LogId, LogSize> Passports::reached(const LinkKnown& link) const {
    std::map<LogId, LogSize> sizes;
    const NetworkState* network = parts_.networks.find(link.network);
    if (network == nullptr)
        return sizes;
    for (const auto& [writer, of_writer] : network->passports.reached()) {
        for (const auto& [reach, size] : of_writer) {
            const bool is_of_link = link.standing.find(reach.agreement) != nullptr;
            const agreement::KnownCard* card =
                is_of_link ? link.standing.cards_of(link.network)->find(reach.card) : nullptr;
            if (card == nullptr || !std::ranges::binary_search(card->card.coordinators, writer))
                continue;
            const auto [at, is_new] = sizes.try_emplace(reach.log, size);
            at->second = std::max(at->second, size);
        }
    }
    return sizes;
}

bool Passports::crosses(const LinkKnown& link, const EntryPlace& entry) const {
    const Shelf::OfLink& ours = parts_.shelf.ours(link.network, link.standing.link);
    const auto found = ours.find(entry.log);
    if (found == ours.end())
        return false;
    const auto at =
        std::ranges::lower_bound(found->second, entry.position, {}, &Outgoing::position);
    return at != found->second.end() && at->position == entry.position &&
           std::ranges::binary_search(link.ours().kinds, at->kind);
}

/// All passports of a network that are of the agreement and the card in force, the signatures of
/// those who wrote down the same one together.
const Passports::Candidates& Passports::candidates(const NetworkState& network) {
    Gathered& gathered = gathered_[network.id];
    if (gathered.passports == network.passports.changes() &&
        gathered.links == parts_.book.changes())
        return gathered.candidates;
    gathered = {network.passports.changes(), parts_.book.changes(), {}};
    checked_.clear();
    const LinkBook::OfNetwork* known = parts_.book.of(network.id);
    if (known == nullptr)
        return gathered.candidates;
    for (const auto& [writer, of_writer] : network.passports.all()) {
        for (const auto& [about, kept] : of_writer) {
            const auto link = std::ranges::find_if(known->links, [&](const LinkKnown& each) {
                return each.standing.id == about.agreement &&
                       each.standing.cards_of(network.id)->newest().hash == about.card;
            });
            // The attack: a member that is no coordinator signs too, and its name goes to the
            // others.
            if (about.last || link == known->links.end() ||
                !std::ranges::binary_search(link->own_card().coordinators, writer.school))
                continue;
            auto& of_log = gathered.candidates[{link->standing.link, about.log, about.before}];
            const auto same = std::ranges::find_if(of_log, [&](const PassportBook::Kept& each) {
                return each.statement.bytes == kept.statement.bytes;
            });
            if (same == of_log.end())
                of_log.push_back(kept);
            else
                add_signatures(same->statement.signatures, kept.statement.signatures);
        }
    }
    for (auto& [subject, of_log] : gathered.candidates)
        std::ranges::stable_sort(of_log, std::ranges::greater(), [](const auto& kept) {
            return kept.passport.size;
        });
    return gathered.candidates;
}

const PassportBook::Kept* Passports::best(const LinkKnown& link, const LogId& log) {
    const LogRecord* record = parts_.logbook.find(log);
    if (record == nullptr)
        return nullptr;
    return best_of(link, {link.standing.link, log}, [&](const agreement::Passport& passport) {
        return passport.size <= record->counted() && passport.descriptor == record->descriptor;
    });
}

const PassportBook::Kept*
Passports::best(const LinkKnown& link, const Through& through, const Passage& passage) {
    const Subject subject{link.standing.link, through.log, through.passport};
    return best_of(link, subject, [&](const agreement::Passport& passport) {
        return passport.descriptor == passage.descriptor && passport.size == passage.size &&
               passport.root == passage.root;
    });
}

const PassportBook::Kept*
Passports::best_of(const LinkKnown& link, const Subject& subject, const Fits& fits) {
    const NetworkState* network = parts_.networks.find(link.network);
    if (network == nullptr)
        return nullptr;
    const Candidates& all = candidates(*network);
    const auto of_log = all.find(subject);
    if (of_log == all.end())
        return nullptr;
    const agreement::KnownCard& card = link.standing.cards_of(link.network)->newest();
    const agreement::ChainFinder chain_of = [&](const SchoolId& school) {
        return parts_.networks.chain(school);
    };
    for (const PassportBook::Kept& kept : of_log->second) {
        if (!fits(kept.passport) || wrong_.count(kept.statement.bytes) > 0)
            continue;
        const auto [checked, is_new] =
            checked_.try_emplace(agreement::encode_statement(kept.statement), false);
        if (is_new)
            checked->second = agreement::count_signatures(
                                  kept.statement,
                                  crypto::SignLabel::passport,
                                  {link.network, card.card.coordinators, chain_of},
                                  card.card.signatures,
                                  parts_.context.verifier
                              ) >= card.card.signatures;
        if (checked->second)
            return &kept;
    }
    return nullptr;
}

std::vector<log::LogPin> Passports::far_pins(const NetworkId& network, const SharingId& link) {
    std::map<LogId, log::LogPin> farthest;
    const auto add = [&](const log::LogPin& pin) {
        const auto [at, is_new] = farthest.emplace(pin.log, pin);
        if (!is_new && at->second.size < pin.size)
            at->second = pin;
    };
    for (const log::LogPin& pin : parts_.shelf.far_pins(network, link))
        add(pin);
    const LinkKnown* known = parts_.book.find(network, link);
    // Also where too many others have pushed a passport out since: what has crossed stays.
    const auto sizes = known == nullptr ? std::map<LogId, LogSize>() : reached(*known);
    for (const auto& [through, passage] : parts_.shelf.passages(network, link))
        if (const auto at = sizes.find(through.log);
            at != sizes.end() && passage.size <= at->second)
            add({through.log, passage.size, passage.root});
    std::vector<log::LogPin> pins;
    for (const auto& [log, pin] : farthest)
        pins.push_back(pin);
    return pins;
}

/// Whether something of this log may cross that no passport covers.
bool Passports::lacks_passport(const LinkKnown& link, const LogRecord& record) {
    const Shelf::OfLink& ours = parts_.shelf.ours(link.network, link.standing.link);
    const auto found = ours.find(record.id);
    if (found == ours.end())
        return false;
    const auto last = std::ranges::find_if(
        found->second.rbegin(),
        found->second.rend(),
        [&](const Outgoing& each) {
            return each.position.value < record.counted().value &&
                   std::ranges::binary_search(link.ours().kinds, each.kind);
        }
    );
    if (last == found->second.rend())
        return false;
    const PassportBook::Kept* known = best(link, record.id);
    return known == nullptr || known->passport.size.value <= last->position.value;
}

/// The coordinators on the card take turns, each first for other logs.
Instant Passports::due_at(const LinkKnown& link, const LogId& log, const Waiting& waiting) const {
    const agreement::Card& card = link.own_card();
    const auto self = std::ranges::find(card.coordinators, parts_.context.school);
    const std::size_t place =
        static_cast<std::size_t>(self - card.coordinators.begin()) + log.view().front();
    const std::size_t rank = place % card.coordinators.size();
    const std::size_t turn = rank < card.signatures ? 0 : rank + 1 - card.signatures;
    const Instant quiet = waiting.changed + quiet_before_signing;
    return std::min(quiet, waiting.since + signing_waits_max) + turn * turn_of_each;
}

/// Whether this school has written a passport down, before a start perhaps, or there is no use in
/// doing so: it would be the one too many, and be pushed out. The attack: a far school has more
/// than fit, and after each start all of them would be written anew.
bool Passports::is_written(
    const NetworkId& id,
    const agreement::Passport& wanted,
    const agreement::SignedStatement& statement
) const {
    const PassportBook& book = parts_.networks.find(id)->passports;
    if (book.has(parts_.context.school, statement))
        return true;
    const auto log = parts_.own_logs.current_of(log::space_of(id), log::Channel::governance);
    return wanted.before && log && !book.would_keep({parts_.context.school, *log}, wanted);
}

/// Signs what is wanted when its turn has come.
void Passports::wait_or_sign(
    const LinkKnown& link, const agreement::Passport& wanted, OwnLogs::Draft& draft
) {
    const LogId log = log::log_id(wanted.descriptor);
    const std::pair subject{link.network, Subject{link.standing.link, log, wanted.before}};
    const Digest name = agreement::passport_hash(agreement::encode_passport(wanted));
    const Waiting fresh{parts_.context.now, parts_.context.now, name};
    Waiting& waiting = waiting_.try_emplace(subject, fresh).first->second;
    if (waiting.passport != name) {
        waiting.passport = name;
        waiting.changed = parts_.context.now;
    }
    const auto before = signed_.find(subject);
    const bool is_signed = before != signed_.end() && before->second == name;
    if (is_signed || due_at(link, log, waiting) > parts_.context.now)
        return;
    Bytes bytes = agreement::encode_passport(wanted);
    agreement::Signatures signatures{agreement::sign_for(
        {link.network, parts_.context.school, parts_.context.keys.signing},
        crypto::SignLabel::passport,
        bytes
    )};
    const agreement::LinkPassport act{{std::move(bytes), std::move(signatures)}};
    if (!is_written(link.network, wanted, act.passport))
        draft.add_operation(log::space_of(link.network), agreement::encode_link_act(act));
    signed_.insert_or_assign(subject, name);
}

void Passports::look(const NetworkState& network, const LinkKnown& link, OwnLogs::Draft& draft) {
    for (const auto& [log, places] : parts_.shelf.ours(network.id, link.standing.link)) {
        const LogRecord* record = parts_.logbook.find(log);
        if (record == nullptr || !lacks_passport(link, *record)) {
            waiting_.erase({network.id, Subject{link.standing.link, log}});
            continue;
        }
        const agreement::Passport wanted{
            link.standing.id,
            link.standing.cards_of(link.network)->newest().hash,
            record->descriptor,
            record->counted(),
            record->counted_root()};
        wait_or_sign(link, wanted, draft);
    }
    if (is_to_be_looked_at(network, link))
        look_at_passages(network, link, draft);
}

/// What other networks have given is signed as it came: the same size and root, under the name of
/// the passport by which it came. Nobody here has the rest of that log. [A15]
void Passports::look_at_passages(
    const NetworkState& network, const LinkKnown& link, OwnLogs::Draft& draft
) {
    for (const auto& [through, passage] : parts_.shelf.passages(network.id, link.standing.link)) {
        if (!passage.is_open || best(link, through, passage) != nullptr) {
            waiting_.erase({network.id, Subject{link.standing.link, through.log, through.passport}}
            );
            continue;
        }
        const agreement::Passport wanted{
            link.standing.id,
            link.standing.cards_of(link.network)->newest().hash,
            passage.descriptor,
            passage.size,
            passage.root,
            false,
            through.passport};
        wait_or_sign(link, wanted, draft);
    }
}

/// Whether something about what goes on by this link has changed, or waits. Every entry of any log
/// comes by here, and a link may have thousands of passages. What goes on no more waits for
/// nothing.
bool Passports::is_to_be_looked_at(const NetworkState& network, const LinkKnown& link) {
    const PassagesSeen now{
        parts_.shelf.passage_changes(), network.passports.changes(), parts_.book.changes()};
    const Shelf::Passages& all = parts_.shelf.passages(network.id, link.standing.link);
    const auto is_about_passage = [&](const auto& each) {
        const auto& [of, subject] = each.first;
        return of == network.id && subject.link == link.standing.link && subject.before;
    };
    std::erase_if(waiting_, [&](const auto& each) {
        const Subject& subject = each.first.second;
        return is_about_passage(each) && all.count({subject.log, *subject.before}) == 0;
    });
    PassagesSeen& seen = passages_seen_[{network.id, link.standing.link}];
    const bool has_changed = seen != now;
    seen = now;
    return has_changed || std::ranges::any_of(waiting_, is_about_passage);
}

void Passports::pump() {
    const Seen now{parts_.logbook.changes(), parts_.shelf.changes(), parts_.book.changes()};
    const auto next = deadline();
    if (seen_ == now && (!next || *next > parts_.context.now))
        return;
    seen_ = now;
    if (parts_.networks.is_key_ended())
        return;
    OwnLogs::Draft draft = parts_.own_logs.draft();
    for (const auto& [id, known] : parts_.book.all()) {
        const NetworkState& network = *parts_.networks.find(id);
        for (const LinkKnown& link : known.links) {
            const auto& signers = link.own_card().coordinators;
            if (link.is_in_force() && network.roster.is_coordinator(parts_.context.school) &&
                std::ranges::binary_search(signers, parts_.context.school))
                look(network, link, draft);
        }
    }
    if (draft.has_entries())
        draft.commit();
}

std::optional<Instant> Passports::deadline() const {
    std::optional<Instant> next;
    for (const auto& [subject, waiting] : waiting_) {
        const LinkKnown* link = parts_.book.find(subject.first, subject.second.link);
        const auto before = signed_.find(subject);
        if (link == nullptr || (before != signed_.end() && before->second == waiting.passport))
            continue;
        const Instant due = due_at(*link, subject.second.log, waiting);
        next = std::min(next.value_or(due), due);
    }
    return next;
}

} // namespace staffroom::replica
