// Records of one log on their way to another network, with all that proves them. The carrier is
// trusted in nothing: it can leave something out, and anything else that it changes is refused,
// each lie with a reason of its own. Nothing of it is signed as a whole, since each part proves
// itself. Not here: who carries what to whom. [A6] [A8]
#pragma once

#include "protocol/agreement/crossing.hpp"
#include "protocol/agreement/standing.hpp"
#include "protocol/log/body.hpp"
#include "protocol/log/head.hpp"
#include "protocol/log/tree_proof.hpp"

#include <variant>

namespace staffroom::agreement {

/// How records came to the network that passes them on: by which agreement, and its passport. The
/// cards are the giver's, from the one that the first agreement of the link names to the one that
/// the passport names, in their order, each once.
struct Hop {
    Bytes agreement;
    Signatures signatures; // of the giver's side
    std::vector<SignedStatement> cards;
    SignedStatement passport;
    Bytes first{}; // the agreement that began the link; none where it is this one
};

struct RelayedRecord {
    Position position;
    Bytes header;
    log::BodyState state; // anything but `have`: the words are missing here
    log::BodyBytes body;
    log::Proof proof; // from the header to the passport's root
};

struct Relay {
    std::vector<Hop> trail; // from the author's network on; none: straight from there
    SignedStatement passport;
    std::vector<Bytes> chains; // of the author, and of coordinators on the trail
    log::SignedHead head;
    log::Proof to_head; // from the passport's size to the head's
    std::vector<RelayedRecord> records;
};

[[nodiscard]] Bytes encode_relay(const Relay& relay);
/// Parses within bounds; what is signed in it is read when it is checked. Errors: too_large,
/// malformed, not_strict, unknown_value.
[[nodiscard]] Result<Relay> parse_relay(ByteView bytes);

/// What names a hop in the passport behind it.
[[nodiscard]] Digest hop_hash(const Hop& hop);

/// What a node knows that takes something in.
struct Receiver {
    NetworkId network;        // its own
    const Standing& standing; // of the link that it comes by
    const ChainFinder& chain_of;
    crypto::Verifier& verifier;
    /// Chains that were read before, by which nothing is judged unless they come again: those that
    /// come as they are here are read without a signature.
    const ChainFinder* read_before = nullptr;
};

/// A network on the way of a record, as its card calls it.
struct TrailStep {
    NetworkId network;
    std::string name;
    std::string place;
    friend bool operator==(const TrailStep&, const TrailStep&) = default;
};

/// A passport that holds, with all that the records of its log are checked by.
struct CheckedProof {
    SharingId link;  // by which it came here
    Digest passport; // its hash: what a passport one network further names
    log::LogDescriptor descriptor;
    LogSize size; // of the passport, and its root
    TreeHash root;
    std::optional<Cap> cap;
    std::vector<TrailStep> trail; // from the author's network to the one that handed it over
    struct Way {
        SharingId link;
        Terms terms;
    };
    std::vector<Way> way;            // by which terms it went from each of these to the next
    std::optional<Terms> replaced{}; // that the passport names, where others have followed them
};

using ProofOutcome = std::variant<CheckedProof, Refusal>;

/// Checks all of a relay but its records. Costs the signatures that passport and cards ask for, one
/// for the head, and those of chains that are new here.
[[nodiscard]] ProofOutcome check_proof(const Relay& relay, const Receiver& receiver);

/// Why a record does not cross by a proof that holds; none when it does. Hashing only,
/// O(log size).
[[nodiscard]] std::optional<Refusal>
check_record(const RelayedRecord& record, const CheckedProof& proof);

/// One record that crosses. It is the revision of its header's hash, so one that came another way
/// before, or is written in this network too, is the same one.
struct Crossed {
    std::size_t place; // among the records of the relay
    RevisionId revision;
    std::vector<NetworkId> trail; // from the author's network to the one that handed it over
};

struct RefusedRecord {
    std::size_t place;
    Refusal why;
};

struct Checked {
    std::optional<Refusal> all; // why nothing of the relay is taken
    std::vector<Crossed> crossed{};
    std::vector<RefusedRecord> refused{};
};

/// Checks a relay from end to end. Costs the signatures that passport and cards ask for, one for
/// the head, those of chains that are new here; the rest is hashing, O(records × log size).
[[nodiscard]] Checked check_relay(const Relay& relay, const Receiver& receiver);

} // namespace staffroom::agreement
