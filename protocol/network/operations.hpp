// The signed operations of a network: who invites, admits, joins, holds which role, is suspended,
// removed or leaves, and who has confirmed that. An operation is the payload of a governance entry;
// its id is the entry's revision id, its author the school of the log it stands in. [N2]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/secret.hpp"
#include "protocol/log/descriptor.hpp"

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace staffroom::network {

/// Stored: never renumber.
enum class Role : std::uint8_t { member = 1, coordinator = 2, observer = 3 };

/// Why a school is suspended, removed or leaves, or comes back. Stored: never renumber.
enum class Reason : std::uint8_t {
    own_wish = 1,
    closed = 2,         // the school is no more
    merged = 3,         // it goes on as another
    charter_broken = 4, // what the network agreed was not kept
    stolen = 5,         // its server or its keys are in other hands
    silent = 6,         // nobody has heard of it for long
    mistake = 7,        // what was done before should not have been
};

struct Invite {
    crypto::Secret32 psk;
    SigningPublicKey admit_key;
    WallTime ends;
    std::optional<Signature> bound{}; // to network and inviter, by the code [N5]
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

/// What still counts of the logs of records of a school that is closed, by log id; of a log that is
/// not named, nothing. [M11]
using Pins = std::vector<log::LogPin>;

struct SetRole {
    SchoolId school;
    Role role;
    /// When whoever may end it does so; the roster knows no date. [M12]
    std::optional<WallTime> until{};
    Pins pins{}; // where it takes the right to write
};

struct EndInvite {
    RevisionId invite;
};

/// Nothing but what it names: the author has seen that.
struct Seen {};

struct Suspend {
    SchoolId school;
    Reason reason;
    Pins pins{};
};

struct Resume {
    SchoolId school;
    Reason reason;
};

struct Remove {
    SchoolId school;
    Reason reason;
    Pins pins{};
};

/// Of the author.
struct Leave {
    Reason reason;
    Pins pins{};
};

/// A further signature of a closing.
struct Confirm {
    RevisionId closing;
};

/// Who may order, once the author's school is gone, that its records go; nobody: what the author
/// said before is over. [M13]
struct NameSuccessor {
    std::optional<SchoolId> successor{};
};

/// An act of a later version: nothing of it is known but the number of its field. [N2]
struct LaterAct {
    std::uint32_t number;
};

using Act = std::variant<
    Invite,
    Admit,
    Join,
    ConfirmAdmit,
    SetRole,
    EndInvite,
    Seen,
    Suspend,
    Resume,
    Remove,
    Leave,
    Confirm,
    NameSuccessor,
    LaterAct>;

struct Operation {
    // the maximal operations its author had seen, at most operation_seen_max
    std::vector<RevisionId> seen;
    Act act;
};

/// What an act itself names: the invite of an admit, the closing of a confirmation. [M1]
[[nodiscard]] std::optional<RevisionId> named_by(const Act& act);

/// What a closing says of the logs of its school; none for any other act.
[[nodiscard]] const Pins* pins_of(const Act& act);

/// Whom an act is about. Null for one about nobody, or about its own author.
[[nodiscard]] const SchoolId* subject_of(const Act& act);

/// The word that people type and read for a role or a reason, such as "charter-broken".
[[nodiscard]] std::string_view role_name(Role role);
[[nodiscard]] std::string_view reason_name(Reason reason);
/// Errors: unknown_value.
[[nodiscard]] Result<Role> role_of_name(std::string_view word);
[[nodiscard]] Result<Reason> reason_of_name(std::string_view word);
[[nodiscard]] Result<Reason> parse_reason(std::uint32_t raw);
/// In the order of their numbers.
[[nodiscard]] std::vector<std::string_view> role_names();
[[nodiscard]] std::vector<std::string_view> reason_names();

[[nodiscard]] Bytes encode_operation(const Operation& operation);
/// Strict [W2]. What an act of a later version says is left out; it stands in the entry. Errors:
/// too_large, truncated, not_strict, malformed, unknown_version, unknown_value.
[[nodiscard]] Result<Operation> parse_operation(ByteView bytes);

/// What the bearer of a code signs with the admit key: handshake hash ‖ school id ‖ charter hash.
/// [N6]
[[nodiscard]] Bytes admission_statement(
    const Digest& handshake_hash, const SchoolId& school, const Digest& charter_hash
);

} // namespace staffroom::network
