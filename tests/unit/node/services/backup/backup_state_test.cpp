#include "node/services/backup/backup_fault.hpp"
#include "node/services/backup/backup_health.hpp"
#include "node/services/backup/backup_state.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <ctime>

namespace staffroom::services {
namespace {

constexpr std::uint64_t minute = 60'000;
constexpr std::uint64_t hour = 60 * minute;
constexpr std::uint64_t day = 24 * hour;
constexpr std::uint64_t monday = 20'787 * day; // midnight, a day of November 2026

const std::string folder = "/mnt/backups";

GoodBackup good_at(std::uint64_t ms) {
    return {{ms}, "20261130T021700Z", folder};
}

BackupState with_good(std::uint64_t ms) {
    return {folder, {monday}, good_at(ms), {}, {}, {}};
}

BackupState with_failure(std::uint64_t ms, std::uint32_t tries) {
    return {folder, {monday}, good_at(monday), FailedBackup{{ms}, tries, "backup.full"}, {}, {}};
}

/// The time zone of this process for a moment.
struct Zone {
    explicit Zone(const char* name) {
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;
    Zone(Zone&&) = delete;
    Zone& operator=(Zone&&) = delete;
    ~Zone() {
        ::unsetenv("TZ");
        ::tzset();
    }
};

HealthCheck check_of(const std::vector<HealthCheck>& checks, const std::string& code) {
    for (const HealthCheck& check : checks)
        if (check.code == code)
            return check;
    return healthy("absent", "");
}

node::Config config_with_folder() {
    node::Config config;
    config.backup_folder = folder;
    return config;
}

} // namespace

TEST_CASE("backup plan: a daily one is made each night at its minute", "[backup]") {
    const Zone zone("UTC");
    const BackupPlan plan{std::chrono::hours(24), 137}; // 02:17
    const std::uint64_t quiet = 137 * minute;

    CHECK(next_backup(with_good(monday + quiet), plan, {monday + day}).ms == monday + day + quiet);
    // By hand in the afternoon: the night's follows. By hand late at night: that one is enough.
    CHECK(
        next_backup(with_good(monday + 15 * hour), plan, {monday + day}).ms == monday + day + quiet
    );
    CHECK(
        next_backup(with_good(monday + 23 * hour), plan, {monday + day}).ms ==
        monday + 2 * day + quiet
    );
    const BackupPlan weekly{std::chrono::hours(7 * 24), 137};
    CHECK(
        next_backup(with_good(monday + quiet), weekly, {monday + day}).ms ==
        monday + 7 * day + quiet
    );
    const BackupPlan often{std::chrono::hours(6), 137};
    CHECK(next_backup(with_good(monday + hour), often, {monday + day}).ms == monday + 7 * hour);
}

TEST_CASE("backup plan: over a year there is one a day, whatever the hour does", "[backup]") {
    const Zone zone("Europe/London");
    const BackupPlan plan{std::chrono::hours(24), 125};
    tests::SeededRandom random(5);
    std::uint64_t now = monday;
    BackupState state = with_good(now);
    for (unsigned made = 0; made < 365; ++made) {
        const std::uint64_t due = next_backup(state, plan, {now}).ms;
        REQUIRE(due > now);
        REQUIRE(due - now < 33 * hour);
        now = due + random.below(2 * minute);
        const auto seconds = static_cast<std::time_t>(now / 1000);
        std::tm local{};
        ::localtime_r(&seconds, &local);
        REQUIRE(local.tm_hour >= 1);
        REQUIRE(local.tm_hour <= 3);
        state = with_good(now);
    }
    CHECK(now - monday > 364 * day);
    CHECK(now - monday < 367 * day);
}

TEST_CASE("backup plan: what was slept through is due, and a first one at once", "[backup]") {
    const Zone zone("UTC");
    const BackupPlan plan{};
    const WallTime later{monday + 5 * day};
    CHECK(next_backup(with_good(monday), plan, later).ms <= later.ms);
    CHECK(next_backup(BackupState{}, plan, later).ms <= later.ms);
    // A clock that was a month ahead when the last one was made must not cost a month of backups.
    CHECK(next_backup(with_good(later.ms + 30 * day), plan, later).ms <= later.ms);
    CHECK(next_backup(with_failure(later.ms + 30 * day, 1), plan, later).ms <= later.ms);
}

TEST_CASE("backup plan: a failure is tried again ever later, and at least daily", "[backup]") {
    const BackupPlan plan{};
    std::uint64_t before = 0;
    for (std::uint32_t tries = 1; tries < 100; ++tries) {
        const std::uint64_t pause =
            next_backup(with_failure(monday, tries), plan, {monday + 1}).ms - monday;
        CHECK(pause >= 5 * minute);
        CHECK(pause >= before);
        CHECK(pause <= 6 * hour);
        before = pause;
    }
    CHECK(before == 6 * hour);
    const BackupPlan hourly{std::chrono::hours(1), 0};
    CHECK(next_backup(with_failure(monday, 50), hourly, {monday + 1}).ms == monday + hour);
}

TEST_CASE("backup state: what was written is read again", "[backup]") {
    BackupState state = with_failure(monday, 3);
    state.elsewhere = GoodBackup{{monday + 5}, "20261130T000005Z", "/media/a \"stick\"\n"};
    state.unreadable = {"20261101T000000Z", "20261102T000000Z"};
    CHECK(parse_backup_state(encode_backup_state(state)) == state);
    CHECK(parse_backup_state(encode_backup_state({})) == BackupState{});
}

TEST_CASE("backup state: a damaged file is no state and no harm", "[backup]") {
    const std::string whole = encode_backup_state(with_failure(monday, 3));
    for (std::size_t size = 0; size + 2 < whole.size(); ++size)
        CHECK(parse_backup_state(whole.substr(0, size)) == BackupState{});
    for (const char* wrong :
         {"[]",
          "7",
          "{\"folder\":7,\"since_ms\":-1,\"good\":[],\"failed\":{\"tries\":0},\"unreadable\":3}",
          "{\"good\":{\"made_ms\":\"x\",\"id\":\"\"}}",
          "[[[[[[[[[[[[[[]]]]]]]]]]]]]]"})
        CHECK(parse_backup_state(wrong) == BackupState{});
    CHECK(parse_backup_state(std::string(backup_state_bytes_max + 1, ' ')) == BackupState{});
}

TEST_CASE("backup state: another folder begins anew and forgets no good one", "[backup]") {
    const BackupState before = with_failure(monday, 3);
    CHECK(state_for_folder(before, folder, {monday + day}) == before);

    const BackupState after = state_for_folder(before, "/srv/new", {monday + day});

    CHECK(after.since.ms == monday + day);
    CHECK_FALSE(after.good);
    CHECK_FALSE(after.failed);
    CHECK(after.elsewhere == before.good);
}

// The attack: 3,500 names of backups on the share, and the state is too long to be read again.
TEST_CASE("backup state: names without end cost no good one", "[backup]") {
    BackupState state = with_failure(monday, 3);
    state.unreadable.assign(5000, "20261101T000000Z");
    state.unreadable_more = 7;
    state.not_removed = 9;
    const std::string text = encode_backup_state(state);
    CHECK(text.size() < backup_state_bytes_max / 4);
    const BackupState back = parse_backup_state(text);
    CHECK(back.good == state.good);
    CHECK(back.unreadable.size() == unreadable_backups_max);
    CHECK(back.unreadable_more == 4907);
    CHECK(back.not_removed == 9);
}

TEST_CASE("backup state: a folder with a good backup is known again", "[backup]") {
    BackupState state = with_good(monday);
    CHECK(has_backup_in(state, folder));
    CHECK(has_backup_in(state, folder + "/"));
    CHECK(has_backup_in(state, "/mnt/./backups"));
    CHECK_FALSE(has_backup_in(state, "/mnt"));
    CHECK_FALSE(has_backup_in(state, "/mnt/backups2"));
    CHECK_FALSE(has_backup_in({folder, {monday}, {}, {}, {}, {}}, folder));
    state.elsewhere = GoodBackup{{monday - 1}, "20261129T021700Z", "/media/stick"};
    CHECK(has_backup_in(state, "/media/stick"));
    CHECK(has_backup_in(state_for_folder(state, "/srv/new", {monday + 1}), folder));
}

TEST_CASE("backup health: eight days, a failure or a damaged one are told", "[backup]") {
    const WallTime now{monday + 20 * day};
    const node::Config config = config_with_folder();
    const auto level = [&](const BackupState& state, const std::string& code) {
        return check_of(check_backups(config, state, now), code).level;
    };
    CHECK(level(with_good(now.ms - 8 * day), "backup.age") == Level::ok);
    CHECK(level(with_good(now.ms - 8 * day - 1), "backup.age") == Level::trouble);
    BackupState fresh;
    fresh.folder = folder;
    fresh.since = now;
    CHECK(level(fresh, "backup.age") == Level::note);
    fresh.since.ms -= 9 * day;
    CHECK(level(fresh, "backup.age") == Level::trouble);
    // What was made on a stick is no reason to be content with the folder of every day.
    fresh.elsewhere = good_at(now.ms);
    CHECK(level(fresh, "backup.age") == Level::trouble);
    const BackupState failed = with_failure(now.ms - hour, 2);
    CHECK(level(failed, "backup.full") == Level::trouble);
    BackupState damaged = with_good(now.ms);
    damaged.unreadable = {"20261101T000000Z"};
    CHECK(level(damaged, "backup.unreadable") == Level::note);
    CHECK(level(damaged, "backup.not-cleared") == Level::ok); // there is no such check
    damaged.unreadable_more = 41;
    damaged.not_removed = 3;
    const auto checks = check_backups(config, damaged, now);
    CHECK(check_of(checks, "backup.unreadable").sentence.starts_with("42 backups"));
    CHECK(check_of(checks, "backup.not-cleared").sentence.starts_with("3 files"));
}

TEST_CASE("backup health: without a folder a note says so, and old ones stay trouble", "[backup]") {
    const WallTime now{monday + 20 * day};
    const node::Config config;
    CHECK(check_of(check_backups(config, {}, now), "backup.none").level == Level::note);
    BackupState by_hand;
    by_hand.elsewhere = good_at(now.ms - hour);
    CHECK(check_of(check_backups(config, by_hand, now), "backup.age").level == Level::ok);
    by_hand.elsewhere = good_at(now.ms - 9 * day);
    CHECK(check_of(check_backups(config, by_hand, now), "backup.age").level == Level::trouble);
}

TEST_CASE("backup fault: every failure has a sentence and one next step", "[backup]") {
    for (const Errc code :
         {Errc::busy,
          Errc::wrong_school,
          Errc::malformed,
          Errc::disk_full,
          Errc::io_error,
          Errc::unknown_version,
          Errc::invalid_input,
          Errc::corrupt,
          Errc::truncated}) {
        const std::string word = backup_fault_code({code, {}});
        const BackupFault fault = backup_fault(word, folder);
        CHECK(fault.code == word);
        CHECK(fault.sentence.ends_with('.'));
        CHECK(fault.next.ends_with('.'));
    }
    CHECK(backup_fault("of a newer version", folder).code == "backup.failed");
}

} // namespace staffroom::services
