// The kernel's figures of this process: /proc/self/stat, the open descriptors and their limit.
#include "node/http/monitor/meters.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace staffroom::http {
namespace {

/// Returns the fields of proc(5) after the name, which stands in brackets and may hold anything.
std::vector<std::string> fields_after_name(const std::string& line) {
    const std::size_t end = line.rfind(')');
    std::vector<std::string> fields;
    if (end == std::string::npos)
        return fields;
    std::istringstream words(line.substr(end + 1));
    for (std::string word; words >> word;)
        fields.push_back(std::move(word));
    return fields;
}

std::optional<double> number_at(const std::vector<std::string>& fields, std::size_t place) {
    if (place >= fields.size())
        return std::nullopt;
    const std::string& text = fields[place];
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size()
               ? std::optional(static_cast<double>(value))
               : std::nullopt;
}

/// Returns when the machine started, in unix seconds.
std::optional<double> boot_time() {
    std::ifstream stat("/proc/stat");
    for (std::string word; stat >> word;)
        if (double seconds = 0; word == "btime" && stat >> seconds)
            return seconds;
    return std::nullopt;
}

std::optional<double> count_open_files() {
    std::error_code error;
    std::filesystem::directory_iterator file("/proc/self/fd", error);
    double count = 0;
    for (; !error && file != std::filesystem::directory_iterator(); file.increment(error))
        ++count;
    // Reading the folder takes one descriptor itself.
    return error ? std::nullopt : std::optional(count - 1);
}

} // namespace

ProcessFigures read_process_figures() {
    // Places of proc(5), counted from the state, its third field.
    constexpr std::size_t user_ticks = 11;
    constexpr std::size_t system_ticks = 12;
    constexpr std::size_t thread_count = 17;
    constexpr std::size_t start_ticks = 19;
    constexpr std::size_t virtual_size = 20;
    constexpr std::size_t resident_pages = 21;
    std::ifstream stat("/proc/self/stat");
    std::string line;
    std::getline(stat, line);
    const auto fields = fields_after_name(line);
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    ProcessFigures figures;
    const auto user = number_at(fields, user_ticks);
    const auto system = number_at(fields, system_ticks);
    if (user && system)
        figures.cpu_seconds = (*user + *system) / ticks;
    figures.threads = number_at(fields, thread_count);
    figures.virtual_bytes = number_at(fields, virtual_size);
    if (const auto pages = number_at(fields, resident_pages))
        figures.resident_bytes = *pages * static_cast<double>(sysconf(_SC_PAGESIZE));
    const auto booted = boot_time();
    if (const auto started = number_at(fields, start_ticks); started && booted)
        figures.start_time = *booted + *started / ticks;
    figures.open_files = count_open_files();
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        figures.files_max = static_cast<double>(limit.rlim_cur);
    return figures;
}

} // namespace staffroom::http
