// Evidence of a fork as it travels and is kept: the log, the two signed heads, and the hashes that
// lead to both roots. It is complete in itself: a node that knows the school's certificates checks
// it offline. Called by replication, which makes, checks, keeps and forwards it. [S15]
#pragma once

#include "protocol/log/fork.hpp"
#include "protocol/log/head.hpp"

namespace staffroom::log {

/// A proof whose sizes and roots are those of the two heads.
struct ForkProof {
    LogDescriptor descriptor;
    SignedHead head_a;
    SignedHead head_b;
    ForkEvidence evidence;

    [[nodiscard]] LogId log() const { return head_a.head.log; }
};

/// Encodes a proof in at most limits::fork_proof_bytes_max; under 3 KiB for logs of up to a million
/// entries.
[[nodiscard]] Bytes encode_fork_proof(const ForkProof& proof);
/// Parses a proof strictly [W2]; checks no signature and no hash. Errors: too_large, truncated,
/// not_strict, malformed, unknown_version, unknown_value.
[[nodiscard]] Result<ForkProof> parse_fork_proof(ByteView bytes);
/// Checks that both heads are this log's and prove two histories. Errors: malformed (a head of
/// another log), bad_signature, and those of check_fork. Costs two signatures and O(log size)
/// hashes.
[[nodiscard]] Result<void> check_fork_proof(const ForkProof& proof, crypto::Verifier& verifier);

} // namespace staffroom::log
