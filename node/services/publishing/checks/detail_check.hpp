// The pupil-detail check at the door: what of a record that is about to leave its school may tell
// who a pupil is, less what its author has confirmed. The confirmation goes into the record and
// with it; the lines themselves are shown to the author and go nowhere. Called by
// services/publishing/preparation. [domain 3.4] [R9]
#pragma once

#include "node/services/records/publish_outcome.hpp"
#include "node/services/records/record_file.hpp"

namespace staffroom::services {

/// What the check knows beside the record.
struct DetailContext {
    const RecordRequest& request;
    const records::RecordBody* former; // what other schools read of it already; null: nothing
    std::string confirmed_by;
    WallTime now;
};

/// Whether other schools will be able to read it: before that nothing is asked.
[[nodiscard]] bool leaves_the_school(records::Reach reach);

/// All that may tell who a pupil is and that nobody has confirmed. Where the request confirms it,
/// nothing is, and the body says by which rules, why, when and by whom. What the former text has
/// under a confirmation stays confirmed; what is new beside it does not.
[[nodiscard]] std::vector<pupil_details::Finding>
find_open_details(ReadRecord& read, const DetailContext& with);

/// All that may tell who a pupil is in what a request itself says, whoever has confirmed what: the
/// text by line, then its fields, files and the reason of a confirmation. It asks nothing of what
/// is here. Time is linear in the request.
[[nodiscard]] std::vector<pupil_details::Finding> find_in_request(const RecordRequest& request);

/// Puts the findings into the refusal of a record, with the sentence and the step that belong to
/// them; nothing where there are none.
void add_details(
    Refusal& refusal, std::vector<pupil_details::Finding> findings, const RecordRequest& request
);

/// How to go on from the draft that keeps the words; "{draft}" stands for its id.
[[nodiscard]] std::string step_from_draft(const Refusal& refusal, records::Reach wanted);

} // namespace staffroom::services
