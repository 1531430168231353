// The targets of a record: found, pinned to the revision that its author saw, and checked: drafts,
// circles, kinds, licences. Called by services/publishing/preparation. [R8]
#pragma once

#include "node/services/library/library.hpp"
#include "node/services/records/publish_outcome.hpp"
#include "node/services/records/record_file.hpp"

namespace staffroom::services {

using Targets = std::vector<std::pair<RevisionId, std::uint32_t>>; // target, relation code

/// Finds the targets. `document` is the record's own when it is a revision. An unknown full id is
/// kept as it is for an import, since its record may come later. Notes go to `read`.
[[nodiscard]] std::variant<Targets, Refusal> find_targets(
    const LibraryView& library,
    ReadRecord& read,
    const SchoolId& school,
    const std::optional<RevisionId>& document
);

/// Returns everything that `document` is adapted from, tried from or written in place of, itself
/// included; at most `documents_max` of them, nearest first.
[[nodiscard]] std::vector<RevisionId>
origins_of(const LibraryView& library, const RevisionId& document, std::size_t documents_max);

/// Tells whether a practice passes along this relation.
[[nodiscard]] bool carries_practice(records::RelationKind relation);

} // namespace staffroom::services
