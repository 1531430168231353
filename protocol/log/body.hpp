// The erasable part of an entry as it stands on disk and wire, and the reason why it may be absent.
// [L5]
#pragma once

#include "protocol/base/bytes.hpp"

namespace staffroom::log {

/// The reason why a body is or is not here. Stored and sent: never renumber.
enum class BodyState : std::uint8_t {
    have = 0,
    erased = 1,
    refused = 2,
    not_for_you = 3,
    over_limit = 4,
    missing = 5,
    none = 6, // the entry has no body at all; never sent
};

/// 32 bytes of salt (none for a governance payload) and the encoded bytes.
struct BodyBytes {
    Bytes salt;
    SharedBytes encoded;
};

/// One entry as it is kept: its exact header and its body, or the reason why there is none.
struct StoredEntry {
    SharedBytes header;
    BodyState state;
    BodyBytes body;
};

} // namespace staffroom::log
