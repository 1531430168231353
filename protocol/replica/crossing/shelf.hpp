// What stands in the logs of this node's networks that has to do with links: own records that name
// one as a reader, and carried entries, each judged as it came in. Read from the logs after each
// start and each change of what stands, so nothing of it is stored, but which entries were carried
// and what each of them brought: their words may have gone from this disk since, by an order or by
// a refusal, and whoever carries must not bring these again, but asks for the orders that reach
// them. Not here: who signs (passports), who carries (gateways). [A10]
#pragma once

#include "protocol/replica/agreements/link_book.hpp"
#include "protocol/replica/logs/record_files.hpp"

#include <deque>

namespace staffroom::replica {

/// A place in a log of another network.
struct FarPlace {
    LogId log;
    Position position;
    friend constexpr auto operator<=>(const FarPlace&, const FarPlace&) = default;
};

/// A record of an own log that names a link.
struct Outgoing {
    Position position;
    std::uint32_t kind;
    RevisionId revision;
};

/// By which passport of another network records of one of its logs came here.
struct Through {
    LogId log;
    Digest passport; // its hash
    friend auto operator<=>(const Through&, const Through&) = default;
};

/// Entries here that carry the same, one of each school that does. The attack: a member carries it
/// once more, calls its own entry back, and nobody else's copy goes on.
using Copies = std::map<SchoolId, EntryPlace>;

/// Records that came through one passport and may go one network further by a link. [A15]
struct Passage {
    log::LogDescriptor descriptor; // of the author's log
    LogSize size;                  // of that passport, and its root
    TreeHash root;
    bool is_open;    // the link by which they came is in force: more of them may go on
    Copies proofs{}; // that hold it
    struct Record {
        std::uint32_t kind;
        Copies copies{};
    };
    std::map<Position, Record> records{}; // by place in the author's log
};

/// A record that an entry here carries, or has carried. [E9]
struct CarriedName {
    FarPlace place;
    RevisionId revision;
    SchoolId school;
    std::set<SharingId> onward; // the links by which it may have gone on from here
};

class Shelf : public Part {
public:
    struct Parts {
        Context& context;
        Logbook& logbook;
        Networks& networks;
        LinkBook& book;
    };
    explicit Shelf(const Parts& parts)
        : context_(parts.context)
        , logbook_(parts.logbook)
        , networks_(parts.networks)
        , book_(parts.book) {}

    using OfLink = std::map<LogId, std::vector<Outgoing>>; // ascending
    /// What own logs hold for a link; nothing where nothing does.
    [[nodiscard]] const OfLink& ours(const NetworkId& network, const SharingId& link) const;
    using Passages = std::map<Through, Passage>;
    /// What other networks have given and goes one network further by a link; nothing where
    /// nothing does.
    [[nodiscard]] const Passages& passages(const NetworkId& network, const SharingId& link) const;
    /// The passages by which the record at this place goes on. A log may have thousands, and
    /// whoever asks for places of it must not make each cost all of them.
    struct Way {
        const Through& through;
        const Passage& passage;
    };
    [[nodiscard]] std::vector<Way>
    ways_of(const NetworkId& network, const SharingId& link, const FarPlace& place) const;
    /// One of them whose words are on this disk.
    [[nodiscard]] std::optional<EntryPlace> with_words(const Copies& copies) const;
    /// Why records of other networks go no further by a link, each once.
    [[nodiscard]] std::map<agreement::Refusal, std::uint64_t>
    staying(const NetworkId& network, const SharingId& link) const;
    /// Whether anything of this log of another network goes further by that link.
    [[nodiscard]] bool
    has_passage(const NetworkId& network, const SharingId& link, const LogId& log) const;
    /// Where a record was ever carried from as rows tell, also when it has been erased since: of
    /// each log in which it stands.
    [[nodiscard]] std::vector<CarriedName>
    carried_names(const NetworkId& network, const RevisionId& revision) const;
    /// The links by which records of another network's space have come, as who carried them says.
    [[nodiscard]] std::set<SharingId>
    links_from(const NetworkId& network, const SpaceId& space) const;
    /// Whether the record at this place is here and proves itself, or was here and was erased.
    [[nodiscard]] bool is_done(const NetworkId& network, const FarPlace& place) const;
    /// The place of the record that an entry here carries by this link and that proves itself.
    [[nodiscard]] std::optional<EntryPlace>
    place_of(const NetworkId& network, const SharingId& link, const EntryPlace& entry) const;
    /// The place of the record with files that an entry here carries by any link.
    [[nodiscard]] std::optional<FarPlace>
    brought_from(const NetworkId& network, const EntryPlace& entry) const;
    /// An entry that carries the record at this place.
    [[nodiscard]] std::optional<EntryPlace>
    entry_of(const NetworkId& network, const FarPlace& place) const;
    /// Whether this revision stands in the network by any way.
    [[nodiscard]] bool has(const NetworkId& network, const RevisionId& revision) const;
    /// The schools of the records whose words a carried entry here has brought, whether it proves
    /// itself or not, and whether its words are still here or not: what has to go goes with it.
    /// [E9]
    [[nodiscard]] const std::map<RevisionId, SchoolId>& carried(const NetworkId& network) const;
    /// How far logs of the other network have crossed by a link, ascending by log: what an end
    /// pins. [A7]
    [[nodiscard]] std::vector<log::LogPin>
    far_pins(const NetworkId& network, const SharingId& link) const;
    /// How many records came by a link and prove themselves.
    [[nodiscard]] std::uint64_t theirs(const NetworkId& network, const SharingId& link) const;
    /// Why entries prove nothing, over all links of the network.
    [[nodiscard]] std::map<agreement::Refusal, std::uint64_t> refused(const NetworkId& network
    ) const;
    /// Returns a number that grows with every change.
    [[nodiscard]] std::uint64_t changes() const { return changes_; }
    /// The same for what goes on to other networks.
    [[nodiscard]] std::uint64_t passage_changes() const { return passage_changes_; }
    /// Whether everything that is here has been looked at.
    [[nodiscard]] bool is_read() const { return due_.empty(); }
    /// Whether what stood in a network has been looked at since the ground changed: what was
    /// written after that may wait to be read.
    [[nodiscard]] bool has_read(const NetworkId& network) const;

    void log_grew(const LogId& log) { due_.insert(log); }
    void body_filled(const EntryPlace& entry);

    [[nodiscard]] Result<void> restore(const Image& image) override;
    void log_cut(const LogId& id) override;
    void load_finished(LoadId id, const Result<Loaded>& outcome) override;
    void pump() override;
    [[nodiscard]] std::vector<Row> take_rows() override { return std::exchange(rows_, {}); }

private:
    /// Where an entry has brought a record, and which; rows of an older program do not say which.
    struct CarriedAt {
        EntryPlace place;
        std::optional<std::pair<RevisionId, SchoolId>> record{};
        std::set<SharingId> onward{};
        friend bool operator==(const CarriedAt&, const CarriedAt&) = default;
    };
    struct CarriedEntry {
        Position position;
        SharedBytes header;
        std::uint32_t body_bytes;
    };
    /// How far a log has been read.
    struct Reading {
        Position next{0};
        std::deque<CarriedEntry> carried{}; // before `next`, their bodies not read yet
        std::set<Position> late{};          // before `next`, to be judged again
        bool is_loading = false;
    };
    struct OfNetwork {
        std::uint64_t epoch;
        bool is_whole = false; // everything was read once in this epoch
        std::map<LogId, Reading> readings{};
        std::map<SharingId, OfLink> ours{};
        std::map<SharingId, Passages> passages{};
        std::map<SharingId, std::map<FarPlace, std::set<Digest>>> passed{}; // passports by place
        std::map<SharingId, std::map<FarPlace, agreement::Refusal>> staying{};
        std::map<RevisionId, EntryPlace> proof_places{};
        std::map<SpaceId, std::set<SharingId>> links_from{};
        std::map<RevisionId, agreement::ProofOutcome> proofs{};
        std::map<FarPlace, SharingId> theirs{};
        std::map<EntryPlace, std::pair<SharingId, FarPlace>> places{}; // of those with files
        std::map<SharingId, std::uint64_t> counts{};
        std::map<EntryPlace, agreement::Refusal> refused{};
        std::set<RevisionId> revisions{};
        std::map<RevisionId, SchoolId> carried{};
    };
    struct Loading {
        NetworkId network;
        LogId log;
        std::uint64_t epoch;
        bool is_late = false;
    };

    void start_again(const NetworkId& network);
    void list_carried(const NetworkId& network, OfNetwork& of) const;
    [[nodiscard]] bool read_on(const LogId& log);
    [[nodiscard]] bool read_part(const NetworkId& network, const LogRecord& record, OfNetwork& of);
    void headers_read(OfNetwork& of, const NetworkId& network, const LoadedChunk& chunk);
    void bodies_read(OfNetwork& of, const NetworkId& network, const LoadedBodies& bodies);
    void judge(
        OfNetwork& of,
        const NetworkId& network,
        const EntryPlace& at,
        ByteView header,
        ByteView body
    );
    void judge_proof(
        OfNetwork& of,
        const NetworkId& network,
        const EntryPlace& at,
        ByteView header,
        ByteView body
    );
    /// Returns the links by which it may go on.
    std::set<SharingId> note_passages(
        OfNetwork& of,
        const NetworkId& network,
        const agreement::CheckedProof& proof,
        const RevisionId& proof_entry,
        const agreement::CarriedView& view,
        const EntryPlace& at
    );
    void note_copy(Copies& copies, const EntryPlace& at) const;
    [[nodiscard]] bool has_words(const EntryPlace& entry) const;
    void note_carried(const NetworkId& network, const FarPlace& place, const CarriedAt& at);
    void keep_row(const NetworkId& network, const FarPlace& place, const CarriedAt& now);
    void judge_record(
        OfNetwork& of,
        const NetworkId& network,
        const EntryPlace& at,
        ByteView header,
        ByteView body
    );

    Context& context_;
    Logbook& logbook_;
    Networks& networks_;
    LinkBook& book_;
    std::map<NetworkId, OfNetwork> networks_read_;
    std::map<std::pair<NetworkId, FarPlace>, CarriedAt> carried_at_; // by rows
    std::map<std::pair<NetworkId, RevisionId>, std::set<FarPlace>> carried_from_;
    std::set<LogId> due_;
    std::map<LoadId, Loading> loads_;
    std::map<NetworkId, std::uint64_t> judged_by_; // number of the ground
    std::uint64_t epoch_ = 0;
    std::uint64_t changes_ = 0;
    std::uint64_t passage_changes_ = 0;
    std::vector<Row> rows_;
};

} // namespace staffroom::replica
