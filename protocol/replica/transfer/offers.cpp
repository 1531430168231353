#include "protocol/replica/transfer/offers.hpp"

#include "protocol/base/limits.hpp"

#include <set>

namespace staffroom::replica {
namespace {

using log::Channel;

/// While a log is being copied, others are told of its growth at most this often.
constexpr std::chrono::milliseconds partial_offer_every{500};
constexpr std::size_t offers_per_message = 128;
constexpr std::size_t offer_bytes = 512; // of a log or a notice's frame, at most
/// The most bytes that a link may leave here unjudged; the next comparison brings the rest.
constexpr std::size_t parked_bytes_max = 512 * limits::kib;
constexpr std::size_t parked_head_bytes = sizeof(wire::LogOffer) + 128; // with what was signed
/// The most new logs of one school that count as something new; each incarnation makes two.
constexpr std::size_t new_logs_worth_max = 256;
static_assert(new_logs_worth_max < limits::logs_per_school_max);
static_assert(parked_bytes_max >= 4 * limits::chain_bytes_max);
static_assert(parked_head_bytes * limits::parked_heads_max < parked_bytes_max);

} // namespace

wire::LogOffer Offers::offer_of(const LogRecord& record, const LinkSpace& space) const {
    const auto told = space.farewell.find(record.id);
    const LogSize held =
        told == space.farewell.end() ? record.counted() : std::min(told->second, record.counted());
    return {record.descriptor, record.durable.head, held};
}

/// Sends the things with these ids in this space: chains, logs, notices; passes over others. Each
/// goes once, however often it is asked for, and nothing more while the line is full: the next
/// comparison finds the rest.
void Offers::send(
    Link& link, const SpaceState& state, LinkSpace& space, std::span<const Digest> ids
) {
    wire::Offers offers{space.token, {}, {}, {}};
    std::size_t count = 0;
    std::size_t bytes = 0;
    std::set<Digest> offered;
    const auto flush = [&] {
        if (count > 0)
            send_message(context_, link, offers);
        offers = wire::Offers{space.token, {}, {}, {}};
        count = 0;
        bytes = 0;
    };
    for (const Digest& id : ids) {
        const SchoolId school(id.raw());
        const LogId log(id.raw());
        const identity::IdentityChain* chain = networks_.chain(school);
        const LogRecord* record = logbook_.find(log);
        const network::SignedNotice* notice = networks_.notice(id);
        const Bytes* fork = forks_.find(state.id, id);
        if (link.unsent_bytes > limits::send_queue_bytes_max)
            break;
        if (!offered.insert(id).second)
            continue;
        const std::size_t more = offer_bytes + (chain != nullptr ? chain->wire().size() : 0) +
                                 (notice != nullptr ? notice->bytes.size() : 0) +
                                 (fork != nullptr ? fork->size() : 0);
        if (count == offers_per_message || bytes + more > limits::chunk_bytes_target)
            flush();
        const bool is_held =
            record != nullptr && state.logs.count(log) > 0 && record->counted().value > 0;
        if (chain != nullptr && state.audience->ever_had(school))
            offers.chains.push_back(chain->wire());
        else if (is_held)
            offers.logs.push_back(offer_of(*record, space));
        else if (notice != nullptr && notice->notice.space == state.id)
            offers.notices.push_back(*notice);
        else if (fork != nullptr)
            offers.forks.push_back(*fork);
        else
            continue;
        ++count;
        bytes += more;
    }
    flush();
}

Result<void> Offers::arrived(Link& link, const wire::Offers& offers) {
    const LinkSpace* space = link.space_by_token(offers.token);
    if (space == nullptr)
        return {};
    for (const Bytes& chain : offers.chains) {
        const Acceptance taken = networks_.take_chain(chain);
        if (taken == Acceptance::refused)
            return fail(Errc::bad_signature, "chain");
        if (taken == Acceptance::parked)
            if (const auto school = identity::school_of_chain(chain))
                park(link, {*school, chain});
        if (taken == Acceptance::taken)
            link.gained();
    }
    for (const Channel channel : {Channel::governance, Channel::records}) {
        for (const wire::LogOffer& offer : offers.logs) {
            if (offer.descriptor.channel != channel)
                continue;
            if (auto taken = take_log_offer(link, offer); !taken)
                return fail(taken.error());
        }
    }
    for (const network::SignedNotice& notice : offers.notices) {
        const Acceptance taken = networks_.take_notice(notice);
        if (taken == Acceptance::refused)
            return fail(Errc::bad_signature, "notice");
        const bool has_room = link.parked_notices.size() < limits::parked_heads_max &&
                              link.parked_bytes + notice.bytes.size() <= parked_bytes_max;
        if (taken == Acceptance::parked && has_room) {
            link.parked_bytes += notice.bytes.size();
            link.parked_notices.push_back(notice);
        }
        if (taken == Acceptance::taken)
            link.gained();
    }
    for (const Bytes& fork : offers.forks) {
        if (auto taken = take_fork(link, space->id, fork); !taken)
            return taken;
    }
    return {};
}

Result<void> Offers::take_fork(Link& link, const SpaceId& space, const Bytes& fork) {
    auto taken = forks_.take(space, fork);
    if (!taken && taken.error().code == Errc::unknown_version)
        return {}; // a notice of a later version: its bearer is no enemy
    if (!taken)
        return fail(taken.error());
    if (*taken == Acceptance::refused)
        return fail(Errc::bad_proof, "evidence of a fork");
    const bool has_room = link.parked_forks.size() < limits::parked_chains_max &&
                          link.parked_bytes + fork.size() <= parked_bytes_max;
    if (*taken == Acceptance::parked && has_room) {
        link.parked_bytes += fork.size();
        link.parked_forks.emplace_back(space, fork);
    }
    if (*taken == Acceptance::taken)
        link.gained();
    return {};
}

Result<void> Offers::take_log_offer(Link& link, const wire::LogOffer& offer) {
    if (offer.held > offer.head.head.size)
        return fail(Errc::malformed, "an offer beyond its head");
    LinkSpace* space = link.space(offer.descriptor.space);
    if (space == nullptr)
        return {};
    switch (networks_.judge_head(offer.descriptor, offer.head)) {
    case Acceptance::taken:
        take_head(link, offer);
        fetcher_.offered(link, *space, offer);
        break;
    case Acceptance::known:
        if (const LogRecord* record = logbook_.find(offer.head.head.log)) {
            if (auto seen = finder_.head_seen(link, *record, offer); !seen)
                return seen;
        }
        fetcher_.offered(link, *space, offer);
        break;
    case Acceptance::parked:
        if (link.parked.size() < limits::parked_heads_max &&
            link.parked_bytes + parked_head_bytes <= parked_bytes_max) {
            link.parked_bytes += parked_head_bytes;
            link.parked.push_back(offer);
        }
        break;
    case Acceptance::refused: return fail(Errc::bad_signature, "offered head");
    }
    return {};
}

void Offers::take_head(Link& link, const wire::LogOffer& offer) {
    const bool is_new = logbook_.find(offer.head.head.log) == nullptr;
    logbook_.note_head(offer.descriptor, offer.head);
    if (is_new)
        networks_.find_cuts(offer.head.head.log);
    SpaceState& space = *spaces_.find(offer.descriptor.space);
    const auto count = space.know_log(offer.head.head.log, offer.descriptor.school);
    // A larger size of a known log is worth nothing before its entries come.
    if (is_new && count <= new_logs_worth_max)
        ++link.gains;
}

void Offers::retry_parked(Link& link) {
    link.parked_bytes = 0;
    for (ParkedChain& chain : std::exchange(link.parked_chains, {})) {
        // Judging costs signatures, so it waits until a roster names the school.
        if (!networks_.is_anyones_member(chain.school) ||
            networks_.take_chain(chain.wire) == Acceptance::parked)
            park(link, std::move(chain));
    }
    for (const wire::LogOffer& offer : std::exchange(link.parked, {})) {
        if (!take_log_offer(link, offer)) {
            links_.close(link, Errc::bad_signature);
            return;
        }
    }
    for (const network::SignedNotice& notice : std::exchange(link.parked_notices, {})) {
        if (networks_.take_notice(notice) != Acceptance::parked)
            continue;
        link.parked_bytes += notice.bytes.size();
        link.parked_notices.push_back(notice);
    }
    for (const auto& [space, fork] : std::exchange(link.parked_forks, {})) {
        if (auto taken = take_fork(link, space, fork); !taken) {
            links_.close(link, taken.error().code);
            return;
        }
    }
}

void Offers::park(Link& link, ParkedChain chain) {
    if (link.parked_chains.size() >= limits::parked_chains_max ||
        link.parked_bytes + chain.wire.size() > parked_bytes_max)
        return;
    link.parked_bytes += chain.wire.size();
    link.parked_chains.push_back(std::move(chain));
}

void Offers::log_grew(const Growth& growth, std::optional<LinkId> source) {
    const LogRecord& record = *logbook_.find(growth.log);
    const SpaceState* state = spaces_.find(record.descriptor.space);
    if (state == nullptr || (record.cut && growth.before.value >= record.cut->position.value))
        return;
    Instant& last = last_partial_offer_.try_emplace(growth.log, Instant{0}).first->second;
    const bool say_so = record.is_complete() || context_.now - last > partial_offer_every;
    if (say_so)
        last = context_.now;
    links_.for_members(state->id, [&](Link& link, LinkSpace& space) {
        link.is_stale = true;
        LogSize& known = space.known.try_emplace(growth.log, LogSize{0}).first->second;
        if (source == link.id || known >= growth.after || !say_so)
            return;
        // Only the author pushes its entries: a school that hears of one elsewhere too would get it
        // from all its neighbours.
        const bool can_push = !source && !growth.live.empty() && !record.cut &&
                              known == growth.before && growth.before.value > 0 &&
                              growth.after == record.durable.stored &&
                              link.unsent_bytes <= limits::send_queue_bytes_max;
        if (can_push) {
            known = growth.after;
            wire::Chunk chunk{
                0, growth.log, Position{growth.before.value}, {}, {}, {}, record.durable.head};
            for (const log::StoredEntry& entry : growth.live) {
                chunk.headers.push_back(entry.header);
                const bool none = entry.state == BodyState::none;
                chunk.bodies.push_back({none ? BodyState::missing : entry.state, entry.body});
            }
            send_message(context_, link, chunk);
        } else {
            const Digest id(growth.log.raw());
            send(link, *state, space, std::span(&id, 1));
        }
    });
}

void Offers::items_changed(
    std::span<const std::pair<SpaceId, Digest>> changed, std::optional<LinkId> source
) {
    std::map<SpaceId, std::vector<Digest>> by_space;
    for (const auto& [space, item] : changed)
        by_space[space].push_back(item);
    for (const auto& [id, items] : by_space) {
        const SpaceState* state = spaces_.find(id);
        links_.for_members(id, [&, &changed_ids = items](Link& link, LinkSpace& space) {
            link.is_stale = true;
            if (link.id != source && link.hello_sent)
                send(link, *state, space, changed_ids);
        });
    }
}

} // namespace staffroom::replica
