// Fills the search index from the store, behind the copy and never in its way: small batches on the
// pool, one after the other, from the index's own cursors on. Woken at the start and whenever
// something was stored. A document is found by its current revisions only. Not here: what is
// searched for (services/search). Called on the network thread unless said otherwise.
#pragma once

#include "node/base/trace.hpp"
#include "node/runtime/running_node.hpp"
#include "node/services/library/library.hpp"
#include "storage/search/search_index.hpp"

#include <set>

namespace staffroom::services {

struct IndexerParts {
    RunningNode& core;
    Library& library;
    storage::SearchIndex& index;
    const node::Trace& trace;
    std::function<void()> rested{}; // on the pool, when much was written and nothing is left to do
    /// Called on the pool, before a batch of so many bytes of text is written; unset: there is
    /// always room.
    std::function<Result<void>(std::uint64_t bytes)> ask_for_room{};
};

class Indexer {
public:
    /// Makes an indexer; all of `parts` outlive it. `own_name` is the school's, until a network
    /// tells it.
    Indexer(IndexerParts parts, std::string own_name);
    Indexer(const Indexer&) = delete;
    Indexer& operator=(const Indexer&) = delete;
    Indexer(Indexer&&) = delete;
    Indexer& operator=(Indexer&&) = delete;
    ~Indexer() = default;

    /// Looks for what is new, soon. Cheap when nothing is.
    void wake();
    /// Begins no batch until the next `wake`.
    void hold() { is_held_ = true; }
    /// Notes how much there is to do, and does none of it.
    void count_pending();
    /// Reads these documents again, although no log has grown: after an erasure or a change of what
    /// is hidden.
    void look_again(const std::vector<RevisionId>& documents);
    /// Stops: no batch begins after this.
    void stop() { is_stopped_ = true; }
    /// Deletes the index, which turned out to be damaged, and fills it again.
    void rebuild();

    struct Progress {
        std::uint64_t pending; // entries and documents still to be indexed
        std::uint64_t missing; // revisions whose words have not arrived
    };
    /// Returns the progress. Safe from any thread.
    [[nodiscard]] Progress progress() const;

private:
    /// A batch's knowledge of the core, taken on the network thread.
    struct Snapshot {
        std::vector<LogExtent> logs;
        std::map<SchoolId, std::string> names;
        std::vector<RevisionId> again;
        bool rebuild = false;
        bool begins = false; // the first batch since it was woken
    };
    /// A batch while it is put together on the pool.
    struct Work {
        storage::SearchBatch batch;
        std::set<RevisionId> documents;
        std::set<RevisionId> forced;   // read again although their revisions are the same
        std::size_t arrived_bytes = 0; // of text, by the headers of what has come
        std::size_t bytes = 0;         // of text that is read
        bool is_full = false;
    };

    void start();
    void finish(const Result<bool>& more);

    // On the pool, one at a time.
    [[nodiscard]] Result<bool> perform(const Snapshot& snapshot);
    [[nodiscard]] Result<bool> perform_batch(const Snapshot& snapshot);
    [[nodiscard]] Result<void> prepare(const Snapshot& snapshot);
    void note_names(const Snapshot& snapshot, Work& work);
    [[nodiscard]] Result<void> collect_arrived(const Snapshot& snapshot, Work& work);
    [[nodiscard]] Result<void> collect_entries(const LogExtent& extent, Work& work);
    void collect_carried(Work& work);
    [[nodiscard]] Result<void>
    collect_withdrawn(const LogExtent& extent, LogSize before, Work& work);
    [[nodiscard]] Result<void> add_updates(Work& work);
    [[nodiscard]] Result<void> add_queued(Work& work);
    [[nodiscard]] Result<void> add_update(const RevisionId& document, Work& work);
    [[nodiscard]] Result<void>
    add_head(const RevisionId& revision, Work& work, storage::DocumentUpdate& update);
    [[nodiscard]] Result<bool> settle(const Snapshot& snapshot, const Work& work);
    void note_pending(const std::vector<LogExtent>& logs);

    IndexerParts parts_;
    std::string own_name_;

    // The network thread's.
    bool is_running_ = false;
    bool is_stopped_ = false;
    bool is_wanted_ = false; // woken again while running, or held back with more to do
    bool is_held_ = false;
    bool rebuild_wanted_ = false;
    bool begins_ = true;
    std::optional<Errc> told_; // the failure that the trace has, while it lasts
    unsigned rebuilds_ = 0;    // without a batch that went well between them
    std::vector<RevisionId> again_;

    // The pool's.
    bool is_loaded_ = false;
    std::map<SchoolId, std::string> names_;
    std::optional<RevisionId> missing_after_;
    std::size_t batches_ = 0; // since it last rested
    bool looks_for_missing_ = true;

    mutable std::mutex mutex_; // over what follows
    std::map<LogId, LogSize> cursors_;
    storage::SearchIndex::Backlog backlog_{0, 0};
    Progress progress_{0, 0};
};

} // namespace staffroom::services
