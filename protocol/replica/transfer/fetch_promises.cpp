// The promises of neighbours about logs, and the broken ones. Declared in fetch.hpp. [S7]
#include "protocol/replica/transfer/fetch.hpp"

namespace staffroom::replica {

bool Fetcher::is_doubtful(const Link& link) const {
    return link.remote_key && doubts_.has(*link.remote_key, context_.now);
}

/// Breaks off with a neighbour that sends something else than it was asked for. Asked again at once
/// it might do so for ever, and hold up everything else.
void Fetcher::let_down(Link& link, const LogId& log) {
    const auto at = streams_.find(log);
    const bool is_ours_to_blame = at != streams_.end() && at->second.follows_a_failed_store;
    if (!is_ours_to_blame)
        break_promise(link, log);
    drop_stream(log, true);
    schedule_all();
}

/// Tells whether the neighbour owes entries. A holder of a part has offered no more than that part,
/// whatever size its author has signed.
bool Fetcher::owes(const Link& link, const LogId& log) const {
    const LogRecord& record = *logbook_.find(log);
    return std::any_of(link.spaces.begin(), link.spaces.end(), [&](const auto& entry) {
        const auto offer = entry.second.offered.find(log);
        return offer != entry.second.offered.end() &&
               record.countable(offer->second.held) > record.proven.stored;
    });
}

/// Ends a promise until it is made again. A neighbour that promises and does not send could hold up
/// everybody; so nobody waits for it.
void Fetcher::break_promise(Link& link, const LogId& log) {
    for (auto& [id, space] : link.spaces)
        space.offered.erase(log);
    if (link.remote_key)
        doubts_.add(*link.remote_key, context_.now);
}

/// Tells whether somebody who keeps promises holds more of this log than we do.
bool Fetcher::others_offer(std::optional<LinkId> but, const LogRecord& record) const {
    for (const auto& [id, other] : links_.all()) {
        if (id == but || !other.is_open() || is_doubtful(other))
            continue;
        for (const auto& [other_id, space] : other.spaces) {
            const auto offer = space.offered.find(record.id);
            if (offer != space.offered.end() && offer->second.held > record.proven.stored)
                return true;
        }
    }
    return false;
}

std::map<LogId, LogSize> Fetcher::promised_new(const SpaceId& of) const {
    std::map<LogId, LogSize> promised;
    for (const auto& [id, link] : links_.all()) {
        const LinkSpace* space = link.space(of);
        if (space == nullptr || !link.is_open() || is_doubtful(link))
            continue;
        for (const auto& [log, offer] : space->offered) {
            const LogRecord* record = logbook_.find(log);
            if (record != nullptr && record->durable.stored.value == 0)
                promised.insert_or_assign(log, offer.held);
        }
    }
    return promised;
}

} // namespace staffroom::replica
