#include "node/services/verdict.hpp"

#include "node/services/backup/backup_health.hpp"
#include "node/services/backup/backups.hpp"
#include "node/services/certificates/certificate_book.hpp"
#include "node/services/health/health.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

constexpr std::uint64_t bytes_per_mb = 1'000'000;
constexpr std::uint64_t bytes_per_mib = 1'048'576;
constexpr std::uint64_t room_for_a_commit = 16 * bytes_per_mb;

HealthCheck stops_work(HealthCheck check) {
    check.stops_work = true;
    return check;
}

HealthCheck from_commit(Errc trouble) {
    if (trouble == Errc::disk_full)
        return faulty(
            "disk.full",
            "There is no space left on the disk.",
            "free some space; the node goes on by itself."
        );
    if (trouble == Errc::corrupt)
        return faulty(
            "store.damaged",
            "Stored data does not pass its check.",
            "start the node again: it repairs its store and fetches the rest from neighbours."
        );
    return faulty(
        "store.failing",
        "The last write to the disk failed.",
        "check the disk and the rights of the data folder; `staffroom log` shows the write."
    );
}

std::string where_full(const Services& services) {
    const auto free = free_disk_bytes(services);
    return "The disk of " + services.facts.store_folder.parent_path().string() + " has " +
           (free ? std::to_string(*free / bytes_per_mib) + " MiB free" : "no room left");
}

/// Checks the budget: names the most important use that may write nothing more; it covers the
/// others.
std::optional<HealthCheck> check_budget(const Services& services) {
    const auto refused = services.disk == nullptr ? std::nullopt : services.disk->first_refused();
    if (!refused)
        return std::nullopt;
    const std::string where = where_full(services);
    const std::string next = "free space on that disk; the node goes on by itself.";
    if (services.disk->is_closed())
        return stops_work(faulty(
            "disk.full",
            where + ": the node has started to be read from only, and takes nothing in.",
            next
        ));
    switch (*refused) {
    case storage::DiskUse::log:
    case storage::DiskUse::text:
        return stops_work(faulty(
            "disk.full", where + ": no record can be taken in, and what is here can be read.", next
        ));
    case storage::DiskUse::index:
        return faulty(
            "disk.index", where + ": texts are kept, but new ones cannot be searched for.", next
        );
    case storage::DiskUse::files: break;
    }
    return faulty("disk.files", where + ": texts are kept, but attached files wait.", next);
}

/// Tells whether a full disk is over. Nobody may write again before he hears that there is room, so
/// room itself ends the trouble; while there is none, the budget has said so.
bool is_over(const Services& services) {
    if (services.instruments.metrics.commit_trouble != Errc::disk_full)
        return false;
    if (services.disk != nullptr && services.disk->room())
        return true;
    const auto free = free_disk_bytes(services);
    return free && *free >= room_for_a_commit;
}

/// Checks the work, in the order in which things have to be mended.
std::vector<HealthCheck> check_work(const Services& services) {
    std::vector<HealthCheck> checks;
    const node::Metrics& metrics = services.instruments.metrics;
    if (metrics.is_stopping)
        checks.push_back(stops_work(
            faulty("node.stopping", "The node is stopping.", "start it again when it has ended.")
        ));
    if (auto budget = check_budget(services))
        checks.push_back(std::move(*budget));
    if (metrics.commit_trouble && !is_over(services))
        checks.push_back(stops_work(from_commit(*metrics.commit_trouble)));
    if (!metrics.has_started)
        checks.push_back(stops_work(
            faulty("node.starting", "The node is starting.", "wait a moment and ask again.")
        ));
    const auto floor = static_cast<std::uint64_t>(services.config.disk_floor_mb) * bytes_per_mb;
    if (const auto free = free_disk_bytes(services); free && *free < floor)
        checks.push_back(stops_work(faulty(
            "disk.low",
            "The disk has less free space than node.disk_floor_mb asks for.",
            "free some space, or lower node.disk_floor_mb in staffroom.toml."
        )));
    return checks;
}

std::string counted_places(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

HealthCheck check_damage(const DamageBook::Damage& damage) {
    constexpr const char* code = "store.places-damaged";
    if (damage.bodies + damage.files == 0)
        return healthy(code, "Nothing that is held is known to be damaged.");
    return faulty(
        code,
        counted_places(damage.bodies, "text", "texts") + " and " +
            counted_places(damage.files, "attached file", "attached files") +
            " here are damaged and have not come again yet.",
        "keep the node running with a neighbour connected, or put store and files back from a "
        "backup."
    );
}

/// Appends checks, one line for each thing: a thing that was said once, and worse, is not said
/// again.
void append_checks(std::vector<HealthCheck>& all, std::vector<HealthCheck> more) {
    for (HealthCheck& check : more) {
        const bool is_of_disk = check.code.starts_with("disk.") || check.code == "files.waiting";
        const bool is_said = is_of_disk && std::ranges::any_of(all, [&](const HealthCheck& each) {
                                 return each.is_trouble() && each.code.starts_with("disk.");
                             });
        if (!is_said)
            all.push_back(std::move(check));
    }
}

} // namespace

DiskFindings look_at_disk(const Services& services) {
    const auto low_mib = static_cast<std::uint64_t>(services.config.disk_low_mib);
    DiskFindings found{check_folder_files(services.facts.store_folder.parent_path(), low_mib), {}};
    if (services.damage != nullptr)
        found.damage = services.damage->still();
    return found;
}

std::vector<HealthCheck> all_checks(const Services& services, const DiskFindings& findings) {
    const replica::Replica& replica = services.core.replica();
    std::vector<HealthCheck> all = check_work(services);
    append_checks(all, check_settings(services.config));
    append_checks(all, findings.folder);
    all.push_back(check_damage(findings.damage));
    if (services.backups != nullptr)
        append_checks(
            all, check_backups(services.config, services.backups->state(), services.core.wall())
        );
    if (const auto& shut = services.facts.https_shut)
        all.push_back(faulty(
            "port.https",
            shut->sentence + " The page is not served by HTTPS; the node tries again all the time.",
            shut->next
        ));
    if (services.certificates != nullptr)
        append_checks(all, check_certificate(services.certificates->state(), services.core.wall()));
    if (services.is_catching_up())
        all.push_back(faulty(
            "node.catching-up",
            "This node came back from a backup and shows no record before a school of each network "
            "has told it what was erased since.",
            "wait for a neighbour; if none of them comes back, run `staffroom backup settle`."
        ));
    append_checks(all, check_networks(replica.networks()));
    append_checks(all, check_neighbours(replica.neighbours(), services.core.wall()));
    append_checks(all, check_attention(replica.attention()));
    return all;
}

std::optional<HealthCheck> not_ready(const Services& services) {
    for (HealthCheck& check : check_work(services))
        if (check.stops_work)
            return std::move(check);
    return std::nullopt;
}

std::optional<std::uint64_t> free_disk_bytes(const Services& services) {
    const auto room = storage::room_of(services.facts.store_folder);
    return room ? std::optional(room->free) : std::nullopt;
}

} // namespace staffroom::services
