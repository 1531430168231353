// The records of the store as their authors wrote them. What a school of another network wrote
// stands inside a carried entry of a member here: it is opened, judged by what this network knows
// of the other, and is from then on a record like any other, by the id that it has everywhere. The
// attack: a member carries what nobody has written, or what may not cross. Such an entry is no
// record, in no list, search or answer. Not here: what makes a proof (agreement/relay/carried), and
// the network's own entries, which need no opening. Reads the disk, so call it on a pool thread;
// safe from several threads. [A10]
#pragma once

#include "protocol/agreement/relay/carried.hpp"
#include "storage/store/store.hpp"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace staffroom::services {

/// A log to read and how far, as the core said on the network thread.
struct LogExtent {
    LogId log;
    SpaceId space;
    LogSize stored;
    std::uint64_t as_of = 0; // of all in one list the same; what the core said later has no smaller
    std::shared_ptr<const agreement::Ground> ground{}; // null: this network has no link
};

/// Where a record of another network came from.
struct FarOrigin {
    SharingId link;                          // by which it came here
    std::vector<agreement::TrailStep> trail; // the author's network first, at least one
};

class RecordEntries {
public:
    explicit RecordEntries(const storage::Store& store)
        : store_(store) {}
    RecordEntries(const RecordEntries&) = delete;
    RecordEntries& operator=(const RecordEntries&) = delete;
    RecordEntries(RecordEntries&&) = delete;
    RecordEntries& operator=(RecordEntries&&) = delete;
    ~RecordEntries() = default;

    /// A record as its author's node made it, and where it stands here.
    struct Opened {
        RevisionId revision;
        Bytes header;
        SpaceId space;
        std::uint64_t arrival; // as the library counts it
    };

    /// Opens a carried record that has come into a log. Nothing: it does not prove itself, or not
    /// yet; it is tried again.
    [[nodiscard]] std::optional<Opened>
    open(ByteView carrier_header, const LogExtent& extent, std::uint64_t arrival);

    struct Judged {
        std::vector<Opened> late; // proves itself now and did not before
        bool has_lost = false;    // something that did proves itself no longer: read all again
    };
    /// Tries again what may be judged otherwise now: all of a space whose ground has changed, and
    /// some of those whose words had not come.
    [[nodiscard]] Judged judge_again(const std::vector<LogExtent>& logs);
    /// Notes that the words of these records may have gone from the disk. One that is carried in no
    /// entry with words any more is lost at the next judging: nothing here says whose it was.
    void look_again(const std::vector<RevisionId>& revisions);
    /// Forgets what has been opened.
    void forget();

    /// As Store::read_body, for records of other networks too. Errors: likewise.
    [[nodiscard]] Result<storage::FoundBody> read_body(const RevisionId& revision) const;
    /// Where the entry stands that holds a record: the author's, or one that carries it. Errors: as
    /// Store::find_revision.
    [[nodiscard]] Result<storage::FoundRevision> find(const RevisionId& revision) const;
    /// Nothing for a record of the networks of this school.
    [[nodiscard]] std::optional<FarOrigin> origin_of(const RevisionId& revision) const;
    /// The name of the network of a school that has written here from there; empty for others.
    [[nodiscard]] std::string network_of(const SchoolId& school) const;
    /// The record that a carried entry has been opened as.
    [[nodiscard]] std::optional<RevisionId> opened_as(const RevisionId& carrier) const;

    /// A record of another network that is shown since the last call, or no longer.
    struct Changed {
        RevisionId document;
        RevisionId revision;
        SpaceId space;
    };
    [[nodiscard]] std::vector<Changed> take_changed(std::size_t count_max);
    [[nodiscard]] bool has_changed() const;

private:
    /// A proof that holds. Its records are checked one at a time, for each makes the next cheaper.
    struct HoldingProof {
        explicit HoldingProof(agreement::CheckedProof proof)
            : checker(std::make_shared<const agreement::CheckedProof>(std::move(proof))) {}
        agreement::RecordChecker checker;
        std::mutex mutex{};
    };
    using Proof = std::shared_ptr<HoldingProof>; // null: it does not hold
    /// A carried entry, whether it proves itself or not.
    struct Carrier {
        SpaceId space;
        std::uint64_t arrival;
        std::optional<RevisionId> revision{};
        bool waits_for_words = false;
    };
    struct Far {
        std::vector<RevisionId> carriers; // more than one: it came by more ways
        RevisionId document;
        FarOrigin origin;
    };
    /// What trying to open an entry has led to.
    struct Attempt {
        std::optional<agreement::CarriedView> view{};
        bool waits_for_words = false;
    };

    /// What a carried entry is judged by: a space and what its network knows.
    struct Judge {
        SpaceId space;
        const agreement::Ground& ground;
    };

    [[nodiscard]] Attempt attempt(const RevisionId& carrier, ByteView header, const Judge& judge);
    [[nodiscard]] Proof proof(const RevisionId& id, const Judge& judge, bool& waits);
    [[nodiscard]] std::optional<Opened>
    note(const RevisionId& carrier, const Carrier& known, const Attempt& attempt);
    [[nodiscard]] std::optional<Opened>
    try_again(const RevisionId& carrier, Carrier known, const agreement::Ground* ground);
    [[nodiscard]] std::vector<RevisionId> carriers_of(const RevisionId& revision) const;
    [[nodiscard]] bool take_lost();

    const storage::Store& store_;
    mutable std::mutex mutex_; // over what follows; never held while the disk is read
    std::map<RevisionId, Carrier> carriers_;
    std::map<RevisionId, Far> far_;            // by the author's revision
    std::map<SchoolId, std::string> schools_;  // of other networks, by whose name
    std::deque<RevisionId> waiting_;           // carriers whose words had not come
    std::set<RevisionId> doubtful_;            // records whose words may have gone
    std::map<SpaceId, std::uint64_t> grounds_; // number of the ground by which a space was judged
    std::map<std::pair<SpaceId, RevisionId>, Proof> proofs_;
    std::deque<Changed> changed_;
};

/// Whether readers are shown this entry as it stands: it begins or revises a record. Operations,
/// what is carried for another network, and entries of a later version are not.
[[nodiscard]] bool is_shown_entry(const log::EntryHeader& header);

} // namespace staffroom::services
