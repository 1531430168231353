// Reads entries, bodies and subtrees of an open store: chunks for the core, revisions for the
// services. Writes nothing and holds no state but what it is given; safe from several threads while
// one commits.
#pragma once

#include "storage/database/database.hpp"
#include "storage/database/log_table.hpp"
#include "storage/store/segments.hpp"

namespace staffroom::storage {

/// A revision at one place where it stands: one with its body, when there is one.
struct FoundRevision {
    LogId log;
    log::LogDescriptor descriptor;
    Position position;
    SharedBytes header;
    replica::BodyState state;
};

struct FoundBody {
    replica::BodyState state; // have: `body` is set
    replica::BodyBytes body;
    SharedBytes header;
};

inline constexpr std::size_t revision_prefix_min = 8;

class EntryReader {
public:
    EntryReader(const Database& database, const Segments& segments, const LogTable& table)
        : database_(database)
        , segments_(segments)
        , table_(table) {}

    /// A damaged body is given as missing, that of an operation from its copy. Errors: not_found,
    /// out_of_range, corrupt, io_error.
    [[nodiscard]] Result<replica::LoadedChunk> load_chunk(const replica::LoadChunk& ask) const;
    /// Headers are left out. Errors: as load_chunk.
    [[nodiscard]] Result<replica::LoadedBodies> load_bodies(const replica::LoadBodies& ask) const;
    /// The perfect subtrees of [begin, end) inside the log. Errors: as load_chunk. Hashes at most
    /// 2^9 headers.
    [[nodiscard]] Result<log::CompactRange>
    load_range(const LogId& log, LogSize begin, LogSize end) const;

    /// Errors: as load_chunk.
    [[nodiscard]] Result<replica::LoadedRanges> load_ranges(const replica::LoadRanges& ask) const;

    /// Errors: not_found, corrupt, io_error.
    [[nodiscard]] Result<FoundRevision> find_revision(const RevisionId& revision) const;
    /// A damaged body is given as missing. Errors: not_found, corrupt, io_error.
    [[nodiscard]] Result<FoundBody> read_body(const RevisionId& revision) const;
    /// Ids whose base-32 text begins with `prefix` (8 to 52 characters), in order, at most
    /// `count_max`. Errors: invalid_input, io_error.
    [[nodiscard]] Result<std::vector<RevisionId>>
    revisions_with_prefix(std::string_view prefix, std::size_t count_max) const;

    /// The second copy of an operation's payload. Errors: not_found, corrupt, io_error.
    [[nodiscard]] Result<Bytes> payload_copy(const EntryAddress& at) const;

    struct VisitedEntry {
        Position position;
        EntryRow row;
    };
    /// Called for each entry; false ends the walk. It must not commit.
    using EntryVisitor = std::function<Result<bool>(const VisitedEntry&)>;
    /// Entries from `begin` up to the stored size. Errors: not_found, corrupt (a hole), io_error,
    /// the visitor's.
    [[nodiscard]] Result<void>
    for_each_entry(const LogId& log, Position begin, const EntryVisitor& visitor) const;

private:
    struct FoundEntry {
        LogId log;
        KnownLog known;
        Position position;
        replica::BodyState state;
        Place place;
        SharedBytes header;
    };
    [[nodiscard]] Result<FoundEntry> find_entry(const RevisionId& revision) const;
    [[nodiscard]] Result<KnownLog> known(const LogId& log) const;
    void take_copy(const KnownLog& log, Position position, replica::LoadedEntry& entry) const;

    const Database& database_;
    const Segments& segments_;
    const LogTable& table_;
};

[[nodiscard]] RevisionId revision_of(ByteView header);

} // namespace staffroom::storage
