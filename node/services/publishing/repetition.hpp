// "Repeated by others elsewhere" has to be true: evidence of strength 4 and 5 needs adoptions by
// two other schools [domain 2.7]. Called by services/publishing/preparation.
#pragma once

#include "node/services/publishing/preparation.hpp"

#include <optional>

namespace staffroom::services {

/// Adds what is lacking to the problems of `read`; `place` is the record that it revises.
void ask_for_repetition(
    const Preparation& with, const std::optional<RevisionPlace>& place, ReadRecord& read
);

} // namespace staffroom::services
