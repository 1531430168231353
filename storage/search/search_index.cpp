#include "storage/search/search_index.hpp"

#include "storage/search/search_writer.hpp"

#include <string>

namespace staffroom::storage {
namespace {

/// Another number means another layout: the file is deleted and filled again.
constexpr std::int64_t index_layout_version = 4;
constexpr std::int64_t application_id = 0x53524D31; // "SRM1", tells `file` whose database it is

// No stemming: languages share the columns. The text comes first, because each place in the first
// column costs two bytes less. Words are stored once more, packed, for snippets and to be taken out
// of the index again. Of its school a record has only the key; what that is called stands in
// school_words. Ids are hashes, so that their first bytes find them; a document that is its own
// first revision has none of its own.
constexpr const char* schema = R"(
CREATE TABLE schools(row INTEGER PRIMARY KEY, school BLOB NOT NULL UNIQUE, name TEXT);
CREATE TABLE revisions(row INTEGER PRIMARY KEY, revision BLOB NOT NULL, document BLOB,
    kind INTEGER NOT NULL, reach INTEGER NOT NULL, school INTEGER NOT NULL, clock INTEGER NOT NULL,
    facets TEXT NOT NULL);
CREATE INDEX revisions_revision ON revisions(substr(revision, 1, 8));
CREATE INDEX revisions_document ON revisions(substr(document, 1, 8)) WHERE document IS NOT NULL;
CREATE TABLE texts(row INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE VIEW unpacked AS SELECT t.row, packed_column(packed, 1) AS text,
    packed_column(packed, 0) AS title, packed_column(packed, 2) AS context,
    packed_column(packed, 3) AS outcome, packed_column(packed, 4) AS author,
    packed_column(packed, 5) AS school, school_word(s.school) AS school_key
    FROM texts t JOIN revisions r ON r.row = t.row JOIN schools s ON s.row = r.school;
CREATE VIRTUAL TABLE words USING fts5(text, title, context, outcome, author, school, school_key,
    content = "unpacked", content_rowid = "row", tokenize = "staffroom_words");
CREATE TABLE spaces(row INTEGER PRIMARY KEY, space BLOB NOT NULL UNIQUE);
CREATE TABLE places(revision BLOB NOT NULL, space INTEGER NOT NULL,
    PRIMARY KEY(revision, space)) WITHOUT ROWID;
CREATE TABLE missing(revision BLOB PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX missing_document ON missing(document);
CREATE TABLE queue(place INTEGER PRIMARY KEY, document BLOB NOT NULL UNIQUE);
CREATE TABLE cursors(log BLOB PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE school_words USING fts5(name, tokenize = "staffroom_words");
)";

// What is deleted is overwritten (secure_delete), sorting leaves no files (temp_store), and a power
// cut loses at most the newest words, whose cursors go with them (synchronous). The size of a page
// is that of a new file.
constexpr const char* settings = R"(
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cell_size_check = ON;
PRAGMA cache_size = -8000;
PRAGMA journal_size_limit = 16777216;
)";

Result<void> check_version(SqlConnection& connection) {
    const auto version = connection.integer("PRAGMA user_version");
    if (!version)
        return fail(version.error());
    const auto owner = connection.integer("PRAGMA application_id");
    if (!owner)
        return fail(owner.error());
    if (*version == index_layout_version && *owner == application_id)
        return {};
    return fail(Errc::unknown_version, "the search index has another layout");
}

Result<void> make_schema(SqlConnection& connection) {
    return connection.execute(
        std::string("BEGIN IMMEDIATE;") + schema +
        "PRAGMA application_id = " + std::to_string(application_id) +
        "; PRAGMA user_version = " + std::to_string(index_layout_version) + "; COMMIT;"
    );
}

/// Our own statements are right, so one that the engine does not understand met damaged tables.
Result<void> as_writer(Result<void> outcome) {
    if (!outcome && outcome.error().code == Errc::malformed)
        return fail(Errc::corrupt, outcome.error().detail);
    return outcome;
}

} // namespace

SearchIndex::SearchIndex(FileSystem& files, const std::string& folder)
    : files_(files)
    , folder_(folder)
    , path_(folder + "/search.db") {}

Result<void> SearchIndex::open() {
    const std::scoped_lock lock(write_mutex_, read_mutex_);
    if (connections_)
        return {};
    if (auto made = files_.create_directory(folder_); !made)
        return made;
    auto opened = open_file();
    const bool is_unusable = !opened && (opened.error().code == Errc::corrupt ||
                                         opened.error().code == Errc::unknown_version);
    if (!is_unusable)
        return opened;
    was_rebuilt_ = true;
    return begin_anew();
}

Result<void> SearchIndex::open_file() {
    const auto found = files_.exists(path_);
    if (!found)
        return fail(found.error());
    if (!*found) {
        // Made here, so that it is ours alone from its first byte.
        if (auto made = files_.open(path_, OpenMode::append); !made)
            return fail(made.error());
    }
    auto writer = SqlConnection::open(path_);
    if (!writer)
        return fail(writer.error());
    if (auto set = writer->execute(settings); !set)
        return set;
    if (!*found)
        if (auto made = make_schema(*writer); !made)
            return made;
    if (auto checked = check_version(*writer); !checked)
        return checked;
    auto reader = SqlConnection::open(path_);
    if (!reader)
        return fail(reader.error());
    if (auto set = reader->execute(settings); !set)
        return set;
    if (auto set = reader->execute("PRAGMA query_only = ON"); !set)
        return set;
    connections_.emplace(Connections{std::move(*writer), std::move(*reader)});
    return {};
}

Result<void> SearchIndex::delete_file() {
    connections_.reset();
    for (const char* const suffix : {"", "-wal", "-shm"}) {
        auto removed = files_.remove(path_ + suffix);
        if (!removed && removed.error().code != Errc::not_found)
            return removed;
    }
    return {};
}

Result<void> SearchIndex::begin_anew() {
    if (auto gone = delete_file(); !gone)
        return gone;
    return open_file();
}

Result<void> SearchIndex::rebuild() {
    const std::scoped_lock lock(write_mutex_, read_mutex_);
    was_rebuilt_ = true;
    return begin_anew();
}

void SearchIndex::rest() {
    const std::scoped_lock lock(write_mutex_, read_mutex_);
    if (!connections_)
        return;
    for (SqlConnection* each : {&connections_->writer, &connections_->reader})
        // Nothing depends on it, so nobody need hear of a failure.
        static_cast<void>(each->execute("PRAGMA shrink_memory"));
}

// --------------------------------------------------------------------------------------- writing

Result<void> SearchIndex::write(const SearchBatch& batch) {
    const std::lock_guard lock(write_mutex_);
    return write_all(batch);
}

Result<void> SearchIndex::write_all(const SearchBatch& batch) {
    if (!connections_)
        return fail(Errc::io_error, "the search index is not open");
    SqlConnection& writer = connections_->writer;
    auto done = writer.execute("BEGIN IMMEDIATE");
    if (done)
        done = SearchWriter(writer).write(batch);
    if (done)
        done = writer.execute("COMMIT");
    if (!done)
        writer.roll_back();
    return as_writer(std::move(done));
}

Result<void> SearchIndex::forget(std::span<const RevisionId> revisions) {
    const std::scoped_lock lock(write_mutex_, read_mutex_);
    if (auto removed = remove_words(revisions); !removed)
        return as_writer(removed);
    if (auto merged = merge_all(); !merged)
        return as_writer(merged);
    // Moves the new pages over the old ones, then cuts the log, where copies of both stand.
    auto checkpoint = connections_->writer.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
    if (!checkpoint)
        return fail(checkpoint.error());
    const auto row = checkpoint->step();
    if (!row)
        return fail(row.error());
    const bool is_whole = *row && checkpoint->integer(0) == 0;
    return is_whole ? Result<void>() : fail(Errc::busy, "the search index is being read");
}

Result<void> SearchIndex::remove_words(std::span<const RevisionId> revisions) {
    if (!connections_)
        return fail(Errc::io_error, "the search index is not open");
    SqlConnection& writer = connections_->writer;
    auto done = writer.execute("BEGIN IMMEDIATE");
    if (done) {
        SearchWriter statements(writer);
        for (const RevisionId& revision : revisions)
            if (done)
                done = statements.remove(revision);
    }
    if (done)
        done = writer.execute("COMMIT");
    if (!done)
        writer.roll_back();
    return done;
}

/// A word that was deleted stands in the index with a note that it is gone, until all parts of the
/// index have been merged into one. Also done when no row was removed: an earlier revision may have
/// left its words so.
Result<void> SearchIndex::merge_all() {
    return connections_->writer.execute("INSERT INTO words(words) VALUES('optimize')");
}

} // namespace staffroom::storage
