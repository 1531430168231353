// What an erasure of one record means here: which revisions are ordered to go in which network,
// which older texts on this disk go with them, who speaks of the record. Reads the library, on a
// pool thread; changes nothing. Not here: the order itself (the core), who may give it
// (node/http). [E7]
#pragma once

#include "node/services/library/library_view.hpp"
#include "storage/store/store.hpp"

#include <map>
#include <string>
#include <vector>

namespace staffroom::services {

struct ErasurePlan {
    RecordRow record;
    std::map<SpaceId, std::vector<RevisionId>> orders; // of this school, by the network
    std::vector<RevisionId> local;     // in the school's own space: this disk alone has them
    std::vector<RevisionId> of_others; // by other schools, which these have to order
    std::vector<RecordRow> cited_by;
    std::vector<RecordRow> drafts; // here, about this record: they may quote it, and stay
    bool is_gone = false;          // no word of it is here any more
};

/// Makes the plan for a record, or for one revision where `text` names one with "@". Errors: those
/// of LibraryView::history.
[[nodiscard]] Result<ErasurePlan>
plan_erasure(const LibraryView& library, const std::string& text, const SchoolId& own);

/// Makes the plan for all that this school has written in one network behind a moment: a flood.
/// Each document counts, whether it is shown or not. Errors: corrupt, io_error.
[[nodiscard]] Result<std::vector<RevisionId>>
revisions_after(const storage::Store& store, const LogId& log, Position after);

} // namespace staffroom::services
