// The name of a record outside Staffroom, in citations and linked data: a name of a registered form
// that is the same at every school and leads back to the record. Called by the exports and by the
// library's look-up.
#pragma once

#include "protocol/base/ids.hpp"

#include <string>
#include <string_view>

namespace staffroom::services {

/// Returns "urn:uuid:" and a UUID of version 8 (RFC 9562 5.8) that holds the first 122 bits of the
/// id, which is a hash already. No domain stands behind Staffroom, so it can mint no tag: URI (RFC
/// 4151), and urn:staffroom, which older exports have, was never registered.
[[nodiscard]] std::string outside_name(const RevisionId& id);

/// Returns the id, or the beginning of it, that a name of ours stands for: of a urn:uuid: as above,
/// of the urn:staffroom: and staffroom: of older exports. Any other text stays as it is.
[[nodiscard]] std::string named_id(std::string_view text);

} // namespace staffroom::services
