// Files into records of the core: resolves names, reads files off the network thread, skips what is
// there already, makes revisions of what has changed, and hands the drafts to the core in one
// command. One call after the other, so that an import run twice at the same time still makes no
// doubles. Not here: what a file says (services/record_file).
//
// The origin row of an imported record: key = keyed hash (local secret) of space and origin, value
// = keyed hash of the file's bytes. It is written in the record's own batch, and outlives an erased
// body: what was erased is not imported again unseen. The document of an origin is found through
// the library.
#pragma once

#include "node/services/core.hpp"
#include "node/services/library.hpp"
#include "node/services/record_file.hpp"
#include "protocol/crypto/secret.hpp"

#include <deque>
#include <memory>

namespace staffroom::services {

struct PublishingOptions {
    crypto::Secret32 local_secret; // keys origin rows; never leaves the machine
    std::string language;
    std::string school_name;
    std::string person;
};

struct PublishedRecord {
    RevisionId document;
    RevisionId revision;
    records::RecordKind kind;
    std::string title;
    std::string outcome; // "published", "skipped", "revised"
    std::vector<std::string> notes;
};

/// The logs that the library has to know, from the core: the school's own space and every network.
[[nodiscard]] std::vector<LogExtent> known_logs(const replica::Replica& replica);

class Publishing {
public:
    using Outcomes = std::vector<Result<PublishedRecord>>;

    Publishing(Core& core, Library& library, PublishingOptions options);
    Publishing(const Publishing&) = delete;
    Publishing& operator=(const Publishing&) = delete;
    Publishing(Publishing&&) = delete;
    Publishing& operator=(Publishing&&) = delete;
    ~Publishing();

    /// One outcome for each request, in order; a refused one does not stop the others. Errors:
    /// those of read_record and of the core; not_found, invalid_input (ids that lead nowhere or to
    /// several places); not_allowed (a reach that this version does not support); already_exists
    /// (one origin twice in one call).
    void publish(std::vector<RecordRequest> requests, std::function<void(Outcomes)> done);

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
