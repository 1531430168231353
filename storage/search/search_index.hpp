// The words of records, to be searched: SQLite FTS5 in DIR/index/search.db, with tables for what is
// filtered by and a cursor for each log in the same transaction as the words. It is derived: a
// damaged file, or one of another layout, is deleted and filled again from the store. Not here:
// what people type (services/search/search_query), and which revisions are current
// (services/search/indexer, the only writer). Safe from several threads: one writes, one reads
// meanwhile.
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/time.hpp"
#include "storage/files/disk_wait.hpp"
#include "storage/files/file_system.hpp"
#include "storage/search/search_marks.hpp"
#include "storage/search/sqlite.hpp"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace staffroom::storage {

/// The columns that a query may be limited to, in the order of the table.
enum class SearchColumn { title, text, context, outcome, author, school };
inline constexpr std::size_t search_columns = 6;
[[nodiscard]] std::string_view column_name(SearchColumn column);

/// A value of a vocabulary that a record carries; `field` is a records::FieldCode.
struct FacetValue {
    std::uint32_t field;
    std::string value;
};

/// One revision as it is indexed. Control characters in the words become spaces.
struct SearchDocument {
    RevisionId revision;
    std::uint32_t kind;
    std::uint32_t reach;
    SchoolId school;
    WallTime clock;
    std::vector<FacetValue> facets;
    /// By SearchColumn; the school's own name stands in SearchBatch::school_names alone.
    std::array<std::string, search_columns> words;
};

/// More words of one record than these are not found: title, people, schools, context and outcome
/// come first, then its text from the beginning.
inline constexpr std::size_t indexed_words_max = 20'000;

/// What the index shall hold of one document from now on: nothing else of it stays.
struct DocumentUpdate {
    RevisionId document;
    std::vector<SearchDocument> heads;
    std::vector<RevisionId> missing; // heads whose words are not here yet
};

struct SearchBatch {
    std::vector<DocumentUpdate> documents; // each leaves the queue, too
    std::vector<RevisionId> queue;         // documents to be looked at later, the first one first
    std::vector<std::pair<RevisionId, SpaceId>> places;
    std::map<LogId, LogSize> cursors;
    std::map<SchoolId, std::string> school_names; // that are new or others than before
};

struct SearchFilter {
    std::optional<std::uint32_t> kind{};
    std::optional<SchoolId> school{};
    std::optional<SpaceId> space{};
    std::optional<WallTime> since{};
    std::vector<FacetValue> facets{}; // all of them
};

/// Made by services/search/search_query.
struct SearchMatch {
    std::vector<std::string> terms;      // in the engine's own syntax; all of them have to match
    std::vector<SearchColumn> columns{}; // none: anywhere
};

struct SearchAsk {
    SearchMatch match;
    SearchFilter filter;
    std::size_t limit = 20;
    std::size_t offset = 0;
    std::optional<WallTime> now{}; // whatever is dated later comes last among equals
    /// Whether this revision counts as a match; unset: every one does. It must not call the index.
    std::function<bool(const RevisionId&)> may_find{};
};

struct SearchHit {
    RevisionId document;
    RevisionId revision;
    std::uint32_t kind;
    SchoolId school;
    WallTime clock;
    std::string title;
    MarkedText snippet; // empty where the time ended before it was made
};

struct SearchPage {
    std::vector<SearchHit> hits; // best first; equals by newest
    bool has_more;
    bool is_cut; // time, memory or ranked_max ended it: these are the best of the newest records
};

struct MissingWords {
    RevisionId revision;
    RevisionId document;
};

/// A word that stands in more records is ranked among the newest of them only, so that no word
/// costs more than this; a search ends with what it has when its time or its memory does.
inline constexpr std::size_t ranked_max = 20'000;
inline constexpr std::chrono::milliseconds search_time_max{250};
inline constexpr std::chrono::milliseconds ranking_time_max{200}; // the rest is for the snippets
inline constexpr std::uint64_t search_bytes_max = std::uint64_t{40} << 20U;
static_assert(ranking_time_max < search_time_max);

class SearchIndex {
public:
    /// Opens nothing yet. `files` outlives the index.
    SearchIndex(FileSystem& files, const std::string& folder);

    /// Makes the folder and the file where they are absent (the folder's parent must be there), and
    /// begins anew where the file is damaged or of another layout. Nothing happens when it is open.
    /// Until then, and after a failure, every other call fails with io_error. Errors: io_error,
    /// disk_full.
    [[nodiscard]] Result<void> open();

    /// All of it or nothing. Errors: corrupt (call `rebuild`), busy, disk_full, io_error.
    [[nodiscard]] Result<void> write(const SearchBatch& batch);
    /// Takes the words of these revisions out of every file of the index, however old they are:
    /// when it returns they are overwritten. Costs a rewrite of the whole index. Errors: as write.
    [[nodiscard]] Result<void> forget(std::span<const RevisionId> revisions);
    /// Deletes everything and begins anew, with no cursors. Errors: io_error, disk_full.
    [[nodiscard]] Result<void> rebuild();
    /// Gives back the memory of what was read and written: call it when much was, and no more is to
    /// come.
    void rest();
    /// True when the file that `open` found could not be used.
    [[nodiscard]] bool was_rebuilt() const { return was_rebuilt_; }

    /// Errors: corrupt (call `rebuild`), malformed (the match), io_error.
    [[nodiscard]] Result<SearchPage> search(const SearchAsk& ask) const;

    // What the writer needs to know. Errors: corrupt, io_error.
    [[nodiscard]] Result<std::map<LogId, LogSize>> cursors() const;
    [[nodiscard]] Result<std::map<SchoolId, std::string>> school_names() const;
    /// The revisions of the document whose words are here, sorted.
    [[nodiscard]] Result<std::vector<RevisionId>> indexed(const RevisionId& document) const;
    /// Those that wait longest.
    [[nodiscard]] Result<std::vector<RevisionId>> queued(std::size_t count_max) const;
    /// In the order of revisions, those after `after`; at most `count_max`.
    [[nodiscard]] Result<std::vector<MissingWords>>
    missing(const std::optional<RevisionId>& after, std::size_t count_max) const;

    struct Backlog {
        std::uint64_t queued;
        std::uint64_t missing;
    };
    [[nodiscard]] Result<Backlog> backlog() const;
    /// How many revisions can be found. Counts them one by one.
    [[nodiscard]] Result<std::uint64_t> revision_count() const;

private:
    struct Connections {
        SqlConnection writer;
        SqlConnection reader;
    };
    [[nodiscard]] Result<void> open_file();
    [[nodiscard]] Result<void> delete_file();
    [[nodiscard]] Result<void> begin_anew();
    [[nodiscard]] Result<void> write_all(const SearchBatch& batch);
    [[nodiscard]] Result<void> remove_words(std::span<const RevisionId> revisions);
    [[nodiscard]] Result<void> merge_all();
    [[nodiscard]] Result<std::vector<RevisionId>>
    ids(std::string_view sql, std::variant<std::int64_t, ByteView> value) const;

    FileSystem& files_;
    std::string folder_;
    std::string path_;
    bool was_rebuilt_ = false;
    mutable DiskMutex write_mutex_; // taken before read_mutex_
    mutable DiskMutex read_mutex_;
    mutable std::optional<Connections> connections_;
};

} // namespace staffroom::storage
