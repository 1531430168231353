// The library of this node: documents with their revisions, the relations between them, and one
// record whole. It is a view over the store, brought up to date before each use and lost without
// harm: memory holds what headers say, words are read when they are asked for. It is asked through
// `as`, with the reader who asks. It reads the disk, so call it on a pool thread. Not here: the
// questions (services/library/library_view), who may see what (services/library/reader).
#pragma once

#include "node/services/entries/record_entries.hpp"
#include "node/services/library/library_view.hpp"
#include "node/services/library/list_order.hpp"
#include "node/services/library/origin_index.hpp"
#include "node/services/library/record_table.hpp"
#include "node/services/library/revisions.hpp"
#include "storage/files/disk_wait.hpp"

#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace staffroom::services {

class Library {
public:
    /// Makes a library; `seed` as in RecordTable, random in a node that others talk to.
    explicit Library(const storage::Store& store, std::uint64_t seed = 0);
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    Library(Library&&) = delete;
    Library& operator=(Library&&) = delete;
    ~Library() = default;

    /// Sets the school whose records may answer to the id of another school with which they came
    /// in. Call it before the first question; without it none do.
    void answer_for(const SchoolId& own) { own_school_ = own; }

    /// Reads what is new in these logs. Jobs overtake each other on the pool: passes over what the
    /// core said before what has been read, for it would show again what is shown no more. Where
    /// one has become shorter, since its school is out of the network, all is read again: what was
    /// shown may stand elsewhere too. Errors: corrupt, io_error.
    [[nodiscard]] Result<void> update(const std::vector<LogExtent>& logs);

    /// What this node has just published under this id. From any thread.
    void know_origin(const RevisionId& revision, const OriginNote& note) {
        fresh_origins_.know(revision, note);
    }

    /// The records behind the library, those of other networks too. From any thread.
    [[nodiscard]] RecordEntries& entries() { return entries_; }
    [[nodiscard]] const RecordEntries& entries() const { return entries_; }

    /// The library as this reader sees it.
    [[nodiscard]] LibraryView as(Reader reader) const { return {*this, std::move(reader)}; }

private:
    friend class Sight;
    friend class LibraryView;
    /// The fold of the revisions of one document. Nothing is kept for a document of one revision.
    struct Folded {
        std::vector<RowNumber> order; // those that count, parents before children
        std::vector<RowNumber> heads; // newest clock first
        RowNumber latest = no_row;    // of the order, by clock and id
        bool is_taken_back = false;
    };
    /// The revisions whose words decide who may revise, and are still to be read.
    struct Unsettled {
        std::vector<RowNumber> lacking;
        std::size_t next = 0;
    };
    /// The words read for one fold.
    struct Reading {
        std::vector<RowNumber> lacking{};
        std::size_t count = 0;
    };

    [[nodiscard]] Result<void> read_log(const LogExtent& extent);
    void forget_all();
    void take_judged_again(const std::vector<LogExtent>& logs);
    void add_opened(const RecordEntries::Opened& opened);
    void
    add(const RevisionId& id,
        const log::EntryHeader& header,
        const SpaceId& space,
        std::uint64_t arrival);
    void fold_changed();
    void fold(RowNumber document);
    void mark_changed(RowNumber document);
    [[nodiscard]] bool grow(RowNumber document);
    [[nodiscard]] bool can_grow(RowNumber document, const Folded& folded, RowNumber revision) const;
    void put_last(Folded& folded, RowNumber revision);
    void look_for_words();
    [[nodiscard]] bool has_new_words(Unsettled& unsettled) const;
    void take_out(RowNumber document, const std::vector<RowNumber>& revisions);
    void put_in(RowNumber document, const DocumentView& view, std::size_t revisions);
    void put_in_list(RowNumber document);
    void take_out_of_list(RowNumber document);
    [[nodiscard]] std::uint64_t arrival_of(RowNumber document) const;
    [[nodiscard]] std::vector<RevisionFacts> facts_of(
        const std::vector<RowNumber>& revisions,
        const std::set<RowNumber>& with_words,
        Reading& reading
    ) const;
    [[nodiscard]] std::set<RowNumber>
    deciding(RowNumber document, const std::vector<RowNumber>& revisions, Reading& reading) const;
    [[nodiscard]] std::vector<SchoolId> joint_with(RowNumber revision, Reading& reading) const;
    [[nodiscard]] bool may_join(
        const Sight& sight, RowNumber document, const SchoolId& school, Reading& reading
    ) const;
    void note_origins(std::size_t bodies_max) const;
    void note_origin(RowNumber row) const;
    void note_all_origins() const;
    /// A revision as it is on disk.
    struct ReadRevision {
        log::EntryHeader header;
        replica::BodyState state;
        Result<records::RecordBody> body; // not_found: its words are not here
    };
    /// Reads a revision. Errors: not_found, corrupt, io_error.
    [[nodiscard]] Result<ReadRevision> read_revision(const RevisionId& id) const;
    [[nodiscard]] Result<records::RecordBody> read_body(const RevisionId& id) const;
    [[nodiscard]] bool may_read(const Reader& reader, const RevisionId& id) const;
    [[nodiscard]] RecordRow titled(const BareRow& bare) const;
    [[nodiscard]] std::span<const RowNumber> order_of(RowNumber document) const;
    [[nodiscard]] std::span<const RowNumber> heads_in(RowNumber document) const;
    [[nodiscard]] bool is_taken_back(RowNumber document) const;
    [[nodiscard]] bool is_false(RowNumber document) const;
    [[nodiscard]] std::vector<RevisionId> ids_of(std::span<const RowNumber> rows) const;

    const storage::Store& store_;
    RecordEntries entries_;
    std::optional<SchoolId> own_school_;
    mutable storage::DiskMutex mutex_; // several pool threads may ask at once
    std::map<LogId, LogSize> read_;
    std::uint64_t as_of_ = 0; // of the last list that was read
    RecordTable table_;
    std::vector<RowNumber> changed_;               // documents to fold again
    std::map<RowNumber, Unsettled> unsettled_;     // documents whose fold wants words
    RowNumber looked_for_ = 0;                     // the document after which words are looked for
    std::unordered_map<RowNumber, Folded> folded_; // documents of more than one revision
    mutable std::unordered_map<RowNumber, std::vector<SchoolId>> joint_;    // by words once read
    mutable std::unordered_map<RowNumber, std::optional<RowNumber>> newer_; // since the last fold
    std::uint64_t last_arrival_ = 0;
    bool has_read_all_ = false;    // once: what comes now has just arrived
    mutable ListOrder order_;      // built by the first list
    mutable OriginIndex origins_;  // filled by the first question about an origin
    mutable OriginIndex words_of_; // of those that have an origin, filled with it
    mutable FreshOrigins fresh_origins_;
    std::size_t documents_ = 0;
    std::size_t uncounted_ = 0;
};

} // namespace staffroom::services
