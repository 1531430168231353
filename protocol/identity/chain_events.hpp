// The parts of an identity chain as plain structs, and their bytes. Implemented in
// identity/chain_codec; used by identity/chain alone.
#pragma once

#include "protocol/identity/chain.hpp"

#include <variant>

namespace staffroom::identity {

struct Inception {
    std::vector<SigningPublicKey> root_keys;
    std::uint32_t threshold;
    Digest next_root_digest;
    WallTime created;
    Bytes nonce;
};

struct RootChange {
    std::vector<SigningPublicKey> root_keys;
    std::uint32_t threshold;
    Digest next_root_digest;
};

struct Revocation {
    CertificateId certificate;
    std::vector<LogPin> pins;
};

struct ChainEvent {
    SchoolId school;
    std::uint32_t sequence;
    Digest previous;
    std::variant<Certificate, RootChange, Revocation> act;
};

struct RootSignature {
    std::uint32_t key;
    Signature signature;
};

struct SignedChainEvent {
    Bytes event;
    std::vector<RootSignature> signatures;
};

struct ChainParts {
    Bytes inception;
    std::vector<SignedChainEvent> events;
};

[[nodiscard]] Bytes encode_inception(const Inception& inception);
[[nodiscard]] Bytes encode_chain_event(const ChainEvent& event);
[[nodiscard]] Bytes encode_chain(const ChainParts& parts);
/// Decodes an inception strictly [W2]. Errors: too_large, truncated, not_strict, malformed,
/// unknown_version.
[[nodiscard]] Result<Inception> decode_inception(ByteView bytes);
[[nodiscard]] Result<ChainEvent> decode_chain_event(ByteView bytes);
/// Decodes the envelope of a chain, which is not signed and therefore not strict. Errors:
/// too_large, malformed.
[[nodiscard]] Result<ChainParts> decode_chain(ByteView bytes);

} // namespace staffroom::identity
