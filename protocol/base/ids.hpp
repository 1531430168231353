// The ids and counts of the domain, each a type of its own. All 32-byte ids are hashes
// (crypto/hash) and print as 52 lower-case base-32 characters (base/text).
#pragma once

#include "protocol/base/bytes.hpp"

#include <compare>
#include <cstdint>

namespace staffroom {

using SchoolId = FixedBytes<struct SchoolIdTag, 32>;   // hash of an inception            [I1]
using NetworkId = FixedBytes<struct NetworkIdTag, 32>; // hash of a genesis               [N1]
using SpaceId = FixedBytes<struct SpaceIdTag, 32>; // a network's id, or a school's own space [L1]
using LogId = FixedBytes<struct LogIdTag, 32>;     // hash of a log descriptor        [L1]
using RevisionId = FixedBytes<struct RevisionIdTag, 32>;   // hash of an entry header         [L4]
using TreeHash = FixedBytes<struct TreeHashTag, 32>;       // a subtree or a root             [L2]
using AgreementId = FixedBytes<struct AgreementIdTag, 32>; // hash of an agreement        [A1]
using SharingId = FixedBytes<struct SharingIdTag, 32>; // the first agreement of two networks  [A1]
using Digest = FixedBytes<struct DigestTag, 32>;       // any other hash
using Commitment = FixedBytes<struct CommitmentTag, 32>; // keyed hash of an encoded body   [L5]

using Incarnation = FixedBytes<struct IncarnationTag, 16>;
using Salt = FixedBytes<struct SaltTag, 32>;
using SigningPublicKey = FixedBytes<struct SigningPublicKeyTag, 32>;
using TransportPublicKey = FixedBytes<struct TransportPublicKeyTag, 32>;
using EncryptionPublicKey = FixedBytes<struct EncryptionPublicKeyTag, 32>;
using Signature = FixedBytes<struct SignatureTag, 64>;

/// A place in a log, from 0.
struct Position {
    std::uint64_t value;
    friend constexpr auto operator<=>(const Position&, const Position&) = default;
};

/// The number of entries of a log, which is also the position of the next one.
struct LogSize {
    std::uint64_t value;
    friend constexpr auto operator<=>(const LogSize&, const LogSize&) = default;
};

} // namespace staffroom
