// Where a record's reach leads to: the school's own space, the network that was asked for, or the
// one where the record stands already. Called by services/publishing/preparation.
#pragma once

#include "node/services/library/library.hpp"
#include "node/services/records/publish_outcome.hpp"
#include "node/services/records/record_file.hpp"

#include <optional>
#include <variant>

namespace staffroom::services {

/// The space, or why the record cannot go there. `place` is the record that it revises, or null;
/// `asked` the space of the network that the request names.
[[nodiscard]] std::variant<SpaceId, Refusal> find_space(
    const ReadRecord& read,
    const SchoolId& school,
    const RecordRow* place,
    const std::optional<SpaceId>& asked
);

} // namespace staffroom::services
