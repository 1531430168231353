#include "node/base/boot_clock.hpp"

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>

namespace staffroom::runtime {
namespace {

constexpr std::int64_t set_by_ms_min = 20'000;

std::int64_t read_ms(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

std::filesystem::path offset_path(const std::filesystem::path& run_folder) {
    return run_folder / "clock";
}

} // namespace

std::int64_t boot_offset_ms() {
    return read_ms(CLOCK_REALTIME) - read_ms(CLOCK_BOOTTIME);
}

bool goes_on(std::int64_t before_ms, std::int64_t now_ms) {
    return std::abs(now_ms - before_ms) < set_by_ms_min;
}

std::optional<std::int64_t> read_offset(const std::filesystem::path& run_folder) {
    std::ifstream file(offset_path(run_folder));
    std::int64_t offset_ms = 0;
    return file >> offset_ms ? std::optional(offset_ms) : std::nullopt;
}

void write_offset(const std::filesystem::path& run_folder, std::int64_t offset_ms) {
    const auto path = offset_path(run_folder);
    const auto beside = path.string() + ".new";
    std::ofstream(beside) << offset_ms << '\n';
    std::error_code ignored;
    std::filesystem::rename(beside, path, ignored);
}

} // namespace staffroom::runtime
