// What a replica tells of itself: see replica.hpp and status.hpp.
#include "protocol/replica/status.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/replica/parts.hpp"
#include "protocol/replica/replica.hpp"

namespace staffroom::replica {
namespace {

/// Whoever signs a size may sign any; sums of them stay what JSON can carry.
constexpr std::uint64_t entries_shown_max = std::uint64_t{1} << 53U;

struct Gaps {
    std::uint64_t missing_bodies = 0;
    std::uint64_t missing_entries = 0;

    void add_entries(LogSize known, LogSize stored) {
        const std::uint64_t more = known > stored ? known.value - stored.value : 0;
        missing_entries += std::min(entries_shown_max - missing_entries, more);
    }
};

/// What is held, however large the heads that were signed.
TreeHash root_of_stored(const LogState& state) {
    if (state.stored == state.head.head.size)
        return state.head.head.root;
    const auto root = log::root_of<log::Blake2b256>(state.frontier);
    ensure(root.has_value());
    return *root;
}

/// One log in the digest of its space: what was accepted, and which positions have no body. [S8]
void hash_log(crypto::Hasher& hasher, const LogRecord& record, Gaps& gaps) {
    hasher.update(record.id.view());
    hasher.update_u64(record.durable.stored.value);
    hasher.update(root_of_stored(record.durable).view());
    std::vector<std::uint64_t> missing;
    std::vector<std::uint64_t> erased;
    for (const auto& [position, state] : record.without_body) {
        if (position.value >= record.durable.stored.value)
            continue;
        (state == BodyState::erased ? erased : missing).push_back(position.value);
    }
    gaps.missing_bodies += missing.size();
    for (const auto& positions : {missing, erased}) {
        hasher.update_u64(positions.size());
        for (const std::uint64_t position : positions)
            hasher.update_u64(position);
    }
}

NetworkStatus describe(const ReplicaParts& parts, const NetworkState& network) {
    crypto::Hasher hasher(crypto::HashLabel::space_digest);
    Gaps gaps;
    std::uint64_t documents = 0;
    for (const LogId& id : network.logs) {
        const LogRecord& record = *parts.logbook.find(id);
        const LogSize stored = record.durable.stored;
        if (stored.value == 0)
            continue;
        // A size that somebody has signed is missing here once somebody has it.
        const bool is_behind = record.head.head.size > stored && parts.fetcher.is_promised(record);
        gaps.add_entries(is_behind ? record.head.head.size : record.durable.head.head.size, stored);
        hash_log(hasher, record, gaps);
        documents += record.durable.documents;
    }
    for (const auto& [id, size] : parts.fetcher.promised_new(network.id))
        gaps.add_entries(size, LogSize{0});
    NetworkStatus status{
        .network = network.id,
        .name = network.genesis.name,
        .focus = network.genesis.focus,
        .charter = network.genesis.charter,
        .members = {},
        .documents = documents,
        .missing_bodies = gaps.missing_bodies,
        .missing_entries = gaps.missing_entries,
        .open_invitations = network.roster.open_invite_count(),
        .digest = hasher.finish(),
        .waiting_files = parts.file_fetcher.wanted_count(network.space()),
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

void fill_from_link(NeighbourStatus& status, const Link& link, const ReplicaParts& parts) {
    status.connected = link.is_open() && link.hello_received;
    status.settled = status.connected && parts.exchange.is_settled(link);
    status.bytes_in = link.bytes_in;
    status.bytes_out = link.bytes_out;
    if (link.school) {
        status.school = link.school;
        status.name = parts.networks.school_name(*link.school);
    }
    for (const auto& [network, space] : link.spaces) {
        if (space.remote_is_member)
            status.networks.push_back(network);
    }
    if (status.connected)
        status.last_heard = parts.context.wall;
}

NeighbourStatus blank(std::string address, bool dialled, std::string source) {
    return {
        .address = std::move(address),
        .school = std::nullopt,
        .name = {},
        .connected = false,
        .settled = false,
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
        if (link.dialled || !link.is_open())
            continue;
        NeighbourStatus status = blank(link.remote, false, "incoming");
        fill_from_link(status, link, *parts_);
        all.push_back(std::move(status));
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
             record.frozen}
        );
    }
    return all;
}

std::string Replica::school_name(const SchoolId& school) const {
    return parts_->networks.school_name(school);
}

wire::Profile Replica::school_profile(const SchoolId& school) const {
    return parts_->networks.school_profile(school);
}

std::vector<Attention> Replica::attention() const {
    std::vector<Attention> all;
    for (const auto& [id, network] : parts_->networks.all()) {
        const network::Roster& roster = network.roster;
        if (roster.members.size() > 1 && roster.coordinator_count() == 1)
            all.push_back(
                {"network.one-coordinator",
                 "The network \"" + network.genesis.name +
                     "\" has only one coordinator; if that school is "
                     "lost, nobody can invite."}
            );
        if (!roster.disputed_admits.empty())
            all.push_back(
                {"network.disputed-admission",
                 "One invitation to \"" + network.genesis.name +
                     "\" was used by two schools at once; a coordinator has to confirm one."}
            );
    }
    if (parts_->file_fetcher.is_paused())
        all.push_back(
            {"files.waiting",
             "The disk takes no attached files at the moment, so they wait; text goes on."}
        );
    for (const Admission& admission : parts_->joining.admissions()) {
        std::string words;
        for (const std::string& word : admission.words)
            words += (words.empty() ? "" : " ") + word;
        all.push_back(
            {"network.admitted",
             "A school joined with your code; its screen must show the same "
             "four words: " +
                 words,
             true}
        );
    }
    for (const auto& [id, record] : parts_->logbook.all()) {
        if (parts_->own_logs.is_current(id) && record.head.head.size > record.proven.stored)
            all.push_back(
                {"node.cloned",
                 "Another machine writes with this node's keys: a copy of its data folder is "
                 "running. "
                 "Stop one of the two."}
            );
        if (record.is_contradicted)
            all.push_back(
                {"log.contradiction",
                 "A neighbour holds another history of one school's log than this node; "
                 "what this node holds stays as it is."}
            );
        if (record.frozen)
            all.push_back(
                {"log.forked",
                 "Two histories of one log were found; it is frozen and both stay "
                 "readable."}
            );
    }
    return all;
}

} // namespace staffroom::replica
