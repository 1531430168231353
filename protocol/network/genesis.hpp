// The genesis of a network: name, pedagogic focus, charter, founding school and the secret seed
// from which the members' meeting key comes. It reaches members only; NetworkId is its hash. [N1]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/result.hpp"
#include "protocol/crypto/secret.hpp"

#include <string>

namespace staffroom::network {

struct Genesis {
    std::string name;
    std::string focus;
    std::string charter;
    SchoolId founder;
    crypto::Secret32 seed;
    [[nodiscard]] Digest charter_hash() const;
};

/// Errors: invalid_input (a name or focus that is empty, too long or not plain text), too_large
/// (the charter).
[[nodiscard]] Result<Bytes> make_genesis(
    std::string name,
    std::string focus,
    std::string charter,
    const SchoolId& founder,
    Random& random
);
/// Strict [W2]. Errors: too_large, not_strict, malformed, unknown_version, bad_commitment (a
/// charter that is not the one that was hashed).
[[nodiscard]] Result<Genesis> parse_genesis(ByteView bytes);
[[nodiscard]] NetworkId network_id(ByteView genesis_bytes);

/// The psk with which members meet when only an address is known. [C2]
[[nodiscard]] crypto::Secret32 meeting_key(const Genesis& genesis);

} // namespace staffroom::network
