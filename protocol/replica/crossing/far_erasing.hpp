// Orders to erase between gateways of two linked networks, also where the link has ended: each
// tells what its own schools have called back of what names the link, asks for the orders that
// reach what is carried in its network, and writes those that prove themselves into its governance,
// from where every node there carries them out. The attacks: a gateway forges an order, orders for
// schools of other networks, keeps orders back (another one brings them), or brings thousands (only
// what reaches something here, and nothing reaches yet, is written). [E9]
//
//   giver                                taker
//     FarGone {revisions}         --->
//                                 <---     FarAskOrders {revisions}    of what is carried here
//     FarOrders {orders}          --->     checked, written down
#pragma once

#include "protocol/agreement/erasing/far_receipt.hpp"
#include "protocol/replica/crossing/far_links.hpp"
#include "protocol/replica/ports/status.hpp"

namespace staffroom::replica {

class FarErasing : public Part {
public:
    struct Parts {
        Context& context;
        Logbook& logbook;
        OwnLogs& own_logs;
        Networks& networks;
        Links& links;
        const LinkBook& book;
        const Shelf& shelf;
        Passports& passports;
        FarLinks& far_links;
        const Erasures& erasures;
    };
    explicit FarErasing(const Parts& parts)
        : parts_(parts) {}

    // Errors of all of these end the link with their code.
    [[nodiscard]] Result<void> gone_told(Link& link, const wire::FarGone& message);
    [[nodiscard]] Result<void> orders_asked(Link& link, const wire::FarAskOrders& message);
    [[nodiscard]] Result<void> orders_arrived(Link& link, const wire::FarOrders& message);
    [[nodiscard]] Result<void> receipts_arrived(Link& link, const wire::FarReceipts& message);

    /// Sees to it that so many more orders count in the own log to which they go.
    void make_room(const NetworkId& network, std::size_t orders);

    /// How the networks that have records of this order by a link stand to it. [E10]
    [[nodiscard]] std::vector<ErasureAbroad>
    abroad(const NetworkId& network, const network::PlacedOrder& order);

    void link_closed(const Link& link, Errc why) override;
    void load_finished(LoadId id, const Result<Loaded>& outcome) override;
    void store_finished(StoreId id, bool succeeded) override;
    void pump() override;
    void tick() override;
    [[nodiscard]] std::optional<Instant> deadline() const override;

private:
    /// An order as it is named where it was written, and of which network something is said: none
    /// is the one that says it.
    using AboutWhom = std::pair<RevisionId, std::optional<NetworkId>>;
    [[nodiscard]] static AboutWhom whom(const agreement::FarReceipt& receipt);
    /// What the other side has told, and since when it has not been asked for.
    struct Gone {
        bool files_only;
        Instant since;
    };
    struct Told {
        SchoolId school;
        bool files_only;
    };
    struct Question {
        std::vector<RevisionId> revisions;
        Instant until;
    };
    /// An answer in the making: orders are read one after the other.
    struct Answer {
        LinkId link;
        NetworkId network;                              // of ours
        std::vector<std::pair<LogId, Position>> left{}; // the last one is under way
        /// What was asked for and no order in the answer covers, by the places of its orders.
        std::map<std::pair<LogId, Position>, std::vector<RevisionId>> open{};
        std::optional<LogState> state{}; // of its log, as it was when it was begun
        std::optional<LoadedRanges> ranges{};
        std::optional<LoadedChunk> chunk{};
        std::vector<Bytes> orders{};
        std::size_t bytes = 0;
    };
    struct Talk {
        std::map<RevisionId, Told> told{};
        std::optional<std::uint64_t> told_at{}; // number of what was looked at
        std::map<RevisionId, Gone> gone{};
        std::set<RevisionId> answered{};         // of these, what is not asked for any more
        std::optional<std::uint64_t> asked_at{}; // likewise
        std::optional<Instant> turn{};           // of this node, for the next of them
        std::optional<Question> question{};
        std::shared_ptr<Answer> answer{};
        std::map<AboutWhom, agreement::FarReceipt> said{}; // of orders of the other network
        std::optional<RevisionId> counted{}; // the last order here whose receipts were counted
        /// Up to when messages of each kind have been paid for, one after the other.
        Instant gone_until{0};
        Instant orders_until{0};
        Instant receipts_until{0};
        Instant tell_next{0}; // not before: the other side has each message paid for
    };
    /// What goes to the disk of what is said of an order by a link.
    struct Writing {
        std::optional<StoreId> store; // none: the disk has refused it, and it is written again
        agreement::FarReceipt receipt;
        agreement::SignedStatement statement;
    };
    using AboutOrder = std::tuple<NetworkId, SharingId, AboutWhom>;

    using GoneOf = std::map<SchoolId, std::vector<std::pair<RevisionId, Told>>>;
    void tell(Link& link, Talk& talk, const LinkKnown& of);
    void tell_news(Link& link, Talk& talk, const GoneOf& gone);
    void add_passed(const LinkKnown& of, GoneOf& gone) const;
    /// A link, and how far logs of other networks may have been passed on by it.
    struct Onward {
        const LinkKnown& link;
        std::map<LogId, LogSize> reached;
    };
    [[nodiscard]] bool has_passed(const Onward& on, const RecordName& record) const;
    [[nodiscard]] bool came_by(const LinkKnown& of, const SpaceId& space) const;
    [[nodiscard]] bool came_from(const LinkKnown& of, const SpaceId& space) const;
    [[nodiscard]] static bool has_named(const Talk& talk, const network::PlacedOrder& placed);
    [[nodiscard]] const network::PlacedOrder*
    order_for(const NetworkId& network, const RecordName& name) const;
    [[nodiscard]] bool add_far_order(Answer& answer) const;
    void ask(Link& link, Talk& talk, const LinkKnown& of);
    [[nodiscard]] bool
    lacks(const LinkKnown& of, const RevisionId& revision, bool files_only) const;
    static void
    let_go(Talk& talk, const std::vector<RevisionId>& asked, const std::set<RevisionId>& covered);
    [[nodiscard]] std::optional<agreement::Refusal>
    why_refused(const LinkKnown& of, const agreement::FarOrder& order) const;
    void say_erased(Link& link, Talk& talk, const LinkKnown& of);
    void write_again();
    using Heard = std::map<std::optional<NetworkId>, agreement::FarReceipt>;
    [[nodiscard]] Heard heard_of(const LinkKnown& of, const RevisionId& order);
    [[nodiscard]] bool counts(const LinkKnown& of, const agreement::SignedStatement& statement);
    [[nodiscard]] agreement::FarReceipt count_here(
        const NetworkState& network, const network::PlacedOrder& placed, const RevisionId& order
    ) const;
    [[nodiscard]] std::vector<Onward> others_of(const LinkKnown& of) const;
    [[nodiscard]] std::vector<agreement::FarReceipt> heard_beyond(
        const LinkKnown& of,
        const std::vector<Onward>& others,
        const network::PlacedOrder& placed,
        const RevisionId& order
    );
    using News = std::map<AboutWhom, Writing>;
    [[nodiscard]] bool
    is_worth_writing(const LinkKnown& of, const agreement::FarReceipt& receipt, const News& news);
    [[nodiscard]] bool has_crossed(const LinkKnown& of, const network::PlacedOrder& order) const;
    void read_next(std::shared_ptr<Answer> answer);
    void add_order(Answer& answer) const;
    void finish(const Answer& answer);
    [[nodiscard]] std::uint64_t number(const NetworkId& network) const;

    Parts parts_;
    std::map<LinkId, Talk> talks_;
    std::map<LoadId, std::shared_ptr<Answer>> answers_;
    std::map<AboutOrder, Writing> writing_;
    /// Orders on their way to the disk: two gateways of the other network may bring the same.
    struct Ordering {
        NetworkId network;
        std::size_t count;
        std::map<RevisionId, network::ErasureKind> kinds;
    };
    std::map<StoreId, Ordering> ordering_;
    /// An order waits two minutes at most. The attack: a member keeps the disk so full that texts
    /// are refused, and with them the orders beside them, and words that have to go stay for hours.
    StorePause order_pause_{std::chrono::minutes(2)};
    StorePause receipt_pause_{std::chrono::minutes(10)};
    Instant next_saying_{0};
    /// Receipts that stand in governance, and whether they count: of which network and link.
    std::map<std::tuple<NetworkId, SharingId, Bytes>, bool> checked_;
    std::uint64_t checked_at_ = 0; // number of the links and chains by which they were
};

} // namespace staffroom::replica
