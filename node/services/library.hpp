// What this node holds, as readers see it: documents with their revisions, what points at what, and
// one record whole. A view over the store, brought up to date before each use and lost without
// harm: in memory stands what headers say, words are read when they are asked for. It reads the
// disk: called on a pool thread. Not here: who may read what, since the local socket has full
// rights; walks from record to record (services/lineage).
#pragma once

#include "node/services/list_order.hpp"
#include "node/services/origin_index.hpp"
#include "node/services/record_table.hpp"
#include "node/services/revisions.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/records/body.hpp"
#include "protocol/replica/status.hpp"
#include "storage/store.hpp"

#include <map>
#include <mutex>
#include <set>
#include <string>
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
    std::vector<RecordRow> rows; // newest documents first; superseded ones are left out
    std::string next;            // empty: this is the last page
};

struct ShownRecord {
    RecordRow row;
    log::EntryHeader header;
    std::optional<records::RecordBody> body; // none as well when the document is taken back
    std::size_t revisions;
    SchoolId owner;
    std::vector<RevisionId> heads;           // of the document
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

/// One `about` of a revision that counts.
struct Relation {
    RevisionId source; // revision
    RevisionId source_document;
    RevisionId target; // revision, perhaps not here
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
    /// Parents before children. Errors: as show.
    [[nodiscard]] Result<std::vector<HistoryRow>> history(const std::string& text) const;

    /// The newest revision that `school` made of this origin in this space. The first question
    /// about an origin reads all bodies, later ones those that came since.
    [[nodiscard]] std::optional<RecordRow>
    find_origin(const SpaceId& space, const SchoolId& school, const std::string& origin) const;
    /// The newest revision of every document with this origin, whoever published it and where.
    [[nodiscard]] std::vector<RecordRow> with_origin(const std::string& origin) const;
    /// Revisions of a document that no other revision builds on, newest first.
    [[nodiscard]] std::vector<RevisionId> heads_of(const RevisionId& document) const;
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
    /// What the heads of a document are about.
    [[nodiscard]] std::vector<Relation> relations_from(const RevisionId& document) const;
    /// Whose heads are about any revision of a document, or about an id that is not here.
    [[nodiscard]] std::vector<Relation> relations_to(const RevisionId& document) const;
    /// What heads written by other schools say about revisions of this one.
    [[nodiscard]] std::vector<Relation> relations_to_school(const SchoolId& school) const;
    /// Documents in which several heads stand side by side.
    [[nodiscard]] std::vector<RevisionId> split_documents() const;
    /// Documents of this kind that are not superseded, in the order of their ids.
    [[nodiscard]] std::vector<RevisionId> documents_of_kind(records::RecordKind kind) const;

private:
    [[nodiscard]] Result<void> read_log(const LogExtent& extent);
    void add(ByteView header_bytes, const SpaceId& space);
    void fold_changed();
    void fold(RowNumber document);
    void mark_changed(RowNumber document);
    void take_out(RowNumber document, const std::vector<RowNumber>& revisions);
    void put_in(RowNumber document, const DocumentView& view);
    [[nodiscard]] std::vector<RevisionFacts> facts_of(
        const std::vector<RowNumber>& revisions,
        const std::set<RevisionId>& with_words,
        bool& lacks_words
    ) const;
    [[nodiscard]] std::set<RevisionId>
    deciding(RowNumber document, const std::vector<RowNumber>& revisions) const;
    void build_order() const;
    void update_origins() const;
    /// Of the records that one school began and revised, or of all.
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
    [[nodiscard]] Result<ShownRecord> show_row(RowNumber row) const;
    [[nodiscard]] std::optional<RowNumber> known_revision(const RevisionId& id) const;
    [[nodiscard]] std::optional<RowNumber> document_of(const RevisionId& id) const;
    [[nodiscard]] std::optional<RowNumber> named_by(const RevisionId& id) const;
    [[nodiscard]] std::vector<RowNumber> order_of(RowNumber document) const;
    [[nodiscard]] std::vector<RowNumber> heads_in(RowNumber document) const;
    [[nodiscard]] bool is_taken_back(RowNumber document) const;
    [[nodiscard]] bool is_false(RowNumber document) const;
    [[nodiscard]] std::optional<RowNumber> newer_than(RowNumber document) const;
    [[nodiscard]] bool counts(RowNumber revision) const;
    [[nodiscard]] std::vector<RevisionId> ids_of(const std::vector<RowNumber>& rows) const;
    [[nodiscard]] BareRow bare_row(RowNumber revision) const;
    [[nodiscard]] RecordRow titled_row(RowNumber revision) const;
    static void put_words(HistoryRow& row, const records::RecordBody& body);
    void put_relation(std::vector<Relation>& relations, const TableEdge& edge) const;

    const storage::Store& store_;
    std::optional<SchoolId> own_school_;
    mutable std::mutex mutex_; // several pool threads may ask at once
    std::map<LogId, LogSize> read_;
    RecordTable table_;
    std::vector<RowNumber> changed_; // documents to fold again
    std::set<RowNumber> unsettled_;  // documents whose fold wants words that may still arrive
    mutable ListOrder order_;        // built by the first list
    mutable OriginIndex origins_;    // filled by the first question about an origin
    std::size_t documents_ = 0;
    std::size_t uncounted_ = 0;
};

} // namespace staffroom::services
