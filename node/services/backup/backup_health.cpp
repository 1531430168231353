#include "node/services/backup/backup_health.hpp"

#include "node/services/backup/backup_fault.hpp"

namespace staffroom::services {
namespace {

constexpr const char* age_code = "backup.age";

std::string counted(std::uint64_t count, const char* unit) {
    return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
}

/// "3 hours", "12 days".
std::string time_since(WallTime then, WallTime now) {
    constexpr std::uint64_t hour_ms = 3'600'000;
    constexpr std::uint64_t hours_of_day = 24;
    const std::uint64_t hours = then.ms < now.ms ? (now.ms - then.ms) / hour_ms : 0;
    if (hours == 0)
        return "less than an hour";
    return hours < 2 * hours_of_day ? counted(hours, "hour") : counted(hours / hours_of_day, "day");
}

bool is_too_old(WallTime then, WallTime now) {
    const auto age_ms = std::chrono::milliseconds(backup_age_max).count();
    return then.ms + static_cast<std::uint64_t>(age_ms) < now.ms;
}

/// The check of a folder in which no backup has been made yet.
HealthCheck check_none_yet(const BackupState& state, WallTime now) {
    const std::string sentence = "No backup has been made yet in " + state.folder + ".";
    const std::string next = "run `staffroom backup create` to see that one can be made.";
    return is_too_old(state.since, now) ? faulty(age_code, sentence, next)
                                        : noted(age_code, sentence, next);
}

HealthCheck check_age(const GoodBackup& good, const BackupState& state, WallTime now) {
    // The status names the newest one, wherever it is: both have to say the same.
    const auto newest = last_good(state);
    const std::string newer = newest && newest->folder != good.folder
                                  ? " A newer one, of " + time_since(newest->made, now) +
                                        " ago, is in " + newest->folder + "."
                                  : "";
    const std::string sentence = "The last good backup was made " + time_since(good.made, now) +
                                 " ago, in " + good.folder + "." + newer;
    if (!is_too_old(good.made, now))
        return healthy(age_code, sentence);
    if (state.folder.empty())
        return faulty(
            age_code,
            sentence,
            "set folder in [backup] of staffroom.toml, so that the node makes one every day."
        );
    return faulty(
        age_code,
        sentence,
        "see that " + state.folder + " is mounted, then run `staffroom backup create`."
    );
}

HealthCheck check_unreadable(const BackupState& state) {
    const std::uint64_t count = state.unreadable.size() + state.unreadable_more;
    const bool is_one = count == 1;
    return noted(
        "backup.unreadable",
        counted(count, "backup") + " in " + state.folder + (is_one ? " counts" : " count") +
            " for none, the first one " + state.unreadable.front() + ": this node's key does not " +
            "open " + (is_one ? "it" : "them") + ", or a key has signed " +
            (is_one ? "it" : "them") + " that the school has ended.",
        "run `staffroom backup list`; with the phrase, if the school was brought back since."
    );
}

} // namespace

std::optional<GoodBackup> last_good(const BackupState& state) {
    if (!state.good || (state.elsewhere && state.elsewhere->made.ms > state.good->made.ms))
        return state.elsewhere;
    return state.good;
}

std::vector<HealthCheck>
check_backups(const node::Config& config, const BackupState& state, WallTime now) {
    std::vector<HealthCheck> checks;
    // What lies on a stick in a drawer is good to have; the folder of every day is what is
    // promised.
    const auto good = config.backup_folder.empty() ? state.elsewhere : state.good;
    if (good)
        checks.push_back(check_age(*good, state, now));
    else if (!config.backup_folder.empty())
        checks.push_back(check_none_yet(state, now));
    else
        checks.push_back(noted(
            "backup.none",
            "No backup of this node is set up.",
            "set folder in [backup] of staffroom.toml: another disk, or a share of another machine."
        ));
    if (state.failed && !config.backup_folder.empty()) {
        const BackupFault fault = backup_fault(state.failed->code, config.backup_folder);
        checks.push_back(faulty(
            fault.code,
            "The last backup failed " + time_since(state.failed->at, now) +
                " ago: " + fault.sentence + " It is tried again by itself.",
            fault.next
        ));
    }
    if (!state.unreadable.empty())
        checks.push_back(check_unreadable(state));
    if (state.not_removed > 0)
        checks.push_back(noted(
            "backup.not-cleared",
            counted(state.not_removed, "file") + " of old backups in " + state.folder +
                " could not be removed; words that were erased since may be in them.",
            "see that all of the folder belongs to the node's user; `staffroom log` has the reason."
        ));
    return checks;
}

} // namespace staffroom::services
