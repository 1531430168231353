// The revision that a new one is made from: its words, kind, reach and relations; of a record that
// has been taken back, what it was before. Called by services/publishing/preparation and
// services/publishing/retraction.
#pragma once

#include "node/services/publishing/preparation.hpp"

namespace staffroom::services {

/// Errors: those of LibraryView::words.
[[nodiscard]] Result<PriorRevision>
prior_revision_of(const LibraryView& library, const RevisionPlace& place);

} // namespace staffroom::services
