// The messages of a replica that want a person's attention: see replica.hpp and status.hpp.
// That a copy of this node runs is one of them. [C1]
#include "protocol/base/limits.hpp"
#include "protocol/replica/agreements/charters.hpp"
#include "protocol/replica/membership/changes.hpp"
#include "protocol/replica/ports/status.hpp"
#include "protocol/replica/replica.hpp"
#include "protocol/replica/replica_parts.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>

namespace staffroom::replica {
namespace {

/// Tells a person whose log has two histories, and what that means.
std::string describe_fork(const ReplicaParts& parts, const LogRecord& record) {
    const NetworkState* network = parts.networks.of_space(record.descriptor.space);
    const std::string where = network == nullptr ? "" : " in \"" + network->genesis.name + "\"";
    const std::string after =
        " from entry " + std::to_string(record.cut->position.value + 1) + " on";
    if (record.descriptor.school == parts.context.school)
        return "Two machines have written as this school" + where +
               ": a copy of its node's data folder is or was running. Their log parts" + after +
               "; this node goes on in a new one and has written there again what it had written.";
    const std::string name = parts.networks.school_name(record.descriptor.school);
    return (name.empty() ? std::string("A school without a name yet") : name) +
           " has written two different histories" + where + ". They part" + after +
           "; what is here of it stays readable, but is passed on no further and counts nowhere.";
}

std::optional<Attention> about_newer_entries(const ReplicaParts& parts) {
    std::uint64_t count = 0;
    for (const auto& [id, record] : parts.logbook.all())
        count += record.newer_entries;
    if (count == 0)
        return std::nullopt;
    return Attention{
        "records.newer",
        std::to_string(count) +
            (count == 1 ? " entry of another school was" : " entries of other schools were") +
            " written by a newer version of this program: kept and passed on, not shown. "
            "Bring this node up to date.",
        true};
}

/// Tells the people of a school that is out, in the network's words.
Attention about_own_end(const FormerNetwork& former) {
    const std::string reason =
        former.reason ? " (" + std::string(network::reason_name(*former.reason)) + ")" : "";
    const std::string where = "\"" + former.name + "\"" + reason;
    const std::string kept = " What it had stays here; what it writes reaches nobody there.";
    if (former.standing == Standing::left)
        return {"network.left", "This school has left " + where + "." + kept, true};
    if (former.standing == Standing::suspended)
        return {"network.suspended", "This school is suspended from " + where + "." + kept};
    return {"network.removed", "This school was removed from " + where + "." + kept};
}

/// Of the charters that wait for this school's signature: the most schools that have signed one.
std::optional<std::size_t> charter_to_sign(const ReplicaParts& parts, const NetworkState& network) {
    if (network.charter_acts.empty() || !network.roster.may_act(parts.context.school))
        return std::nullopt;
    const network::CharterBook book = charter_book(parts.logbook, network);
    std::optional<std::size_t> most;
    for (const network::Charter* each : network::waiting_for(book, parts.context.school))
        most = std::max(most.value_or(0), each->signed_by.size());
    return most;
}

void add_about_networks(std::vector<Attention>& all, const ReplicaParts& parts) {
    for (const auto& [id, network] : parts.networks.all()) {
        const network::Roster& roster = network.roster;
        if (const auto former = MembershipActs(parts.context, parts.logbook, network).own_end()) {
            all.push_back(about_own_end(*former));
            continue;
        }
        if (roster.members.size() > 1 && roster.coordinator_count() == 1)
            all.push_back(
                {"network.one-coordinator",
                 "The network \"" + network.genesis.name + "\" has only one coordinator, " +
                     (roster.is_coordinator(parts.context.school) ? "this school" : "another one") +
                     "; if it is lost, nobody can invite.",
                 true}
            );
        if (const auto unsigned_charter = charter_to_sign(parts, network))
            all.push_back(
                {"network.charter-unsigned",
                 "In \"" + network.genesis.name + "\" " + std::to_string(*unsigned_charter) +
                     (*unsigned_charter == 1 ? " school has" : " schools have") +
                     " signed a charter that this school has not signed: read it, "
                     "then "
                     "sign it or put another one to them.",
                 true}
            );
        if (!roster.disputed_admits.empty())
            all.push_back(
                {"network.disputed-admission",
                 "One invitation to \"" + network.genesis.name +
                     "\" was used by two schools at once; a coordinator has to confirm one."}
            );
    }
}

/// Tells people of links that hang by one school, or by none that the other side could call.
void add_about_gateways(std::vector<Attention>& all, const ReplicaParts& parts) {
    for (const auto& [id, known] : parts.link_book.all()) {
        for (const LinkKnown& link : known.links) {
            const std::size_t ours = link.own_card().gateways.size();
            const std::size_t theirs = link.other_card().gateways.size();
            if (!link.is_in_force() || (ours > 1 && theirs > 1))
                continue;
            const std::string between =
                "between \"" + link.own_card().name + "\" and \"" + link.other_card().name + "\"";
            if (ours == 0 && theirs == 0)
                all.push_back(
                    {"link.no-gateway",
                     "Nothing crosses " + between +
                         ": no coordinator of either has an address that the other could call."}
                );
            else
                all.push_back(
                    {"link.one-gateway",
                     "Records cross " + between +
                         " by one school alone on one side; while it is off, they wait.",
                     true}
                );
        }
    }
}

Attention about_ended_key() {
    return {
        "node.key-ended",
        "This school has ended this server's key and goes on with another server: nothing written "
        "here reaches anybody."};
}

constexpr std::chrono::hours copy_remembered{1};

Attention about_a_copy(bool& is_told) {
    is_told = true;
    return {
        "node.cloned",
        "Another machine has this node's keys: a copy of its data folder is running. "
        "Stop one of the two."};
}

/// Tells people whose words stay at home, or elsewhere go, for the number of logs of one school.
Attention about_too_many_logs(const ReplicaParts& parts, const LogRecord& record) {
    const std::string bound = std::to_string(limits::logs_per_school_max);
    if (record.descriptor.school == parts.context.school)
        return {
            "network.too-many-logs",
            "This school's nodes have begun more than " + bound +
                " logs in one network; some of them reach nobody, and what is in them stays here."};
    const std::string name = parts.networks.school_name(record.descriptor.school);
    return {
        "network.too-many-logs",
        (name.empty() ? std::string("A school without a name yet") : name) +
            " has begun more than " + bound +
            " logs in one network; the others count nowhere. Ask it what happened."};
}

void add_about_logs(std::vector<Attention>& all, const ReplicaParts& parts) {
    std::set<SchoolId> told;
    const auto& met = parts.met_itself;
    bool is_clone_told = false;
    if (met && parts.context.now - *met < copy_remembered)
        all.push_back(about_a_copy(is_clone_told));
    for (const auto& [id, record] : parts.logbook.all()) {
        const bool is_current = parts.own_logs.is_current(id);
        const bool is_written_elsewhere =
            parts.logbook.is_written_elsewhere(id) ||
            (is_current && record.head.head.size > record.proven.stored);
        if (is_written_elsewhere && !is_clone_told)
            all.push_back(about_a_copy(is_clone_told));
        if (record.is_contradicted)
            all.push_back(
                {"log.contradiction",
                 "A neighbour holds another history of one school's log than this node; "
                 "what this node holds stays as it is."}
            );
        const bool has_no_room = record.cut && record.cut->source == CutSource::number;
        if (has_no_room && told.insert(record.descriptor.school).second)
            all.push_back(about_too_many_logs(parts, record));
        if (record.is_forked)
            all.push_back({"log.forked", describe_fork(parts, record)});
    }
}

} // namespace

std::vector<Attention> Replica::attention() const {
    std::vector<Attention> all;
    if (parts_->networks.is_key_ended())
        all.push_back(about_ended_key());
    add_about_networks(all, *parts_);
    add_about_gateways(all, *parts_);
    if (parts_->file_fetcher.is_paused())
        all.push_back(
            {"files.waiting",
             "The disk takes no attached files at the moment, so they wait; text goes on."}
        );
    for (const Admission& admission : parts_->joining.admissions()) {
        std::string words;
        for (const std::string& word : admission.words)
            words += (words.empty() ? "" : " ") + word;
        const std::string name = parts_->networks.school_name(admission.school);
        all.push_back(
            {"network.admitted",
             (name.empty() ? "A school" : name) +
                 " joined with your code; its screen must show the same four words: " + words,
             true}
        );
    }
    if (auto newer = about_newer_entries(*parts_))
        all.push_back(std::move(*newer));
    add_about_logs(all, *parts_);
    return all;
}

} // namespace staffroom::replica
