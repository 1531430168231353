// The budget of the disk of a data folder. A picture could take the last byte, and then no text
// would arrive. So each writer asks before it writes. The room that is left goes to the log first,
// then to texts, then to the search index, then to attached files; the last bytes are kept for a
// start and for `verify`. Not here: what to do when the answer is no. Built by app; safe from
// several threads.
//
//   free bytes  |--- log ---|--- text ---|--- index ---|--- files ---> all may write
//               0           kept_for(log)   ...(text)     ...(files)
#pragma once

#include "protocol/base/result.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

namespace staffroom::storage {

/// The uses of a disk, in the order in which they keep their room when it gets short.
enum class DiskUse : std::uint8_t { log, text, index, files };

struct DiskRoom {
    std::uint64_t free;  // for this user
    std::uint64_t total; // of the disk
};

/// Returns nothing when the system does not say.
[[nodiscard]] std::optional<DiskRoom> room_of(const std::filesystem::path& folder);

/// Returns how much has to stay free behind a write of this use: a share of the disk, so that a
/// small disk works too, and never more than a large one misses.
[[nodiscard]] std::uint64_t kept_for(DiskUse use, std::uint64_t total);

/// Tells whether a node can open its store here with room to write what a start writes: the log of
/// the database as tables, and some more. With less room it starts read-only.
[[nodiscard]] bool
has_room_to_start(const std::filesystem::path& store, const std::optional<DiskRoom>& room);

class DiskBudget {
public:
    using Measure = std::function<std::optional<DiskRoom>()>;
    explicit DiskBudget(Measure measure)
        : measure_(std::move(measure)) {}

    /// Asks for room. Errors: disk_full; the detail is a sentence.
    [[nodiscard]] Result<void> ask(DiskUse use, std::uint64_t bytes) const;
    /// Returns the first use that has no room for an ordinary write now; nothing: all have.
    [[nodiscard]] std::optional<DiskUse> first_refused() const;
    [[nodiscard]] std::optional<DiskRoom> room() const { return measure_(); }

    /// Closes the budget: the node has started on a full disk and changes nothing, so every answer
    /// is no.
    void close() { is_closed_ = true; }
    [[nodiscard]] bool is_closed() const { return is_closed_; }

private:
    Measure measure_;
    std::atomic<bool> is_closed_ = false;
};

} // namespace staffroom::storage
