// All logs of this node: their proven, their durable and their unfinished parts. It knows no link
// and no roster; these ask it to take chunks and hear from it which logs have grown.
#pragma once

#include "protocol/replica/logs/chunk_check.hpp"
#include "protocol/replica/logs/withheld.hpp"
#include "protocol/replica/ports/context.hpp"

#include <map>
#include <set>

namespace staffroom::replica {

/// The source that says that a log counts no further.
enum class CutSource : std::uint8_t {
    fork,       // two histories of it were proven                                        [S15]
    revocation, // the chain of its school has ended its key, or does not name it          [I2]
    closing,    // its school may not write in the network any more                        [M11]
    number,     // its school has more logs than count                                     [S16]
};

/// The log is over, and its school goes on in another one. A school that comes back, or has fewer
/// logs that count, goes on where it was.
[[nodiscard]] constexpr bool ends_log(CutSource source) {
    return source == CutSource::fork || source == CutSource::revocation;
}

/// The end of what counts of a log. Each source has at most one cut of a log; the earliest counts.
struct Cut {
    CutSource source;
    Position position;
    TreeHash root; // of [0, position): what both histories share, or what the chain names
    friend bool operator==(const Cut&, const Cut&) = default;
};

/// One log in memory. `proven` runs ahead of `durable` by what the disk has not yet confirmed.
struct LogRecord {
    LogId id;
    log::LogDescriptor descriptor;
    log::SignedHead head; // the newest that was verified
    LogState durable;     // as on disk; its head is the one that its ranges lead to
    LogState proven;      // as it will be when all stores under way are done
    std::map<Position, BodyState> without_body{};
    std::size_t stores_under_way = 0;
    bool known_to_disk = false;
    // a store failed: nothing new until those behind it have come back
    bool recovering = false;
    std::optional<Cut> cut{};            // the earliest of all
    bool is_forked = false;              // by proof
    std::optional<Position> closed_at{}; // from here on it is shown to nobody [M11]
    std::uint64_t documents_beyond = 0;  // the cut, among the stored entries
    std::uint64_t newer_entries = 0;     // of a later version, those under way included
    /// The root of [0, size) as it was read here, where the cut is the word of another school: what
    /// a closing says of a log may be another history than ours.                        [M11]
    std::optional<std::pair<Position, TreeHash>> root_here{};
    bool is_contradicted = false; // a neighbour could not prove its chunk against what we hold

    /// Returns how many of the first `size` entries count, are fetched and are offered.
    [[nodiscard]] LogSize countable(LogSize size) const {
        return cut ? std::min(size, LogSize{cut->position.value}) : size;
    }
    [[nodiscard]] LogSize counted() const { return countable(durable.stored); }
    /// Returns how many of the stored entries people may be shown. Beyond a fork or the end of a
    /// key they are, with a mark; what a school wrote after it was out is not.
    [[nodiscard]] LogSize shown() const {
        return closed_at ? std::min(durable.stored, LogSize{closed_at->value}) : durable.stored;
    }
    /// Returns the root of [0, counted()).
    [[nodiscard]] TreeHash counted_root() const;
    [[nodiscard]] bool is_complete() const { return counted() == countable(head.head.size); }
};

struct GovernancePayload {
    LogId log;
    Position position;
    SchoolId author;
    RevisionId id;
    SharedBytes payload;
    SharedBytes header{}; // null where the payload came after its entry
    WallTime written{0};  // by its author's clock; 0: unknown
};

/// The growth of a log that one finished store has made durable.
struct Growth {
    LogId log;
    LogSize before;
    LogSize after;
    std::vector<GovernancePayload> governance;
    /// All entries [before, after) where they are few and reach the head, ready to be pushed live;
    /// else empty.
    std::vector<log::StoredEntry> live;
    std::vector<Position> with_files; // among [before, after), by their headers
};

class Logbook {
public:
    explicit Logbook(Context& context)
        : context_(context) {}

    void restore(const Image& image);

    [[nodiscard]] LogRecord* find(const LogId& id);
    [[nodiscard]] const LogRecord* find(const LogId& id) const;
    /// Tells whether some log is on its way to the disk.
    [[nodiscard]] bool is_writing() const { return writing_ > 0; }
    [[nodiscard]] const std::map<LogId, LogRecord>& all() const { return logs_; }
    /// Returns a number that changes whenever a head, the durable part of a log, a cut or a missing
    /// body has changed. A value computed from these may be kept until then.
    [[nodiscard]] std::uint64_t changes() const { return changes_; }

    /// Notes a verified head; a log not met before begins empty. Heads that are not larger change
    /// nothing.
    LogRecord& note_head(const log::LogDescriptor& descriptor, const log::SignedHead& head);

    /// Sets the cut of this source from now on, also for a log that is not here yet; nothing takes
    /// it back.
    void set_cut(const LogId& id, CutSource source, const std::optional<Cut>& cut);
    /// Returns how many of the durable entries count for every source but this one.
    [[nodiscard]] LogSize counted_but_for(const LogId& id, CutSource source) const;
    /// Returns the logs whose cuts have changed since the last call, in that order.
    [[nodiscard]] std::vector<LogId> take_cut_changes() { return std::exchange(cut_changes_, {}); }
    /// Notes that a body is damaged; returns false when it was known to be missing.
    bool note_missing(const LogId& id, Position position);
    /// Notes that a body that was taken for damaged reads well after all.
    void note_found(const LogId& id, Position position);
    /// Sets who says which bodies are not kept here. Call once; it outlives the logbook's work.
    void withhold(const Withheld* withheld) { withheld_ = withheld; }
    /// Tells the state of a body that is not kept here; nothing where it may be.
    [[nodiscard]] std::optional<BodyState>
    withheld_state(const SpaceId& space, const RecordName& name) const;
    /// The same of an entry, by itself and by the record that it carries.
    [[nodiscard]] std::optional<BodyState> withheld_state(
        const log::LogDescriptor& descriptor, ByteView header, const BodyBytes& body
    ) const;
    [[nodiscard]] bool withholds_files(const SpaceId& space, const EntryNames& names) const;
    /// Notes that the disk has let a body go, or that it is to be had again (missing).     [E4]
    void note_state(const LogId& id, Position position, BodyState state);
    /// Notes the root of [0, size) of a log, as it was read here.
    void note_root(const LogId& id, Position size, const TreeHash& root);
    /// Sets how many documents stand among the entries from the cut on.
    void set_documents_beyond(const LogId& id, std::uint64_t count);

    /// Proves a chunk and sends it to the disk. Errors: those of prove_chunk, busy (while
    /// recovering).
    [[nodiscard]] Result<StoreId>
    take_chunk(LogRecord& record, const log::SignedHead& head, const wire::Chunk& chunk);

    /// An append of entries of our own: the new head is signed and both go to the disk together
    /// with `rows`. `mark` holds the last states of all our own logs, to be written after the
    /// commit.
    struct OwnAppend {
        LogRecord& record;
        std::vector<NewEntry> entries;
        std::uint64_t documents;
        std::vector<std::size_t> with_files; // indices among the entries
    };
    StoreId append_own(std::vector<OwnAppend> appends, std::vector<Row> rows);

    /// Stores bodies that arrived after their entries and were checked.
    StoreId fill_bodies(std::vector<BodyFill> fills);
    StoreId store_rows(std::vector<Row> rows);

    struct Finished {
        std::vector<Growth> growths;
        std::vector<LogId> failed;                        // went back to what is durable
        std::vector<std::pair<LogId, Position>> filled{}; // bodies that arrived late
        std::vector<Growth> late{};                       // operations among them; no log has grown
    };
    /// Returns what became durable; nothing for a store that was not a log's.
    [[nodiscard]] Finished store_finished(StoreId id, bool succeeded);

    /// Returns the rows whose store failed and that nothing newer has replaced: store them again.
    /// Rows that belong to a refused append of ours are not among them.
    [[nodiscard]] std::vector<Row> take_unsaved();

    /// Notes the start, by our clock. Call it once; later calls change nothing.
    void begin(WallTime wall) { began_ = began_.value_or(wall); }
    /// Tells whether a copy of the data folder is running: this log carries our key, this folder
    /// does not write it, and somebody has added to it since we began. A restored folder gets back
    /// only what was written before.
    [[nodiscard]] bool is_written_elsewhere(const LogId& id) const {
        return written_elsewhere_.count(id) > 0;
    }

    /// Adds one of this node's own logs, for the mark.
    void own(const LogId& id) { own_logs_.push_back(id); }
    [[nodiscard]] std::vector<MarkedLog> mark() const;

private:
    void look_for_clone(const log::LogDescriptor& descriptor, const LogId& id, ByteView header);
    [[nodiscard]] std::vector<Growth> late_growths(std::span<const BodyFill> fills) const;
    struct UnderWay {
        std::vector<LogState> afters;
        std::vector<GovernancePayload> governance;
        std::vector<BodyFill> fills;
        std::map<LogId, std::vector<log::StoredEntry>> live;
        std::vector<Row> rows{};
        std::map<LogId, std::vector<Position>> with_files{};
        std::map<LogId, std::uint64_t> newer{};
    };
    using RowName = std::pair<RowKind, Bytes>;

    StoreId send_store(StoreBatch batch, UnderWay under_way, bool is_own);
    void settle_cut(LogRecord& record) const;

    void drop_withheld(LogRecord& record, Position begin, std::vector<NewEntry>& entries) const;

    Context& context_;
    const Withheld* withheld_ = nullptr;
    std::map<LogId, LogRecord> logs_;
    std::uint64_t changes_ = 0;
    std::map<StoreId, UnderWay> under_way_;
    std::vector<LogId> own_logs_;
    std::optional<WallTime> began_;
    std::set<LogId> written_elsewhere_;
    std::map<LogId, std::map<CutSource, Cut>> cuts_;
    std::vector<LogId> cut_changes_;
    std::size_t writing_ = 0;          // stores under way over all logs
    std::map<RowName, Bytes> unsaved_; // last tried values
};

} // namespace staffroom::replica
