// Signatures of coordinators under what their network says to another: agreements, cards,
// passports, ends. One school counts once, and a signature for one network is none for another,
// though a school coordinates both. [A3]
#pragma once

#include "protocol/identity/chain.hpp"

#include <functional>
#include <span>

namespace staffroom::agreement {

struct CoordinatorSignature {
    SchoolId school;
    SigningPublicKey node_key;
    Signature signature;
    friend bool operator==(const CoordinatorSignature&, const CoordinatorSignature&) = default;
};

/// Ascending by school, at most statement_signatures_max.
using Signatures = std::vector<CoordinatorSignature>;

/// A statement as it was signed, and by whom.
struct SignedStatement {
    Bytes bytes;
    Signatures signatures;
    friend bool operator==(const SignedStatement&, const SignedStatement&) = default;
};

[[nodiscard]] Bytes encode_statement(const SignedStatement& statement);
/// Reads the envelope alone. Errors: too_large, malformed.
[[nodiscard]] Result<SignedStatement> parse_statement(ByteView bytes);

/// The chain that counts of a school, as far as the asker knows; null when it knows none.
using ChainFinder = std::function<const identity::IdentityChain*(const SchoolId&)>;

/// Who signs, and for whom.
struct Signatory {
    NetworkId network;
    SchoolId school;
    const crypto::SigningKey& key;
};

[[nodiscard]] CoordinatorSignature
sign_for(const Signatory& who, crypto::SignLabel label, ByteView bytes);

/// What a count of signatures needs to know of those who may sign.
struct Coordinators {
    NetworkId network;
    std::span<const SchoolId> schools; // ascending
    const ChainFinder& chain_of;
    bool counts_ended_keys = false; // whether something was signed once, whatever has ended since
};

/// Counts the coordinators whose signature is good, and stops at `enough`. A signature counts when
/// the school is one of `of.schools`, its chain certifies the node key and does not revoke it,
/// unless ended keys count.
/// Costs at most `enough` good signatures, and one for each bad one.
[[nodiscard]] std::size_t count_signatures(
    const SignedStatement& statement,
    crypto::SignLabel label,
    const Coordinators& of,
    std::size_t enough,
    crypto::Verifier& verifier
);

} // namespace staffroom::agreement
