// Orders that the words of records go, and what follows from a set of them. An order is the payload
// of a governance entry, beside the operations and no part of the roster's past. It holds ids and
// codes only, for it stays for ever. Not here: what a node does about it (replica/erasure). [E1]
// [E2]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

#include <functional>
#include <map>
#include <span>
#include <vector>

namespace staffroom::network {

/// What has to go. Stored: never renumber.
enum class ErasureKind : std::uint8_t {
    whole = 1,      // body, files, and all that was made of them
    files_only = 2, // the files; the text stays
};

/// Why it has to go. Stored: never renumber.
enum class ErasureReason : std::uint8_t {
    asked = 1,     // somebody whom it is about has asked
    pupil = 2,     // it may tell who a pupil is
    mistake = 3,   // it should not have left the school
    rights = 4,    // somebody else's work
    flood = 5,     // entries that nobody wrote on purpose
    retention = 6, // its time is over
};

struct ErasureOrder {
    SchoolId school;                 // whose records these are
    std::vector<RevisionId> entries; // 1 to erasure_entries_max, ascending
    ErasureKind kind;
    ErasureReason reason;
    friend bool operator==(const ErasureOrder&, const ErasureOrder&) = default;
};

[[nodiscard]] Bytes encode_erasure(const ErasureOrder& order);
/// Parses strictly [W2]. No operation is an order, and no order an operation. Errors: too_large,
/// truncated, not_strict, malformed, unknown_version, unknown_value.
[[nodiscard]] Result<ErasureOrder> parse_erasure(ByteView bytes);

/// An order where it stands: its id is the revision id of its entry.
struct PlacedOrder {
    RevisionId id;
    SchoolId author; // the school of the log
    LogId log;
    Position position;
    WallTime written; // by its author's clock: for display
    ErasureOrder order;
};

/// How far a school may order that what another one wrote goes. [E2]
enum class OrderRight : std::uint8_t {
    none,
    with_another, // nothing goes before a second coordinator has ordered the same
    alone,
};

/// What the fold asks of a roster.
struct ErasureRights {
    std::function<bool(const SchoolId&)> is_member;
    std::function<bool(const SchoolId&)> is_coordinator;
    /// Whether the first may order for the second, which is gone. [M13]
    std::function<bool(const SchoolId&, const SchoolId&)> succeeds;
};

/// One revision of one school. An order about a revision of another school reaches nothing: the id
/// is the hash of a header that names its school.
using ErasedEntry = std::pair<SchoolId, RevisionId>;
using ErasedEntries = std::map<ErasedEntry, ErasureKind>;

/// What has to be gone by these orders: a pure function of their set. A school orders for its own
/// records; for those of a school that is no member, its successor does, or two coordinators do
/// who order the same. [E2]
[[nodiscard]] ErasedEntries
fold_erasures(std::span<const PlacedOrder> orders, const ErasureRights& rights);

/// How far a node says that it has carried out the orders of one governance log.
struct CarriedOut {
    LogId log;
    LogSize size; // every order below this position
    friend bool operator==(const CarriedOut&, const CarriedOut&) = default;
};

/// The content of a notice of kind erasures. [E6]
struct ErasureReceipt {
    WallTime since;               // by the node's own clock
    std::vector<CarriedOut> logs; // ascending by log, at most erasure_logs_max
    friend bool operator==(const ErasureReceipt&, const ErasureReceipt&) = default;
};

[[nodiscard]] Bytes encode_receipt(const ErasureReceipt& receipt);
/// Parses a receipt strictly. Errors: as parse_erasure.
[[nodiscard]] Result<ErasureReceipt> parse_receipt(ByteView bytes);
/// Tells whether the receipt says that this order is carried out.
[[nodiscard]] bool covers(const ErasureReceipt& receipt, const PlacedOrder& order);

} // namespace staffroom::network
