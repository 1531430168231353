// The status of a replica: see replica.hpp and status.hpp.
#include "protocol/replica/ports/status.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/replica/membership/changes.hpp"
#include "protocol/replica/replica.hpp"
#include "protocol/replica/replica_parts.hpp"

#include <functional>
#include <set>
#include <utility>

namespace staffroom::replica {
namespace {

/// The most entries that are shown. A member may sign any size; sums of sizes stay within what JSON
/// can carry.
constexpr std::uint64_t entries_shown_max = std::uint64_t{1} << 53U;

void add_missing(std::uint64_t& missing, LogSize known, LogSize here) {
    const std::uint64_t more = known > here ? known.value - here.value : 0;
    missing += std::min(entries_shown_max - missing, more);
}

using IsErased = std::function<bool(const LogId&, Position)>;

/// Hashes one log into the digest of its space: the entries that are here and count, and the
/// positions without a body. [S8]
void hash_log(
    crypto::Hasher& hasher, const LogRecord& record, const IsErased& is_erased, KnownSummary& sum
) {
    const LogSize counted = record.counted();
    if (counted.value == 0)
        return;
    hasher.update(record.id.view());
    hasher.update_u64(counted.value);
    hasher.update(record.counted_root().view());
    std::vector<std::uint64_t> missing;
    std::vector<std::uint64_t> erased;
    for (const auto& [position, state] : record.without_body) {
        if (position.value >= counted.value)
            continue;
        const bool is_gone = state == BodyState::erased ||
                             (state == BodyState::missing && is_erased(record.id, position));
        (is_gone ? erased : missing).push_back(position.value);
    }
    sum.missing_bodies += missing.size();
    for (const auto& positions : {missing, erased}) {
        hasher.update_u64(positions.size());
        for (const std::uint64_t position : positions)
            hasher.update_u64(position);
    }
}

std::uint64_t erased_changes(const ReplicaParts& parts) {
    return parts.erasures.changes() + parts.body_fetcher.said_changes();
}

/// What others have erased of carried records nobody who comes later can find by an order: that
/// names what stood inside. So they are believed while orders stand here, as far as counting goes.
KnownSummary summarise(const ReplicaParts& parts, const NetworkState& network) {
    crypto::Hasher hasher(crypto::HashLabel::space_digest);
    KnownSummary sum{
        parts.logbook.changes(), erased_changes(parts), network.folds, Digest({}), 0, 0};
    const bool has_orders = !parts.erasures.standing(network.id).empty();
    const IsErased is_erased = [&](const LogId& log, Position position) {
        return has_orders && parts.body_fetcher.is_said_erased(log, position);
    };
    for (const LogId& id : network.space.logs) {
        const LogRecord& record = *parts.logbook.find(id);
        // A school whose admission a fork has voided is not known elsewhere.
        if (network.roster.ever_admitted.count(record.descriptor.school) == 0)
            continue;
        hash_log(hasher, record, is_erased, sum);
        sum.documents +=
            record.durable.documents - std::min(record.documents_beyond, record.durable.documents);
    }
    sum.digest = hasher.finish();
    return sum;
}

/// Returns the summary, computed again only after a change: every call of the API asks for it, and
/// a large network has thousands of logs.
const KnownSummary& summary_of(ReplicaParts& parts, const NetworkState& network) {
    const auto known = parts.summaries.find(network.id);
    if (known != parts.summaries.end() && known->second.changes == parts.logbook.changes() &&
        known->second.erased == erased_changes(parts) && known->second.folds == network.folds)
        return known->second;
    return parts.summaries.insert_or_assign(network.id, summarise(parts, network)).first->second;
}

/// Counts the entries missing here: those under a signed size count once somebody has them.
std::uint64_t missing_entries(ReplicaParts& parts, const NetworkState& network) {
    std::uint64_t missing = 0;
    for (const LogId& id : network.space.logs) {
        const LogRecord& record = *parts.logbook.find(id);
        if (network.roster.ever_admitted.count(record.descriptor.school) == 0 ||
            record.durable.stored.value == 0)
            continue;
        const bool is_behind =
            record.head.head.size > record.durable.stored && parts.fetcher.is_promised(record);
        const log::SignedHead& known = is_behind ? record.head : record.durable.head;
        add_missing(missing, record.countable(known.head.size), record.counted());
    }
    for (const auto& [id, size] : parts.fetcher.promised_new(network.space.id))
        add_missing(missing, size, LogSize{0});
    return missing;
}

NetworkStatus describe(ReplicaParts& parts, const NetworkState& network) {
    const KnownSummary& sum = summary_of(parts, network);
    NetworkStatus status{
        .network = network.id,
        .name = network.genesis.name,
        .focus = network.genesis.focus,
        .charter = network.genesis.charter,
        .members = {},
        .documents = sum.documents,
        .missing_bodies = sum.missing_bodies,
        .missing_entries = missing_entries(parts, network),
        .open_invitations = network.roster.open_invite_count(),
        .digest = sum.digest,
        .waiting_files = parts.file_fetcher.wanted_count(network.space.id),
    };
    for (const auto& [school, member] : network.roster.members)
        status.members.push_back(
            {school,
             parts.networks.school_name(school),
             member.role == network::Role::coordinator,
             member.joined}
        );
    return status;
}

/// Either side says something after `keepalive_after` of silence, and looks every five seconds.
constexpr std::chrono::seconds sign_of_life_max =
    limits::keepalive_after + std::chrono::seconds(10);

void fill_from_link(NeighbourStatus& status, const Link& link, const ReplicaParts& parts) {
    const auto silence = parts.context.now - link.heard_at;
    status.connected = link.is_open() && link.hello_received;
    status.silent = status.connected && silence > sign_of_life_max;
    // The last word of a link holds until the link is in doubt.
    status.settled = status.connected && !status.silent && parts.exchange.is_settled(link);
    status.bytes_in = link.bytes_in;
    status.bytes_out = link.bytes_out;
    if (link.school) {
        status.school = link.school;
        status.name = parts.networks.school_name(*link.school);
    }
    for (const auto& [id, space] : link.spaces) {
        const NetworkState* network = parts.networks.of_space(id);
        if (network != nullptr && space.remote_is_member)
            status.networks.push_back(network->id);
    }
    if (status.connected) {
        const auto silent_ms =
            static_cast<std::uint64_t>(std::max<std::int64_t>(silence.count(), 0) / 1000);
        const std::uint64_t wall_ms = parts.context.wall.ms;
        status.last_heard = WallTime{wall_ms - std::min(silent_ms, wall_ms)};
    }
}

NeighbourStatus blank(std::string address, bool dialled, std::string source) {
    return {
        .address = std::move(address),
        .school = std::nullopt,
        .name = {},
        .connected = false,
        .settled = false,
        .silent = false,
        .dialled = dialled,
        .source = std::move(source),
        .trouble = {},
        .last_heard = std::nullopt,
        .next_try = std::nullopt,
        .bytes_in = 0,
        .bytes_out = 0,
        .networks = {},
    };
}

/// Adds schools that are not connected. A school that calls us and is off now has no address here
/// and no link, and stays on the list all the same.
void add_absent(std::vector<NeighbourStatus>& all, const ReplicaParts& parts) {
    std::set<SchoolId> listed;
    for (const NeighbourStatus& status : all)
        if (status.school)
            listed.insert(*status.school);
    std::map<SchoolId, NeighbourStatus> absent;
    for (const auto& [id, network] : parts.networks.all()) {
        if (!network.roster.is_member(parts.context.school))
            continue;
        for (const auto& [school, member] : network.roster.members) {
            const auto heard = parts.neighbours.heard_from(school);
            if (!heard || school == parts.context.school || listed.count(school) > 0)
                continue;
            NeighbourStatus& status =
                absent.try_emplace(school, blank({}, false, "member")).first->second;
            status.school = school;
            status.name = parts.networks.school_name(school);
            status.last_heard = heard;
            status.networks.push_back(id);
        }
    }
    for (auto& [school, status] : absent)
        all.push_back(std::move(status));
}

/// Some other member holds all that is here of the network, or there is none.
bool is_shared(const ReplicaParts& parts, const NetworkState& network) {
    if (network.roster.members.size() < 2)
        return true;
    return std::any_of(parts.links.all().begin(), parts.links.all().end(), [&](const auto& entry) {
        const LinkSpace* space = entry.second.space(network.space.id);
        return entry.second.is_open() && space != nullptr && space->remote_is_member &&
               parts.exchange.is_settled(entry.second);
    });
}

std::string_view state_name(network::InviteState state) {
    switch (state) {
    case network::InviteState::open: return "open";
    case network::InviteState::spent: return "spent";
    case network::InviteState::disputed: return "disputed";
    case network::InviteState::ended: return "ended";
    }
    return "";
}

} // namespace

std::vector<NetworkStatus> Replica::networks() const {
    std::vector<NetworkStatus> all;
    for (const auto& [id, network] : parts_->networks.all()) {
        if (network.roster.is_member(parts_->context.school))
            all.push_back(describe(*parts_, network));
    }
    return all;
}

std::vector<NeighbourStatus> Replica::neighbours() const {
    std::vector<NeighbourStatus> all;
    for (const auto& [address, neighbour] : parts_->neighbours.all()) {
        NeighbourStatus status = blank(address, true, std::string(source_name(neighbour.source)));
        status.school = neighbour.school;
        if (neighbour.school)
            status.name = parts_->networks.school_name(*neighbour.school);
        if (neighbour.trouble)
            status.trouble = errc_name(*neighbour.trouble);
        status.last_heard = neighbour.heard;
        if (neighbour.school && !status.last_heard)
            status.last_heard = parts_->neighbours.heard_from(*neighbour.school);
        Link* link = neighbour.link ? parts_->links.find(*neighbour.link) : nullptr;
        if (link != nullptr) {
            fill_from_link(status, *link, *parts_);
        } else {
            status.next_try = neighbour.next_try;
            status.networks.assign(neighbour.networks.begin(), neighbour.networks.end());
        }
        all.push_back(std::move(status));
    }
    for (const auto& [id, link] : parts_->links.all()) {
        if (link.dialled || !link.is_open() || is_far(link.meeting))
            continue;
        NeighbourStatus status = blank(link.remote, false, "incoming");
        fill_from_link(status, link, *parts_);
        all.push_back(std::move(status));
    }
    add_absent(all, *parts_);
    return all;
}

std::vector<SchoolStanding> Replica::schools(const NetworkId& id) const {
    std::vector<SchoolStanding> all;
    const NetworkState* network = parts_->networks.find(id);
    if (network == nullptr)
        return all;
    const MembershipActs acts(parts_->context, parts_->logbook, *network);
    for (const SchoolId& school : network->roster.ever_admitted) {
        SchoolStanding shown = acts.describe(school);
        if (shown.standing == Standing::none)
            continue;
        shown.name = parts_->networks.school_name(school);
        shown.last_heard = parts_->neighbours.heard_from(school);
        all.push_back(std::move(shown));
    }
    return all;
}

std::vector<FormerNetwork> Replica::former_networks() const {
    std::vector<FormerNetwork> all;
    for (const auto& [id, network] : parts_->networks.all())
        if (auto former = MembershipActs(parts_->context, parts_->logbook, network).own_end())
            all.push_back(std::move(*former));
    return all;
}

std::vector<ProposalStatus> Replica::proposals(const NetworkId& id) const {
    const NetworkState* network = parts_->networks.find(id);
    if (network == nullptr)
        return {};
    return MembershipActs(parts_->context, parts_->logbook, *network).proposals();
}

std::vector<ForkStatus> Replica::forks(const NetworkId& id) const {
    return parts_->forks.all_in(log::space_of(id));
}

MembershipEffect Replica::effect_of(const NetworkId& id, network::Act act) const {
    const NetworkState* network = parts_->networks.find(id);
    if (network == nullptr)
        return {.refusal = ChangeRefusal::not_in};
    const bool is_leave = std::holds_alternative<network::Leave>(act);
    auto effect =
        MembershipActs(parts_->context, parts_->logbook, *network).effect_of(std::move(act));
    effect.is_unshared = is_leave && !is_shared(*parts_, *network);
    return effect;
}

std::vector<InvitationStatus> Replica::invitations() const {
    std::vector<InvitationStatus> all;
    for (const auto& [id, network] : parts_->networks.all()) {
        if (!network.roster.is_member(parts_->context.school))
            continue;
        for (const auto& [invite, known] : network.roster.invites)
            all.push_back(
                {id, invite, known.author, std::string(state_name(known.state)), known.invite->ends}
            );
    }
    return all;
}

std::vector<LogStatus> Replica::logs(const SpaceId& space) const {
    std::vector<LogStatus> all;
    for (const auto& [id, record] : parts_->logbook.all()) {
        if (record.descriptor.space != space)
            continue;
        const auto root = log::root_of<log::Blake2b256>(record.durable.frontier);
        all.push_back(
            {id,
             record.descriptor,
             record.head.head.size,
             record.durable.stored,
             root ? *root : record.head.head.root,
             parts_->own_logs.is_own(record.descriptor),
             record.cut ? std::optional(record.cut->position) : std::nullopt}
        );
    }
    return all;
}

IdentityStatus Replica::identity() const {
    const SpaceId own = log::school_space(parts_->context.school);
    IdentityStatus status{
        parts_->networks.own_chain().wire(),
        parts_->context.keys.signing.public_key(),
        parts_->networks.is_key_ended(),
        {}};
    for (const auto& [id, record] : parts_->logbook.all()) {
        const log::LogDescriptor& descriptor = record.descriptor;
        if (descriptor.school == parts_->context.school && descriptor.space != own &&
            record.counted().value > 0)
            status.logs.push_back({id, descriptor.node_key, record.counted(), record.counted_root()}
            );
    }
    return status;
}

bool Replica::has_file_place(const SpaceId& space, const Digest& file) const {
    return parts_->file_places.contains(space, file);
}

std::string Replica::school_name(const SchoolId& school) const {
    return parts_->networks.school_name(school);
}

wire::Profile Replica::school_profile(const SchoolId& school) const {
    return parts_->networks.school_profile(school);
}

} // namespace staffroom::replica
