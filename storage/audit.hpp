// Verifies again everything that an open store holds: headers against revision ids, trees against
// heads, bodies against their checks and commitments. Damaged bodies are put on record as missing,
// so that neighbours give them again; it repairs nothing else. Called by `verify` and by the node
// in quiet hours.
#pragma once

#include "storage/store.hpp"

namespace staffroom::storage {

enum class Damage {
    body,     // gone or damaged; now on record as missing
    revision, // no revision's row has this header's hash: the header or the row is damaged
    entries,  // the log has a hole at this position
    tree,     // the entries do not lead to the hashes stored for the log
    head,     // the log's signed head has another root
};

struct DamagedPlace {
    LogId log;
    Position position;
    Damage damage;
};

struct AuditReport {
    std::uint64_t logs = 0;
    std::uint64_t entries = 0;
    std::uint64_t bodies = 0; // good ones
    std::uint64_t damaged_count = 0;
    std::vector<DamagedPlace> damaged; // the first `damaged_listed_max`
    bool needs_salvage = false; // more than bodies: close the store, salvage it, open it again
};

inline constexpr std::size_t damaged_listed_max = 1000;

struct AuditOptions {
    /// True when a body fits its header's commitment; unset: only the segments' own checks count.
    std::function<bool(ByteView header, const replica::BodyBytes& body)> fits_commitment;
    /// Told of the entries verified so far, now and then.
    std::function<void(std::uint64_t entries)> on_progress;
};

/// Errors: corrupt (rows that cannot be read at all: salvage), io_error, disk_full (while recording
/// damage).
[[nodiscard]] Result<AuditReport> audit(Store& store, const AuditOptions& options = {});

} // namespace staffroom::storage
