#include "node/services/backup/backup_state.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <ctime>
#include <filesystem>

namespace staffroom::services {
namespace {

namespace json = boost::json;

constexpr std::uint64_t minute_ms = 60'000;
constexpr std::uint64_t hour_ms = 60 * minute_ms;
constexpr std::uint64_t first_retry_ms = 5 * minute_ms;
constexpr std::uint64_t retry_ms_max = 6 * hour_ms;
constexpr std::uint64_t clock_slack_ms = hour_ms;
/// A daily backup may come this much too early: so the one that was made by hand in the afternoon
/// does not cost the night's.
constexpr std::uint64_t early_ms = 18 * hour_ms;
constexpr std::size_t text_bytes_max = 4096;

json::object to_json(const GoodBackup& good) {
    return {{"made_ms", good.made.ms}, {"id", good.id}, {"folder", good.folder}};
}

const json::object* object_at(const json::object& object, std::string_view key) {
    const json::value* const value = object.if_contains(key);
    return value == nullptr ? nullptr : value->if_object();
}

std::string text_at(const json::object& object, std::string_view key) {
    const json::value* const value = object.if_contains(key);
    const json::string* const text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr || text->size() > text_bytes_max ? std::string() : std::string(*text);
}

std::uint64_t number_at(const json::object& object, std::string_view key) {
    const json::value* const value = object.if_contains(key);
    if (value == nullptr)
        return 0;
    const std::int64_t* const number = value->if_int64();
    return number == nullptr || *number < 0 ? 0 : static_cast<std::uint64_t>(*number);
}

std::optional<GoodBackup> good_at(const json::object& object, std::string_view key) {
    const json::object* const found = object_at(object, key);
    if (found == nullptr)
        return std::nullopt;
    GoodBackup good{
        WallTime{number_at(*found, "made_ms")}, text_at(*found, "id"), text_at(*found, "folder")};
    if (good.made.ms == 0 || good.id.empty())
        return std::nullopt;
    return good;
}

} // namespace

BackupState state_for_folder(BackupState state, const std::string& folder, WallTime now) {
    if (state.folder == folder)
        return state;
    const bool is_newest =
        state.good && (!state.elsewhere || state.elsewhere->made.ms < state.good->made.ms);
    auto elsewhere = std::move(is_newest ? state.good : state.elsewhere);
    BackupState begun;
    begun.folder = folder;
    begun.since = now;
    begun.elsewhere = std::move(elsewhere);
    return begun;
}

bool has_backup_in(const BackupState& state, const std::string& folder) {
    const auto plain = [](const std::string& path) {
        std::string text = std::filesystem::path(path).lexically_normal().string();
        while (text.size() > 1 && text.ends_with('/'))
            text.pop_back();
        return text;
    };
    return (state.good && plain(state.good->folder) == plain(folder)) ||
           (state.elsewhere && plain(state.elsewhere->folder) == plain(folder));
}

std::string encode_backup_state(const BackupState& state) {
    json::object out{{"folder", state.folder}, {"since_ms", state.since.ms}};
    if (state.good)
        out["good"] = to_json(*state.good);
    if (state.failed)
        out["failed"] = json::object{
            {"at_ms", state.failed->at.ms},
            {"tries", state.failed->tries},
            {"code", state.failed->code}};
    if (state.elsewhere)
        out["elsewhere"] = to_json(*state.elsewhere);
    const std::size_t named = std::min(state.unreadable.size(), unreadable_backups_max);
    const auto end = state.unreadable.begin() + static_cast<std::ptrdiff_t>(named);
    out["unreadable"] = json::array(state.unreadable.begin(), end);
    out["unreadable_more"] = state.unreadable_more + (state.unreadable.size() - named);
    out["not_removed"] = state.not_removed;
    return json::serialize(out) + "\n";
}

BackupState parse_backup_state(std::string_view text) {
    json::error_code error;
    json::parse_options options;
    constexpr std::size_t depth_max = 4;
    options.max_depth = depth_max;
    const json::value value = text.size() > backup_state_bytes_max
                                  ? json::value()
                                  : json::parse(text, error, {}, options);
    const json::object* const object = error ? nullptr : value.if_object();
    if (object == nullptr)
        return {};
    BackupState state;
    state.folder = text_at(*object, "folder");
    state.since = WallTime{number_at(*object, "since_ms")};
    state.good = good_at(*object, "good");
    state.elsewhere = good_at(*object, "elsewhere");
    const json::value* const listed = object->if_contains("unreadable");
    if (listed != nullptr && listed->is_array())
        for (const json::value& each : listed->get_array())
            if (each.is_string() && state.unreadable.size() < unreadable_backups_max)
                state.unreadable.emplace_back(each.get_string());
    state.unreadable_more = number_at(*object, "unreadable_more");
    state.not_removed = number_at(*object, "not_removed");
    const json::object* const failed = object_at(*object, "failed");
    if (failed != nullptr && number_at(*failed, "tries") > 0)
        state.failed = FailedBackup{
            WallTime{number_at(*failed, "at_ms")},
            static_cast<std::uint32_t>(std::min<std::uint64_t>(number_at(*failed, "tries"), 1000)),
            text_at(*failed, "code")};
    return state;
}

WallTime next_backup(const BackupState& state, const BackupPlan& plan, WallTime now) {
    const std::uint64_t every_ms = static_cast<std::uint64_t>(plan.every.count()) * hour_ms;
    const std::uint64_t future_ms = now.ms + clock_slack_ms;
    if (state.failed && state.failed->at.ms <= future_ms) {
        const std::uint32_t doublings = std::min(state.failed->tries - 1, 10U);
        const std::uint64_t pause_ms =
            std::min({first_retry_ms << doublings, retry_ms_max, every_ms});
        return {state.failed->at.ms + pause_ms};
    }
    if (state.failed || !state.good || state.good->made.ms > future_ms)
        return now;
    const std::uint64_t whole_ms = state.good->made.ms + every_ms;
    if (plan.every < std::chrono::hours(24))
        return {whole_ms};
    return next_minute_of_day({whole_ms - early_ms}, plan.quiet_minute);
}

WallTime next_minute_of_day(WallTime after, int minute) {
    constexpr int minutes_of_hour = 60;
    const auto seconds = static_cast<std::time_t>(after.ms / 1000);
    std::tm day{};
    if (::localtime_r(&seconds, &day) == nullptr)
        return after;
    day.tm_hour = minute / minutes_of_hour;
    day.tm_min = minute % minutes_of_hour;
    day.tm_sec = 0;
    // A night with a change of the hour has the minute once more or an hour off: still a night.
    const auto moment = [](std::tm at) {
        at.tm_isdst = -1;
        return ::mktime(&at);
    };
    std::time_t found = moment(day);
    if (found <= seconds) {
        ++day.tm_mday;
        found = moment(day);
    }
    return found < 0 ? after : WallTime{static_cast<std::uint64_t>(found) * 1000};
}

} // namespace staffroom::services
