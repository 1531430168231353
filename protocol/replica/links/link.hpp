// One connection to one neighbour: first frame, handshake, sealed frames, and what both sides know
// of each other. It knows bytes and messages; exchange, fetch, serve and joining know what the
// messages mean.
//
//   dialler:    (first frame) -> handshaking -> open
//   responder:  expecting_first_frame -> handshaking -> open
#pragma once

#include "protocol/channel/first_frame.hpp"
#include "protocol/replica/ports/context.hpp"
#include "protocol/sync/item_table.hpp"
#include "protocol/wire/messages.hpp"

#include <set>

namespace staffroom::replica {

enum class LinkPhase : std::uint8_t { expecting_first_frame, handshaking, open };

/// The kind of key that the handshake was made with.
// XK: both sides know each other's keys by certificates
struct MemberMeeting {};
struct NetworkMeeting {
    NetworkId network;
};                     // XXpsk0 with the meeting key
struct InviteMeeting { // XXpsk0 with a code's key; responder: which invite
    std::optional<NetworkId> network;
    std::optional<RevisionId> invite;
};
struct AgreementMeeting { // XXpsk0 with the key of a code for another network, likewise
    std::optional<NetworkId> network;
    std::optional<RevisionId> invite;
};
struct FarMeeting { // XXpsk0 with the key of a link between networks; ours of the two
    NetworkId network;
    SharingId link;
};
using Meeting =
    std::variant<MemberMeeting, NetworkMeeting, InviteMeeting, AgreementMeeting, FarMeeting>;

/// Tells whether the link was made with a code of either kind.
[[nodiscard]] inline bool is_by_code(const Meeting& meeting) {
    return std::holds_alternative<InviteMeeting>(meeting) ||
           std::holds_alternative<AgreementMeeting>(meeting);
}

/// Tells whether the link leads to another network: nothing of any space is said there. [A12]
[[nodiscard]] inline bool is_far(const Meeting& meeting) {
    return std::holds_alternative<FarMeeting>(meeting);
}

/// The knowledge of this link about one space that both sides may be in.
struct LinkSpace {
    LinkSpace(const SpaceId& of_space, const wire::Token& of_link)
        : id(of_space)
        , token(of_link) {}

    SpaceId id;
    wire::Token token;
    bool greeted = false;          // we have sent our fingerprint
    bool shown = false;            // the other side knows the seed of the space
    bool remote_is_member = false; // of its audience: only then do we tell it anything
    /// What a school that is out may have all the same: why it is out. By log of governance.
    std::map<LogId, LogSize> farewell{};
    std::optional<wire::Fingerprint> remote_fingerprint;
    bool remote_complete = false;
    Instant compared_at{0};         // last time ranges were opened
    std::map<LogId, LogSize> known; // what the neighbour is known to hold, or was sent
    std::map<LogId, wire::LogOffer> offered;
    std::set<LogId> contradicted; // logs of which it sent entries that do not fit ours

    void holds(const LogId& log, LogSize size) {
        LogSize& most = known.try_emplace(log, LogSize{0}).first->second;
        most = std::max(most, size);
    }
};

/// A chain of a school that no roster names yet.
struct ParkedChain {
    SchoolId school;
    Bytes wire;
};

struct Link {
    LinkId id;
    bool dialled;
    std::string remote;
    std::string address; // as dialled; empty for accepted links
    Instant opened_at;
    LinkPhase phase;
    Meeting meeting;
    std::optional<wire::Fingerprint> first_mac{}; // of the first frame that we sent
    bool came_back = false;                       // that frame came in at our own door
    std::optional<channel::Handshake> handshake{};
    std::optional<channel::Transport> transport{};
    std::optional<channel::HandshakeHash> handshake_hash{};
    std::optional<TransportPublicKey> remote_key{};
    std::optional<SchoolId> school{};
    bool identified = false;              // by the chain that it named, not by its key alone
    std::optional<SchoolId> counted_as{}; // among whose links it has its place
    std::optional<SchoolId> far_school{}; // a gateway of another network, by its card
    bool hello_sent = false;
    bool hello_received = false;
    bool asked_who = false;
    std::size_t hellos = 0; // hellos and questions who we are
    Instant ponged_at{0};
    std::optional<wire::Fingerprint> remote_identity{};
    std::set<SpaceId> expected{}; // the spaces for which we dialled it
    std::map<SpaceId, LinkSpace> spaces{};
    std::vector<wire::LogOffer> parked{}; // heads that cannot be judged yet
    std::vector<ParkedChain> parked_chains{};
    std::vector<network::SignedNotice> parked_notices{};
    std::vector<std::pair<SpaceId, Bytes>> parked_forks{};
    std::size_t parked_bytes = 0; // of all of these
    Bytes frames_in{};            // received, not yet a whole frame
    Bytes plain_in{};             // opened, not yet a whole message
    std::size_t unsent_bytes = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    Instant heard_at{0};
    Instant said_at{0};
    bool made_progress = false; // it brought something that we did not have
    std::uint64_t gains = 0;    // how often
    bool closing = false;
    bool is_stale = false; // our line has changed since we last told our fingerprint
    Instant pinged_at{0};

    [[nodiscard]] bool is_open() const { return phase == LinkPhase::open && !closing; }
    /// Tells whether the other side is known: a school whose chain we hold, or the school to which
    /// we bring a code. Any other caller that knows a key to meet with, that of a code too, may
    /// talk, but gets little time and room here.
    [[nodiscard]] bool is_known() const {
        return school || far_school || (dialled && phase == LinkPhase::open && is_by_code(meeting));
    }
    void gained() {
        made_progress = true;
        ++gains;
    }
    /// Returns how much memory its bytes take up here, in whole messages or not.
    [[nodiscard]] std::size_t staged_bytes() const {
        return frames_in.size() + plain_in.size() + parked_bytes;
    }
    /// Tells whether the other side may hear who we are and of networks in common. The attack: a
    /// member of one network knows the key of this node and calls it, to learn of its other
    /// networks. So only three hear of us: a neighbour that we dialled ourselves, a school that we
    /// know, and a caller that has shown that it knows a network or a code of ours. [S1]
    [[nodiscard]] bool may_know_us() const;
    /// Tells whether it may hear of this space in particular, and not of spaces of which it knows
    /// nothing.
    [[nodiscard]] bool may_hear_of(const LinkSpace& space) const;
    [[nodiscard]] LinkSpace* space(const SpaceId& of);
    [[nodiscard]] const LinkSpace* space(const SpaceId& of) const;
    [[nodiscard]] LinkSpace* space_by_token(const wire::Token& token);
};

/// Seals the message and queues it.
void send_message(Context& context, Link& link, const wire::Message& message);
/// Seals and queues a message that is already encoded (a chunk).
void send_encoded(Context& context, Link& link, ByteView message);
/// Queues one handshake or first frame, length-prefixed.
void send_frame(Context& context, Link& link, ByteView frame);

/// Takes the next whole frame out of `link.frames_in`. Nothing: not whole yet. Errors: too_large.
[[nodiscard]] Result<std::optional<Bytes>> take_frame(Link& link);
/// Opens a sealed frame into `link.plain_in`. Errors: decrypt_failed, truncated.
[[nodiscard]] Result<void> open_frame(Link& link, ByteView frame);
/// Takes the next whole message out of `link.plain_in`. Nothing: not whole yet. Errors: too_large.
[[nodiscard]] Result<std::optional<Bytes>> take_message(Link& link);

/// Computes the token that says "we have this space in common". It is keyed with the handshake
/// hash, so it tells nothing to others and is new on every link. [S1]
[[nodiscard]] wire::Token
space_token(const channel::HandshakeHash& handshake, const crypto::Secret32& seed);

} // namespace staffroom::replica
