// The store of one node: performs what the core asks for (commits, loads, the image it starts from)
// and reads for the services. Not here: row layouts, file formats, and what an entry means. The
// daemon calls `commit` from one thread at a time; every read is safe from any thread meanwhile. An
// answer of `corrupt` from any call means: close the store, run storage/store/salvage, open again.
//
//   DIR/lock   DIR/index/ (LevelDB)   DIR/segments/   DIR/index.damaged-N/ (set aside by salvage)
//   DIR/count  commits answered for    DIR/rows       second copy of the core's own rows
#pragma once

#include "protocol/replica/logs/record_files.hpp"
#include "protocol/replica/ports/events.hpp"
#include "storage/database/commit_count.hpp"
#include "storage/database/core_rows.hpp"
#include "storage/files/disk_wait.hpp"
#include "storage/store/entry_reader.hpp"

namespace staffroom::storage {

struct StoreOptions {
    DatabaseOptions database;
    bool wait_for_background = false; // the simulator: each call ends with no compaction under way
};

struct StorePaths {
    std::string lock, index, segments, salvage, count, rows;
};
[[nodiscard]] StorePaths store_paths(const std::string& directory);

class Store {
public:
    /// Makes the store when the folder is absent or empty; its parent must be there. Errors:
    /// in_use, unknown_version (made by a newer version), bad_configuration (the folder holds
    /// something else), corrupt (salvage may help), io_error (a folder that cannot be written,
    /// among others), disk_full.
    [[nodiscard]] static Result<std::unique_ptr<Store>>
    open(FileSystem& files, const std::string& directory, const StoreOptions& options = {});

    /// All batches or none, in order; durable when it returns. After a failure the state is the one
    /// before, and the next commit first opens the database again. Errors: out_of_range (an append
    /// that does not begin at the stored size), not_found (a body for an entry that is not here),
    /// corrupt, io_error, disk_full.
    [[nodiscard]] Result<void> commit(std::span<const replica::StoreBatch* const> batches);
    [[nodiscard]] Result<void> commit(const replica::StoreBatch& batch) {
        const replica::StoreBatch* const one = &batch;
        return commit({&one, 1});
    }

    [[nodiscard]] Result<replica::LoadedChunk> load_chunk(const replica::LoadChunk& ask) const {
        return reader_.load_chunk(ask);
    }
    [[nodiscard]] Result<replica::LoadedBodies> load_bodies(const replica::LoadBodies& ask) const {
        return reader_.load_bodies(ask);
    }
    /// Whatever the core asks for. Errors: those of the three loads of EntryReader.
    [[nodiscard]] Result<replica::Loaded> load(const replica::LoadAsk& what) const;
    /// Errors: corrupt, io_error. Cost: all logs, all entries of governance logs, all rows of the
    /// core.
    [[nodiscard]] Result<replica::Image> load_image() const;

    /// Revisions, bodies and entries for the services.
    [[nodiscard]] const EntryReader& entries() const { return reader_; }
    [[nodiscard]] Result<FoundRevision> find_revision(const RevisionId& revision) const {
        return reader_.find_revision(revision);
    }
    [[nodiscard]] Result<std::vector<RevisionId>>
    revisions_with_prefix(std::string_view prefix, std::size_t count_max) const {
        return reader_.revisions_with_prefix(prefix, count_max);
    }
    [[nodiscard]] Result<FoundBody> read_body(const RevisionId& revision) const {
        return reader_.read_body(revision);
    }
    [[nodiscard]] Result<void> for_each_entry(
        const LogId& log, Position begin, const EntryReader::EntryVisitor& visitor
    ) const {
        return reader_.for_each_entry(log, begin, visitor);
    }
    [[nodiscard]] std::vector<LogId> logs() const { return table_.ids(); }
    [[nodiscard]] std::optional<log::LogDescriptor> descriptor_of(const LogId& log) const {
        const auto known = table_.find(log);
        return known ? std::optional(known->descriptor) : std::nullopt;
    }
    /// Commits that had been answered for and that the database did not have any more at the open:
    /// its log was shortened by something else than a crash.
    [[nodiscard]] std::uint64_t commits_lost() const { return commits_lost_; }
    /// A row of the core. Errors: not_found, corrupt, io_error.
    [[nodiscard]] Result<Bytes> row(replica::RowKind kind, ByteView key) const;

    /// Where the record of a body lies, as somebody read it in the entry's row.
    struct BodyPlace {
        Position position;
        Place place;
    };
    /// Puts bodies that turned out damaged on record as missing, so that they are fetched again.
    /// Their places stay known: a misread must not take words away that nobody else has.
    [[nodiscard]] Result<void> mark_missing(const LogId& log, std::span<const BodyPlace> bodies);
    /// Takes back what `mark_missing` said: their records can be read after all.
    [[nodiscard]] Result<void> mark_found(const LogId& log, std::span<const BodyPlace> bodies);

    /// The state that one entry's body gets. With its place kept its words can still be found on
    /// the disk, to be overwritten.
    struct EntryState {
        replica::EntryPlace entry;
        replica::BodyState state;
        bool keeps_place;
    };
    /// Changes these states in one synced batch. Errors: as commit.
    [[nodiscard]] Result<void> set_states(std::span<const EntryState> states);
    /// Cuts off what lies behind the end of the segments, and returns the end. Errors: as commit.
    [[nodiscard]] Result<SegmentEnd> trim_segments();

    /// Bodies on record as missing whose place is still known: found damaged, and not here again.
    [[nodiscard]] Result<std::vector<replica::EntryPlace>> damaged_bodies() const;
    /// Whether one of these is still to come.
    [[nodiscard]] bool is_damaged(const replica::EntryPlace& place) const;

    /// For audit, which reads rows themselves.
    [[nodiscard]] const Database& database() const { return *database_; }
    [[nodiscard]] const Segments& segments() const { return segments_; }

private:
    Store(
        std::unique_ptr<FileLock> lock,
        std::unique_ptr<Database> database,
        FileSystem& files,
        const StoreOptions& options,
        const SegmentEnd& end,
        const std::string& directory
    );
    [[nodiscard]] Result<void> load_table();
    [[nodiscard]] Result<void> load_count();
    void copy_rows(std::span<const replica::StoreBatch* const> batches);
    [[nodiscard]] Result<void> make_writable();
    [[nodiscard]] Result<void> perform(std::span<const replica::StoreBatch* const> batches);
    [[nodiscard]] Result<void>
    mark(const LogId& log, std::span<const BodyPlace> bodies, replica::BodyState state);
    [[nodiscard]] Result<void> add_governance(replica::Image& image) const;
    [[nodiscard]] Result<void> add_payload_copies(const LogId& log, replica::Image& image) const;

    std::unique_ptr<FileLock> lock_;
    std::unique_ptr<Database> database_;
    Segments segments_;
    LogTable table_;
    EntryReader reader_;
    FileSystem& files_;
    std::string rows_path_;
    CommitCount count_file_;
    std::uint64_t count_ = 0;
    std::uint64_t commits_lost_ = 0;
    bool is_copy_stale_ = true;
    bool wait_for_background_;
    DiskMutex commit_mutex_;
};

/// Commits so far by the database. Errors: corrupt, io_error.
[[nodiscard]] Result<std::uint64_t> read_commit_count(const Database& database);
/// Where the segments end. Errors: corrupt, io_error.
[[nodiscard]] Result<SegmentEnd> read_segment_end(const Database& database);

} // namespace staffroom::storage
