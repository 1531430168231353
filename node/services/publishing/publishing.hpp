// Records into the core: resolves names on the network thread, lets each request be prepared on a
// pool thread, and hands what is to be written to the core in one command. One call after the
// other, so that an import run twice at the same time still makes no doubles, and of two people who
// revise at once one is told. Not here: what a file says (services/records/record_file), what may
// be written (services/publishing/preparation).
//
// The origin row of an imported record: key = keyed hash (local secret) of space and origin, value
// = keyed hash of the file's bytes. It is written in the record's own batch, and outlives an erased
// body: what was erased is not imported again unseen. The document of an origin is found through
// the library.
#pragma once

#include "node/services/publishing/preparation.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <variant>

namespace staffroom::services {

/// The logs that the library has to know, from the core: the school's own space and every network.
[[nodiscard]] std::vector<LogExtent> known_logs(const replica::Replica& replica);

class Publishing {
public:
    using Wish = std::variant<RecordRequest, RetractionRequest>;
    using Outcomes = std::vector<PublishOutcome>;

    Publishing(Core& core, Library& library, PublishingOptions options);
    Publishing(const Publishing&) = delete;
    Publishing& operator=(const Publishing&) = delete;
    Publishing(Publishing&&) = delete;
    Publishing& operator=(Publishing&&) = delete;
    ~Publishing();

    /// One outcome for each wish, in order; a refused one does not stop the others. What they name
    /// is what `reader` may see, and they change what `writer` may. With `only_check` nothing is
    /// written.
    void publish(
        const Reader& reader,
        accounts::Writer writer,
        std::vector<Wish> wishes,
        bool only_check,
        std::function<void(Outcomes)> done
    );

private:
    struct Job;
    void start_next();
    void prepare(Job& job) const;
    void send(const std::shared_ptr<Job>& job);
    void finish(const std::shared_ptr<Job>& job);

    Core& core_;
    Library& library_;
    PublishingOptions options_;
    std::deque<std::shared_ptr<Job>> waiting_;
    bool is_busy_ = false;
};

} // namespace staffroom::services
