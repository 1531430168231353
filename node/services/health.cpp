#include "node/services/health.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace staffroom::services {
namespace {

using replica::NeighbourStatus;

/// How the last failure with a neighbour looks from outside.
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

/// What to do about a code of the core's own.
std::string_view next_for(std::string_view code) {
    if (code == "network.one-coordinator")
        return "ask that school to keep its recovery phrase safe: it alone can bring it back.";
    if (code == "network.disputed-admission")
        return "ask a coordinator to confirm one of the two schools.";
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

HealthCheck check_neighbour(const NeighbourStatus& neighbour) {
    const TroubleRow& row = row_of(neighbour.trouble);
    const std::string who = neighbour.name.empty()
                                ? neighbour.address
                                : neighbour.name + " (" + neighbour.address + ")";
    return faulty(
        std::string(row.code), who + ": " + std::string(row.sentence), std::string(row.next)
    );
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
        return {faulty(
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
            checks.push_back(faulty(
                "network.complete",
                "Of the network " + network.name + ", " + std::to_string(missing) +
                    " known records have not arrived yet.",
                "run `staffroom sync --wait`."
            ));
    }
    return checks;
}

std::vector<HealthCheck> check_neighbours(const std::vector<NeighbourStatus>& neighbours) {
    if (neighbours.empty())
        return {healthy(
            "neighbours.none", "No neighbour is known yet: join a network, or add an address."
        )};
    const auto reached = std::ranges::count_if(neighbours, &NeighbourStatus::connected);
    const std::string counts = std::to_string(reached) + " of " +
                               std::to_string(neighbours.size()) + " neighbours are connected.";
    std::vector<HealthCheck> checks;
    if (reached > 0)
        checks.push_back(healthy("neighbours.reached", counts));
    else
        checks.push_back(faulty(
            "neighbours.reached", counts, "run `staffroom neighbour list` for the reason of each."
        ));
    // A school that is met in one way needs no second one.
    std::set<SchoolId> met;
    for (const NeighbourStatus& neighbour : neighbours)
        if (neighbour.connected && neighbour.school)
            met.insert(*neighbour.school);
    for (const NeighbourStatus& neighbour : neighbours) {
        const bool is_met = neighbour.school && met.count(*neighbour.school) > 0;
        // What somebody has published and nobody has met is no fault of this node's.
        const bool is_hearsay = neighbour.source == "published" && !neighbour.school;
        if (!neighbour.connected && !is_met && !is_hearsay && !neighbour.trouble.empty())
            checks.push_back(check_neighbour(neighbour));
    }
    return checks;
}

std::vector<HealthCheck> check_attention(const std::vector<replica::Attention>& attention) {
    std::vector<HealthCheck> checks;
    for (const replica::Attention& item : attention) {
        if (item.is_news)
            checks.push_back(healthy(item.code, item.sentence));
        else
            checks.push_back(faulty(item.code, item.sentence, std::string(next_for(item.code))));
    }
    return checks;
}

} // namespace staffroom::services
