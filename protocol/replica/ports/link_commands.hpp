// The commands by which two networks agree, and their replies. Part of the boundary of a replica
// (events), plain values. [A9]
#pragma once

#include "protocol/agreement/agreement.hpp"
#include "protocol/crypto/secret.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>

namespace staffroom::replica {

// -------------------------------------------------------------------------------------- replies
struct LinkInvited {
    RevisionId operation;
};
/// An agreement as it would be, or is, with what the other network lets know of itself.
struct LinkAgreement {
    NetworkId network; // of this school
    NetworkId other;
    std::string name; // of the other one, and what follows
    std::string focus;
    std::string place;
    std::string charter;
    agreement::Terms ours;
    agreement::Terms theirs;
    WallTime until;
    WallTime review;
    std::array<std::string, 4> words; // the same four on both screens
    std::optional<SharingId> id{};    // none: nothing was signed
};

// ------------------------------------------------------------------------------------- commands
/// Makes a code with which a coordinator of another network accepts these terms.
struct InviteLink {
    using Answer = LinkInvited;
    NetworkId network;
    crypto::Secret32 psk;
    crypto::SigningKey accept_key; // forgotten once it has signed the offer
    WallTime ends;
    agreement::Terms ours;
    agreement::Terms theirs;
    WallTime until;
    WallTime review;
};
/// Goes to the address with a code of another network, and agrees in the name of this one; or asks
/// only what would be agreed.
struct AcceptLink {
    using Answer = LinkAgreement;
    NetworkId network;
    crypto::Secret32 psk;
    crypto::SigningKey accept_key;
    std::string address;
    bool only_ask = false;
    std::chrono::seconds patience{20};
};

} // namespace staffroom::replica
