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
