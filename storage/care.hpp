// The quiet round of a running node: verifies everything that it holds and says what has to come
// again from neighbours, so that damage is found before somebody needs what it hit. Not here: when
// (the node decides), and the asking (the core's FetchFiles). Called by the node in quiet hours.
#pragma once

#include "protocol/replica/record_files.hpp"
#include "storage/attachment_store.hpp"
#include "storage/audit.hpp"

namespace staffroom::storage {

struct CareReport {
    AuditReport audit;
    std::uint64_t files_damaged = 0;              // set aside
    std::vector<replica::EntryPlace> fetch_again; // their body or a file of theirs is not here
    bool needs_salvage = false; // close the store and open it again with `is_known_damaged`
};

/// Errors: io_error, disk_full. Cost: reads every byte of the store.
[[nodiscard]] Result<CareReport>
look_after(Store& store, AttachmentStore& files, const AuditOptions& options = {});

} // namespace staffroom::storage
