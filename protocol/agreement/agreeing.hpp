// How two networks come to an agreement: what a coordinator offers with a code, the agreement that
// follows from it and from both cards, and what each network writes down in its governance. Both
// sides make the bytes of the agreement themselves, so neither can show one thing and sign another.
// Not here: who says what to whom on a link (replica/agreements/agreeing). [A9]
#pragma once

#include "protocol/agreement/agreement.hpp"
#include "protocol/agreement/card.hpp"
#include "protocol/agreement/standing.hpp"
#include "protocol/channel/handshake.hpp"
#include "protocol/network/operations.hpp"

#include <variant>

namespace staffroom::agreement {

/// What is offered, as the inviting network sees it.
struct LinkTerms {
    Terms ours;
    Terms theirs;
    WallTime until;
    WallTime review;
    Digest nonce; // of the agreement: one code gives one agreement
    friend bool operator==(const LinkTerms&, const LinkTerms&) = default;
};

/// A code for a coordinator of another network.
struct LinkInvite {
    crypto::Secret32 psk;
    SigningPublicKey accept_key;
    WallTime ends;
    LinkTerms terms;
    Bytes card;      // of this network, as the agreement will name it
    Signature offer; // by the accept key, which the node forgets: card and terms
};

/// What both have signed, and what the other network let know of itself.
struct LinkAgreed {
    std::optional<RevisionId> invite; // the operation that offered it; none at who accepted
    SignedAgreement agreement;
    Bytes own_card;
    Bytes other_card;
    std::string other_charter;
    std::vector<Bytes> chains; // of the other network's coordinators
};

/// A passport with the signatures of those who wrote it down here, at least one.
struct LinkPassport {
    SignedStatement passport;
};

/// The end of an agreement, as one of the two networks has signed it [A7], and why, for people of
/// the network that writes it down.
struct LinkEnded {
    SignedStatement end;
    std::optional<network::Reason> reason; // none where none was heard
};

/// An agreement that is to follow the one in force, with the signatures of those who have signed it
/// so far, of either side. It stands when enough of both have. [A17]
struct LinkRenewal {
    SignedAgreement agreement;
    std::vector<Bytes> chains{}; // of who has signed for the other network
};

/// A code answers nobody any more.
struct LinkCodeEnded {
    RevisionId code;
};

/// An order to erase that came from another network, as erasing/far_order reads it.
struct LinkOrder {
    Bytes order;
};

/// What a gateway of another network has signed of an order from here, as erasing/far_receipt reads
/// it.
struct LinkReceipt {
    SignedStatement receipt;
};

/// The payload of a governance entry. No operation is one, and it stands in nobody's past.
using LinkAct = std::variant<
    LinkInvite,
    LinkAgreed,
    LinkPassport,
    LinkEnded,
    LinkCodeEnded,
    LinkOrder,
    LinkReceipt,
    LinkRenewal>;

[[nodiscard]] Bytes encode_link_terms(const LinkTerms& terms);
/// Parses strictly [W2]. Errors of both: too_large, truncated, not_strict, malformed,
/// unknown_version.
[[nodiscard]] Result<LinkTerms> parse_link_terms(ByteView bytes);
[[nodiscard]] Bytes encode_link_act(const LinkAct& act);
[[nodiscard]] Result<LinkAct> parse_link_act(ByteView bytes);

/// A network by its card.
struct CardSide {
    NetworkId network;
    Digest card;
};

/// The agreement that these terms make of two networks. Errors: not_allowed (a network with
/// itself).
[[nodiscard]] Result<Bytes>
agreement_of(const LinkTerms& terms, const CardSide& inviting, const CardSide& accepting);

/// What whoever makes a code signs with its key. The attack: every member learns the psk, and a
/// plain one answers the bearer with a card that names itself.
[[nodiscard]] Bytes offer_statement(const Digest& card, const LinkTerms& terms);

/// What the bearer of a code signs with its key: handshake hash ‖ id of the agreement. The attack:
/// a coordinator who listened to one call shows the acceptance on another.
[[nodiscard]] Bytes
acceptance_statement(const channel::HandshakeHash& handshake, const AgreementId& agreement);

/// The network that has ended a link by this statement: whichever of its agreements it names, since
/// an end goes with no renewal. None where it is the end of something else, or where too few have
/// signed whom its card lists. The attack: a plain member writes down an end that nobody has
/// signed, or the end of another link. [A7]
[[nodiscard]] std::optional<NetworkId> ended_by(
    const SignedStatement& statement,
    const Standing& standing,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier,
    bool counts_ended_keys = false
);

/// The signatures of one side of an agreement, wherever it stands.
[[nodiscard]] Signatures& side_signatures(SignedAgreement& agreement, bool is_one);

/// Whether as many of these schools as the card asks for have signed for its network.
[[nodiscard]] bool has_signed(
    const SignedAgreement& agreement,
    const KnownCard& card,
    std::span<const SchoolId> who,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier
);
/// Whether as many of the schools on a card as it asks for have ever signed for its network, by
/// keys that may have ended since.
[[nodiscard]] bool had_signed(
    const SignedAgreement& agreement,
    const KnownCard& card,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier
);

} // namespace staffroom::agreement
