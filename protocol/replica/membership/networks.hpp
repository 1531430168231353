// The networks of this node: genesis, operations, roster, the space that each is the audience of;
// and the identity chains and notices of the schools in them. Decides what may be accepted; knows
// no link.
#pragma once

#include "protocol/agreement/agreeing.hpp"
#include "protocol/agreement/erasing/far_order.hpp"
#include "protocol/agreement/erasing/far_receipt.hpp"
#include "protocol/identity/chain.hpp"
#include "protocol/network/charter.hpp"
#include "protocol/network/erasure.hpp"
#include "protocol/network/notice.hpp"
#include "protocol/network/roster/roster.hpp"
#include "protocol/replica/links/school_pace.hpp"
#include "protocol/replica/membership/passport_book.hpp"
#include "protocol/replica/membership/spaces.hpp"
#include "protocol/replica/ports/part.hpp"
#include "protocol/wire/codec_records.hpp"

#include <set>

namespace staffroom::replica {

/// What a school has written of a link. [A9]
struct PlacedLinkAct {
    RevisionId id;
    SchoolId author;
    agreement::LinkAct act;
};

struct NetworkState {
    NetworkId id;
    Bytes genesis_bytes;
    network::Genesis genesis;
    crypto::Secret32 meeting_key;
    SpaceState& space;
    network::Roster& roster; // the audience of the space
    network::OperationSet operations{};
    /// Where the operations stand that count.
    std::map<LogId, std::map<Position, RevisionId>> placed{};
    /// Those that stand in a log beyond what counts of it: they may count again.
    struct SetAside {
        RevisionId id;
        Bytes operation;
    };
    std::map<LogId, std::map<Position, SetAside>> aside{};
    /// When each was written, by its author's clock: to be shown, and for nothing else.
    std::map<RevisionId, WallTime> written{};
    /// Items of proven forks, and the logs that they are about.
    std::map<LogId, std::pair<log::LogDescriptor, wire::Item>> forks{};
    std::set<SchoolId> closed_before{}; // whose records were not whole at the last fold
    bool has_lost_schools = false;      // a fork has voided an admission
    std::uint64_t folds = 0;            // of the roster so far
    /// For schools that are out: what each may have of the governance, as of a fold.
    std::map<SchoolId, std::pair<std::uint64_t, std::map<LogId, LogSize>>> farewells{};
    Instant next_fold{0};     // not before
    bool is_fold_due = false; // operations have come since the last one
    /// All orders of erasure, also those that stand beyond what counts of their log.        [E1]
    std::map<LogId, std::map<Position, network::PlacedOrder>> orders{};
    std::uint64_t order_count = 0;
    /// Those of them that a school of another network has written, by the entry here.        [E9]
    std::map<RevisionId, agreement::FarOrder> far_orders{};
    /// Where they stand.
    std::map<LogId, std::map<Position, RevisionId>> far_places{};
    /// What was written down of orders from here, as others have signed it: by the order, who
    /// wrote it down, who signed it and of which network, of each the one that says most.   [E10]
    struct FarSaid {
        SchoolId writer;
        SchoolId signatory;
        std::optional<NetworkId> beyond;
        friend auto operator<=>(const FarSaid&, const FarSaid&) = default;
    };
    std::map<RevisionId, std::map<FarSaid, agreement::SignedStatement>> far_receipts{};
    /// Revisions of the charter, and who signed them, likewise.                              [N8]
    using CharterActs = std::map<Position, network::PlacedCharterAct>;
    std::map<LogId, CharterActs> charter_acts{};
    /// What was said of links to other networks, likewise.                                  [A9]
    std::map<LogId, std::map<Position, PlacedLinkAct>> link_acts{};
    std::uint64_t link_act_count = 0;
    PassportBook passports{}; // [A11]
};

/// A notice on the line of items. [S2]
[[nodiscard]] wire::Item item_of(const Digest& subject, const network::SignedNotice& notice);

/// What becomes of something that a neighbour offers.
enum class Acceptance : std::uint8_t {
    taken,  // new and kept
    known,  // nothing new
    parked, // cannot be judged yet: its school or certificate has not arrived
    refused,
};

class Networks : public Part {
public:
    Networks(Context& context, Logbook& logbook, Spaces& spaces)
        : context_(context)
        , logbook_(logbook)
        , spaces_(spaces) {}

    /// Errors: corrupt (rows that cannot be understood).
    [[nodiscard]] Result<void> begin(const Image& image, ByteView own_chain);

    [[nodiscard]] NetworkState* find(const NetworkId& id);
    /// The network that is the audience of this space; null when another kind of space is meant.
    [[nodiscard]] NetworkState* of_space(const SpaceId& space);
    [[nodiscard]] const NetworkState* of_space(const SpaceId& space) const;
    [[nodiscard]] const std::map<NetworkId, NetworkState>& all() const { return networks_; }
    [[nodiscard]] std::map<NetworkId, NetworkState>& all() { return networks_; }

    /// Adds a network from its genesis and returns the row that keeps it. Errors: those of
    /// parse_genesis, already_exists.
    [[nodiscard]] Result<Row> add_network(const Bytes& genesis);

    // ---- identity chains
    [[nodiscard]] const identity::IdentityChain* chain(const SchoolId& school) const;
    [[nodiscard]] const identity::IdentityChain& own_chain() const;
    /// Whose node holds this transport key, by a certificate that is not revoked; where several
    /// schools certify it, the one whose chain was named. Before a chain was named: only where
    /// there is no doubt.
    [[nodiscard]] std::optional<SchoolId> school_of(
        const TransportPublicKey& key, const std::optional<wire::Fingerprint>& identity
    ) const;
    /// The chain of this school, as it is known now, lets this key speak for it.
    [[nodiscard]] bool certifies(const SchoolId& school, const TransportPublicKey& key) const;
    /// Tells whether this school has ended the key of this very node: its chain, as a neighbour has
    /// brought it, is newer than this disk. [I2]
    [[nodiscard]] bool is_key_ended() const;
    /// The first bytes of the tip: how a node names its chain in a hello.
    [[nodiscard]] static wire::Fingerprint identity_of(const identity::IdentityChain& chain);
    /// Returns a number that grows whenever a chain has taken the place of another.
    [[nodiscard]] std::uint64_t chain_changes() const { return chain_changes_; }
    [[nodiscard]] const std::map<SchoolId, identity::IdentityChain>& chains() const {
        return chains_;
    }
    /// Keeps a better chain of a school that belongs to any of our networks; refused when it does
    /// not check.
    Acceptance take_chain(ByteView wire);
    /// Keeps a chain whatever the rosters say (an inviter's, a newcomer's). Errors: those of
    /// IdentityChain::parse.
    Result<SchoolId> keep_chain(ByteView wire);

    /// Whether a roster was folded or a notice kept since it was taken: members, roles, names and
    /// addresses may be others.
    [[nodiscard]] bool has_news() const { return has_news_; }
    bool take_has_news() { return std::exchange(has_news_, false); }
    /// A roster of ours names this school, now or in former times.
    [[nodiscard]] bool is_anyones_member(const SchoolId& school) const;

    // ---- heads, notices, operations
    /// Whether a head may be acted upon; verifies its signature when it is new.
    Acceptance judge_head(const log::LogDescriptor& descriptor, const log::SignedHead& head);
    /// Of one school only so many at once: each is kept on disk and passed on to all.
    Acceptance take_notice(const network::SignedNotice& notice);
    [[nodiscard]] const network::SignedNotice* notice(const Digest& subject) const;
    /// Writes a notice of ours with the next counter.
    void write_notice(network::NoticeKind kind, const SpaceId& space, Bytes content);
    /// Files operations that became durable; true when the roster was folded anew. A large one is
    /// folded again only after a pause that grows with it: a member that writes thousands of
    /// operations, one by one, would keep every node busy with folding.
    bool take_governance(const Growth& growth);
    /// Folds what has waited for its pause; true when there was anything.
    bool fold_what_is_due();
    /// Of the next fold.
    [[nodiscard]] std::optional<Instant> deadline() const override;
    /// An entry of a log grew: its item follows.
    void update_item(const LogRecord& record);
    /// A log has come whose key or whose school may count no longer, or not as far as it goes.
    /// [I2] [M11]
    void find_cuts(const LogId& id);
    /// Two histories of a log were proven, earlier than known so far: `item` is the evidence. What
    /// the log said in governance from there on no longer counts.                           [S15]
    void fork_proven(const log::LogDescriptor& descriptor, const LogId& id, const wire::Item& item);

    /// How much of each governance log of a space says that this school is out, and why: the
    /// closings and what they build on. Nothing for a school that is in, or never was. [S6]
    [[nodiscard]] const std::map<LogId, LogSize>&
    farewell_to(const SchoolId& school, const SpaceId& space);

    [[nodiscard]] std::string school_name(const SchoolId& school) const;
    [[nodiscard]] wire::Profile school_profile(const SchoolId& school) const;
    struct PublishedAddress {
        SchoolId school;
        NetworkId network;
        std::string address;
    };
    /// What members say where they are: of each school the 8 that came last, over all its nodes and
    /// networks. Hearsay, until a handshake has proven who is there.                       [S10]
    [[nodiscard]] std::vector<PublishedAddress> published_addresses() const;

    /// Rows to keep that have gathered since the last call: chains, notices.
    [[nodiscard]] std::vector<Row> take_rows() override { return std::exchange(rows_, {}); }

private:
    void refold(NetworkState& state);
    void fold(NetworkState& state);
    [[nodiscard]] bool has_forked_governance(const NetworkState& state) const;
    [[nodiscard]] bool has_revoked_key(const NetworkState& state) const;
    void chain_changed(const SchoolId& school);
    [[nodiscard]] const identity::CertifiedNode*
    certified(const SchoolId& school, const SigningPublicKey& key) const;
    [[nodiscard]] std::optional<Cut>
    revocation_of(const log::LogDescriptor& descriptor, const LogId& id) const;
    [[nodiscard]] std::optional<Cut>
    closing_of(const log::LogDescriptor& descriptor, const LogId& id) const;
    void cut_by_closings(NetworkState& state);
    void count_log(const LogRecord& record);
    [[nodiscard]] static bool
    may_be_counted(const SpaceState& space, const log::LogDescriptor& descriptor, const LogId& id);
    [[nodiscard]] static bool has_too_many_logs(const NetworkState& state);
    [[nodiscard]] bool may_come(const SpaceState& space, const SchoolId& school);
    [[nodiscard]] bool counts(const NetworkState& state, const network::SignedNotice& notice) const;
    [[nodiscard]] bool counts(const NetworkState& state, const log::LogDescriptor& of_fork) const;
    [[nodiscard]] bool is_held(ByteView chain) const;
    void place(NetworkState& state, const GovernancePayload& payload);
    static void place_beside(NetworkState& state, const GovernancePayload& payload);
    static void
    place_far_receipt(NetworkState& state, const SchoolId& writer, agreement::LinkReceipt act);
    static void place_far_order(
        NetworkState& state, const GovernancePayload& payload, const agreement::LinkOrder& act
    );
    bool recount_operations(NetworkState& state, const LogRecord& record);
    void list_again(NetworkState& state);
    void put_chain_items(const identity::IdentityChain& chain);
    bool keep_notice(const network::SignedNotice& notice);
    void keep_profile(const SchoolId& school);

    Context& context_;
    Logbook& logbook_;
    Spaces& spaces_;
    std::map<NetworkId, NetworkState> networks_;
    std::map<SpaceId, NetworkState*> of_space_;
    std::map<SchoolId, identity::IdentityChain> chains_;
    std::uint64_t chain_changes_ = 0;
    std::map<TransportPublicKey, std::set<SchoolId>> transport_keys_;
    std::map<Digest, network::SignedNotice> notices_;
    std::map<Digest, std::uint64_t> notice_turns_; // in which order they came, by subject
    std::uint64_t last_turn_ = 0;
    bool has_news_ = false;
    std::map<SchoolId, wire::Profile> profiles_; // of the first notice that can be read, by subject
    SchoolPace notice_pace_{16, std::chrono::seconds(1)}; // of members
    SchoolPace log_pace_{16, std::chrono::seconds(1)};    // of schools with very many logs
    std::vector<Row> rows_;
};

} // namespace staffroom::replica
