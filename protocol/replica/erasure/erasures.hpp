// What has to be gone from this disk, and is: follows the orders in the governance of each network,
// keeps refused records and deleted drafts away, has the disk let them go, and says so to the other
// schools. Every step can be repeated, so a start goes on where the one before ended. Not here: the
// disk's part (storage/store/erasure), who may order (network/erasure). [E3] [E4] [E5] [E6]
//
//   order counts -> row "begun" durable -> CarryOut -> ErasureFinished -> row "done" durable
//   -> receipt; an order that counts no longer goes the same way back, to "missing"
#pragma once

#include "protocol/replica/agreements/link_book.hpp"
#include "protocol/replica/files/file_fetch.hpp"
#include "protocol/replica/logs/withheld.hpp"
#include "protocol/replica/membership/networks.hpp"
#include "protocol/replica/ports/part.hpp"
#include "protocol/replica/ports/status.hpp"

namespace staffroom::replica {

class Erasures : public Part, public Withheld {
public:
    struct Parts {
        Context& context;
        Logbook& logbook;
        Networks& networks;
        const LinkBook& book;
        FilePlaces& places;
        FileFetcher& fetcher;
    };
    explicit Erasures(const Parts& parts)
        : context_(parts.context)
        , logbook_(parts.logbook)
        , networks_(parts.networks)
        , book_(parts.book)
        , places_(parts.places)
        , fetcher_(parts.fetcher) {
        logbook_.withhold(this);
    }

    [[nodiscard]] Result<void> restore(const Image& image) override;
    /// Keeps these entries away from this disk; `request` is answered when they are gone.
    void withhold(RequestId request, const WithholdEntries& command);

    [[nodiscard]] std::optional<BodyState>
    state_of(const SpaceId& space, const EntryNames& names) const override;
    [[nodiscard]] bool keeps_no_files(const SpaceId& space, const EntryNames& names) const override;
    [[nodiscard]] bool withholds_carried(const SpaceId& space) const override;

    /// Follows orders that came, or count no longer, and begins what is to be done.
    void pump() override;
    void tick() override;
    void log_cut(const LogId& id) override;
    void store_finished(StoreId id, bool succeeded) override;
    void erasure_finished(ErasureId id, const Result<ErasureResult>& outcome) override;
    [[nodiscard]] std::optional<Instant> deadline() const override;

    /// Tells whether words are still on this disk that an order takes away, or may do so once the
    /// chains are known that stand in the logs here.
    [[nodiscard]] bool is_busy() const;
    /// Returns the orders of a network that count and reach something.
    [[nodiscard]] std::vector<const network::PlacedOrder*> standing(const NetworkId& network) const;
    /// How far orders that count in a network reach a record that is carried there; nothing where
    /// none does.
    [[nodiscard]] std::optional<network::ErasureKind>
    kind_of(const NetworkId& network, const RecordName& name) const;
    /// The order by which the school of a record itself has called it back in this network, the
    /// widest of several; null where it has not. What another network's school has ordered is not
    /// among these. [E9]
    [[nodiscard]] const network::PlacedOrder*
    own_order(const NetworkId& network, const RecordName& name) const;
    /// The same of what its school has called back in another network, and the order came here: for
    /// those to whom its record was passed on. [A16]
    [[nodiscard]] const network::PlacedOrder*
    far_order(const NetworkId& network, const RecordName& name) const;
    /// Whether an order that counts here is this one of another network, by the id it has there.
    [[nodiscard]] bool has_far(const NetworkId& network, const RevisionId& order) const;
    /// Whether any school has called something back in a network that has links.
    [[nodiscard]] bool has_own(const NetworkId& network) const;
    /// Returns a number that grows with every change of what has to go.
    [[nodiscard]] std::uint64_t changes() const { return changes_; }

private:
    /// How far something is carried out on this disk, as its row says.
    enum class Progress : std::uint8_t { none, begun, done };
    /// The orders of one network, as they were folded last.
    struct Followed {
        std::uint64_t orders = 0; // when it was folded: numbers of changes
        std::uint64_t folds = 0;
        std::uint64_t cuts = 0;
        std::uint64_t links = 0;             // where orders have come from other networks
        bool is_proven = true;               // all of these were looked at
        network::ErasedEntries erased{};     // by orders of this network
        network::ErasedEntries erased_far{}; // by those of others, of what is carried alone
        std::map<RevisionId, const network::PlacedOrder*> standing{}; // that count and reach
        using ByRecord = std::map<RecordName, const network::PlacedOrder*>;
        ByRecord own{}; // of schools of the network
        ByRecord far{}; // of schools of other networks
        std::set<RevisionId> far_ids{};
    };
    /// What was found of an order from another network. Its bytes never change, so it is looked at
    /// once.
    struct FarProven {
        bool is_proven;
        std::optional<identity::IdentityChain> chain; // that came with it
    };
    struct Local {
        BodyState state;
        Progress progress;
    };
    /// What an order reaches of the entries that it names.
    using Reached = std::map<RevisionId, network::ErasureKind>;
    /// What one CarryOut is about.
    struct Batch {
        std::map<RevisionId, Reached> reached{}; // by its orders
        std::vector<RevisionId> orders{};
        std::vector<RevisionId> lifted{}; // orders that count no longer
        std::vector<RevisionId> locals{};
        std::vector<ErasureTarget> targets{};
        std::optional<StoreId> storing{};
        std::optional<ErasureId> erasing{};
        bool is_carried_out = false;
    };

    void follow(const NetworkState& network, Followed& followed);
    [[nodiscard]] bool is_followed(const NetworkState& network, const Followed& followed) const;
    [[nodiscard]] std::vector<network::PlacedOrder> counting(const NetworkState& network);
    [[nodiscard]] const FarProven*
    proven(const NetworkId& network, const RevisionId& id, const agreement::FarOrder& order);
    [[nodiscard]] bool counts(const NetworkState& network, const network::PlacedOrder& placed);
    static void list_own(const NetworkState& network, Followed& followed);
    [[nodiscard]] Progress progress_of(const RevisionId& order) const;
    /// How far what is erased reaches a record: one of this network, or one that is carried.
    enum class Place : std::uint8_t { own, carried };
    [[nodiscard]] static std::optional<network::ErasureKind>
    kind_in(const Followed& followed, const RecordName& name, Place place);
    [[nodiscard]] std::optional<network::ErasureKind>
    kind_of(const SpaceId& space, const EntryNames& names) const;
    [[nodiscard]] static Place
    place_of(const NetworkState& network, const network::PlacedOrder& placed);
    [[nodiscard]] static Reached
    reached_by(const network::PlacedOrder& placed, const Followed& followed, Place place);
    /// An entry comes back that an order has reached, except where another order holds it.
    static void add_back(
        const NetworkState& network,
        const Followed& followed,
        const network::PlacedOrder& placed,
        const RevisionId& entry,
        Batch& batch
    );
    [[nodiscard]] bool is_settled(const network::PlacedOrder& placed, const Reached& reached) const;
    [[nodiscard]] Batch next_batch() const;
    void add_orders(const NetworkState& network, const Followed& followed, Batch& batch) const;
    void add_lifted(const NetworkState& network, const Followed& followed, Batch& batch) const;
    void begin(Batch batch);
    [[nodiscard]] std::vector<Row> rows_of(const Batch& batch, Progress progress) const;
    void note(const Batch& batch, Progress progress);
    [[nodiscard]] std::vector<FilelessEntry> without_files() const;
    void give_up(Error why);
    void answer(const RevisionId& entry, const Result<void>& outcome);
    void write_receipts();
    [[nodiscard]] std::vector<network::CarriedOut>
    carried_out(const NetworkState& network, const Followed& followed) const;

    Context& context_;
    Logbook& logbook_;
    Networks& networks_;
    const LinkBook& book_;
    FilePlaces& places_;
    FileFetcher& fetcher_;
    std::map<NetworkId, Followed> followed_;
    std::map<RevisionId, FarProven> far_proven_; // by the entry that holds it
    std::size_t proofs_left_ = 0;                // of this call
    bool is_proving_ = false;                    // some wait for the next one
    std::uint64_t changes_ = 0;
    std::map<RevisionId, Progress> orders_; // by their rows
    std::map<RevisionId, Reached> settled_; // those done since the start
    std::map<RevisionId, Local> locals_;
    struct Waiting {
        RequestId request;
        std::set<RevisionId> entries;
    };
    std::vector<Waiting> waiting_;
    std::optional<Batch> batch_;
    std::uint64_t cuts_ = 0; // changes of how far logs count
    bool is_looking_ = true; // something may be to be done
    bool is_receipt_due_ = true;
    std::optional<Instant> next_try_;
};

} // namespace staffroom::replica
