#include "protocol/replica/exchange.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/sync/reconciler.hpp"

#include <set>

namespace staffroom::replica {
namespace {

using log::Channel;

/// Lines are compared again at most so often on one link.
constexpr std::chrono::milliseconds compare_again_after{500};
/// While a log is being copied, others are told of its growth at most so often.
constexpr std::chrono::milliseconds partial_offer_every{500};
constexpr std::size_t offers_per_message = 128;
constexpr std::size_t offer_bytes = 512; // of a log or a notice's frame, at most
constexpr std::size_t asks_per_message = 1024;

} // namespace

void Exchange::prepare_spaces(Link& link) {
    if (!link.handshake_hash)
        return;
    for (const auto& [id, network] : networks_.all()) {
        if (link.spaces.count(id) == 0)
            link.spaces.emplace(
                id, LinkSpace(space_token(*link.handshake_hash, network.genesis.seed))
            );
    }
}

bool Exchange::is_complete(const NetworkState& network) const {
    return std::all_of(network.logs.begin(), network.logs.end(), [&](const LogId& id) {
        const LogRecord* record = logbook_.find(id);
        return record->is_complete() || record->frozen;
    });
}

std::vector<wire::SpaceGreeting> Exchange::greetings(Link& link, bool first) {
    std::vector<wire::SpaceGreeting> all;
    for (auto& [id, space] : link.spaces) {
        const NetworkState* network = networks_.find(id);
        if (network == nullptr)
            continue;
        wire::SpaceGreeting greeting{space.token, std::nullopt, {}, is_complete(*network)};
        if (space.remote_is_member) {
            greeting.fingerprint = network->items.fingerprint();
            space.greeted = true;
        } else if (!first) {
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

/// Finds out whose link this is, by the key of the handshake and the chain that the other side
/// named.
void Exchange::identify(Link& link) {
    if (link.remote_key && (!link.school || !link.identified)) {
        link.school = networks_.school_of(*link.remote_key, link.remote_identity);
        link.identified = link.school && link.remote_identity;
    }
    update_membership(link);
}

void Exchange::update_membership(Link& link) {
    for (auto& [id, space] : link.spaces) {
        const NetworkState* network = networks_.find(id);
        space.remote_is_member =
            network != nullptr && link.school && network->roster.is_member(*link.school);
    }
}

void Exchange::who_are_you(Link& link) {
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
    if (!hello.chain.empty()) {
        auto parsed = identity::IdentityChain::parse(hello.chain, context_.verifier);
        if (!parsed)
            return fail(parsed.error());
        if (!link.remote_key || parsed->find_transport(*link.remote_key) == nullptr)
            return fail(Errc::bad_key, "a chain that does not certify this link");
        if (networks_.take_chain(hello.chain) == Acceptance::parked &&
            link.parked_chains.size() < limits::parked_chains_max)
            link.parked_chains.push_back(hello.chain);
    }
    identify(link);
    if (!link.school && !link.asked_who && hello.chain.empty()) {
        link.asked_who = true;
        send_message(context_, link, wire::WhoAreYou{});
    }
    if (!link.hello_sent)
        send_hello(link);
    greetings_arrived(link, hello.spaces);
    return {};
}

void Exchange::greetings_arrived(
    Link& link, const std::vector<wire::SpaceGreeting>& greetings_of_remote
) {
    bool greet_again = false;
    for (const wire::SpaceGreeting& greeting : greetings_of_remote) {
        std::optional<NetworkId> id;
        LinkSpace* space = link.space_by_token(greeting.token, id);
        NetworkState* network = space == nullptr ? nullptr : networks_.find(*id);
        if (network == nullptr)
            continue;
        space->remote_fingerprint = greeting.fingerprint;
        space->remote_complete = greeting.complete;
        if (!space->remote_is_member)
            continue;
        greet_again = greet_again || !space->greeted;
        if (!greeting.fingerprint)
            introduce(link, *network, *space);
        else if (*greeting.fingerprint != network->items.fingerprint())
            compare(link, *network, *space);
    }
    if (greet_again && link.hello_sent)
        send_ping(link, 0);
}

/// The other side does not know us as a member yet: it gets the governance that says so.
void Exchange::introduce(Link& link, NetworkState& network, LinkSpace& space) {
    if (context_.now - space.compared_at < compare_again_after)
        return;
    space.compared_at = context_.now;
    std::vector<Digest> ids;
    for (const SchoolId& school : network.roster.ever_admitted)
        ids.emplace_back(school.raw());
    for (const LogId& id : network.logs) {
        if (logbook_.find(id)->descriptor.channel == Channel::governance)
            ids.emplace_back(id.raw());
    }
    send_offers(link, network, space, ids);
}

/// Opens the comparison. Both may, but the dialler goes first so that it is not done twice.
void Exchange::compare(Link& link, NetworkState& network, LinkSpace& space) {
    const bool is_first = space.compared_at == Instant{0};
    const auto patience = compare_again_after * (link.dialled ? 1 : 3);
    if (is_first && !link.dialled) {
        space.compared_at = context_.now;
        return;
    }
    if (!is_first && context_.now - space.compared_at < patience)
        return;
    space.compared_at = context_.now;
    send_message(context_, link, wire::Ranges{space.token, sync::opening_ranges(network.items)});
}

Result<void> Exchange::ranges_arrived(Link& link, const wire::Ranges& message) {
    std::optional<NetworkId> id;
    LinkSpace* space = link.space_by_token(message.token, id);
    NetworkState* network = space == nullptr ? nullptr : networks_.find(*id);
    if (network == nullptr || !space->remote_is_member)
        return {};
    auto answer = sync::answer_ranges(network->items, message.ranges);
    if (!answer)
        return fail(answer.error());
    space->compared_at = context_.now;
    if (!answer->ranges.empty())
        send_message(context_, link, wire::Ranges{space->token, std::move(answer->ranges)});
    send_offers(link, *network, *space, answer->differences.offer);
    const std::span<const Digest> asked(answer->differences.ask);
    for (std::size_t at = 0; at < asked.size(); at += asks_per_message) {
        const auto some = asked.subspan(at, std::min(asks_per_message, asked.size() - at));
        send_message(context_, link, wire::Ask{space->token, {some.begin(), some.end()}});
    }
    return {};
}

void Exchange::asked(Link& link, const wire::Ask& ask) {
    std::optional<NetworkId> id;
    LinkSpace* space = link.space_by_token(ask.token, id);
    const NetworkState* network = space == nullptr ? nullptr : networks_.find(*id);
    if (network != nullptr && space->remote_is_member)
        send_offers(link, *network, *space, ask.ids);
}

wire::LogOffer Exchange::offer_of(const LogRecord& record) const {
    return {record.descriptor, record.durable.head, record.durable.stored};
}

/// Whatever stands behind these ids in this network: chains, logs, notices; others are passed over.
/// Each once, however often it is asked for, and nothing more while the line is full: the next
/// comparison finds what was left.
void Exchange::send_offers(
    Link& link, const NetworkState& network, LinkSpace& space, std::span<const Digest> ids
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
        if (link.unsent_bytes > limits::send_queue_bytes_max)
            break;
        if (!offered.insert(id).second)
            continue;
        const std::size_t more = offer_bytes + (chain != nullptr ? chain->wire().size() : 0) +
                                 (notice != nullptr ? notice->bytes.size() : 0);
        if (count == offers_per_message || bytes + more > limits::chunk_bytes_target)
            flush();
        if (chain != nullptr && network.roster.ever_admitted.count(school) > 0)
            offers.chains.push_back(chain->wire());
        else if (record != nullptr && network.logs.count(log) > 0 && record->durable.stored.value > 0)
            offers.logs.push_back(offer_of(*record));
        else if (notice != nullptr && notice->notice.space == network.space())
            offers.notices.push_back(*notice);
        else
            continue;
        ++count;
        bytes += more;
    }
    flush();
}

Result<void> Exchange::offers_arrived(Link& link, const wire::Offers& offers) {
    std::optional<NetworkId> id;
    if (link.space_by_token(offers.token, id) == nullptr)
        return {};
    for (const Bytes& chain : offers.chains) {
        const Acceptance taken = networks_.take_chain(chain);
        if (taken == Acceptance::refused)
            return fail(Errc::bad_signature, "chain");
        if (taken == Acceptance::parked && link.parked_chains.size() < limits::parked_chains_max)
            link.parked_chains.push_back(chain);
        link.made_progress = link.made_progress || taken == Acceptance::taken;
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
        if (taken == Acceptance::parked && link.parked_notices.size() < limits::parked_heads_max)
            link.parked_notices.push_back(notice);
    }
    return {};
}

Result<void> Exchange::take_log_offer(Link& link, const wire::LogOffer& offer) {
    if (offer.held > offer.head.head.size)
        return fail(Errc::malformed, "an offer beyond its head");
    LinkSpace* space = link.space(NetworkId(offer.descriptor.space.raw()));
    if (space == nullptr)
        return {};
    switch (networks_.judge_head(offer.descriptor, offer.head)) {
    case Acceptance::taken:
        logbook_.note_head(offer.descriptor, offer.head);
        networks_.find_space(offer.descriptor.space)->logs.insert(offer.head.head.log);
        fetcher_.offered(link, *space, offer);
        break;
    case Acceptance::known: fetcher_.offered(link, *space, offer); break;
    case Acceptance::parked:
        if (link.parked.size() < limits::parked_heads_max)
            link.parked.push_back(offer);
        break;
    case Acceptance::refused: return fail(Errc::bad_signature, "offered head");
    }
    return {};
}

void Exchange::send_ping(Link& link, std::uint64_t nonce) {
    link.is_stale = false;
    link.pinged_at = context_.now;
    update_membership(link);
    send_message(context_, link, wire::Ping{nonce, greetings(link, false)});
}

void Exchange::ping_arrived(Link& link, const wire::Ping& ping) {
    update_membership(link);
    send_message(context_, link, wire::Pong{ping.nonce, greetings(link, false)});
    greetings_arrived(link, ping.spaces);
}

void Exchange::membership_changed() {
    for (auto& [id, link] : links_.all()) {
        if (!link.is_open())
            continue;
        prepare_spaces(link);
        retry_parked(link);
        identify(link);
        const bool has_new_space =
            std::any_of(link.spaces.begin(), link.spaces.end(), [](const auto& entry) {
                return entry.second.remote_is_member && !entry.second.greeted;
            });
        if (has_new_space && link.hello_sent)
            send_ping(link, 0);
    }
}

void Exchange::retry_parked(Link& link) {
    for (const Bytes& chain : std::exchange(link.parked_chains, {})) {
        if (networks_.take_chain(chain) == Acceptance::parked)
            link.parked_chains.push_back(chain);
    }
    for (const wire::LogOffer& offer : std::exchange(link.parked, {})) {
        if (!take_log_offer(link, offer)) {
            links_.close(link, Errc::bad_signature);
            return;
        }
    }
    for (const network::SignedNotice& notice : std::exchange(link.parked_notices, {})) {
        if (networks_.take_notice(notice) == Acceptance::parked)
            link.parked_notices.push_back(notice);
    }
}

void Exchange::log_grew(const Growth& growth, std::optional<LinkId> source) {
    const LogRecord& record = *logbook_.find(growth.log);
    const NetworkState* network = networks_.find_space(record.descriptor.space);
    if (network == nullptr)
        return;
    Instant& last = last_partial_offer_.try_emplace(growth.log, Instant{0}).first->second;
    const bool say_so = record.is_complete() || context_.now - last > partial_offer_every;
    if (say_so)
        last = context_.now;
    links_.for_members(network->id, [&](Link& link, LinkSpace& space) {
        link.is_stale = true;
        LogSize& known = space.known.try_emplace(growth.log, LogSize{0}).first->second;
        if (source == link.id || known >= growth.after || !say_so)
            return;
        const bool can_push = !growth.live.empty() && known == growth.before &&
                              growth.before.value > 0 && growth.after == record.durable.stored &&
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
            send_offers(link, *network, space, std::span(&id, 1));
        }
    });
}

void Exchange::items_changed(
    std::span<const std::pair<NetworkId, Digest>> changed, std::optional<LinkId> source
) {
    std::map<NetworkId, std::vector<Digest>> by_network;
    for (const auto& [network, item] : changed)
        by_network[network].push_back(item);
    for (const auto& [id, items] : by_network) {
        const NetworkState* network = networks_.find(id);
        links_.for_members(id, [&](Link& link, LinkSpace& space) {
            link.is_stale = true;
            if (link.id != source && link.hello_sent)
                send_offers(link, *network, space, items);
        });
    }
}

bool Exchange::is_settled(const Link& link) const {
    bool any = false;
    for (const auto& [id, space] : link.spaces) {
        const NetworkState* network = networks_.find(id);
        if (network == nullptr || !space.remote_is_member)
            continue;
        any = true;
        if (!space.remote_fingerprint || !space.remote_complete || !is_complete(*network) ||
            *space.remote_fingerprint != network->items.fingerprint())
            return false;
    }
    return any;
}

} // namespace staffroom::replica
