// The revisions of one document as a graph: which of them count, in which order they are numbered,
// which are heads, and whether the document is taken back. A pure fold: the same set of revisions
// gives the same view in every order of arrival. Not here: words, stores, other documents
// (services/library, the only caller). [R7] [R8]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/time.hpp"

#include <map>
#include <vector>

namespace staffroom::services {

/// The facts of a revision that the fold needs.
struct RevisionFacts {
    RevisionId id;
    RevisionId document; // equal to `id` in a first revision
    std::vector<RevisionId> parents;
    SchoolId school;
    WallTime clock;
    bool is_retraction;
    std::vector<SchoolId> joint_with; // empty also while the body is not here
};

struct DocumentView {
    std::vector<RevisionId> order;     // those that count, parents before children
    std::vector<RevisionId> heads;     // newest clock first; never empty
    std::vector<RevisionId> uncounted; // of schools that may not revise it
    bool is_hidden;                    // one of the heads is a retraction
};

/// Returns pointers, which live as long as `facts`.
[[nodiscard]] std::vector<const RevisionFacts*> pointers_to(const std::vector<RevisionFacts>& facts
);

/// Folds the revisions of one document: all that are here, at least one. While its first revision
/// is not here nobody can be told from a stranger, so all of them count.
[[nodiscard]] DocumentView fold_revisions(const std::vector<const RevisionFacts*>& revisions);

/// Returns the schools that may revise the document on top of `parents`.
[[nodiscard]] std::vector<SchoolId> may_revise(
    const std::vector<const RevisionFacts*>& revisions, const std::vector<RevisionId>& parents
);

} // namespace staffroom::services
