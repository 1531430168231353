// The parts of a record that it takes over where its author has not given them: a revision from the
// one before it, a joint record the ids of its schools from the networks, an adoption its place
// from this school. Called by services/records/record_file, its only caller.
#pragma once

#include "node/services/records/record_fields.hpp"

namespace staffroom::services {

/// Takes from the former revision what neither file nor options say: envelope, fields, descriptions
/// of files. An option with an empty value takes a field away.
void inherit(ReadRecord& read, const PriorRevision& former, const FieldReader& fields);

/// Turns names and beginnings of ids in `joint-with` into ids. Errors: unknown_value (naming the
/// nearest).
[[nodiscard]] Result<void>
resolve_joint_schools(records::RecordBody& body, const std::vector<KnownSchool>& schools);

/// Fills in the place of the school, which is context enough for an adoption.
void fill_from_school(ReadRecord& read, const RecordDefaults& defaults);

} // namespace staffroom::services
