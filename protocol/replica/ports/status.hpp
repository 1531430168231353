// The status of a replica: plain values for the API, the command line and the tests' checkers.
#pragma once

#include "protocol/agreement/agreeing.hpp"
#include "protocol/base/ids.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/time.hpp"
#include "protocol/log/descriptor.hpp"
#include "protocol/network/erasure.hpp"
#include "protocol/network/operations.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace staffroom::replica {

struct MemberStatus {
    SchoolId school;
    std::string name; // empty: no profile has arrived yet
    bool coordinator;
    bool joined; // has signed the charter
};

/// How a school stands in a network. `disputed`: its code was used by another school as well.
enum class Standing : std::uint8_t { none, member, suspended, removed, left, disputed };

struct SchoolStanding {
    SchoolId school;
    std::string name; // empty: no profile has arrived yet
    Standing standing;
    std::optional<network::Role> role{};   // of a member
    std::optional<WallTime> since{};       // by the clock of who wrote the last operation behind it
    std::optional<WallTime> until{};       // when the role is to end
    std::optional<SchoolId> admitted_by{}; // none: the founder
    std::optional<WallTime> last_heard{};  // by this node
    std::optional<SchoolId> successor{};   // whom it has named [M13]
    bool is_successor_at_odds = false;     // its newest words name different ones
    std::vector<RevisionId> operations{};  // that it rests on
};

/// A closing that lacks signatures.
struct ProposalStatus {
    RevisionId id;
    SchoolId school; // that it is about
    SchoolId author;
    std::vector<SchoolId> signatories;
    network::Act act;
    bool is_signed_here;
};

/// A proven fork: two histories of one log. [S15]
struct ForkStatus {
    LogId log;
    SchoolId school;
    log::Channel channel;
    Position position;            // from which the two part
    std::array<LogSize, 2> sizes; // of both, as they were signed
    LogSize held;                 // here
    Bytes evidence;
};

/// A network that this school was in and is out of.
struct FormerNetwork {
    NetworkId network;
    std::string name;
    Standing standing;
    std::optional<network::Reason> reason{}; // that was given; none where nothing was
    std::optional<WallTime> since{};
};

/// Why an act of this school would be in vain.
enum class ChangeRefusal : std::uint8_t {
    not_a_coordinator,
    not_acting,       // it observes
    unknown_school,   // never admitted
    not_in,           // the school is no member
    own_school,       // `leave` and `role` are for oneself
    last_coordinator, // nobody would be left to coordinate
    already_so,
    unknown_proposal,
    already_signed,
    pins_not_here,     // a proposal that lets more count than is held here
    unknown_admission, // no disputed one of this id
    own_successor,     // a school is gone when its successor orders
    already_named,     // its successor is this one already, or nobody
};

/// What an act would change, by the operations that are here now.
struct MembershipEffect {
    std::optional<ChangeRefusal> refusal{};
    std::optional<SchoolId> school{}; // that it is about
    Standing before = Standing::none;
    Standing after = Standing::none;
    std::optional<network::Role> role_before{};
    std::optional<network::Role> role_after{};
    bool is_unshared = false; // a leave: nobody in the network is known to hold all that we wrote
    bool is_proposal = false; // it lacks signatures of others
    std::uint64_t records_kept = 0;  // of the school, that count after it
    std::uint64_t records_aside = 0; // that no longer count
    std::uint64_t invitations_ended = 0;
    std::vector<SchoolId> others_out{}; // who belong by what would count no longer
};

struct NetworkStatus {
    NetworkId network;
    std::string name;
    std::string focus;
    std::string charter;
    std::vector<MemberStatus> members; // by school id
    std::uint64_t documents;           // not erased
    std::uint64_t missing_bodies;
    std::uint64_t missing_entries; // under heads that are known and not yet here
    std::uint64_t open_invitations;
    Digest digest;                   // equal on two nodes exactly when they hold the same [S8]
    std::uint64_t waiting_files = 0; // records whose attached files are not all here
};

/// One code that somebody has made; never the code itself, which no machine keeps.
struct InvitationStatus {
    NetworkId network;
    RevisionId id;     // of the operation that made it
    SchoolId author;   // the school whose coordinator made it
    std::string state; // "open", "spent", "disputed", "ended"
    WallTime ends;
};

struct NeighbourStatus {
    std::string address; // as dialled, or as seen
    std::optional<SchoolId> school;
    std::string name;
    bool connected;
    bool settled; // both have said "nothing new"
    bool silent;  // connected, and overdue with its next sign of life
    bool dialled;
    std::string source;  // "added", "inviter", "published", "incoming", "member" (no address known)
    std::string trouble; // errc name of the last failure; empty: none
    std::optional<WallTime> last_heard;
    std::optional<Instant> next_try;
    std::uint64_t bytes_in;
    std::uint64_t bytes_out;
    std::vector<NetworkId> networks;
};

/// The memory of one link besides what it knows.
struct LinkLoad {
    std::size_t unsent_bytes;   // handed to the driver and not yet on the line
    std::size_t buffered_bytes; // received and not yet a whole message
    std::size_t parked;         // heads, chains and notices that cannot be judged yet
};

struct LogStatus {
    LogId id;
    log::LogDescriptor descriptor;
    LogSize size;
    LogSize stored;
    TreeHash root;
    bool own;
    std::optional<Position> cut_at; // the end of what counts: a fork, or an ended key
};

/// A log of records, and how much of what is durable here people may be shown.
struct HeldLog {
    LogId log;
    SpaceId space;
    LogSize stored;
    bool has_set_aside; // more is here, behind a cut
};

/// A log of this school in a network, as far as it is durable here and counts.
struct OwnLogStatus {
    LogId id;
    SigningPublicKey node_key;
    LogSize size;
    TreeHash root;
};

struct IdentityStatus {
    Bytes chain;          // the best that is known of this school
    SigningPublicKey key; // of this very node
    bool is_key_ended;
    std::vector<OwnLogStatus> logs; // of every node that the school ever had, by id; none is empty
};

/// How one school stands to an order of erasure.
struct ErasureSchool {
    SchoolId school;
    std::string name;
    std::string state;               // "erased", "waiting" (heard since), "unheard"
    std::optional<WallTime> since;   // erased: by its own clock; else when it was last heard
    bool waits_for_a_server = false; // one of its servers has erased it, another has not said so
};

/// How many of the schools of a network hold an entry, this one included, as far as they have said.
struct Safety {
    std::size_t at = 0;
    std::size_t of = 0;
    friend bool operator==(const Safety&, const Safety&) = default;
};

/// What the other schools of a network hold of this school's own logs: made once, asked for each
/// record of a list.
struct HeldElsewhere {
    std::map<LogId, std::vector<LogSize>> sizes; // each school's, ascending
    std::size_t schools = 0;                     // of the network, this one included

    /// O(log) of the number of schools.
    [[nodiscard]] Safety of(const LogId& log, Position position) const;
};

/// A school of a network, and whether it is known to hold an entry.
struct HoldingSchool {
    SchoolId school;
    bool holds;
    std::optional<WallTime> last_heard; // by this node
};

/// How another network, to which records of an order have crossed, stands to it.              [E10]
struct ErasureAbroad {
    NetworkId network;
    std::string name;
    std::uint32_t schools = 0; // as its gateway says; 0 while it has said nothing
    std::uint32_t erased = 0;
    std::optional<WallTime> since{}; // by that gateway's clock
    std::string by_way_of{};         // the network that passed it on there; empty: ours
    bool stays = false;              // no order of another school than the author's crosses [E9]
};

/// One order that counts, and who has carried it out.
struct ErasureStatus {
    NetworkId network;
    network::PlacedOrder placed;
    std::vector<ErasureSchool> schools; // the members, by id
    std::vector<ErasureAbroad> abroad{};
};

/// One network of a link, by its card, and who has signed the agreement for it.
struct LinkSide {
    agreement::KnownCard card;
    std::vector<SchoolId> signed_by;
};

/// The end of a link, as it was written down in the own network.                              [A7]
struct LinkEndStatus {
    NetworkId by;                            // either of the two
    std::optional<network::Reason> reason{}; // none where none was heard
    std::optional<WallTime> written{};       // by the clock of who wrote it down
};

/// Terms that are to follow those in force, as far as they have been signed.                  [A17]
struct LinkRenewalStatus {
    AgreementId agreement;
    std::uint32_t number;
    agreement::Terms ours;
    agreement::Terms theirs;
    WallTime until;
    WallTime review;
    bool is_signed_here; // by enough of the own side
    bool is_signed_there;
    bool may_be_signed;              // this network has signed no other that is as new
    bool is_signed_by_self;          // by a key of this school that has not ended
    std::optional<WallTime> since{}; // by the clock of who wrote it down first
};

/// What this network has agreed with another one. People call it a link.                      [A9]
struct LinkStatus {
    SharingId id;
    NetworkId network;
    NetworkId other;
    std::string name; // of the other one, and what follows
    std::string focus;
    std::string place;
    std::string charter;
    agreement::Terms ours;
    agreement::Terms theirs;
    WallTime until;
    WallTime review;
    bool is_disputed; // one code was accepted by two
    AgreementId agreement;
    LinkSide own;
    LinkSide facing;
    std::optional<WallTime> since{}; // by the clock of who wrote the agreement down first
    std::optional<LinkEndStatus> ended{};
    std::uint32_t number = 0;                  // how often it was renewed
    std::vector<LinkRenewalStatus> renewals{}; // that are not in force; by number

    /// Whether this school may make terms. The attack: who has one account here makes them by the
    /// hundred, and each costs every node its signatures.
    [[nodiscard]] bool has_room_for_terms() const {
        const auto made = std::ranges::count_if(renewals, &LinkRenewalStatus::is_signed_by_self);
        return static_cast<std::size_t>(made) < limits::renewals_open_max;
    }
};

/// A code for another network, never the code itself.
struct LinkCodeStatus {
    NetworkId network;
    RevisionId id;
    SchoolId author;
    bool is_spent;
    bool is_ended; // by somebody, before its time
    WallTime ends;
    agreement::LinkTerms terms;
    std::optional<std::array<std::string, 4>> words; // of the link over which it was accepted here
};

/// A receipt as it was signed, for whoever checks it without a node.
struct ErasureEvidence {
    Bytes chain;  // of its school
    Bytes notice; // signature and bytes [N4]
};

struct Attention {
    std::string code;     // stable, e.g. "network.one-coordinator"
    std::string sentence; // for a person, no secrets
    bool is_news = false; // good to know; nothing is wrong
};

} // namespace staffroom::replica
