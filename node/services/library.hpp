// What this node holds, as readers see it: documents with their revisions, what points at what, and
// one record whole. A view in memory over the store, brought up to date before each use and lost
// without harm. It reads the disk: called on a pool thread. Not here: who may read what, since the
// local socket has full rights; walks from record to record (services/lineage).
#pragma once

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

/// The newest revision of one document, or one that was asked for.
struct RecordRow {
    RevisionId document;
    RevisionId revision;
    std::uint32_t kind;
    std::uint32_t reach;
    SchoolId school; // of this revision
    std::set<SpaceId> spaces;
    WallTime clock; // of the header, for display and order on screen only
    replica::BodyState state;
    std::string title; // empty while the body is not here
    std::string origin;
    std::size_t heads = 1; // more: two revisions stand side by side
    LifeState life = LifeState::active;
    std::size_t number = 1; // of this revision, from 1
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

class Library {
public:
    explicit Library(const storage::Store& store)
        : store_(store) {}

    /// Reads what is new in these logs. Errors: corrupt, io_error.
    [[nodiscard]] Result<void> update(const std::vector<LogExtent>& logs);

    [[nodiscard]] std::size_t document_count() const;
    /// Revisions written by schools that may not revise the document; kept, never shown.
    [[nodiscard]] std::size_t uncounted_count() const;

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

    /// The newest revision that `school` made of this origin in this space.
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

    /// A revision or document by its id; nothing when it is not here or does not count.
    [[nodiscard]] std::optional<RecordRow> row_of(const RevisionId& id) const;
    /// Exactly this revision, also the first one, whose id is the document's too.
    [[nodiscard]] std::optional<RecordRow> revision_row(const RevisionId& id) const;
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
    struct Revision {
        RecordRow row;
        RevisionFacts facts;
        std::vector<log::About> about;
    };
    struct Document {
        std::vector<RevisionId> revisions; // as they arrived
        DocumentView view{};
    };
    /// Newest first; the id decides between equal clocks, so that pages never overlap.
    using OrderKey = std::pair<std::uint64_t, RevisionId>;

    [[nodiscard]] Result<void> read_log(const LogExtent& extent);
    [[nodiscard]] Result<void>
    add(ByteView header_bytes, replica::BodyState state, const SpaceId& space);
    [[nodiscard]] Result<void> read_words(Revision& revision, const log::EntryHeader& header);
    [[nodiscard]] Result<void> retry_missing();
    void fold_changed();
    [[nodiscard]] Result<RevisionId> resolve(const std::string& text) const;
    [[nodiscard]] Result<ShownRecord> show_locked(const RevisionId& id) const;
    [[nodiscard]] std::vector<const RevisionFacts*> facts_of(const Document& document) const;
    [[nodiscard]] const Document* find_document(const RevisionId& id) const;
    [[nodiscard]] bool counts(const Revision& revision) const;
    [[nodiscard]] bool is_false(const RevisionId& document) const;
    [[nodiscard]] bool is_document(const RevisionId& id) const;
    [[nodiscard]] RecordRow row_at(const RevisionId& revision) const;
    [[nodiscard]] std::optional<RevisionId> superseded_by(const Document& document) const;

    const storage::Store& store_;
    mutable std::mutex mutex_; // several pool threads may ask at once
    std::map<LogId, LogSize> read_;
    std::map<RevisionId, Revision> revisions_;
    std::map<RevisionId, Document> documents_;
    std::set<RevisionId> changed_;  // documents to fold again
    std::set<RevisionId> wordless_; // bodies that may still arrive
    std::map<OrderKey, RevisionId> order_;
    std::map<RevisionId, OrderKey> place_; // of a document in order_
    std::map<std::string, std::vector<RevisionId>> origins_;
    std::map<RevisionId, std::vector<RevisionId>> pointing_at_; // target -> sources
    std::size_t uncounted_ = 0;
};

} // namespace staffroom::services
