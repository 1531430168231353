// The signed operations of a network: who invites, admits, joins and holds which role. An operation
// is the payload of a governance entry; its id is the entry's revision id, its author the school of
// the log it stands in. [N2]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/secret.hpp"

#include <variant>
#include <vector>

namespace staffroom::network {

/// Stored: never renumber.
enum class Role : std::uint8_t { member = 1, coordinator = 2 };

struct Invite {
    crypto::Secret32 psk;
    SigningPublicKey admit_key;
    WallTime ends;
};

struct Admit {
    RevisionId invite;
    SchoolId school;
    Bytes inception;
    Digest handshake_hash;
    Signature signature;
};

struct Join {
    RevisionId admit;
    Digest charter_hash;
};

struct ConfirmAdmit {
    RevisionId admit;
};

struct SetRole {
    SchoolId school;
    Role role;
};

struct EndInvite {
    RevisionId invite;
};

using Act = std::variant<Invite, Admit, Join, ConfirmAdmit, SetRole, EndInvite>;

struct Operation {
    // the maximal operations its author had seen, at most operation_seen_max
    std::vector<RevisionId> seen;
    Act act;
};

[[nodiscard]] Bytes encode_operation(const Operation& operation);
/// Strict [W2]. Errors: too_large, truncated, not_strict, malformed, unknown_version,
/// unknown_value.
[[nodiscard]] Result<Operation> parse_operation(ByteView bytes);

/// What the bearer of a code signs with the admit key: handshake hash ‖ school id ‖ charter hash.
/// [N6]
[[nodiscard]] Bytes admission_statement(
    const Digest& handshake_hash, const SchoolId& school, const Digest& charter_hash
);

} // namespace staffroom::network
