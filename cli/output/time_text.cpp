#include "cli/output/time_text.hpp"

#include "cli/output/output.hpp"

#include <ctime>

namespace staffroom::cli {
namespace {

std::string formatted(std::uint64_t ms, const char* format) {
    const auto seconds = static_cast<std::time_t>(ms / 1000);
    std::tm parts{};
    char text[64] = {};
    ::tzset(); // NOLINT(concurrency-mt-unsafe): one thread
    if (::localtime_r(&seconds, &parts) == nullptr)
        return "?";
    const std::size_t length = std::strftime(text, sizeof text, format, &parts);
    return {text, length};
}

} // namespace

std::string time_text(std::uint64_t ms) {
    return formatted(ms, "%Y-%m-%d %H:%M %Z");
}

std::string day_text(std::uint64_t ms) {
    return formatted(ms, "%Y-%m-%d");
}

std::string last_day_text(std::uint64_t end_ms) {
    if (end_ms == 0)
        return "";
    const auto seconds = static_cast<std::time_t>((end_ms - 1) / 1000);
    std::tm parts{};
    char text[16] = {};
    if (::gmtime_r(&seconds, &parts) == nullptr)
        return "?";
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts)};
}

std::string last_day_text(const std::string& end) {
    std::tm parts{};
    const char* const rest = ::strptime(end.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    const std::time_t seconds = rest == nullptr ? 0 : ::timegm(&parts);
    return seconds <= 0 ? end : last_day_text(static_cast<std::uint64_t>(seconds) * 1000);
}

std::string readable_time(std::uint64_t seconds) {
    if (seconds < 120)
        return counted(seconds, "second");
    if (seconds < std::uint64_t{2} * 3600)
        return counted(seconds / 60, "minute");
    if (seconds < std::uint64_t{2} * 86400)
        return counted(seconds / 3600, "hour");
    return counted(seconds / 86400, "day");
}

} // namespace staffroom::cli
