// A head: {log, size, root, time} signed by the node key of its log. One signature covers any
// number of entries. The signed bytes are kept and forwarded as they arrived. [L3]
#pragma once

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/signature.hpp"
#include "protocol/log/descriptor.hpp"

namespace staffroom::log {

struct Head {
    LogId log;
    LogSize size;
    TreeHash root;
    WallTime time; // for display only: heads that differ in nothing else are one head
};

/// A head with the exact bytes that were signed, their signature, and their meaning.
struct SignedHead {
    Head head;
    Bytes bytes;
    Signature signature;
};

[[nodiscard]] SignedHead sign_head(const Head& head, const crypto::SigningKey& key);
/// Parses strictly [W2]; checks no signature. Errors: not_strict, malformed.
[[nodiscard]] Result<SignedHead> parse_head(ByteView bytes, const Signature& signature);
/// Checks that the head is of this log and its signature is good. Errors: malformed (a head of
/// another log), bad_signature.
[[nodiscard]] Result<void>
check_head(const SignedHead& head, const LogDescriptor& descriptor, crypto::Verifier& verifier);

} // namespace staffroom::log
