// What this node holds, as readers see it: documents with their revisions, and one record whole. A
// view in memory over the store (ids, kinds, titles), brought up to date before each use and lost
// without harm. It reads the disk: called on a pool thread. Not here: who may read what, since the
// local socket has full rights.
#pragma once

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

/// The newest revision of one document, or one that was asked for.
struct RecordRow {
    RevisionId document;
    RevisionId revision;
    std::uint32_t kind;
    std::uint32_t reach;
    SchoolId school;
    std::set<SpaceId> spaces;
    WallTime clock; // of the header, for display and order on screen only
    replica::BodyState state;
    std::string title; // empty while the body is not here
    std::string origin;
    std::size_t heads = 1; // more: two revisions stand side by side
};

struct RecordQuery {
    std::optional<SpaceId> space;
    std::optional<std::uint32_t> kind;
    std::size_t limit = 100;
    std::string after; // `next` of the page before; empty: the first page
};

struct RecordPage {
    std::vector<RecordRow> rows; // newest documents first
    std::string next;            // empty: this is the last page
};

struct ShownRecord {
    RecordRow row;
    log::EntryHeader header;
    std::optional<records::RecordBody> body;
    std::size_t revision_number; // from 1, parents before children
    std::size_t revisions;
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

    /// Errors: invalid_input (a cursor that is none).
    [[nodiscard]] Result<RecordPage> list(const RecordQuery& query) const;

    /// A document or revision by full id or prefix, with "@2" one revision of the document.
    /// Errors: not_found, invalid_input (ambiguous).
    [[nodiscard]] Result<RecordRow> find(const std::string& text) const;
    /// As `find`, with its words. Errors: also corrupt, io_error.
    [[nodiscard]] Result<ShownRecord> show(const std::string& text) const;

    /// The newest revision that `school` made of this origin in this space.
    [[nodiscard]] std::optional<RecordRow>
    find_origin(const SpaceId& space, const SchoolId& school, const std::string& origin) const;
    /// The newest revision of every document with this origin, whoever published it and where.
    [[nodiscard]] std::vector<RecordRow> with_origin(const std::string& origin) const;
    /// Revisions of a document that no other revision builds on.
    [[nodiscard]] std::vector<RevisionId> heads_of(const RevisionId& document) const;

private:
    struct Revision {
        RecordRow row;
        std::vector<RevisionId> parents;
    };
    struct Document {
        std::vector<RevisionId> revisions; // as they arrived
    };

    [[nodiscard]] Result<void> read_log(const LogExtent& extent);
    [[nodiscard]] Result<void>
    add(ByteView header_bytes, replica::BodyState state, const SpaceId& space);
    [[nodiscard]] Result<void> read_words(Revision& revision, const log::EntryHeader& header);
    [[nodiscard]] Result<void> retry_missing();
    [[nodiscard]] Result<RevisionId> resolve(const std::string& text) const;
    [[nodiscard]] std::vector<RevisionId> history(const Document& document) const;
    [[nodiscard]] std::vector<RevisionId> heads(const Document& document) const;
    [[nodiscard]] RecordRow newest(const Document& document) const;

    const storage::Store& store_;
    mutable std::mutex mutex_; // several pool threads may ask at once
    std::map<LogId, LogSize> read_;
    std::map<RevisionId, Revision> revisions_;
    std::map<RevisionId, Document> documents_;
    std::set<RevisionId> wordless_; // bodies that may still arrive
    std::map<std::string, std::vector<RevisionId>> origins_;
};

} // namespace staffroom::services
