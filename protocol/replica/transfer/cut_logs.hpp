// The logs of this node that were cut: whether its entries before the cut are those that the proven
// histories share, and how many documents stand beyond. An author who writes three histories leaves
// some school with entries that fit neither side of the evidence; that school asks its neighbours
// where it parted from them, which proves an earlier fork. [S15]
#pragma once

#include "protocol/replica/ports/part.hpp"
#include "protocol/replica/transfer/fork_finder.hpp"

namespace staffroom::replica {

class CutLogs : public Part {
public:
    CutLogs(Context& context, Logbook& logbook, Spaces& spaces, Links& links, ForkFinder& finder)
        : context_(context)
        , logbook_(logbook)
        , spaces_(spaces)
        , links_(links)
        , finder_(finder) {}

    /// Looks at a log when it is cut, when its cut changes, and after a start.
    void log_cut(const LogId& id) override;
    /// Reads the next entries of the logs to which nothing is being written.
    void pump() override;
    void load_finished(LoadId id, const Result<Loaded>& outcome) override;
    /// Searches logs again whose entries fit neither history, with the neighbours that are there.
    void tick() override;

private:
    struct Look {
        bool prefix_seen = false;
        std::uint64_t next; // position where counting goes on
        std::uint64_t documents = 0;
        std::optional<LoadId> loading{};
    };
    void search(const LogRecord& record);
    /// Reads on; returns false when there is nothing left to read.
    bool read_on(const LogRecord& record, Look& look);

    Context& context_;
    Logbook& logbook_;
    Spaces& spaces_;
    Links& links_;
    ForkFinder& finder_;
    std::map<LogId, Look> looks_;
    std::map<LogId, Instant> astray_; // searched last
};

} // namespace staffroom::replica
