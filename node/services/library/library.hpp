// What this node holds, as readers see it: documents with their revisions, what points at what, and
// one record whole. A view over the store, brought up to date before each use and lost without
// harm: in memory stands what headers say, words are read when they are asked for. It reads the
// disk: called on a pool thread. Not here: who may read what, since the local socket has full
// rights; walks from record to record (services/lineage).
#pragma once

#include "node/services/library/list_order.hpp"
#include "node/services/library/origin_index.hpp"
#include "node/services/library/record_table.hpp"
#include "node/services/library/revisions.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/records/body.hpp"
#include "protocol/replica/ports/status.hpp"
#include "storage/files/disk_wait.hpp"
#include "storage/store/store.hpp"

#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace staffroom::services {

enum class LifeState {
    active,
    superseded, // its school wrote another record in its place
    retracted,  // taken back: nothing of its text is shown [R8]
};

/// The newest revision of one document, or one that was asked for: what its header says.
struct BareRow {
    RevisionId document;
    RevisionId revision;
    std::uint32_t kind;
    std::uint32_t reach;
    SchoolId school; // of this revision
    std::set<SpaceId> spaces;
    WallTime clock;    // of the header, for display and order on screen only
    std::size_t heads; // more than one: revisions stand side by side
    LifeState life;
    std::size_t number; // of this revision, from 1
};

/// The same with its title, which costs reading its body.
struct RecordRow : BareRow {
    replica::BodyState state;
    std::string title; // empty while the body is not here
};

struct RecordQuery {
    std::optional<SpaceId> space;
    std::optional<std::uint32_t> kind;
    std::optional<SchoolId> school;
    std::size_t limit = 100;
    std::string after; // `next` of the page before; empty: the first page
};

struct RecordPage {
    std::vector<RecordRow> rows; // the last that came first; superseded ones are left out
    std::string next;            // empty: this is the last page
};

struct ShownRecord {
    RecordRow row;
    log::EntryHeader header;
    std::optional<records::RecordBody> body; // none as well when the document is taken back
    std::size_t revisions;
    SchoolId owner;
    std::vector<RevisionId> heads; // as `first_heads`; `row.heads` counts all
    bool is_head;
    std::optional<RevisionId> superseded_by; // a document
    std::optional<std::string> retraction;   // the reason, when the document is taken back
};

/// One revision in the history of a document.
struct HistoryRow {
    RecordRow row;
    std::vector<RevisionId> parents;
    bool is_head;
    bool is_retraction;
    std::string why_changed; // or the reason of a retraction
    std::vector<std::string> authors;
};

/// Some of a history, in order.
struct HistoryPage {
    RevisionId document;
    std::vector<HistoryRow> rows;
    std::size_t revisions; // of the whole document
};

/// What others make large is answered in parts: revisions in a page of a history, versions that are
/// shown side by side (as many as one revision can join [L4]), relations that are followed.
inline constexpr std::size_t history_rows_max = 100;
inline constexpr std::size_t shown_heads_max = limits::header_parents_max;
inline constexpr std::size_t relations_max = 500;

/// One `about` of a revision that counts.
struct Relation {
    RevisionId source; // revision
    RevisionId source_document;
    RevisionId target; // revision, perhaps not here
    records::RelationKind kind;
};

/// What a document is about, if that is here.
struct Ancestor {
    RevisionId document;
    records::RelationKind kind;
};

/// A log to read and how far: what the core said of it on the network thread.
struct LogExtent {
    LogId log;
    SpaceId space;
    LogSize stored;
};

/// What stands in the list, counted.
struct LibraryFigures {
    std::map<std::uint32_t, std::size_t> documents; // by kind
    std::size_t split = 0;                          // with several heads side by side
};

class Library {
public:
    /// `seed`: see RecordTable; random in a node that others talk to.
    explicit Library(const storage::Store& store, std::uint64_t seed = 0);
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    Library(Library&&) = delete;
    Library& operator=(Library&&) = delete;
    ~Library() = default;

    /// The school whose records may answer to an id of another school that they came in with.
    /// Before the first question; without it none do.
    void answer_for(const SchoolId& own) { own_school_ = own; }

    /// Reads what is new in these logs. Errors: corrupt, io_error.
    [[nodiscard]] Result<void> update(const std::vector<LogExtent>& logs);

    [[nodiscard]] std::size_t document_count() const;
    /// Revisions written by schools that may not revise the document; kept, never shown.
    [[nodiscard]] std::size_t uncounted_count() const;
    [[nodiscard]] LibraryFigures figures() const;

    /// Errors: invalid_input (a cursor that is none).
    [[nodiscard]] Result<RecordPage> list(const RecordQuery& query) const;

    /// A document or revision by full id or prefix, with "@2" one revision of the document.
    /// Errors: not_found, invalid_input (ambiguous).
    [[nodiscard]] Result<RecordRow> find(const std::string& text) const;
    /// As `find`, with its words. Errors: also corrupt, io_error.
    [[nodiscard]] Result<ShownRecord> show(const std::string& text) const;
    [[nodiscard]] Result<ShownRecord> show(const RevisionId& revision) const;
    /// The words of a revision also when its document is taken back: for undoing that.
    [[nodiscard]] Result<records::RecordBody> words(const RevisionId& revision) const;
    /// Parents before children: the last `history_rows_max` of those numbered below `before` (0: of
    /// all). Errors: as show.
    [[nodiscard]] Result<HistoryPage>
    history(const std::string& text, std::size_t before = 0) const;
    /// The newest revision of a document that is no retraction and whose words are here.
    [[nodiscard]] std::optional<RevisionId> last_text(const RevisionId& document) const;

    /// The newest revision that `school` made of this origin in this space. The first question
    /// about an origin reads all bodies that no update has read yet.
    [[nodiscard]] std::optional<RecordRow>
    find_origin(const SpaceId& space, const SchoolId& school, const std::string& origin) const;
    /// The newest revision of every document with this origin, whoever published it and where.
    /// A record of this school in a space that came in by an import and has, or had, exactly these
    /// words.
    [[nodiscard]] std::optional<RecordRow> find_words(
        const SpaceId& space,
        const SchoolId& school,
        const std::string& front_matter,
        const std::string& text
    ) const;
    [[nodiscard]] std::vector<RecordRow> with_origin(const std::string& origin) const;
    /// Revisions of a document that no other revision builds on, newest first.
    [[nodiscard]] std::vector<RevisionId> heads_of(const RevisionId& document) const;
    /// As many of them as one revision can join: retractions, since only what builds on them undoes
    /// them, then the newest.
    [[nodiscard]] std::vector<RevisionId> first_heads(const RevisionId& document) const;
    /// Whether the revision is one of the heads of its document.
    [[nodiscard]] bool is_head(const RevisionId& revision) const;
    /// Whether the document is taken back.
    [[nodiscard]] bool is_hidden(const RevisionId& document) const;
    /// Schools that may revise a document on top of these parents; none when it is not here.
    [[nodiscard]] std::vector<SchoolId>
    may_revise(const RevisionId& document, const std::vector<RevisionId>& parents) const;

    /// A document by its id, in its newest revision, or a later revision; nothing when it is not
    /// here or does not count.
    [[nodiscard]] std::optional<RecordRow> row_of(const RevisionId& id) const;
    /// This very revision: of a first one too, whose id is also that of its document.
    [[nodiscard]] std::optional<RecordRow> row_of_revision(const RevisionId& id) const;
    /// The same two without reading a body.
    [[nodiscard]] std::optional<BareRow> bare_row_of(const RevisionId& id) const;
    [[nodiscard]] std::optional<BareRow> bare_row_of_revision(const RevisionId& id) const;
    /// A bare row with its title.
    [[nodiscard]] RecordRow with_title(const BareRow& row) const;
    /// What the heads of a document are about; at most `relations_max`.
    [[nodiscard]] std::vector<Relation> relations_from(const RevisionId& document) const;
    /// The documents among them, without asking anything else of these.
    [[nodiscard]] std::vector<Ancestor> ancestors_of(const RevisionId& document) const;
    /// Whose heads are about any revision of a document, or about an id that is not here; the last
    /// `relations_max` that came, in their order.
    [[nodiscard]] std::vector<Relation> relations_to(const RevisionId& document) const;
    /// What heads written by other schools say about revisions of this one: the last
    /// `relations_max` that came, the last one first.
    [[nodiscard]] std::vector<Relation> relations_to_school(const SchoolId& school) const;
    /// Documents in which several heads stand side by side.
    [[nodiscard]] std::vector<RevisionId> split_documents() const;
    /// Those among them that stand and that this school may revise, the last that came first, at
    /// most `count_max`. Its own need no reading; for the others a bounded number of words is read
    /// at each call, and kept in mind.
    [[nodiscard]] std::vector<RevisionId>
    split_documents_of(const SchoolId& school, std::size_t count_max) const;
    /// Documents of this kind that are not superseded, in the order of their ids.
    [[nodiscard]] std::vector<RevisionId> documents_of_kind(records::RecordKind kind) const;

private:
    /// What the revisions of one document say together; of a single revision nothing is kept.
    struct Folded {
        std::vector<RowNumber> order; // those that count, parents before children
        std::vector<RowNumber> heads; // newest clock first
        RowNumber latest = no_row;    // of the order, by clock and id
        bool is_taken_back = false;
    };
    /// Revisions whose words decide who may revise, and are still to be read.
    struct Unsettled {
        std::vector<RowNumber> lacking;
        std::size_t next = 0;
    };
    /// Words read for one fold.
    struct Reading {
        std::vector<RowNumber> lacking{};
        std::size_t count = 0;
    };

    [[nodiscard]] Result<void> read_log(const LogExtent& extent);
    void add(ByteView header_bytes, const SpaceId& space, std::uint64_t arrival);
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
    [[nodiscard]] std::vector<RowNumber> split_by_arrival() const;
    [[nodiscard]] bool may_join(RowNumber document, const SchoolId& school, Reading& reading) const;
    void build_order() const;
    void note_origins(std::size_t bodies_max) const;
    void note_origin(RowNumber row) const;
    void note_all_origins() const;
    /// Of the records that one school began and revised, or of all; note_all_origins() comes
    /// before.
    [[nodiscard]] std::vector<RowNumber> counted_with_origin(
        const std::string& origin, const std::optional<SchoolId>& school = std::nullopt
    ) const;

    [[nodiscard]] Result<RowNumber> resolve(const std::string& text) const;
    /// A revision as it is on disk.
    struct ReadRevision {
        log::EntryHeader header;
        replica::BodyState state;
        Result<records::RecordBody> body; // not_found: its words are not here
    };
    /// Errors: not_found, corrupt, io_error.
    [[nodiscard]] Result<ReadRevision> read_revision(const RevisionId& id) const;
    void put_title(RecordRow& row) const;
    [[nodiscard]] Result<ShownRecord> show_row(RowNumber row) const;
    [[nodiscard]] std::optional<RowNumber> known_revision(const RevisionId& id) const;
    [[nodiscard]] std::optional<RowNumber> document_of(const RevisionId& id) const;
    [[nodiscard]] std::optional<RowNumber> named_by(const RevisionId& id) const;
    [[nodiscard]] std::span<const RowNumber> order_of(RowNumber document) const;
    [[nodiscard]] std::span<const RowNumber> heads_in(RowNumber document) const;
    [[nodiscard]] RowNumber newest_head(RowNumber document) const;
    [[nodiscard]] std::vector<RevisionId> first_heads_in(RowNumber document) const;
    [[nodiscard]] bool is_taken_back(RowNumber document) const;
    [[nodiscard]] bool is_false(RowNumber document) const;
    [[nodiscard]] std::optional<RowNumber> newer_than(RowNumber document) const;
    [[nodiscard]] std::optional<RowNumber> find_newer(RowNumber document) const;
    [[nodiscard]] bool counts(RowNumber revision) const;
    [[nodiscard]] std::vector<RevisionId> ids_of(std::span<const RowNumber> rows) const;
    [[nodiscard]] BareRow bare_row(RowNumber revision) const;
    [[nodiscard]] RecordRow titled_row(RowNumber revision) const;
    static void put_words(HistoryRow& row, const records::RecordBody& body);
    void put_relation(std::vector<Relation>& relations, const TableEdge& edge) const;

    const storage::Store& store_;
    std::optional<SchoolId> own_school_;
    mutable storage::DiskMutex mutex_; // several pool threads may ask at once
    std::map<LogId, LogSize> read_;
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
    std::size_t documents_ = 0;
    std::size_t uncounted_ = 0;
};

} // namespace staffroom::services
