// The documents that a set of revisions makes: which of them count, which are heads, what is taken
// back. Read straight from the clauses, without an order, and compared with the clever code. Called
// by the checkers of the simulator and the tests of the library. [R7] [R8]
#pragma once

#include "protocol/log/entry.hpp"
#include "protocol/records/body.hpp"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace staffroom::tests {

struct SlowRevision {
    RevisionId id;
    RevisionId document; // equal to `id` in a first revision
    std::vector<RevisionId> parents;
    SchoolId school;
    bool is_retraction;
    std::set<SchoolId> joint_with; // empty also while the body is not here
};
using SlowRevisions = std::map<RevisionId, SlowRevision>;

struct SlowDocument {
    std::set<RevisionId> counted; // empty: nothing of it is shown
    std::set<RevisionId> uncounted;
    std::set<RevisionId> heads;
    bool is_hidden = false;
};

/// `body` none: it is not here. Nothing for an entry that is no record.
[[nodiscard]] std::optional<SlowRevision>
slow_revision(ByteView header_bytes, const std::optional<records::RecordBody>& body);

/// By id of the document.
[[nodiscard]] std::map<RevisionId, SlowDocument> slow_documents(const SlowRevisions& revisions);

} // namespace staffroom::tests
