#include "node/services/publishing/repetition.hpp"

#include <set>
#include <string>

namespace staffroom::services {

void ask_for_repetition(
    const Preparation& with, const std::optional<RevisionPlace>& place, ReadRecord& read
) {
    const std::string* strength =
        records::field_value(read.body, records::FieldCode::evidence_strength);
    if (strength == nullptr || (*strength != "4" && *strength != "5"))
        return;
    std::set<SchoolId> schools;
    if (place)
        for (const Relation& relation : with.library.relations_to(place->row.document))
            if (const auto row = with.library.bare_row_of(relation.source);
                row && relation.kind == records::RelationKind::tried_in &&
                row->school != with.school &&
                row->kind == static_cast<std::uint32_t>(records::RecordKind::adoption) &&
                row->life != LifeState::retracted)
                schools.insert(row->school);
    if (schools.size() < 2)
        read.problems.push_back(
            {records::ProblemCode::trials_missing,
             "evidence-strength",
             {{"strength", *strength}, {"needed", "two"}, {"here", std::to_string(schools.size())}}}
        );
}

} // namespace staffroom::services
