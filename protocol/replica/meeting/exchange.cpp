#include "protocol/replica/meeting/exchange.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/sync/reconciler.hpp"

namespace staffroom::replica {
namespace {

using log::Channel;

/// Lines of items are compared again at most this often on one link.
constexpr std::chrono::milliseconds compare_again_after{500};
constexpr std::size_t asks_per_message = 1024;
/// A school that has been told fetches it at once, or was cut off.
constexpr std::chrono::seconds tell_again_after{30};

} // namespace

void Exchange::prepare_spaces(Link& link) {
    if (!link.handshake_hash)
        return;
    for (const auto& [id, state] : spaces_.all()) {
        if (link.spaces.count(id) == 0)
            link.spaces.emplace(id, LinkSpace(id, space_token(*link.handshake_hash, state.seed)));
    }
}

/// Tells whether everything that a neighbour offers is here and durable. A member could sign a size
/// and never serve it, and keep the others waiting; so a head alone does not count.
bool Exchange::is_complete(const SpaceState& state) const {
    const bool is_writing = logbook_.is_writing() &&
                            std::any_of(state.logs.begin(), state.logs.end(), [&](const LogId& id) {
                                return logbook_.find(id)->stores_under_way > 0;
                            });
    if (is_writing || fetcher_.is_fetching(state.id) || file_fetcher_.is_fetching(state.id))
        return false;
    for (const auto& [id, link] : links_.all()) {
        const LinkSpace* space = link.space(state.id);
        if (!link.is_open() || space == nullptr)
            continue;
        // A promise of a neighbour that broke an earlier one does not count either.
        if (fetcher_.is_doubtful(link))
            continue;
        for (const auto& [log, offer] : space->offered) {
            const LogRecord* record = logbook_.find(log);
            if (record != nullptr && record->countable(offer.held) > record->durable.stored)
                return false;
        }
    }
    return true;
}

std::vector<wire::SpaceGreeting> Exchange::greetings(Link& link, bool first) {
    std::vector<wire::SpaceGreeting> all;
    for (auto& [id, space] : link.spaces) {
        const SpaceState* state = spaces_.find(id);
        if (state == nullptr)
            continue;
        wire::SpaceGreeting greeting{space.token, std::nullopt, is_complete(*state)};
        if (space.remote_is_member) {
            greeting.fingerprint = state->items.fingerprint();
            space.greeted = true;
        } else if (!first || !link.may_hear_of(space)) {
            continue;
        }
        all.push_back(std::move(greeting));
    }
    return all;
}

void Exchange::send_hello(Link& link) {
    prepare_spaces(link);
    identify(link);
    const identity::IdentityChain& own = networks_.own_chain();
    wire::Hello hello{0, Networks::identity_of(own), greetings(link, true), {}};
    link.hello_sent = true;
    send_message(context_, link, hello);
}

/// Finds out which school's link this is, by the key of the handshake and the chain that the other
/// side named.
void Exchange::identify(Link& link) {
    // A chain that takes the place of another may end keys, or no longer have them.
    if (link.remote_key && link.school && !networks_.certifies(*link.school, *link.remote_key)) {
        tell_of_end(link, *link.school);
        link.school.reset();
        link.identified = false;
    }
    if (link.remote_key && (!link.school || !link.identified)) {
        link.school = networks_.school_of(*link.remote_key, link.remote_identity);
        link.identified = link.school && link.remote_identity;
    }
    update_membership(link);
}

void Exchange::update_membership(Link& link) {
    for (auto& [id, space] : link.spaces) {
        const SpaceState* state = spaces_.find(id);
        space.remote_is_member =
            state != nullptr && link.school && state->audience->has(*link.school);
        space.farewell.clear();
        if (state != nullptr && link.school && !space.remote_is_member)
            space.farewell = networks_.farewell_to(*link.school, id);
    }
}

void Exchange::who_are_you(Link& link) {
    if (!link.may_know_us())
        return;
    const identity::IdentityChain& own = networks_.own_chain();
    prepare_spaces(link);
    send_message(
        context_,
        link,
        wire::Hello{0, Networks::identity_of(own), greetings(link, true), own.wire()}
    );
}

Result<void> Exchange::hello_arrived(Link& link, const wire::Hello& hello) {
    prepare_spaces(link);
    link.hello_received = true;
    link.remote_identity = hello.identity;
    std::optional<SchoolId> claimed; // by a chain that certifies its key
    if (!hello.chain.empty()) {
        auto parsed = identity::IdentityChain::parse(hello.chain, context_.verifier);
        if (!parsed && parsed.error().code != Errc::unknown_version)
            return fail(parsed.error());
        if (parsed && (!link.remote_key || !parsed->find_transport(*link.remote_key)))
            return fail(Errc::bad_key, "a chain that does not certify this link");
        if (parsed && networks_.take_chain(hello.chain) == Acceptance::parked)
            offers_.park(link, {parsed->school(), hello.chain});
        if (parsed)
            claimed = parsed->school();
    }
    identify(link);
    for (const wire::SpaceGreeting& greeting : hello.spaces) {
        if (LinkSpace* space = link.space_by_token(greeting.token))
            space->shown = true;
    }
    if (!link.school && !link.asked_who && hello.chain.empty()) {
        link.asked_who = true;
        send_message(context_, link, wire::WhoAreYou{});
    }
    if (!link.may_know_us())
        return {};
    if (!link.hello_sent)
        send_hello(link);
    if (!link.school && claimed)
        tell_of_end(link, *claimed);
    greetings_arrived(link, hello.spaces);
    return {};
}

/// A node whose key its school has ended gets the chain that says so, and nothing else: it runs on
/// an old disk, or was stolen, and knows no better. It has shown the key, so it is told nothing
/// of others. [I2]
void Exchange::tell_of_end(Link& link, const SchoolId& school) {
    if (networks_.chain(school) == nullptr || networks_.certifies(school, *link.remote_key))
        return;
    const Digest id(school.raw());
    for (auto& [space_id, space] : link.spaces) {
        const SpaceState* state = spaces_.find(space_id);
        if (state != nullptr && space.shown && state->audience->ever_had(school))
            return offers_.send(link, *state, space, std::span(&id, 1));
    }
}

void Exchange::tell_bearer_of_end(Link& link, const SpaceId& space, const SchoolId& school) {
    prepare_spaces(link);
    // The code has told it of the network, as a token would.
    if (LinkSpace* known = link.space(space))
        known->shown = true;
    tell_of_end(link, school);
}

void Exchange::greetings_arrived(
    Link& link, const std::vector<wire::SpaceGreeting>& greetings_of_remote
) {
    bool greet_again = false;
    for (const wire::SpaceGreeting& greeting : greetings_of_remote) {
        LinkSpace* space = link.space_by_token(greeting.token);
        const SpaceState* state = space == nullptr ? nullptr : spaces_.find(space->id);
        if (state == nullptr)
            continue;
        space->remote_fingerprint = greeting.fingerprint;
        space->remote_complete = greeting.complete;
        if (!space->remote_is_member) {
            tell_of_closing(link, *state, *space);
            continue;
        }
        greet_again = greet_again || !space->greeted;
        if (!greeting.fingerprint)
            introduce(link, *state, *space);
        else if (*greeting.fingerprint != state->items.fingerprint())
            compare(link, *state, *space);
    }
    if (greet_again && link.hello_sent)
        send_ping(link, 0);
}

/// Sends the other side, which does not know us as a member yet, the governance that says so.
void Exchange::introduce(Link& link, const SpaceState& state, LinkSpace& space) {
    if (context_.now - space.compared_at < compare_again_after)
        return;
    space.compared_at = context_.now;
    std::vector<Digest> ids;
    for (const SchoolId& school : state.audience->ever())
        ids.emplace_back(school.raw());
    for (const LogId& id : state.logs) {
        if (logbook_.find(id)->descriptor.channel == Channel::governance)
            ids.emplace_back(id.raw());
    }
    offers_.send(link, state, space, ids);
}

/// A school that is out and does not know it goes on writing for nobody. It gets the closing and
/// what that builds on, of chains and of governance, and nothing else.                     [S6]
void Exchange::tell_of_closing(Link& link, const SpaceState& state, LinkSpace& space) {
    const bool is_told =
        space.compared_at != Instant{0} && context_.now - space.compared_at < tell_again_after;
    if (space.farewell.empty() || is_told)
        return;
    space.compared_at = context_.now;
    std::vector<Digest> ids;
    for (const auto& [log, size] : space.farewell) {
        ids.emplace_back(logbook_.find(log)->descriptor.school.raw());
        ids.emplace_back(log.raw());
    }
    offers_.send(link, state, space, ids);
}

/// Opens the comparison. Both sides may, but the dialler goes first so that it is not done twice.
void Exchange::compare(Link& link, const SpaceState& state, LinkSpace& space) {
    const bool is_first = space.compared_at == Instant{0};
    const auto patience = compare_again_after * (link.dialled ? 1 : 3);
    if (is_first && !link.dialled) {
        space.compared_at = context_.now;
        return;
    }
    if (!is_first && context_.now - space.compared_at < patience)
        return;
    space.compared_at = context_.now;
    send_message(context_, link, wire::Ranges{space.token, sync::opening_ranges(state.items)});
}

Result<void> Exchange::ranges_arrived(Link& link, const wire::Ranges& message) {
    LinkSpace* space = link.space_by_token(message.token);
    const SpaceState* state = space == nullptr ? nullptr : spaces_.find(space->id);
    if (state == nullptr || !space->remote_is_member)
        return {};
    auto answer = sync::answer_ranges(state->items, message.ranges);
    if (!answer)
        return fail(answer.error());
    space->compared_at = context_.now;
    if (!answer->ranges.empty())
        send_message(context_, link, wire::Ranges{space->token, std::move(answer->ranges)});
    offers_.send(link, *state, *space, answer->differences.offer);
    const std::span<const Digest> asked(answer->differences.ask);
    for (std::size_t at = 0; at < asked.size(); at += asks_per_message) {
        const auto some = asked.subspan(at, std::min(asks_per_message, asked.size() - at));
        send_message(context_, link, wire::Ask{space->token, {some.begin(), some.end()}});
    }
    return {};
}

void Exchange::asked(Link& link, const wire::Ask& ask) {
    LinkSpace* space = link.space_by_token(ask.token);
    const SpaceState* state = space == nullptr ? nullptr : spaces_.find(space->id);
    if (state != nullptr && space->remote_is_member)
        offers_.send(link, *state, *space, ask.ids);
}

void Exchange::send_ping(Link& link, std::uint64_t nonce) {
    link.is_stale = false;
    link.pinged_at = context_.now;
    update_membership(link);
    send_message(context_, link, wire::Ping{nonce, greetings(link, false)});
}

void Exchange::ping_arrived(Link& link, const wire::Ping& ping) {
    identify(link);
    send_message(context_, link, wire::Pong{ping.nonce, greetings(link, false)});
    greetings_arrived(link, ping.spaces);
}

void Exchange::judge_again() {
    for (auto& [id, link] : links_.all()) {
        if (!link.is_open() || is_far(link.meeting))
            continue;
        prepare_spaces(link);
        offers_.retry_parked(link);
        identify(link);
        // A caller that we left without an answer turns out to be known.
        if (link.hello_received && !link.hello_sent && link.may_know_us())
            send_hello(link);
        const bool has_new_space =
            std::any_of(link.spaces.begin(), link.spaces.end(), [](const auto& entry) {
                return entry.second.remote_is_member && !entry.second.greeted;
            });
        if (has_new_space && link.hello_sent)
            send_ping(link, 0);
    }
}

bool Exchange::is_apart(const Link& link) const {
    bool is_out = false;
    for (const auto& [id, space] : link.spaces) {
        const SpaceState* state = spaces_.find(id);
        if (state == nullptr || !link.is_open() || !link.hello_received)
            continue;
        const bool are_we_in = state->audience->has(context_.school);
        if (space.remote_is_member && are_we_in)
            return false;
        is_out = is_out || !space.farewell.empty() ||
                 (!are_we_in && state->audience->ever_had(context_.school));
    }
    return is_out;
}

bool Exchange::is_settled(const LinkSpace& space, const SpaceState& state) const {
    return space.remote_is_member && space.remote_fingerprint && space.remote_complete &&
           is_complete(state) && *space.remote_fingerprint == state.items.fingerprint();
}

bool Exchange::is_settled(const Link& link) const {
    bool any = false;
    for (const auto& [id, space] : link.spaces) {
        const SpaceState* state = spaces_.find(id);
        // Of a network that we are out of we hear nothing more.
        if (state == nullptr || !space.remote_is_member || !state->audience->has(context_.school))
            continue;
        any = true;
        if (!is_settled(space, *state))
            return false;
    }
    return any;
}

} // namespace staffroom::replica
