// The daily round of a running node: verifies everything that it holds and says what has to come
// again from neighbours, so that damage is found before somebody needs what it hit. Not here: when
// (the node decides), and the asking (the core's FetchFiles). Called by the node, step by step.
#pragma once

#include "storage/attachments/attachment_store.hpp"
#include "storage/store/audit.hpp"

namespace staffroom::storage {

struct ScrubReport {
    std::uint64_t entries = 0;
    std::size_t damaged = 0;                      // places in the store
    std::uint64_t files_damaged = 0;              // set aside where a record here names them
    std::vector<replica::EntryPlace> fetch_again; // their body or a file is not here, or is back
    bool needs_salvage = false;   // close the store and open it again with `is_known_damaged`
    std::optional<Error> trouble; // the first that left something unread: io_error, disk_full
};

/// What one step reads: whoever waits for the disk waits for some 50 ms of a slow card.
inline constexpr std::uint64_t scrub_step_bytes = 1U << 20U;

class Scrub {
public:
    Scrub(Store& store, AttachmentStore& files)
        : store_(store)
        , files_(files)
        , audit_(store)
        , logs_(store.logs()) {}

    /// Reads about `bytes` more; true once the round is over.
    [[nodiscard]] bool step(std::uint64_t bytes);
    [[nodiscard]] const ScrubReport& report() const { return report_; }

private:
    enum class Part { store, files, names, none };
    [[nodiscard]] Part check_store(std::uint64_t bytes);
    [[nodiscard]] Part check_files(std::uint64_t bytes);
    [[nodiscard]] Part check_names(std::uint64_t bytes);
    void look_at(const replica::EntryPlace& place, const EntryRow& row);
    [[nodiscard]] bool note(const Error& error);

    const Store& store_;
    AttachmentStore& files_;
    Audit audit_;
    std::size_t found_ = 0; // of what the audit found again
    AttachmentStore::CheckProgress checked_;
    std::vector<LogId> logs_; // whose files are still to be looked for, the next one last
    Position next_{0};        // in that log
    Part part_ = Part::store;
    ScrubReport report_;
};

} // namespace staffroom::storage
