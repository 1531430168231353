// What one network says to another of an order that came from there: how many of its schools have
// carried it out. A gateway signs it, so that a member of the network that has ordered cannot make
// it up; that gateway is believed, since the schools behind it stay unnamed. Of networks to which
// it has passed the records on it says what it has heard. [E10] [A16]
#pragma once

#include "protocol/agreement/card.hpp"
#include "protocol/agreement/signatures.hpp"

namespace staffroom::agreement {

struct FarReceipt {
    RevisionId order;      // as it stands in the network that has ordered
    std::uint32_t schools; // of the network that says so, at least 1; 0: one beyond is silent
    std::uint32_t erased;  // of them, at most all
    WallTime since;        // by the clock of who signs
    /// A network to which the records were passed on, of which the one that says so has heard this.
    struct Beyond {
        NetworkId network;
        std::string name; // as its card calls it
        friend bool operator==(const Beyond&, const Beyond&) = default;
    };
    std::optional<Beyond> beyond{}; // none: the network that says so speaks of itself
    [[nodiscard]] bool is_complete() const { return schools > 0 && erased == schools; }
    friend bool operator==(const FarReceipt&, const FarReceipt&) = default;
};

[[nodiscard]] Bytes encode_far_receipt(const FarReceipt& receipt);
/// Parses strictly [W2]. Errors: too_large, truncated, not_strict, malformed, unknown_version.
[[nodiscard]] Result<FarReceipt> parse_far_receipt(ByteView bytes);

[[nodiscard]] SignedStatement sign_far_receipt(const FarReceipt& receipt, const Signatory& who);
/// What the statement says; nothing where it cannot be read, or where nobody on the card of the
/// network that says so has signed it. Costs one good signature.
[[nodiscard]] std::optional<FarReceipt> read_far_receipt(
    const SignedStatement& statement,
    const Card& card,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier
);

} // namespace staffroom::agreement
