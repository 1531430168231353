// Whether all that a record names has room in one entry header. Asked before a draft goes to the
// core, which refuses a whole call for one header that is too large. Not here: what a record may
// name (services/library/targets). Called by services/publishing/preparation and
// services/publishing/retraction. [L4]
#pragma once

#include "protocol/replica/ports/events.hpp"

namespace staffroom::services {

/// Counts numbers that the core will choose with all the bytes that they may take.
[[nodiscard]] bool fits_a_header(const replica::RecordDraft& draft, const SchoolId& school);

} // namespace staffroom::services
