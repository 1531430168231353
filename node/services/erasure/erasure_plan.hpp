// What an erasure of one record means here: which revisions are ordered to go in which network,
// which older texts on this disk go with them, who speaks of the record. Reads the library, on a
// pool thread; changes nothing. Not here: the order itself (the core), who may give it
// (node/http). [E7]
#pragma once

#include "node/services/library/library_view.hpp"
#include "protocol/replica/ports/status.hpp"
#include "storage/store/store.hpp"

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace staffroom::services {

using RevisionsBySpace = std::map<SpaceId, std::vector<RevisionId>>;

struct ErasurePlan {
    RecordRow record;
    SchoolId school;                        // whose revisions are ordered to go
    RevisionsBySpace orders;                // of that school, by the network
    std::vector<RevisionId> local;          // in the school's own space and not erased: here alone
    std::set<RevisionId> local_documents{}; // whose revisions `local` has
    bool is_read_by_colleagues = false;     // something of `local` is no draft
    std::vector<RecordRow> of_others;       // by other schools, which these have to order
    std::vector<RecordRow> cited_by;
    std::vector<RecordRow> drafts;          // here, about this record: they may quote it, and stay
    bool is_gone = false;                   // no word of it is here any more
    std::vector<log::EntryHeader> linked{}; // of what is ordered to go and names links
    std::map<RevisionId, log::EntryHeader> linked_of_others{}; // the same of `of_others`
};

/// Makes the plan for a record that `library` shows, or for one revision where `text` names one
/// with "@". What goes with it is looked for in `gathered`: an order takes the older texts of all
/// people, a deletion those alone that the caller sees. Errors: those of LibraryView::history.
[[nodiscard]] Result<ErasurePlan> plan_erasure(
    const LibraryView& library,
    const LibraryView& gathered,
    const std::string& text,
    const SchoolId& own
);
/// Where nothing of the record is this school's, takes as ordered what one that is gone has
/// written, in the networks in which `may_order` says that this school may order for it. [E2]
void order_for_gone(
    ErasurePlan& plan, const std::function<bool(const SpaceId&, const SchoolId&)>& may_order
);
/// Takes out the networks to which this school belongs no longer: nobody there heeds its orders.
/// Returns them.
std::vector<replica::FormerNetwork>
leave_out_former(RevisionsBySpace& orders, const std::vector<replica::FormerNetwork>& former);
/// Takes out what standing orders reach already. A kill between the orders for two
/// networks leaves one undone, which has to be ordered still.
void leave_out_ordered(
    RevisionsBySpace& orders,
    std::span<const replica::ErasureStatus> standing,
    network::ErasureKind kind
);

/// Returns the ids of those documents of these revisions of which no word is here any more, and of
/// all their revisions: what anybody saves under such a name says what the document said.
[[nodiscard]] std::set<std::string>
names_of_gone(const LibraryView& library, std::span<const RevisionId> revisions);

/// Returns what stands in a log from this place on and is not erased yet, whether it is shown or
/// not. Errors: corrupt, io_error.
[[nodiscard]] Result<std::vector<RevisionId>>
revisions_after(const storage::Store& store, const LogId& log, Position after);

} // namespace staffroom::services
