// Notices: what counts only at its newest (a school's profile, its addresses, its receipts). Signed
// by a node key, outside logs, the highest counter kept. [N4]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/crypto/signature.hpp"

#include <string>
#include <vector>

namespace staffroom::network {

/// Others up to limits::notice_kinds_max belong to later versions: kept and passed on, not read.
/// Stored: never renumber.
enum class NoticeKind : std::uint8_t { profile = 1, addresses = 2, erasures = 3 };

struct Notice {
    NoticeKind kind;
    SpaceId space;
    SchoolId school;
    SigningPublicKey node_key;
    std::uint64_t counter;
    Bytes content;
};

struct SignedNotice {
    Notice notice;
    Bytes bytes;
    Signature signature;
};

/// One per (kind, space, school, node key): the id under which counters are compared.
[[nodiscard]] Digest subject(const Notice& notice);

[[nodiscard]] SignedNotice sign_notice(const Notice& notice, const crypto::SigningKey& key);
/// Strict [W2]; checks no signature. Errors: too_large, truncated, not_strict, malformed,
/// unknown_version, unknown_value.
[[nodiscard]] Result<SignedNotice> parse_notice(ByteView bytes, const Signature& signature);
[[nodiscard]] bool check_notice(const SignedNotice& notice, crypto::Verifier& verifier);

/// As kept in the store: signature ‖ bytes.
[[nodiscard]] Bytes encode_signed_notice(const SignedNotice& notice);
[[nodiscard]] Result<SignedNotice> decode_signed_notice(ByteView bytes);

[[nodiscard]] Bytes encode_addresses(const std::vector<std::string>& addresses);
/// At most 8 addresses, each as of is_dialable: one that is not spoils all. Errors: malformed,
/// too_large.
[[nodiscard]] Result<std::vector<std::string>> decode_addresses(ByteView bytes);

} // namespace staffroom::network
