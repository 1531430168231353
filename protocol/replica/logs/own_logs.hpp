// This school's own logs: which incarnation goes on, and how an entry of ours is made. An old disk
// image that went on with its log would fork it. So a start goes on with an incarnation only if the
// mark of this same boot equals the store; otherwise the first append opens a new one, whose first
// entry cites the older. [L6]
#pragma once

#include "protocol/log/entry.hpp"
#include "protocol/replica/logs/logbook.hpp"
#include "protocol/replica/ports/part.hpp"

#include <set>

namespace staffroom::replica {

class OwnLogs : public Part {
public:
    OwnLogs(Context& context, Logbook& logbook)
        : context_(context)
        , logbook_(logbook) {}

    /// Decides which logs of ours go on. Call once, after the logbook is restored.
    void begin(const Image& image, std::span<const MarkedLog> run_mark);

    /// The entries for one of our logs, gathered until `commit`.
    class Draft {
    public:
        /// Makes a record entry. Errors: too_large.
        Result<RevisionId> add_record(const RecordDraft& record);
        RevisionId add_operation(const SpaceId& space, Bytes payload);
        /// Adds an entry of a log of ours that stands beyond a fork, as it was.
        void add_again(const log::LogDescriptor& from, const LoadedEntry& entry);
        void add_row(Row row) { rows_.push_back(std::move(row)); }
        [[nodiscard]] bool has_entries() const { return !pending_.empty(); }
        /// Sends everything to the disk in one batch.
        StoreId commit();

    private:
        friend class OwnLogs;
        explicit Draft(OwnLogs& owner)
            : owner_(owner) {}
        struct Pending {
            std::vector<NewEntry> entries;
            std::uint64_t documents = 0;
            std::vector<std::size_t> with_files{}; // indices among the entries
        };
        void
        add(const SpaceId& space,
            log::Channel channel,
            const log::EntryHeader& header,
            NewEntry entry);
        OwnLogs& owner_;
        std::map<std::pair<SpaceId, log::Channel>, Pending> pending_;
        std::vector<Row> rows_;
    };
    [[nodiscard]] Draft draft() { return Draft(*this); }

    /// The log of ours that goes on there; nothing where the next entry begins one.
    [[nodiscard]] std::optional<LogId> current_of(const SpaceId& space, log::Channel channel) const;
    /// Abandons these logs, after a failed store or when they are full: nothing is appended to them
    /// again.
    void abandon(const LogId& id);
    /// Opens a new incarnation with the next append when a log of ours is cut.
    void log_cut(const LogId& id) override;
    [[nodiscard]] bool is_own(const log::LogDescriptor& descriptor) const;
    /// Tells whether this data folder goes on with a log of our key. A log that it does not write
    /// was taken back from neighbours, or is a clone's.
    [[nodiscard]] bool is_current(const LogId& id) const { return current_ids_.count(id) > 0; }

private:
    using Place = std::pair<SpaceId, log::Channel>;
    LogRecord& current(const Place& place, Draft::Pending& pending, std::vector<Row>& rows);
    WallTime next_clock();

    Context& context_;
    Logbook& logbook_;
    std::map<Place, LogId> current_;     // goes on
    std::map<Place, LogId> predecessor_; // ended: to be cited
    std::set<LogId> current_ids_;
    WallTime clock_{0};
    std::uint32_t clock_counter_ = 0;
};

} // namespace staffroom::replica
