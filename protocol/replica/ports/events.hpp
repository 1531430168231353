// The whole boundary of a replica: everything that may come in and goes out. Plain values, no I/O.
// Only the daemon's driver and the simulator's world perform the outputs.
#pragma once

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/secret.hpp"
#include "protocol/crypto/signature.hpp"
#include "protocol/network/charter.hpp"
#include "protocol/network/erasure.hpp"
#include "protocol/network/operations.hpp"
#include "protocol/replica/ports/erasure_work.hpp"
#include "protocol/replica/ports/file_work.hpp"
#include "protocol/replica/ports/link_commands.hpp"
#include "protocol/replica/ports/store.hpp"

#include <array>
#include <chrono>
#include <string>
#include <variant>
#include <vector>

namespace staffroom::replica {

/// The number of a link. The replica chooses it for links that it dials (odd), the driver for those
/// that it accepts (even).
struct LinkId {
    std::uint64_t value;
    friend constexpr auto operator<=>(const LinkId&, const LinkId&) = default;
};
struct StoreId {
    std::uint64_t value;
    friend constexpr auto operator<=>(const StoreId&, const StoreId&) = default;
};
struct LoadId {
    std::uint64_t value;
    friend constexpr auto operator<=>(const LoadId&, const LoadId&) = default;
};
struct FileWorkId {
    std::uint64_t value;
    friend constexpr auto operator<=>(const FileWorkId&, const FileWorkId&) = default;
};
struct ErasureId {
    std::uint64_t value;
    friend constexpr auto operator<=>(const ErasureId&, const ErasureId&) = default;
};
/// The number of a command. Its sender chooses it; it comes back in Done, exactly once.
struct RequestId {
    std::uint64_t value;
    friend constexpr auto operator<=>(const RequestId&, const RequestId&) = default;
};

// -------------------------------------------------------------------------------------- replies
struct NetworkCreated {
    NetworkId network;
};
struct InvitationCreated {
    RevisionId operation;
};
struct NetworkJoined {
    NetworkId network;
    std::string name;
    SchoolId inviter;
    std::array<std::string, 4> words; // the same four on both screens
};
struct NeighbourAdded {};
struct NeighbourRemoved {
    bool is_published; // its school still tells us of this address, so it stays on the list
};
struct InvitationEnded {};
struct ActWritten {
    RevisionId operation;
};
struct CharterWritten {
    Digest charter;
};
struct RecordsPublished {
    std::vector<RevisionId> revisions;
};
struct ProfileSet {};
/// The neighbours that had not said "nothing new" when patience ended. All lists empty: in sync.
struct SyncReport {
    std::size_t reached = 0;            // neighbours that said "nothing new" both ways
    std::vector<std::string> lagging;   // connected, still exchanging or silent
    std::vector<std::string> unreached; // no connection
};
struct FilesNoted {};
struct ErasureOrdered {
    std::vector<RevisionId> orders;
};
struct EntriesWithheld {};

// ------------------------------------------------------------------------------------- commands
struct CreateNetwork {
    using Answer = NetworkCreated;
    std::string name;
    std::string focus;
    std::string charter;
};
struct CreateInvitation {
    using Answer = InvitationCreated;
    NetworkId network;
    crypto::Secret32 psk;
    crypto::SigningKey admit_key; // binds the code to its network [N5]; not kept
    WallTime ends;
};
struct JoinNetwork {
    using Answer = NetworkJoined;
    crypto::Secret32 psk;
    crypto::SigningKey admit_key;
    std::string address;
    std::chrono::seconds patience{20};
};
struct AddNeighbour {
    using Answer = NeighbourAdded;
    NetworkId network;
    std::string address;
};
/// Takes back an address that AddNeighbour or an invitation has put into the address book. An
/// address that a school publishes of itself stays: only that school can take it back.
struct RemoveNeighbour {
    using Answer = NeighbourRemoved;
    std::string address;
};
/// Ends an open invitation of this network: its code admits nobody from then on.
struct EndInvitation {
    using Answer = InvitationEnded;
    NetworkId network;
    RevisionId invitation;
};
/// Writes an act about who belongs to this network and how: a role, a closing, a resume, a
/// confirmation or a settlement. The pins of a closing are filled in.
struct WriteAct {
    using Answer = ActWritten;
    NetworkId network;
    network::Act act;
};
/// Puts a revision of the charter to all schools, or signs one. Errors: not_a_member, not_allowed
/// (it observes), not_found (no charter of this network), already_exists (this school has signed
/// it), too_large (it has written too many).
struct WriteCharter {
    using Answer = CharterWritten;
    NetworkId network;
    network::CharterAct act;
};
/// A record ready to be written: everything that a header says but the salted commitment, and the
/// encoded body.
struct RecordDraft {
    SpaceId space; // a network's, or the school's own
    std::uint32_t kind;
    std::optional<RevisionId> document;
    std::vector<RevisionId> parents;
    std::vector<std::pair<RevisionId, std::uint32_t>> about; // target, relation code
    std::uint32_t reach;
    std::uint32_t codec;
    std::uint32_t plain_length;
    std::uint64_t attachment_bytes;
    SharedBytes encoded;
    std::optional<Row> origin;      // remembered with the record, in the same batch
    std::uint32_t retention = 0;    // retention class of the header [R8]
    std::vector<SharingId> links{}; // whose other networks may read it, ascending [A5]
    std::uint32_t pass_on = 0;      // networks further than those
};
struct PublishRecords {
    using Answer = RecordsPublished;
    std::vector<RecordDraft> drafts; // all or none
};
/// Sets the statements of this school about itself to its networks, from now on.
struct SetProfile {
    using Answer = ProfileSet;
    Bytes profile;                      // wire Profile
    std::vector<std::string> addresses; // host:port; empty: none are published
};
/// Waits until every reachable neighbour has said "nothing new" both ways since now.
struct WaitForSync {
    using Answer = SyncReport;
    std::chrono::seconds patience{60};
    bool only_start = false; // dial and compare now, do not wait
};
/// Reports a file that was brought in from this machine: neighbours that asked for it in vain are
/// told.
struct NoteFile {
    using Answer = FilesNoted;
    Digest hash;
};
/// Fetches the body and the files of this entry again, because not all of them are readable here
/// any more.
struct FetchFiles {
    using Answer = FilesNoted;
    LogId log;
    Position position;
};
/// Orders that these records of one school go, at every school of the network.
struct OrderErasure {
    using Answer = ErasureOrdered;
    NetworkId network;
    network::ErasureOrder order; // of any number of entries
};
/// Takes the words of these entries off this disk alone, wherever they stand: a draft that is
/// deleted, a record that this school does not want to hold. Answered when it is done.
struct WithholdEntries {
    using Answer = EntriesWithheld;
    std::vector<RevisionId> entries;
    BodyState state; // erased, refused
};
using CommandBody = std::variant<
    CreateNetwork,
    CreateInvitation,
    JoinNetwork,
    AddNeighbour,
    RemoveNeighbour,
    EndInvitation,
    WriteAct,
    WriteCharter,
    PublishRecords,
    SetProfile,
    WaitForSync,
    NoteFile,
    FetchFiles,
    OrderErasure,
    WithholdEntries,
    InviteLink,
    AcceptLink,
    EndLink,
    EndLinkCode,
    RenewLink,
    SignRenewal>;

using Reply = std::variant<
    NetworkCreated,
    InvitationCreated,
    NetworkJoined,
    NeighbourAdded,
    NeighbourRemoved,
    InvitationEnded,
    ActWritten,
    CharterWritten,
    RecordsPublished,
    ProfileSet,
    SyncReport,
    FilesNoted,
    ErasureOrdered,
    EntriesWithheld,
    LinkInvited,
    LinkAgreement,
    LinkEnding,
    LinkCodeEnding,
    LinkRenewing>;

// --------------------------------------------------------------------------------------- inputs
struct LinkOpened {
    LinkId link;
    bool dialled;
    std::string remote; // for status and trace
};
struct DialFailed {
    LinkId link;
    Errc why; // unreachable, timed_out
};
struct BytesArrived {
    LinkId link;
    ByteView bytes; // for the call's length
};
/// Reports how many bytes of this link have left our queue for the socket.
struct BytesSent {
    LinkId link;
    std::size_t count;
};
struct LinkClosed {
    LinkId link;
};
struct StoreFinished {
    StoreId id;
    Result<void> outcome;
};
using Loaded = std::variant<LoadedChunk, LoadedBodies, LoadedRanges>;
using LoadAsk = std::variant<LoadChunk, LoadBodies, LoadRanges>;
struct LoadFinished {
    LoadId id;
    Result<Loaded> outcome;
};
struct FileWorkFinished {
    FileWorkId id;
    Result<FileResult> outcome;
};
struct ErasureFinished {
    ErasureId id;
    Result<ErasureResult> outcome;
};
struct Wake {};
struct Command {
    RequestId id;
    CommandBody body;
};
using Input = std::variant<
    LinkOpened,
    DialFailed,
    BytesArrived,
    BytesSent,
    LinkClosed,
    StoreFinished,
    LoadFinished,
    FileWorkFinished,
    ErasureFinished,
    Wake,
    Command>;

// -------------------------------------------------------------------------------------- outputs
struct OpenLink {
    LinkId link;
    std::string address; // host:port
    /// Only a member of some network says that a node is there. A member could name this machine,
    /// or everybody on its line; the driver must not dial such an address.
    bool is_hearsay = false;
};
struct SendBytes {
    LinkId link;
    SharedBytes bytes;
};
/// Closes a link: earlier messages still go out, then the socket closes. LinkClosed is not reported
/// back.
struct CloseLink {
    LinkId link;
    Errc why;
};
/// The last acknowledged state of a log of this node's own.
struct MarkedLog {
    LogId log;
    LogSize size;
    TreeHash root;
};
/// Stores a batch: commits, then writes the mark, then reports StoreFinished, in this order;
/// batches in the order given.
struct Store {
    StoreId id;
    StoreBatch batch;
    std::vector<MarkedLog> mark; // empty: the mark does not change; else all own logs
};
struct Load {
    LoadId id;
    LoadAsk what;
};
/// Works on attached files in the order given; reported with FileWorkFinished.
struct WorkOnFile {
    FileWorkId id;
    FileWork what;
};
/// Takes words and files off the disk, overwritten and synced, with all that was made of them;
/// reported with ErasureFinished. Stores given before it are done before it begins.
struct CarryOut {
    ErasureId id;
    std::vector<ErasureTarget> targets;
    /// These keep no file from going.
    std::vector<FilelessEntry> without_files;
    /// Records of other networks may be here, which stand inside entries of schools here. [A10]
    bool has_carried = false;
};
struct Done {
    RequestId id;
    Result<Reply> outcome;
};
// Events for others to hear (event stream, index, trace). Nobody has to listen.
struct LogGrew {
    LogId log;
    LogSize before;
    LogSize after;
};
struct MembershipChanged {
    NetworkId network;
};
struct LinkChanged {
    LinkId link;
    std::string remote;
    std::string state; // "connected", "settled", "closed: <errc>"
};
using Notice = std::variant<LogGrew, MembershipChanged, LinkChanged>;
struct Notify {
    Notice notice;
};

using Output =
    std::variant<OpenLink, SendBytes, CloseLink, Store, Load, WorkOnFile, CarryOut, Done, Notify>;
using Outbox = std::vector<Output>;

} // namespace staffroom::replica
