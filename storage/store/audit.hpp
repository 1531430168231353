// Verifies again everything that an open store holds: headers against revision ids, trees against
// heads, bodies against their checks and commitments. Damaged bodies are put on record as missing,
// so that neighbours give them again, and taken off it when they can be read after all; an
// operation is filled again from its copy. It repairs nothing else. Called by `verify` and by the
// daily round (care).
#pragma once

#include "protocol/replica/logs/record_files.hpp"
#include "storage/store/log_check.hpp"
#include "storage/store/store.hpp"

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
    std::uint64_t bodies = 0;               // good ones
    std::vector<DamagedPlace> damaged;      // all: what is not on this list is not fetched again
    std::vector<replica::EntryPlace> found; // bodies that had been misread, and are back
    bool needs_salvage = false; // more than bodies: close the store, salvage it, open it again
};

/// So many damaged places are shown to people.
inline constexpr std::size_t damaged_shown_max = 1000;

struct AuditOptions {
    /// True when a body fits its header's commitment; unset: only the segments' own checks count.
    std::function<bool(ByteView header, const replica::BodyBytes& body)> fits_commitment;
};

/// In steps, so that nothing else waits for the whole of it.
class Audit {
public:
    explicit Audit(Store& store, AuditOptions options = {});

    /// Reads about `bytes` more; true once everything was read. Errors: corrupt (rows that cannot
    /// be read at all: salvage), io_error, disk_full (while recording damage). After an error the
    /// next step goes on with the next log; the report keeps what was found.
    [[nodiscard]] Result<bool> step(std::uint64_t bytes);
    [[nodiscard]] const AuditReport& report() const { return report_; }

private:
    /// The log that is being read.
    struct Current {
        LogRow row;
        LogWalk walk;
        std::optional<WalkedLog> walked{}; // set once all entries were
        std::size_t nodes_checked = 0;
    };
    [[nodiscard]] Result<void> begin_log(const LogId& id);
    [[nodiscard]] Result<bool> go_on();
    void check_entry(const WalkedEntry& entry);
    [[nodiscard]] bool is_good(const WalkedEntry& entry) const;
    [[nodiscard]] Result<void> record_bodies();
    [[nodiscard]] bool fill_from_copy(const WalkedEntry& entry);
    void check_tree(const replica::LogState& state, const WalkedLog& walked);
    [[nodiscard]] Result<bool> check_nodes();
    void add(Position position, Damage damage);

    Store& store_;
    AuditOptions options_;
    std::vector<LogId> logs_; // still to be read, the next one last
    std::optional<Current> current_;
    std::uint64_t bytes_left_ = 0; // of this step
    std::vector<Store::BodyPlace> lost_;
    std::vector<Store::BodyPlace> found_;
    replica::StoreBatch copies_; // operations to be filled again
    AuditReport report_;
};

/// All steps at once. Errors: as Audit::step.
[[nodiscard]] Result<AuditReport> audit(Store& store, const AuditOptions& options = {});

} // namespace staffroom::storage
