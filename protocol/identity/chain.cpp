#include "protocol/identity/chain.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/identity/chain_events.hpp"

#include <algorithm>

namespace staffroom::identity {
namespace {

using crypto::HashLabel;

/// Hashes the next root keys before they are revealed: the keys in their order, then the threshold.
Digest root_keys_digest(const std::vector<SigningPublicKey>& keys, std::uint32_t threshold) {
    crypto::Hasher hasher(HashLabel::next_root);
    for (const SigningPublicKey& key : keys)
        hasher.update(key.view());
    hasher.update_u64(threshold);
    return hasher.finish();
}

bool enough_signatures(
    const SignedChainEvent& event,
    const std::vector<SigningPublicKey>& keys,
    std::uint32_t threshold,
    crypto::Verifier& verifier
) {
    std::vector<bool> counted(keys.size(), false);
    std::uint32_t good = 0;
    for (const RootSignature& one : event.signatures) {
        if (one.key >= keys.size() || counted[one.key])
            return false;
        counted[one.key] = true;
        if (!verifier.verify(
                crypto::SignLabel::chain_event, keys[one.key], event.event, one.signature
            ))
            return false;
        ++good;
    }
    return good >= threshold;
}

SignedChainEvent
sign_event(const ChainEvent& event, const crypto::SigningKey& root, std::uint32_t key) {
    Bytes bytes = encode_chain_event(event);
    const Signature signature = root.sign(crypto::SignLabel::chain_event, bytes);
    return {std::move(bytes), {{key, signature}}};
}

} // namespace

/// A reader that follows a chain event by event, holding the root keys in force.
class ChainReader {
public:
    static Result<IdentityChain> read(ByteView bytes, crypto::Verifier& verifier) {
        auto reader = follow(bytes, verifier);
        if (!reader)
            return fail(reader.error());
        return std::move(reader->chain_);
    }

private:
    /// Checks every event of a chain, from its inception to its end.
    static Result<ChainReader> follow(ByteView bytes, crypto::Verifier& verifier) {
        auto parts = decode_chain(bytes);
        if (!parts)
            return fail(parts.error());
        auto inception = decode_inception(parts->inception);
        if (!inception)
            return fail(inception.error());
        ChainReader reader(*parts, std::move(*inception));
        for (const SignedChainEvent& event : parts->events) {
            if (auto taken = reader.take(event, verifier); !taken)
                return fail(taken.error());
        }
        reader.chain_.wire_ = encode_chain(*parts);
        reader.chain_.root_keys_ = reader.root_keys_;
        return reader;
    }

    ChainReader(const ChainParts& parts, Inception inception)
        : chain_(
              crypto::hash_as<SchoolId>(HashLabel::inception, parts.inception),
              crypto::hash(HashLabel::chain_event, parts.inception)
          )
        , root_keys_(std::move(inception.root_keys))
        , threshold_(inception.threshold)
        , next_digest_(inception.next_root_digest) {
        chain_.inception_ = parts.inception;
    }

    Result<void> take(const SignedChainEvent& signed_event, crypto::Verifier& verifier) {
        auto event = decode_chain_event(signed_event.event);
        if (!event)
            return fail(event.error());
        if (event->school != chain_.school_ || event->sequence != chain_.event_count_ + 1 ||
            event->previous != chain_.tip_)
            return fail(Errc::bad_proof, "an event that does not follow");
        // A root change is signed by the keys that it reveals: their digest was committed before.
        if (const auto* change = std::get_if<RootChange>(&event->act)) {
            if (root_keys_digest(change->root_keys, change->threshold) != next_digest_)
                return fail(Errc::bad_proof, "root keys that were not committed");
            root_keys_ = change->root_keys;
            threshold_ = change->threshold;
            next_digest_ = change->next_root_digest;
        }
        if (!enough_signatures(signed_event, root_keys_, threshold_, verifier))
            return fail(Errc::bad_signature, "chain event");
        for (const RootSignature& one : signed_event.signatures)
            chain_.signers_.push_back(root_keys_[one.key]);
        if (auto applied = apply(*event); !applied)
            return fail(applied.error());
        chain_.tip_ = crypto::hash(HashLabel::chain_event, signed_event.event);
        ++chain_.event_count_;
        if (std::holds_alternative<RootChange>(event->act))
            chain_.root_changes_.push_back(chain_.event_count_);
        return {};
    }

    Result<void> apply(const ChainEvent& event) {
        if (const auto* certificate = std::get_if<Certificate>(&event.act)) {
            const bool known = chain_.find_signing(certificate->signing_key) != nullptr ||
                               chain_.find_transport(certificate->transport_key) != nullptr;
            if (known)
                return fail(Errc::malformed, "a key certified twice");
            chain_.nodes_.push_back({*certificate, false, {}});
        }
        if (const auto* revocation = std::get_if<Revocation>(&event.act)) {
            for (CertifiedNode& node : chain_.nodes_) {
                if (node.certificate.id == revocation->certificate) {
                    node.revoked = true;
                    node.pins = revocation->pins;
                }
            }
        }
        return {};
    }

    IdentityChain chain_;
    std::vector<SigningPublicKey> root_keys_;
    std::uint32_t threshold_;
    Digest next_digest_;
};

Result<IdentityChain> IdentityChain::parse(ByteView wire, crypto::Verifier& verifier) {
    return ChainReader::read(wire, verifier);
}

const CertifiedNode* IdentityChain::find_signing(const SigningPublicKey& key) const {
    for (const CertifiedNode& node : nodes_) {
        if (node.certificate.signing_key == key)
            return &node;
    }
    return nullptr;
}

const CertifiedNode* IdentityChain::find_transport(const TransportPublicKey& key) const {
    for (const CertifiedNode& node : nodes_) {
        if (node.certificate.transport_key == key)
            return &node;
    }
    return nullptr;
}

bool IdentityChain::is_led_by(const SigningPublicKey& root) const {
    const auto is_among = [&root](const std::vector<SigningPublicKey>& keys) {
        return std::find(keys.begin(), keys.end(), root) != keys.end();
    };
    return is_among(root_keys_) && is_among(signers_);
}

/// Two chains are equal up to their first difference, and so are the places of the root changes
/// before it. The chain whose next root change comes earlier wins, or the one that has a next root
/// change where the other has none. That orders all chains of a school, whatever pairs are
/// compared.
bool IdentityChain::is_better_than(const IdentityChain& other) const {
    const auto [mine, theirs] = std::mismatch(
        root_changes_.begin(),
        root_changes_.end(),
        other.root_changes_.begin(),
        other.root_changes_.end()
    );
    if (mine != root_changes_.end() || theirs != other.root_changes_.end())
        return theirs == other.root_changes_.end() ||
               (mine != root_changes_.end() && *mine < *theirs);
    if (event_count_ != other.event_count_)
        return event_count_ > other.event_count_;
    return tip_ < other.tip_;
}

NewSchool found_school(
    const crypto::SigningKey& root,
    const SigningPublicKey& next_root,
    const Certificate& node,
    WallTime created,
    Random& random
) {
    Bytes nonce(16);
    random.fill(nonce);
    const Inception inception{
        {root.public_key()}, 1, root_keys_digest({next_root}, 1), created, nonce};
    const Bytes inception_bytes = encode_inception(inception);
    const auto school = crypto::hash_as<SchoolId>(HashLabel::inception, inception_bytes);
    const ChainEvent event{school, 1, crypto::hash(HashLabel::chain_event, inception_bytes), node};
    const ChainParts parts{inception_bytes, {sign_event(event, root, 0)}};
    return {school, encode_chain(parts)};
}

namespace {

/// Returns `checked` with one more act, signed by `root`, the key at `place`.
Bytes extended(
    const IdentityChain& checked,
    std::variant<Certificate, RootChange, Revocation> act,
    const crypto::SigningKey& root,
    std::uint32_t place
) {
    auto parts = decode_chain(checked.wire());
    ensure(parts.has_value());
    const ChainEvent event{
        checked.school(),
        static_cast<std::uint32_t>(checked.event_count() + 1),
        checked.tip(),
        std::move(act)};
    parts->events.push_back(sign_event(event, root, place));
    return encode_chain(*parts);
}

Result<Bytes> extended_by_root_in_force(
    ByteView chain,
    std::variant<Certificate, RootChange, Revocation> act,
    const crypto::SigningKey& root,
    crypto::Verifier& verifier
) {
    const auto checked = IdentityChain::parse(chain, verifier);
    if (!checked)
        return fail(checked.error());
    const std::vector<SigningPublicKey>& keys = checked->root_keys();
    const auto at = std::find(keys.begin(), keys.end(), root.public_key());
    if (at == keys.end())
        return fail(Errc::not_allowed, "no root key in force");
    Bytes longer =
        extended(*checked, std::move(act), root, static_cast<std::uint32_t>(at - keys.begin()));
    if (auto fits = IdentityChain::parse(longer, verifier); !fits)
        return fail(fits.error());
    return longer;
}

} // namespace

Result<Bytes> certify(
    ByteView chain,
    const crypto::SigningKey& root,
    const Certificate& node,
    crypto::Verifier& verifier
) {
    return extended_by_root_in_force(chain, node, root, verifier);
}

Result<Bytes> revoke(
    ByteView chain,
    const crypto::SigningKey& root,
    const CertificateId& certificate,
    std::vector<LogPin> pins,
    crypto::Verifier& verifier
) {
    return extended_by_root_in_force(
        chain, Revocation{certificate, std::move(pins)}, root, verifier
    );
}

Result<Bytes> change_root(
    ByteView chain,
    const crypto::SigningKey& next,
    const SigningPublicKey& after_next,
    crypto::Verifier& verifier
) {
    const auto checked = IdentityChain::parse(chain, verifier);
    if (!checked)
        return fail(checked.error());
    Bytes longer = extended(
        *checked, RootChange{{next.public_key()}, 1, root_keys_digest({after_next}, 1)}, next, 0
    );
    // The chain itself knows what it has committed to.
    const auto fits = IdentityChain::parse(longer, verifier);
    if (!fits && fits.error().code == Errc::bad_proof)
        return fail(Errc::not_allowed, "not the root key that was committed");
    if (!fits)
        return fail(fits.error());
    return longer;
}

Result<SchoolId> school_of_chain(ByteView wire) {
    const auto parts = decode_chain(wire);
    if (!parts)
        return fail(parts.error());
    return crypto::hash_as<SchoolId>(HashLabel::inception, parts->inception);
}

} // namespace staffroom::identity
