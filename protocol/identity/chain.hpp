// The identity chain of a school: inception, node certificates, root changes, revocations, each
// signed by the root keys in force and naming the one before. It certifies itself and is replicated
// before governance. [I2]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/signature.hpp"
#include "protocol/log/descriptor.hpp"

#include <optional>
#include <vector>

namespace staffroom::identity {

using CertificateId = FixedBytes<struct CertificateIdTag, 16>;

/// The statement of a root key about a node: these keys speak for the school.
struct Certificate {
    SigningPublicKey signing_key;
    TransportPublicKey transport_key;
    EncryptionPublicKey encryption_key;
    CertificateId id;
    friend bool operator==(const Certificate&, const Certificate&) = default;
};

/// In a revocation: the part of a log that still counts.
using log::LogPin;

struct CertifiedNode {
    Certificate certificate;
    bool revoked = false;
    std::vector<LogPin> pins;
};

/// A chain that has been checked from its inception to its last event.
class IdentityChain {
public:
    /// Reads and checks a whole chain. Errors: too_large, malformed, not_strict, unknown_version,
    /// bad_signature (an event not signed by enough root keys in force), bad_proof (an event that
    /// does not follow the one before, or root keys whose digest had not been committed).
    [[nodiscard]] static Result<IdentityChain> parse(ByteView wire, crypto::Verifier& verifier);

    [[nodiscard]] const SchoolId& school() const { return school_; }
    [[nodiscard]] std::size_t event_count() const { return event_count_; }
    /// Returns the hash of the last event, or of the inception where there is no event. Equal
    /// chains have equal tips.
    [[nodiscard]] const Digest& tip() const { return tip_; }
    [[nodiscard]] const Bytes& wire() const { return wire_; }
    [[nodiscard]] const Bytes& inception() const { return inception_; }
    [[nodiscard]] const std::vector<CertifiedNode>& nodes() const { return nodes_; }
    /// Root keys in force after the last event: those of the inception, or of the last root change.
    [[nodiscard]] const std::vector<SigningPublicKey>& root_keys() const { return root_keys_; }
    /// Tells whether this root key is in force and has signed an event of the chain. The attack: a
    /// school lists the public root key of another beside its own, so that the other one, when it
    /// comes back by its phrase, takes this chain for its own. It cannot have its signature.
    [[nodiscard]] bool is_led_by(const SigningPublicKey& root) const;
    [[nodiscard]] const CertifiedNode* find_signing(const SigningPublicKey& key) const;
    [[nodiscard]] const CertifiedNode* find_transport(const TransportPublicKey& key) const;

    /// Tells whether this chain counts before another of the same school. The attack: a holder of
    /// the keys in force, a thief too, can write any number of events, but not the next root
    /// change. So a root change beats an event that is none at the first difference, and a chain
    /// with a next root change beats one that never has it. Of chains with the same keys the longer
    /// counts, else the one with the smaller tip, so all nodes agree. [I2]
    [[nodiscard]] bool is_better_than(const IdentityChain& other) const;

private:
    IdentityChain(SchoolId school, Digest tip)
        : school_(school)
        , tip_(tip) {}
    friend class ChainReader;

    SchoolId school_;
    Digest tip_;
    std::size_t event_count_ = 0;
    std::vector<std::size_t> root_changes_{}; // sequences of the events that are one
    Bytes wire_;
    Bytes inception_;
    std::vector<CertifiedNode> nodes_;
    std::vector<SigningPublicKey> root_keys_;
    std::vector<SigningPublicKey> signers_; // of any event
};

/// Returns the school that this chain claims to be of, before anything in it is checked. Errors:
/// those of the envelope.
[[nodiscard]] Result<SchoolId> school_of_chain(ByteView wire);

struct NewSchool {
    SchoolId school;
    Bytes wire; // inception and the first certificate
};

/// Makes a new school: an inception with one root key and the digest of the next, and a certificate
/// for its first node.
[[nodiscard]] NewSchool found_school(
    const crypto::SigningKey& root,
    const SigningPublicKey& next_root,
    const Certificate& node,
    WallTime created,
    Random& random
);

// Each of these three returns `chain` with one more event. Errors of all: those of parse, too_large
// (no event more fits), not_allowed (the key is no root key in force; for change_root, not the one
// that was committed).
/// Certifies a node's keys.
[[nodiscard]] Result<Bytes> certify(
    ByteView chain,
    const crypto::SigningKey& root,
    const Certificate& node,
    crypto::Verifier& verifier
);
/// Ends a node's key: its logs count no further than their pins, and not at all without one.
[[nodiscard]] Result<Bytes> revoke(
    ByteView chain,
    const crypto::SigningKey& root,
    const CertificateId& certificate,
    std::vector<LogPin> pins,
    crypto::Verifier& verifier
);
/// Reveals the root key that was committed and commits to the one after it.
[[nodiscard]] Result<Bytes> change_root(
    ByteView chain,
    const crypto::SigningKey& next,
    const SigningPublicKey& after_next,
    crypto::Verifier& verifier
);

} // namespace staffroom::identity
