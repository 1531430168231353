// The questions to the library, each of them as one reader: documents with their revisions,
// relations, one record whole. A record that the reader may not see is answered like one that is
// not here. Made by Library::as; it reads the disk, so ask it on a pool thread. Not here: who may
// see what (services/library/reader), how the answers are found (services/library/sight), walks
// from record to record (services/lineage).
#pragma once

#include "node/services/library/reader.hpp"
#include "node/services/library/record_table.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/result.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/records/body.hpp"
#include "protocol/records/kinds.hpp"
#include "protocol/replica/ports/store.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace staffroom::services {

class Library;
class Sight;

enum class LifeState {
    active,
    superseded, // its school wrote another record in its place
    retracted,  // taken back: nothing of its text is shown [R8]
};

/// The newest revision of one document, or one that was asked for, by its header.
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

/// Tells whether words are not on their way but gone for good: erased, refused or deleted here.
[[nodiscard]] constexpr bool are_words_gone(replica::BodyState state) {
    return state == replica::BodyState::erased || state == replica::BodyState::refused;
}

struct RecordQuery {
    std::optional<SpaceId> space;
    std::optional<std::uint32_t> kind;
    std::optional<SchoolId> school;
    std::size_t limit = 100;
    std::string after;      // `next` of the page before; empty: the first page
    bool with_gone = false; // also records whose words are gone for good
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

/// The most revisions in a page of a history. Other schools can make a history large, so answers
/// come in parts: revisions in a page, versions that are shown side by side (as many as one
/// revision can join [L4]), relations that are followed.
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

/// A target of a document, if it is here.
struct Ancestor {
    RevisionId document;
    records::RelationKind kind;
};

/// The counts of the list.
struct LibraryFigures {
    std::map<std::uint32_t, std::size_t> documents; // by kind
    std::size_t split = 0;                          // with several heads side by side
};

/// A view, a light value; the library outlives it.
class LibraryView {
public:
    [[nodiscard]] std::size_t document_count() const;
    /// Counts the revisions by schools that may not revise the document; they are kept, never
    /// shown.
    [[nodiscard]] std::size_t uncounted_count() const;
    [[nodiscard]] LibraryFigures figures() const;

    /// Lists records. Errors: invalid_input (a cursor that is none). For a reader who does not see
    /// everything each page costs a look at all documents.
    [[nodiscard]] Result<RecordPage> list(const RecordQuery& query) const;

    /// Returns a document or revision by full id or prefix, with "@2" one revision of the document.
    /// Errors: not_found, invalid_input (ambiguous).
    [[nodiscard]] Result<RecordRow> find(const std::string& text) const;
    /// Finds a record with its words. Errors: as find; also corrupt, io_error.
    [[nodiscard]] Result<ShownRecord> show(const std::string& text) const;
    [[nodiscard]] Result<ShownRecord> show(const RevisionId& revision) const;
    /// Returns the words of a revision, also when its document is taken back: for undoing that.
    [[nodiscard]] Result<records::RecordBody> words(const RevisionId& revision) const;
    /// Returns a history, parents before children: the last `history_rows_max` revisions numbered
    /// below `before` (0: of all). Errors: as show.
    [[nodiscard]] Result<HistoryPage>
    history(const std::string& text, std::size_t before = 0) const;
    /// Returns the newest revision of a document that is no retraction and whose words are here.
    [[nodiscard]] std::optional<RevisionId> last_text(const RevisionId& document) const;

    /// Returns the newest revision that `school` made of this origin in this space. The first
    /// question about an origin reads all bodies that no update has read yet.
    [[nodiscard]] std::optional<RecordRow>
    find_origin(const SpaceId& space, const SchoolId& school, const std::string& origin) const;
    /// Returns a record of this school in a space that came in by an import and has, or had,
    /// exactly these words.
    [[nodiscard]] std::optional<RecordRow> find_words(
        const SpaceId& space,
        const SchoolId& school,
        const std::string& front_matter,
        const std::string& text
    ) const;
    /// Returns the newest revision of every document with this origin, whoever published it and
    /// where.
    [[nodiscard]] std::vector<RecordRow> with_origin(const std::string& origin) const;
    /// Returns the revisions of a document that no other revision builds on, newest first.
    [[nodiscard]] std::vector<RevisionId> heads_of(const RevisionId& document) const;
    /// Returns as many of them as one revision can join: retractions first, since only a revision
    /// that builds on them undoes them, then the newest.
    [[nodiscard]] std::vector<RevisionId> first_heads(const RevisionId& document) const;
    /// Tells whether the revision is one of the heads of its document.
    [[nodiscard]] bool is_head(const RevisionId& revision) const;
    /// Tells whether another network's school wrote the revision, and a link brought it.
    [[nodiscard]] bool came_by_link(const RevisionId& revision) const;
    /// Returns the network of its author, of a revision that a link brought.
    [[nodiscard]] std::optional<NetworkId> far_home_of(const RevisionId& revision) const;
    /// Tells whether the document is taken back.
    [[nodiscard]] bool is_hidden(const RevisionId& document) const;
    /// Returns the revisions by which a document is found: its first heads, ascending; none when it
    /// is hidden.
    [[nodiscard]] std::vector<RevisionId> visible_heads(const RevisionId& document) const;
    /// Returns the schools that may revise a document on top of these parents; none when it is not
    /// here.
    [[nodiscard]] std::vector<SchoolId>
    may_revise(const RevisionId& document, const std::vector<RevisionId>& parents) const;

    /// Returns a document by its id, in its newest revision, or a later revision; nothing when it
    /// is not here or does not count.
    [[nodiscard]] std::optional<RecordRow> row_of(const RevisionId& id) const;
    /// Returns this very revision: of a first one too, whose id is also that of its document.
    [[nodiscard]] std::optional<RecordRow> row_of_revision(const RevisionId& id) const;
    /// Return the same two without reading a body.
    [[nodiscard]] std::optional<BareRow> bare_row_of(const RevisionId& id) const;
    [[nodiscard]] std::optional<BareRow> bare_row_of_revision(const RevisionId& id) const;
    /// Returns whether the words of a revision are here; missing as well where nobody may see it.
    [[nodiscard]] replica::BodyState state_of(const RevisionId& revision) const;
    /// Returns a bare row with its title.
    [[nodiscard]] RecordRow with_title(const BareRow& row) const;
    /// Returns the targets of the heads of a document; at most `relations_max`.
    [[nodiscard]] std::vector<Relation> relations_from(const RevisionId& document) const;
    /// Returns the documents among them, without asking anything else of these.
    [[nodiscard]] std::vector<Ancestor> ancestors_of(const RevisionId& document) const;
    /// Returns the relations of heads that are about any revision of a document, or about an id
    /// that is not here; the last `relations_max` that came, in their order.
    [[nodiscard]] std::vector<Relation> relations_to(const RevisionId& document) const;
    /// Returns the relations of heads written by other schools to revisions of this one: the last
    /// `relations_max` that came, the last one first.
    [[nodiscard]] std::vector<Relation> relations_to_school(const SchoolId& school) const;
    /// Returns the documents in which several heads stand side by side.
    [[nodiscard]] std::vector<RevisionId> split_documents() const;
    /// Returns those among them that stand and that this school may revise, the last that came
    /// first, at most `count_max`. Its own need no reading; for the others a bounded number of
    /// words is read at each call, and kept in mind.
    [[nodiscard]] std::vector<RevisionId>
    split_documents_of(const SchoolId& school, std::size_t count_max) const;
    /// Returns the documents of this kind that are not superseded, in the order of their ids.
    [[nodiscard]] std::vector<RevisionId> documents_of_kind(records::RecordKind kind) const;

private:
    friend class Library;
    LibraryView(const Library& library, Reader reader)
        : library_(&library)
        , reader_(std::move(reader)) {}

    [[nodiscard]] Result<RowNumber> resolve(const Sight& sight, const std::string& text) const;
    [[nodiscard]] Result<ShownRecord> show_row(const Sight& sight, RowNumber revision) const;
    [[nodiscard]] RecordRow titled_row(const Sight& sight, RowNumber revision) const;
    [[nodiscard]] std::vector<RowNumber> split_by_arrival() const;
    /// Returns the records with an origin that one school began and revised, or of all schools; the
    /// origins were noted before.
    [[nodiscard]] std::vector<RowNumber> with_origin_in(
        const Sight& sight,
        const std::string& origin,
        const std::optional<SchoolId>& school = std::nullopt
    ) const;

    const Library* library_;
    Reader reader_;
};

} // namespace staffroom::services
