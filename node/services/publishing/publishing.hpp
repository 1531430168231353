// Records into the core: resolves names on the network thread, lets the requests of one call be
// prepared side by side on pool threads, and hands what is to be written to the core in one
// command. One call after the other, so that an import run twice at the same time still makes no
// doubles, and of two people who revise at once one is told. Not here: what a file says
// (services/records/record_file), what may be written (services/publishing/preparation).
//
// The origin row of an imported record (services/publishing/origin_row) is written in the record's
// own batch, and outlives an erased body: what was erased is not imported again unseen. The
// document of an origin is found through the library.
#pragma once

#include "node/runtime/helpers.hpp"
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

    Publishing(RunningNode& core, Library& library, PublishingOptions options);
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

    /// Whether a call is under way.
    [[nodiscard]] bool is_busy() const { return is_busy_; }

    /// A record that may have been asked for before: where it comes from, and `request_digest`.
    struct AskedAgain {
        std::string origin;
        std::string place;
        Digest request;
    };
    /// For each whether the very same was written and depends on nothing else, so that it need not
    /// be sent again. `done` as above. Errors: those of resolve_network; io_error, corrupt.
    void find_written(
        const Reader& writer,
        const std::string& network,
        std::vector<AskedAgain> asked,
        std::function<void(Result<std::vector<bool>>)> done
    );

private:
    struct Job;
    [[nodiscard]] Result<std::vector<bool>>
    which_are_written(const SpaceId& space, const std::vector<AskedAgain>& asked) const;
    void start_next();
    void prepare(Job& job);
    void send(const std::shared_ptr<Job>& job);
    void finish(const std::shared_ptr<Job>& job);

    RunningNode& core_;
    Library& library_;
    PublishingOptions options_;
    std::deque<std::shared_ptr<Job>> waiting_;
    bool is_busy_ = false;
    runtime::Helpers helpers_{runtime::helpers_of_this_machine()}; // prepare with the pool thread
};

} // namespace staffroom::services
