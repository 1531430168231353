// The commands by which two networks agree, and their replies. Part of the boundary of a replica
// (events), plain values. [A9]
#pragma once

#include "protocol/agreement/agreement.hpp"
#include "protocol/crypto/secret.hpp"
#include "protocol/network/operations.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>

namespace staffroom::replica {

// -------------------------------------------------------------------------------------- replies
struct LinkInvited {
    RevisionId operation;
};
struct LinkEnding {
    RevisionId operation;
};
/// An agreement that follows another one, signed here. It stands once both sides have signed.
struct LinkRenewing {
    RevisionId operation;
    AgreementId agreement;
};
struct LinkCodeEnding {};
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
    std::array<std::string, 4> words;   // the same four on both screens
    AgreementId agreement;              // that both sign: it stands for all of the above
    std::vector<SchoolId> coordinators; // who may sign for the other one
    /// The code has been accepted before. Whose answer was lost may accept it again and hears the
    /// same; others are refused.
    bool is_spent = false;
    std::optional<SharingId> id{}; // none: nothing was signed
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
    /// Agrees to nothing but this. The attack: a code's maker offers one thing to whoever asks, and
    /// another to whoever then accepts.
    std::optional<AgreementId> as_shown{};
    std::chrono::seconds patience{20};
};
/// Ends what this network has agreed with another, at once: nothing written later crosses.    [A7]
struct EndLink {
    using Answer = LinkEnding;
    NetworkId network;
    SharingId link;
    network::Reason reason;
};
/// Signs other terms for a link, which go on where both sides have signed the same ones.      [A17]
struct RenewLink {
    using Answer = LinkRenewing;
    NetworkId network;
    SharingId link;
    AgreementId follows; // in force when these were shown: what was left out is taken from it
    agreement::Terms ours;
    agreement::Terms theirs;
    WallTime until;
    WallTime review;
};
/// Signs terms that somebody else has signed, by their id: what was shown and nothing else.
struct SignRenewal {
    using Answer = LinkRenewing;
    NetworkId network;
    SharingId link;
    AgreementId agreement;
};
/// Ends a code before its time: it answers nobody any more.
struct EndLinkCode {
    using Answer = LinkCodeEnding;
    NetworkId network;
    RevisionId code;
};

} // namespace staffroom::replica
