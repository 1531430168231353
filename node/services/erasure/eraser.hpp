// Carries out on this machine what has to go: words and files on the disk, then the search index
// and unfinished texts, then what a running node has in memory. In small steps on the pool, one
// CarryOut at a time. Not here: what has to go (protocol/replica/erasure), how segments are
// overwritten (storage/store/erasure). Called by the driver, on the network thread. [E4]
#pragma once

#include "node/runtime/running_node.hpp"
#include "node/services/search/indexer.hpp"
#include "storage/search/search_index.hpp"
#include "storage/store/erasure.hpp"

#include <functional>
#include <memory>

namespace staffroom::services {

struct EraserParts {
    RunningNode& core;
    storage::SearchIndex& index;
    Indexer& indexer;
    /// Drops what people have begun to write on top of these revisions. On a pool thread.
    std::function<Result<void>(const std::vector<RevisionId>&)> forget_texts;
    /// Drops what is kept in memory of words that may have gone: events, answers.
    std::function<void()> forget;
};

class Eraser {
public:
    using Done = std::function<void(Result<replica::ErasureResult>)>;

    /// Makes an eraser; all of `parts` outlive it.
    explicit Eraser(EraserParts parts)
        : parts_(std::move(parts)) {}

    /// Calls `done` on the network thread when everything is gone and durable, or with the failure
    /// after which it has to be asked for again.
    void carry_out(const replica::CarryOut& what, Done done);

private:
    struct Job;
    void go_on(const std::shared_ptr<Job>& job);
    void finish(const std::shared_ptr<Job>& job);

    EraserParts parts_;
};

} // namespace staffroom::services
