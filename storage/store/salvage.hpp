// What happens to a store that refuses to open, with no human step: its index is copied, repaired,
// every log verified again from position 0 and every body read; the old index is set aside as
// index.damaged-N. Segments stay where they are, whole: each record carries its own check, and a
// copy of words set aside would outlive their erasure. Nothing behind the end that the index knows
// is cut off, for an index that lost rows knows too early an end. Called by whoever opens the
// store; what is lost is fetched from neighbours again.
#pragma once

#include "storage/store/store.hpp"

namespace staffroom::storage {

struct SalvageReport {
    std::uint64_t logs = 0; // that are there again
    std::uint64_t entries_kept = 0;
    std::uint64_t entries_lost = 0; // cut off behind the longest prefix that can be proven
    std::uint64_t bodies_lost = 0;  // entries kept whose body is now missing
    std::uint64_t rows_lost =
        0; // damaged rows of the core, and of logs that cannot be told any more
    std::uint64_t rows_restored = 0; // of the core, from their second copy
    std::uint64_t commits_lost = 0;  // answered for, and not in the damaged index any more
    std::string set_aside;           // where the old index lies now
};

struct SalvageOptions {
    StoreOptions store;
    /// Something found damage inside while the store was open: salvage before anything else.
    bool is_known_damaged = false;
    /// True for the header of a document's first revision; counts LogState::documents of a log that
    /// was cut.
    std::function<bool(ByteView header)> is_first_revision;
};

/// The store must be closed. Can be repeated after a crash at any point. Errors: in_use, not_found,
/// io_error, disk_full.
[[nodiscard]] Result<SalvageReport>
salvage(FileSystem& files, const std::string& directory, const SalvageOptions& options = {});

struct OpenedStore {
    std::unique_ptr<Store> store;
    std::optional<SalvageReport> salvaged{}; // set when the store had to be salvaged first
    replica::Image image{};
};

/// Opens and reads the image, or salvages first: a store may open and turn out to be damaged
/// inside, or to lack commits that it had answered for. Errors: as Store::open and
/// Store::load_image, except that corrupt stays only when salvage did not help.
[[nodiscard]] Result<OpenedStore> open_or_salvage(
    FileSystem& files, const std::string& directory, const SalvageOptions& options = {}
);

} // namespace staffroom::storage
