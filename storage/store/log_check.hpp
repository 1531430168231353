// Walks the entries of one log from position 0 and hashes the tree again, at once or in steps.
// Judges nothing: salvage and audit do.
#pragma once

#include "storage/database/database.hpp"
#include "storage/database/row_keys.hpp"

namespace staffroom::storage {

struct WalkedLog {
    LogSize run{0};             // entries that follow one another from position 0 without a hole
    LogSize proven{0};          // those from position 0 on whose hash is known as a revision's
    log::CompactRange frontier; // of [0, run)
    std::vector<log::TreeNode> nodes; // perfect subtrees of [0, run) of the levels that are stored
};

struct WalkedEntry {
    EntryAddress at;
    RevisionId revision;
    EntryRow row;
    bool is_proven; // a revision's row has this header's hash as its key
};

/// Such a walk that may pause behind any entry.
class LogWalk {
public:
    LogWalk(const Database& database, LogNumber log, LogSize limit)
        : database_(database)
        , log_(log)
        , limit_(limit) {}

    /// False pauses the walk behind this entry.
    using Visitor = std::function<Result<bool>(const WalkedEntry&)>;
    /// Goes on where it paused; true once the limit or a hole is reached. Errors: as walk_log.
    [[nodiscard]] Result<bool> go_on(const Visitor& visitor);
    /// What was walked; the walk is over.
    [[nodiscard]] WalkedLog take();

private:
    void add_leaf(ByteView header);
    void flush();

    const Database& database_;
    LogNumber log_;
    LogSize limit_;
    WalkedLog walked_;
    std::vector<TreeHash> leaves_; // not yet in the tree
};

using WalkVisitor = std::function<Result<void>(const WalkedEntry&)>;

/// Entries of [0, limit) up to the first hole. Errors: corrupt (rows that cannot be read),
/// io_error, the visitor's.
[[nodiscard]] Result<WalkedLog>
walk_log(const Database& database, LogNumber log, LogSize limit, const WalkVisitor& visitor);

} // namespace staffroom::storage
