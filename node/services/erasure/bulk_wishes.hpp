// Wishes to erase many entries at once, which wait for a second person and for a day: nothing
// brings the words back, and one stolen session could else take all that a school has written. Kept
// in one small file, for a start must not forget who has asked. Not here: what goes, and the order
// itself. Blocks on the disk. Called by the handler of erasures, on a pool thread. [E8]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace staffroom::services {

/// Up to so many entries go at once, on the word of one.
inline constexpr std::size_t bulk_entries_min = 21;
inline constexpr std::uint64_t bulk_wait_ms = std::uint64_t{24} * 3600 * 1000;
/// The most wishes that wait.
inline constexpr std::size_t bulk_wishes_max = 64;

/// How a wish stands once somebody has asked for it.
enum class BulkStanding {
    needs_second, // another person has to ask for the same
    needs_time,   // two have; the day is not over
    may_go,
};

struct BulkAnswer {
    BulkStanding standing;
    WallTime due; // not before
};

class BulkWishes {
public:
    /// The file need not be there.
    explicit BulkWishes(std::filesystem::path file)
        : file_(std::move(file)) {}

    /// Notes that this person asks for it. `what` is the same text for the same wish, without
    /// spaces. With `only_look` nothing is noted. Errors: io_error, disk_full, too_large (as many
    /// wait as may).
    [[nodiscard]] Result<BulkAnswer>
    ask(const std::string& what, const std::string& person, WallTime now, bool only_look);
    /// Forgets a wish that was carried out. Errors: as ask.
    [[nodiscard]] Result<void> forget(const std::string& what);

private:
    struct Wish {
        std::string first;
        std::string second; // "-": nobody yet
        std::uint64_t asked_ms = 0;
    };
    [[nodiscard]] Result<std::map<std::string, Wish>> read() const;
    [[nodiscard]] Result<void> write(const std::map<std::string, Wish>& wishes) const;

    std::filesystem::path file_;
};

} // namespace staffroom::services
