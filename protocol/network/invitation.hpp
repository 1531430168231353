// The one-use code of an invitation: 16 symbols that can be read over the telephone, and the keys
// it gives. 15 symbols are 75 random bits; the last is a check, tested before anything is sent.
// Seed and code never leave the two machines; the network learns psk and public admit key only. Not
// here: the operation invite (network/operations).                                             [N5]
//
//   symbols  Crockford base 32, five bits each, printed ABCD-EFGH-JKMN-PQRS
//   field    GF(32) by x^5 + x^2 + 1; x is a primitive element, its order is 31
//   valid    x^1 s[0] + x^2 s[1] + ... + x^15 s[14] + s[15] = 0; plus is exclusive or
//   why      the 16 weights are different and not 0, so a single wrong symbol and any exchange of
//            two symbols change the sum
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/result.hpp"
#include "protocol/crypto/secret.hpp"
#include "protocol/crypto/signature.hpp"

#include <string>
#include <string_view>

namespace staffroom::network {

inline constexpr std::size_t invitation_symbols = 16;

/// A code that has passed its check: symbol values 0 to 31. Move-only, wiped.
class InvitationCode {
public:
    [[nodiscard]] static InvitationCode make(Random& random);

    /// Forgives case, spaces, hyphens and dashes of every kind, full width, O for 0, I and L for 1.
    /// Errors: malformed (not 16 symbols, or a character that is none), bad_checksum.
    [[nodiscard]] static Result<InvitationCode> parse(std::string_view text);

    /// ABCD-EFGH-JKMN-PQRS
    [[nodiscard]] std::string text() const;
    [[nodiscard]] ByteView symbols() const { return symbols_.view(); }

private:
    explicit InvitationCode(crypto::Secret<invitation_symbols> symbols);
    crypto::Secret<invitation_symbols> symbols_;
};

struct InvitationKeys {
    crypto::Secret32 psk;
    crypto::SigningKey admit_key;
};

/// What the key of a code signs when it is made: the network, and the school that made it. The
/// attack: every member learns the public key of a code, founds another network with an invite of
/// the same keys, and stands on the newcomer's path. [N5]
[[nodiscard]] Bytes invitation_statement(const NetworkId& network, const SchoolId& inviter);

/// Stretches the code (Argon2id, about a tenth of a second: off the main thread) and derives both
/// keys apart. Errors: io_error (no memory to be had).
[[nodiscard]] Result<InvitationKeys> derive_keys(const InvitationCode& code);

} // namespace staffroom::network
