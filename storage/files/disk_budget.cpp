#include "storage/files/disk_budget.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <string>

namespace staffroom::storage {
namespace {

constexpr std::uint64_t mib = 1U << 20U;

/// The room for a large text or some pieces of a file: a writer without it is told before its write
/// fails.
constexpr std::uint64_t usual_bytes = mib / 4;

struct Share {
    std::uint64_t divisor; // of the whole disk
    std::uint64_t bytes_max;
};

/// The room that each use leaves to the uses before it, beside what those leave. The log's own
/// share is what a start of the database may write.
constexpr std::array<Share, 4> shares{{{4, 8 * mib}, {8, 16 * mib}, {8, 64 * mib}, {8, 128 * mib}}};

std::string in_mib(std::uint64_t bytes) {
    return std::to_string(bytes / mib) + " MiB";
}

} // namespace

std::optional<DiskRoom> room_of(const std::filesystem::path& folder) {
    struct statvfs facts {};
    if (::statvfs(folder.c_str(), &facts) != 0)
        return std::nullopt;
    const std::uint64_t block = facts.f_frsize;
    return DiskRoom{block * facts.f_bavail, block * facts.f_blocks};
}

std::uint64_t kept_for(DiskUse use, std::uint64_t total) {
    std::uint64_t kept = 0;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(use); ++i)
        kept += std::min(total / shares.at(i).divisor, shares.at(i).bytes_max);
    return kept;
}

bool has_room_to_start(const std::filesystem::path& store, const std::optional<DiskRoom>& room) {
    if (!room)
        return true;
    std::uint64_t wanted = mib / 2;
    std::error_code error;
    for (std::filesystem::directory_iterator file(store / "index", error), end;
         !error && file != end;
         file.increment(error)) {
        std::error_code gone;
        const auto size = file->path().extension() == ".log" ? file->file_size(gone) : 0;
        wanted += gone ? 0 : size;
    }
    return room->free >= wanted;
}

Result<void> DiskBudget::ask(DiskUse use, std::uint64_t bytes) const {
    const auto room = measure_();
    // A system that does not say how much room there is says so when it writes.
    if (!room && !is_closed_)
        return {};
    const std::uint64_t free = room ? room->free : 0;
    const std::uint64_t kept = room ? kept_for(use, room->total) : 0;
    if (!is_closed_ && free >= bytes && free - bytes >= kept)
        return {};
    return fail(
        Errc::disk_full,
        "The disk has " + in_mib(free) + " free, and the last " + in_mib(kept) +
            " are kept for what matters more."
    );
}

std::optional<DiskUse> DiskBudget::first_refused() const {
    for (const DiskUse use : {DiskUse::log, DiskUse::text, DiskUse::index, DiskUse::files})
        if (!ask(use, usual_bytes))
            return use;
    return std::nullopt;
}

} // namespace staffroom::storage
