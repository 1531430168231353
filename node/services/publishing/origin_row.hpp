// The row that remembers which file an imported record came from. Keyed with a secret of this node,
// so that nobody can try out from the store which documents a school has read. Called by
// services/publishing/preparation.
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/crypto/secret.hpp"

#include <string>

namespace staffroom::services {

struct OriginRow {
    Bytes key;   // keyed hash of space and origin
    Bytes value; // keyed hash of the file's bytes
};

[[nodiscard]] OriginRow origin_row(
    const crypto::Secret32& secret,
    const SpaceId& space,
    const std::string& origin,
    const std::string& file
);

} // namespace staffroom::services
