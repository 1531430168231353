// The messages of a link, as plain structs and one variant. The order in which they are used is in
// replica/meeting; their bytes are in codec_link.
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/log/body.hpp"
#include "protocol/log/head.hpp"
#include "protocol/network/notice.hpp"

#include <array>
#include <string>
#include <variant>

namespace staffroom::wire {

using Token = FixedBytes<struct TokenTag, 16>;             // names a space to those who know it
using Fingerprint = FixedBytes<struct FingerprintTag, 16>; // finds differences, proves nothing
using ItemTag = FixedBytes<struct ItemTagTag, 8>;

struct SpaceGreeting {
    Token token;
    std::optional<Fingerprint> fingerprint; // absent: I do not know you as a member yet
    bool complete;
};

struct Hello {
    std::uint64_t capabilities;
    Fingerprint identity;
    std::vector<SpaceGreeting> spaces;
    Bytes chain; // empty: not sent
};

struct WhoAreYou {};

/// One thing of which a node can have more or less: a log (size, root), a school's chain (events,
/// tip) or a notice (counter, hash).
struct Item {
    Digest id;
    std::uint64_t size;
    ItemTag tag;
    friend bool operator==(const Item&, const Item&) = default;
};

/// The form in which a range is told [S3]. Stored nowhere, but on the wire: never renumber.
enum class RangeMode : std::uint8_t { skip = 0, fingerprint = 1, items = 2 };

struct Range {
    std::optional<Digest> upper; // exclusive; none: to the end of the line
    RangeMode mode;
    std::optional<Fingerprint> fingerprint;
    std::vector<Item> items;
};

struct Ranges {
    Token token;
    std::vector<Range> ranges;
};

struct LogOffer {
    log::LogDescriptor descriptor;
    log::SignedHead head;
    LogSize held;
};

struct Offers {
    Token token;
    std::vector<Bytes> chains;
    std::vector<LogOffer> logs;
    std::vector<network::SignedNotice> notices;
    std::vector<Bytes> forks{}; // log/fork_proof
};

struct Ask {
    Token token;
    std::vector<Digest> ids;
};

struct Want {
    std::uint32_t stream;
    LogId log;
    LogSize begin;
    LogSize end;
    LogSize size;
    std::uint32_t window;
};

struct Credit {
    std::uint32_t stream;
    std::uint32_t chunks;
};

/// The reason why no more chunks come. On the wire: never renumber. [S9]
enum class StopReason : std::uint8_t { not_wanted = 0, not_held = 1, damaged = 2 };

struct StopStream {
    std::uint32_t stream;
    StopReason reason;
};

struct WireBody {
    log::BodyState state; // never none
    log::BodyBytes body;
};

struct Chunk {
    std::uint32_t stream; // 0: pushed live
    LogId log;
    Position begin;
    std::vector<SharedBytes> headers;
    std::vector<WireBody> bodies; // one per header
    std::vector<TreeHash> range;
    std::optional<log::SignedHead> head;
};

struct WantBodies {
    LogId log;
    std::vector<Position> positions;
};

struct Bodies {
    LogId log;
    std::vector<Position> positions;
    std::vector<WireBody> bodies; // one per position
};

/// On the wire: never renumber.
enum class InviteStatus : std::uint8_t { open = 0, spent = 1, ended = 2 };

struct InviteOffer {
    InviteStatus status;
    Bytes genesis;
    Bytes chain;
};

struct JoinRequest {
    Bytes chain;
    Signature signature;
};

struct JoinAnswer {
    // 0 admitted, 1 spent, 2 refused, 3 the responder could not write it down, 4 the key has ended
    std::uint32_t status;
};

struct ChainQuestion {
    SigningPublicKey root_key;
    Signature signature;
};

struct ChainFound {
    Bytes chain;      // empty: no school here has this root key in force
    std::string name; // what the school calls itself; may be empty
    bool is_linked;   // a node of that school is linked with the responder now
};

/// What the bearer of a code for another network is shown. Card, terms and agreements are
/// statements of protocol/agreement, read there. [A9]
struct LinkOffer {
    InviteStatus status;
    Bytes card;
    std::string charter;
    Bytes terms;
    std::vector<Bytes> chains;          // of the coordinators that the card lists
    std::optional<Signature> signature; // by the code's key: card, terms; none of an ended code
};

struct LinkAccept {
    Bytes card;
    std::string charter;
    Bytes agreement;     // signed by the bearer's side
    Signature signature; // by the code's key: handshake hash ‖ id of the agreement
    std::vector<Bytes> chains;
};

struct LinkAnswer {
    std::uint32_t status;
    Bytes agreement; // signed by both sides; empty unless the status is 0
};

/// The first word of a node on a link of two linked networks, both ways. [A12]
struct FarHello {
    Bytes chain;  // certifies the key of the link
    bool for_one; // speaks for that side of the agreement, else for the other
};

/// What crosses of one log, as far as it was not told yet.
struct FarCrossing {
    log::LogDescriptor descriptor;
    LogSize size;                    // of the passport
    std::vector<Position> positions; // ascending, below it
};

struct FarAsk {
    LogId log;
    std::vector<Position> positions; // ascending
};

/// The answer to one question; what was asked for and is not in it is not to be had now.
struct FarRelay {
    Bytes relay; // a Relay of protocol/agreement, read there; empty: nothing of it
};

/// What coordinators of the other network have said that the receiver's has to know.
struct FarActs {
    std::vector<Bytes> acts; // payloads of governance entries [A9], read there
};

/// Records that name this link and that their own school has ordered to go there.
struct FarGone {
    bool files_only;                   // the text stays
    std::vector<RevisionId> revisions; // ascending
};

struct FarAskOrders {
    std::vector<RevisionId> revisions; // ascending
};

/// The answer to one question; of what is not in it nothing is to be had now.
struct FarOrders {
    std::vector<Bytes> orders; // each a FarOrder of protocol/agreement, read there
};

/// How far orders of the receiver's network are carried out in the sender's.
struct FarReceipts {
    std::vector<Bytes> receipts; // each a signed statement of protocol/agreement, read there
};

struct Ping {
    std::uint64_t nonce;
    std::vector<SpaceGreeting> spaces;
};

struct Pong {
    std::uint64_t nonce;
    std::vector<SpaceGreeting> spaces;
};

struct Goodbye {
    std::uint32_t reason; // for the trace of the other side; 0: none given
};

/// A request for one file of one record: the entry whose body names it, and its content hash.
struct WantFile {
    std::uint32_t stream;
    LogId log;
    Position position;
    Digest hash;
};

/// On the wire: never renumber.                                                               [S11]
enum class FileState : std::uint8_t { have = 0, not_held = 1, refused = 2 };

struct FileFound {
    std::uint32_t stream;
    FileState state;
    std::uint64_t size;
    std::vector<TreeHash> pieces; // hashes of all pieces; empty unless the state is have
};

/// A request for the pieces [first, first + count).
struct WantPieces {
    std::uint32_t stream;
    std::uint32_t first;
    std::uint32_t count;
};

struct FilePiece {
    std::uint32_t stream;
    std::uint32_t index;
    SharedBytes content;
};

struct FileHere {
    LogId log;
    Position position;
    Digest hash;
};

/// A question for hashes of the other side's tree of a log of which both hold `size` entries. For
/// the whole log these are its ranges [0, size) and [size, size of its head); for a subtree of
/// level 1 or more its descendants `limits::fork_levels` below, or its leaves. [S14]
struct ForkQuestion {
    std::uint32_t number; // comes back in the answer
    LogId log;
    LogSize size;
    std::uint32_t level; // 0: of the whole log
    std::uint64_t index;
};

struct ForkAnswer {
    std::uint32_t number;
    std::optional<log::SignedHead> head; // of the whole log only
    std::vector<TreeHash> hashes;        // none: not held
};

using Message = std::variant<
    Hello,
    WhoAreYou,
    Ranges,
    Offers,
    Ask,
    Want,
    Credit,
    StopStream,
    Chunk,
    WantBodies,
    Bodies,
    InviteOffer,
    JoinRequest,
    JoinAnswer,
    Ping,
    Pong,
    Goodbye,
    WantFile,
    FileFound,
    WantPieces,
    FilePiece,
    FileHere,
    ForkQuestion,
    ForkAnswer,
    ChainQuestion,
    ChainFound,
    LinkOffer,
    LinkAccept,
    LinkAnswer,
    FarHello,
    FarCrossing,
    FarAsk,
    FarRelay,
    FarActs,
    FarGone,
    FarAskOrders,
    FarOrders,
    FarReceipts>;

/// Between whom a message goes; each row of the codec says it.
enum class Between : std::uint8_t {
    members,  // nodes that share a network, or are about to
    networks, // gateways of two linked networks [A12]
    both,     // either of these, by rules of their own: files
    anybody   // signs of life: what they say is for members
};

} // namespace staffroom::wire
