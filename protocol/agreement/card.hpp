// The card of a network: all that another network learns of it, and who signs for it. A card never
// holds the genesis, its seed, the roster, or a school that is neither coordinator nor gateway.
// Each card is followed by the next: more than half of the coordinators of one sign the one after
// it, so a far network knows who speaks for this one without seeing its governance. [A2]
#pragma once

#include "protocol/agreement/signatures.hpp"

#include <optional>
#include <string>

namespace staffroom::agreement {

/// A school that carries records to the other network, and where it can be reached.
struct Gateway {
    SchoolId school;
    std::vector<std::string> addresses;
    friend bool operator==(const Gateway&, const Gateway&) = default;
};

struct Card {
    NetworkId network;
    std::uint32_t number;           // 0 in the first
    std::optional<Digest> previous; // none in the first
    std::string name;
    std::string focus;
    Digest charter_hash; // the text travels beside the card
    std::string place;
    std::vector<SchoolId> coordinators; // ascending
    std::uint32_t signatures;           // how many sign agreements, passports and ends
    std::vector<Gateway> gateways;      // ascending by school
    /// Hashes of ends and renewals that were signed under earlier cards and still stand; ascending.
    std::vector<Digest> stands_by;
    friend bool operator==(const Card&, const Card&) = default;

    /// How many of its coordinators have to sign the card that follows: more than half.
    [[nodiscard]] std::size_t successor_signatures() const { return coordinators.size() / 2 + 1; }
};

[[nodiscard]] Bytes encode_card(const Card& card);
/// Parses strictly [W2]. Errors: too_large, truncated, not_strict, malformed, unknown_version.
[[nodiscard]] Result<Card> parse_card(ByteView bytes);
[[nodiscard]] Digest card_hash(ByteView bytes);

/// A card with its hash: what passports name.
struct KnownCard {
    Digest hash;
    Card card;
    Signatures signatures{}; // by which it follows the one before; none: an agreement names it
};

/// The cards of one network, from the one that an agreement names to the newest.
struct CardLine {
    std::vector<KnownCard> cards; // at least one
    /// Two different cards follow the newest here, both signed by enough: nobody can tell which.
    bool is_disputed = false;

    [[nodiscard]] const KnownCard& newest() const { return cards.back(); }
    [[nodiscard]] const KnownCard* find(const Digest& hash) const;
};

/// Follows cards from the one with this hash; their order in `statements` says nothing. None when
/// that first one is not there or is not of this network. At most cards_per_agreement_max. With
/// `counts_ended_keys` also what was signed by keys that have ended since.
[[nodiscard]] std::optional<CardLine> line_of_cards(
    const NetworkId& network,
    const Digest& first,
    std::span<const SignedStatement> statements,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier,
    bool counts_ended_keys = false
);

} // namespace staffroom::agreement
