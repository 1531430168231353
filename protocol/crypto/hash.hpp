// BLAKE2b-256 with a label per use (BLAKE2 personalisation, RFC 7693 / BLAKE2 specification 2.8): a
// hash made for one purpose is never valid for another. Tree hashes alone carry no label:
// log/tree_hash.
#pragma once

#include "protocol/base/bytes.hpp"
#include "protocol/base/ids.hpp"

#include <sodium.h>

#include <string_view>

namespace staffroom::crypto {

/// The use of a hash. Stored and signed: never change a label's text. At most 16 bytes each. [H1]
enum class HashLabel {
    inception,        // SchoolId
    next_root,        // digest of the next root keys
    chain_event,      // link of an identity chain
    certificate,      // id of a node certificate
    genesis,          // NetworkId
    charter,          // charter text
    charter_revision, // id of a later charter
    school_space,     // SpaceId of a school's own space
    log,              // LogId
    revision,         // RevisionId
    payload,          // payload of a governance entry
    body,             // commitment, keyed with the body's salt
    attachment,       // content hash of an attached file
    space_digest,     // digest of a space
    range,            // fingerprint in reconciliation
    item,             // one item of a reconciliation
    meeting_key,      // psk from a network's seed
    network_token,    // "we have this network in common", keyed with the handshake hash
    invitation_psk,   // psk from the stretched code
    invitation_admit, // admit key seed from the stretched code
    first_frame,      // mac1
    notice,           // subject of a notice
    root_key,         // root key seed from the phrase
    origin,           // where an imported record came from, keyed with a local secret
    words,            // the four words both screens show
    fork,             // id of the evidence of a fork as an item
    person_check,     // tells whether a password is right, keyed with what it stretches to
    person_wrap,      // key that wraps a person's keys, keyed likewise
    bearer,           // of a cookie, link or token of this node, as it is stored
    forgery,          // what a change by cookie carries beside it, keyed with the cookie
    agreement,        // AgreementId
    card,             // of a network's card
    passport,         // of a passport, as a later one of a trail names it
    agreement_end,    // of an end, as a later card names it
    link_reader,      // a link in the audience of a header, keyed with its id
    link_meeting,     // key by which nodes of two linked networks meet
    backup,           // name of a part of a backup, keyed with the backup's key
};

[[nodiscard]] std::string_view label_text(HashLabel label);

/// A hash computed in parts; `key` may be empty or up to 64 bytes.
class Hasher {
public:
    explicit Hasher(HashLabel label, ByteView key = {}, std::size_t out_bytes = 32);
    Hasher& update(ByteView bytes);
    /// Adds `value` as 8 bytes, big endian.
    Hasher& update_u64(std::uint64_t value);
    /// Adds the length (8 bytes, big endian) and then the bytes. Use it for parts of variable
    /// length, so that no two inputs collide.
    Hasher& update_sized(ByteView bytes);
    [[nodiscard]] Digest finish();
    /// Writes exactly the `out_bytes` given at construction.
    void finish_into(std::span<std::uint8_t> out);

private:
    crypto_generichash_blake2b_state state_;
    std::size_t out_bytes_;
};

/// Hashes `bytes` under `label` into the id type wanted: hash_as<SchoolId>(HashLabel::inception,
/// bytes).
template <class Id> [[nodiscard]] Id hash_as(HashLabel label, ByteView bytes) {
    return Id(Hasher(label).update(bytes).finish().raw());
}

[[nodiscard]] inline Digest hash(HashLabel label, ByteView bytes) {
    return hash_as<Digest>(label, bytes);
}

/// Hashes `bytes` under `label`, keyed with 16 to 64 bytes.
[[nodiscard]] Digest keyed_hash(HashLabel label, ByteView key, ByteView bytes);

} // namespace staffroom::crypto
