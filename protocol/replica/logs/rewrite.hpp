// Writes the entries of our own logs beyond a proven fork again: header and body as they were, in
// the incarnation that goes on, so that nothing that was acknowledged is lost to the others. The
// entries still to be written are on record and survive a restart. Called by the replica. [L6]
#pragma once

#include "protocol/replica/logs/own_logs.hpp"
#include "protocol/replica/ports/part.hpp"

namespace staffroom::replica {

class Rewriter : public Part {
public:
    Rewriter(Context& context, Logbook& logbook, OwnLogs& own_logs)
        : context_(context)
        , logbook_(logbook)
        , own_logs_(own_logs) {}

    [[nodiscard]] Result<void> restore(const Image& image) override;
    /// Follows a changed cut; does nothing unless the log is one of ours and reaches beyond the
    /// cut.
    void log_cut(const LogId& id) override;
    /// Reads the next entries where nothing is under way.
    void pump() override;
    void load_finished(LoadId id, const Result<Loaded>& outcome) override;
    void store_finished(StoreId id, bool succeeded) override;
    [[nodiscard]] bool is_busy() const override;
    [[nodiscard]] std::vector<Row> take_rows() override { return std::exchange(rows_, {}); }

private:
    /// The positions [begin, end) beyond the cut of one log.
    struct Run {
        std::uint64_t begin;
        std::uint64_t end;
    };
    struct Job {
        std::vector<Run> runs; // the first one is being written
        std::uint64_t covered; // from here on everything is in a run or written
        std::optional<LoadId> loading{};
        std::optional<StoreId> storing{};
        std::uint64_t after = 0; // the position where the first run goes on once that is stored
        Instant failed_at{0};
    };
    [[nodiscard]] static Row row_of(const LogId& id, const Job& job);
    static void advance(Job& job);
    void write(const LogId& id, Job& job, const LoadedChunk& chunk);

    Context& context_;
    Logbook& logbook_;
    OwnLogs& own_logs_;
    std::map<LogId, Job> jobs_;
    std::vector<Row> rows_;
};

} // namespace staffroom::replica
