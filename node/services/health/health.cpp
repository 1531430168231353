#include "node/services/health/health.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace staffroom::services {
namespace {

using replica::NeighbourStatus;

/// The outside look of the last failure with a neighbour.
struct TroubleRow {
    Errc errc;
    std::string_view code;
    std::string_view sentence; // after the neighbour's name
    std::string_view next;
};

constexpr std::array troubles{
    TroubleRow{
        Errc::name_unknown,
        "neighbour.name",
        "the name in its address cannot be looked up.",
        "check the spelling of the address, and this machine's name server."},
    TroubleRow{
        Errc::unreachable,
        "neighbour.unreachable",
        "nobody answers at its address.",
        "ask whether that node runs, and whether a firewall lets its port through."},
    TroubleRow{
        Errc::timed_out,
        "neighbour.silent",
        "something accepts the connection and then says nothing, as a node does to a stranger.",
        "ask that school for its current address, and whether your school is in the network."},
    TroubleRow{
        Errc::closed,
        "neighbour.refused",
        "it ends every connection at once.",
        "ask that school to look at its node's trace, and whether the address is its node's."},
    TroubleRow{
        Errc::not_a_member,
        "neighbour.not-a-member",
        "it belongs to none of this school's networks.",
        "ask a coordinator whether that school has left."},
    TroubleRow{
        Errc::unknown_version,
        "neighbour.version",
        "it speaks another version of the protocol.",
        "upgrade the older of the two nodes."},
    TroubleRow{
        Errc::self_contact,
        "neighbour.self",
        "its address leads back to this node.",
        "give the address of the other school's node with `staffroom neighbour add`."},
};

constexpr TroubleRow other_trouble{
    Errc::malformed,
    "neighbour.not-staffroom",
    "what answers at its address does not speak as a Staffroom node does.",
    "check the port of the address with that school."};

const TroubleRow& row_of(const std::string& trouble) {
    const auto found = std::ranges::find_if(troubles, [&](const TroubleRow& row) {
        return errc_name(row.errc) == trouble;
    });
    return found == troubles.end() ? other_trouble : *found;
}

/// Returns the next step for a code of the core's own.
std::string_view next_for(std::string_view code) {
    if (code == "network.one-coordinator")
        return "keep the phrase and a backup of that school's data folder safe, apart from its "
               "server.";
    if (code == "link.no-gateway" || code == "link.one-gateway")
        return "give a second coordinator an address that can be called, and make the link again.";
    if (code == "network.admitted")
        return "ask that school by phone whether its screen shows the same words.";
    if (code == "files.waiting")
        return "free space on the disk; they come by themselves.";
    if (code == "network.disputed-admission")
        return "a coordinator finds both in `staffroom network members NET`, and decides with "
               "`staffroom network settle NET ADMIT`.";
    if (code == "network.charter-unsigned")
        return "a lead reads it with `staffroom network charter show NET`, and signs it with "
               "`staffroom network charter sign NET`.";
    if (code == "network.suspended")
        return "ask a coordinator to resume it; then it goes on as before.";
    if (code == "network.too-many-logs")
        return "look on that school's machine for what starts its node over and over, or for an "
               "older disk that is put back again and again.";
    if (code == "network.removed" || code == "network.left")
        return "to come back, ask a coordinator for a new code.";
    if (code == "node.key-ended")
        return "stop this server; if nobody of the school has done this, call the other schools: "
               "somebody has the recovery phrase.";
    if (code == "node.cloned")
        return "stop one of the two machines, and keep it stopped.";
    if (code == "log.contradiction")
        return "wait: the nodes find out by themselves, or ask that school whether its node is "
               "well.";
    if (code == "log.forked")
        return "keep one machine with that school's data folder and stop every other; where there "
               "is only one, ask that school.";
    return "run `staffroom status` for the whole.";
}

std::string with_unit(std::uint64_t count, const char* unit) {
    return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
}

/// Formats a time as "3 hours ago", so that no time zone can be mistaken.
std::string ago(WallTime then, WallTime now) {
    const std::uint64_t seconds = now.ms > then.ms ? (now.ms - then.ms) / 1000 : 0;
    if (seconds < 120)
        return with_unit(seconds, "second") + " ago";
    if (seconds < std::uint64_t{2} * 3600)
        return with_unit(seconds / 60, "minute") + " ago";
    if (seconds < std::uint64_t{2} * 86400)
        return with_unit(seconds / 3600, "hour") + " ago";
    return with_unit(seconds / 86400, "day") + " ago";
}

std::string name_of(const NeighbourStatus& neighbour) {
    if (neighbour.name.empty())
        return neighbour.address;
    return neighbour.address.empty() ? neighbour.name
                                     : neighbour.name + " (" + neighbour.address + ")";
}

/// Tells whether a person here wrote this address down and nobody has ever been met there: he can
/// take it back.
bool is_mendable(const NeighbourStatus& neighbour) {
    const bool is_ours = neighbour.source == "added" || neighbour.source == "inviter";
    return is_ours && !neighbour.last_heard;
}

HealthCheck check_neighbour(const NeighbourStatus& neighbour, WallTime now) {
    const TroubleRow& row = row_of(neighbour.trouble);
    std::string sentence = name_of(neighbour) + ": " + std::string(row.sentence);
    std::string next(row.next);
    if (neighbour.last_heard)
        sentence += " It was last heard " + ago(*neighbour.last_heard, now) + ".";
    if (!is_mendable(neighbour))
        return noted(std::string(row.code), std::move(sentence), std::move(next));
    next.pop_back();
    next += "; to give it up, run `staffroom neighbour remove " + neighbour.address + "`.";
    return faulty(std::string(row.code), std::move(sentence), std::move(next));
}

/// Checks the reach. A school that is off for the night is no trouble; a day without anybody is.
HealthCheck check_reach(const std::vector<NeighbourStatus>& neighbours, WallTime now) {
    constexpr std::uint64_t lonely_ms_max = 86'400'000;
    const auto reached = std::ranges::count_if(neighbours, &NeighbourStatus::connected);
    std::string counts = std::to_string(reached) + " of " + std::to_string(neighbours.size()) +
                         " neighbours are connected.";
    if (reached > 0)
        return healthy("neighbours.reached", std::move(counts));
    std::uint64_t heard_ms = 0;
    bool has_failed = false;
    for (const NeighbourStatus& neighbour : neighbours) {
        heard_ms = std::max(heard_ms, neighbour.last_heard.value_or(WallTime{0}).ms);
        has_failed = has_failed || !neighbour.trouble.empty();
    }
    const std::string next = "run `staffroom neighbour list` for the reason of each.";
    if (heard_ms > 0)
        counts += " The last was heard " + ago(WallTime{heard_ms}, now) + ".";
    const bool is_lonely = heard_ms + lonely_ms_max < now.ms;
    return has_failed && is_lonely ? faulty("neighbours.reached", std::move(counts), next)
                                   : noted("neighbours.reached", std::move(counts), next);
}

} // namespace

std::vector<HealthCheck> check_settings(const node::Config& config) {
    std::vector<HealthCheck> checks{healthy("node.running", "The node is running.")};
    if (config.name.empty())
        checks.push_back(faulty(
            "school.name",
            "The school has no name that others could see.",
            "set name in [school] of staffroom.toml and start the node again."
        ));
    else
        checks.push_back(healthy("school.name", "The school has a name."));
    // Dialling out alone is a full way of taking part, so this one is never a fault.
    checks.push_back(healthy(
        "node.addresses",
        config.addresses.empty() ? "No address is published: this node calls the others."
                                 : "Other schools are told where to reach this node."
    ));
    return checks;
}

std::vector<HealthCheck> check_networks(const std::vector<replica::NetworkStatus>& networks) {
    if (networks.empty())
        return {noted(
            "network.none",
            "This school belongs to no network: it shares with nobody.",
            "found one with `staffroom network create`, or join one with a code."
        )};
    std::vector<HealthCheck> checks;
    for (const replica::NetworkStatus& network : networks) {
        const auto missing = network.missing_bodies + network.missing_entries;
        if (missing == 0)
            checks.push_back(healthy(
                "network.complete", "Everything known of the network " + network.name + " is here."
            ));
        else
            checks.push_back(noted(
                "network.complete",
                "Of the network " + network.name + ", " + std::to_string(missing) +
                    " known records have not arrived yet.",
                "run `staffroom sync --wait`."
            ));
    }
    return checks;
}

std::vector<HealthCheck>
check_neighbours(const std::vector<NeighbourStatus>& neighbours, WallTime now) {
    if (neighbours.empty())
        return {healthy(
            "neighbours.none", "No neighbour is known yet: join a network, or add an address."
        )};
    std::vector<HealthCheck> checks{check_reach(neighbours, now)};
    // A school that is met in one way needs no second one.
    std::set<SchoolId> met;
    for (const NeighbourStatus& neighbour : neighbours)
        if (neighbour.connected && neighbour.school)
            met.insert(*neighbour.school);
    for (const NeighbourStatus& neighbour : neighbours) {
        const bool is_met = neighbour.school && met.count(*neighbour.school) > 0;
        // An address that somebody has published and where nobody was met is no fault of this
        // node's.
        const bool is_hearsay =
            neighbour.source == "published" && !neighbour.school && !neighbour.last_heard;
        if (!neighbour.connected && !is_met && !is_hearsay && !neighbour.trouble.empty())
            checks.push_back(check_neighbour(neighbour, now));
        if (neighbour.silent)
            checks.push_back(noted(
                "neighbour.quiet",
                name_of(neighbour) + ": connected, and overdue: it was last heard " +
                    ago(neighbour.last_heard.value_or(now), now) + ".",
                "wait a minute: the line is ended when nothing comes, and dialled again."
            ));
    }
    return checks;
}

std::vector<HealthCheck> check_attention(const std::vector<replica::Attention>& attention) {
    std::vector<HealthCheck> checks;
    for (const replica::Attention& item : attention) {
        const std::string next(next_for(item.code));
        if (item.is_news)
            checks.push_back(noted(item.code, item.sentence, next));
        else if (item.code == "log.contradiction")
            checks.push_back(noted(item.code, item.sentence, next)); // nobody here can mend it
        else
            checks.push_back(faulty(item.code, item.sentence, next));
    }
    return checks;
}

} // namespace staffroom::services
