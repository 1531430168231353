// The nature of a file, whose words it is written in, and what follows from that for its kind and
// reach. Called by services/records/record_file, its only caller.
#pragma once

#include "node/services/records/record_fields.hpp"

namespace staffroom::services {

/// Returns the error of a wrong word, as a sentence of its own.
[[nodiscard]] Error unknown_word(std::string_view what, const Error& error);

/// Tells the nature of a file. A file that names one of our kinds is ours. Any other that is
/// imported is not, and neither is one whose kind is like none of ours and that has no field of
/// ours.
[[nodiscard]] FileNature nature_of(const RecordRequest& request, const FieldReader& fields);

/// Returns the wanted kind; a kind in a foreign file that is none of ours says nothing here.
/// Errors: unknown_value, not_allowed.
[[nodiscard]] Result<records::RecordKind> wanted_kind(
    const RecordRequest& request,
    const FieldReader& fields,
    const RecordDefaults& defaults,
    FileNature nature
);

/// Returns the wanted reach: with a network reach network; without one, school [domain 2.1]. A file
/// that is held back (services/records/draft_mark) stays a draft until a person names a reach, or
/// revises it. Errors: unknown_value.
[[nodiscard]] Result<records::Reach> wanted_reach(
    const RecordRequest& request,
    const FieldReader& fields,
    const RecordDefaults& defaults,
    FileNature nature,
    bool is_held_back
);

} // namespace staffroom::services
