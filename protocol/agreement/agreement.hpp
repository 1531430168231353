// An agreement of two networks on what crosses between them, each way, and until when. People call
// what it makes a link; here a link is a connection of two nodes, so it is an agreement throughout.
// Both sides sign the same bytes. Not here: who may sign (signatures), what follows from all that
// was signed (standing), which record crosses (crossing). [A1]
#pragma once

#include "protocol/agreement/signatures.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <optional>

namespace staffroom::agreement {

/// What one network gives to the other.
struct Terms {
    std::vector<std::uint32_t> kinds; // of records, ascending, 1 to agreement_kinds_max
    bool pass_on = false;             // the receiver may pass them on
    std::vector<NetworkId> onward{};  // to these alone, ascending; none: to any
    bool passed_on = false;           // holds also what others have passed on to the giver
    friend bool operator==(const Terms&, const Terms&) = default;
};

struct Side {
    NetworkId network;
    Digest card; // as both have seen it when they signed
    Terms gives;
    friend bool operator==(const Side&, const Side&) = default;
};

/// The side of the smaller network id is `one`, so what two screens show has one form.
struct Agreement {
    std::optional<SharingId> link; // none in the first agreement of a link
    std::uint32_t number;          // 0 in the first, one more with each renewal
    Side one;
    Side other;
    WallTime until;  // when whoever's clock passes it ends it
    WallTime review; // when people look at it again
    Digest nonce;    // random: an id that could be guessed would tell who is linked
    friend bool operator==(const Agreement&, const Agreement&) = default;

    /// The side of this network; null when it has none.
    [[nodiscard]] const Side* side_of(const NetworkId& network) const;
    /// The side that is not this network's; null when this network has none.
    [[nodiscard]] const Side* side_facing(const NetworkId& network) const;
};

[[nodiscard]] Bytes encode_agreement(const Agreement& agreement);
/// Parses strictly [W2]. Errors: too_large, truncated, not_strict, malformed (also an agreement of
/// a network with itself, sides in the wrong order, dates that do not follow), unknown_version.
[[nodiscard]] Result<Agreement> parse_agreement(ByteView bytes);
[[nodiscard]] AgreementId agreement_id(ByteView bytes);
/// The link that an agreement belongs to: of the first one its own id.
[[nodiscard]] SharingId link_of(const Agreement& agreement, const AgreementId& id);

/// What crosses by both: what one lets through alone does not.
[[nodiscard]] Terms common_terms(const Terms& a, const Terms& b);

/// An agreement with the signatures of both sides, as it is kept and forwarded.
struct SignedAgreement {
    Bytes bytes;
    Signatures one;
    Signatures other;
    friend bool operator==(const SignedAgreement&, const SignedAgreement&) = default;
};

[[nodiscard]] Bytes encode_signed_agreement(const SignedAgreement& agreement);
/// Reads the envelope alone. Errors: too_large, malformed.
[[nodiscard]] Result<SignedAgreement> parse_signed_agreement(ByteView bytes);

} // namespace staffroom::agreement
