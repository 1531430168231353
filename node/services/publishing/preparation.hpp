// One request on its way to become an entry: the file read, its targets and its former revision
// found, the rules asked, the body encoded. Runs on pool threads, several at a time, and changes
// nothing. Called by services/publishing. [R7] [R8]
#pragma once

#include "node/accounts/base/writer.hpp"
#include "node/runtime/running_node.hpp"
#include "node/services/library/library.hpp"
#include "node/services/library/targets.hpp"
#include "node/services/publishing/checks/crossing_check.hpp"
#include "node/services/records/publish_outcome.hpp"
#include "node/services/records/record_file.hpp"
#include "protocol/crypto/secret.hpp"

namespace staffroom::services {

struct PublishingOptions {
    crypto::Secret32 local_secret; // keys origin rows; never leaves the machine
    std::string language;
    std::string school_name;
    std::string person;
    std::string place{};
    std::string licence{};
};

/// To take a record back, or to undo that.
struct RetractionRequest {
    std::string document; // id as typed
    std::string reason;
    bool undo = false;
    std::vector<RevisionId> on{}; // heads that the person saw; empty: those that are there
};

/// What the preparation of one call's items has in common; nothing of it changes meanwhile.
struct Preparation {
    const PublishingOptions& options;
    const storage::Store& store;
    LibraryView library;        // as the node itself: what is here already, and who may do what
    LibraryView seen_by_writer; // as who wrote the request: what it names is looked up here
    SchoolId school;
    WallTime now;
    std::vector<KnownSchool> schools;
    bool only_check = false; // nothing will be written, so nothing is kept as a draft
    accounts::Writer writer{};
    std::vector<replica::LinkStatus> links{};     // of the networks of this school
    std::vector<replica::FormerNetwork> former{}; // to which it belongs no longer

    [[nodiscard]] CrossingContext crossing() const { return {links, library, now}; }
};

/// What is to be written, and what to say once it is: a draft may come with a refusal.
struct Prepared {
    std::optional<replica::RecordDraft> draft{};
    PublishOutcome outcome;
    Bytes origin_key{};                // of the origin row that was looked at; empty: none was
    std::optional<OriginNote> words{}; // of the draft, so that they need not be read back
};

/// `asked` is the space of the network that the request names.
[[nodiscard]] Prepared prepare_record(
    const Preparation& with, const RecordRequest& request, const std::optional<SpaceId>& asked
);
[[nodiscard]] Prepared
prepare_retraction(const Preparation& with, const RetractionRequest& request);

/// The document to revise and on which heads. [R7]
struct RevisionPlace {
    RecordRow row; // the head that what is left out is taken from
    std::vector<RevisionId> parents;
};

/// Not here, not ours, replaced, several heads, changed meanwhile.
[[nodiscard]] std::variant<RevisionPlace, Refusal>
find_place(const Preparation& with, const RevisionWish& wish);
/// Whether anybody but its holder reads a record of this reach.
[[nodiscard]] bool is_read_by_others(std::uint32_t reach);
/// Whether a new record would take the place of one that the writer may not change: what supersedes
/// another stands for it in every list, as a newer text does.
[[nodiscard]] bool replaces_a_colleagues(const Preparation& with, const Targets& targets);
/// Why a writer may not change a record of this school that a colleague holds.
[[nodiscard]] Refusal refusal_for_colleague();
/// A revision on top of a retraction undoes it: that is for the school whose words they are.
[[nodiscard]] std::optional<Refusal>
why_not_again(const Preparation& with, const RevisionPlace& place);

} // namespace staffroom::services
