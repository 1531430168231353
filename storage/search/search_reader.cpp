// The search itself: what matches, ranked, with snippets. Declared in search_index.hpp.
#include "storage/search/search_match.hpp"
#include "storage/search/search_rows.hpp"
#include "storage/search/unicode.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace staffroom::storage {
namespace {

constexpr std::array<std::string_view, search_columns> column_names{
    "title", "text", "context", "outcome", "author", "school"};

/// Whether it says that a search had enough, not that something is wrong.
bool is_limit(const Error& error) {
    return error.code == Errc::timed_out || error.code == Errc::too_large;
}

struct Ranked {
    double score;
    std::int64_t clock; // 0: dated ahead
    std::int64_t row;
};

/// Best first; equals by newest.
bool is_before(const Ranked& a, const Ranked& b) {
    return std::tuple(a.score, b.clock, b.row) < std::tuple(b.score, a.clock, a.row);
}

struct Ranking {
    std::vector<std::int64_t> rows; // of the page, best first
    bool has_more;
    bool is_cut;
};

Ranking page_of(std::vector<Ranked> all, const SearchAsk& ask) {
    const std::size_t begin = std::min(ask.offset, all.size());
    const std::size_t end = std::min(begin + ask.limit, all.size());
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(end);
    std::partial_sort(all.begin(), middle, all.end(), is_before);
    Ranking ranking{{}, end < all.size(), false};
    for (std::size_t i = begin; i < end; ++i)
        ranking.rows.push_back(all[i].row);
    return ranking;
}

/// Goes through the newest matches while there is time. Words of a title weigh most, then of a
/// name; what a record says of its outcome weighs the same whatever the outcome was.
Result<Ranking> rank(SqlConnection& reader, const std::string& match, const SearchAsk& ask) {
    const Conditions conditions = conditions_of(ask.filter);
    auto statement = reader.prepare(
        "SELECT r.row, r.clock, bm25(words, 1.0, 8.0, 1.0, 1.0, 4.0, 2.0, 2.0), r.revision"
        " FROM words CROSS JOIN revisions r ON r.row = words.rowid WHERE words MATCH ?" +
        conditions.sql + " ORDER BY words.rowid DESC"
    );
    if (!statement)
        return fail(statement.error());
    statement->bind(1, std::string_view(match));
    bind_all(*statement, 2, conditions);
    constexpr std::uint64_t never = std::numeric_limits<std::int64_t>::max();
    const auto now = static_cast<std::int64_t>(ask.now ? std::min(ask.now->ms, never) : never);
    const auto end = std::chrono::steady_clock::now() + ranking_time_max;
    std::vector<Ranked> all;
    const auto done = for_each_row(*statement, [&]() -> Result<void> {
        // Before anything is ranked or counted, so that a page is full and the next one follows it.
        const auto revision = read_id<RevisionId>(statement->blob(3));
        if (!revision)
            return fail(revision.error());
        // SQLite looks at its own time between its steps only, not while somebody is asked.
        if (ask.may_find && std::chrono::steady_clock::now() > end)
            return fail(Errc::timed_out, "asking who may find it");
        if (ask.may_find && !ask.may_find(*revision))
            return {};
        if (all.size() == ranked_max)
            return fail(Errc::too_large, "more than are ranked");
        const std::int64_t clock = statement->integer(1);
        all.push_back({statement->real(2), clock > now ? 0 : clock, statement->integer(0)});
        return {};
    });
    if (!done && !is_limit(done.error()))
        return fail(done.error());
    Ranking ranking = page_of(std::move(all), ask);
    ranking.is_cut = !done;
    return ranking;
}

/// What matched in the key of the school is shown as its name.
MarkedText snippet_of(const SqlStatement& row, const SchoolId& school) {
    MarkedText snippet = bounded(read_marks(row.text(7)));
    if (snippet.text != school_word(school))
        return snippet;
    MarkedText name = bounded(read_marks(without_controls(row.text(8))));
    const auto length = std::ranges::count_if(name.text, begins_code_point);
    name.marks.assign(length > 0 ? 1 : 0, Mark{0, static_cast<std::size_t>(length)});
    return name;
}

/// Reads `r.row, r.document, r.revision, r.kind, r.school, r.clock, title, snippet, name`.
Result<SearchHit> read_hit(const SqlStatement& row) {
    const auto document = read_id<RevisionId>(row.blob(1));
    const auto revision = read_id<RevisionId>(row.blob(2));
    const auto school = read_id<SchoolId>(row.blob(4));
    const std::int64_t kind = row.integer(3);
    const std::int64_t clock = row.integer(5);
    if (!document || !revision || !school || clock < 0 || kind < 0 ||
        kind > std::numeric_limits<std::uint32_t>::max())
        return fail(Errc::corrupt, "a row of the search index is damaged");
    return SearchHit{
        *document,
        *revision,
        static_cast<std::uint32_t>(kind),
        *school,
        WallTime{static_cast<std::uint64_t>(clock)},
        bounded_title(row.text(6)),
        snippet_of(row, *school)};
}

using FoundHits = std::map<std::int64_t, SearchHit>;

Result<void> take_hits(SqlStatement& statement, FoundHits& found) {
    return for_each_row(statement, [&]() -> Result<void> {
        auto hit = read_hit(statement);
        if (!hit)
            return fail(hit.error());
        found.emplace(statement.integer(0), std::move(*hit));
        return {};
    });
}

/// One more walk over the matches: a lookup for each row of the page would begin every prefix anew.
/// A snippet compares all places with each other; what matches everywhere is shown by its
/// beginning.
Result<void> read_with_snippets(
    SqlConnection& reader,
    const std::string& match,
    const std::vector<std::int64_t>& rows,
    FoundHits& found
) {
    auto statement = reader.prepare(
        "SELECT r.row, coalesce(r.document, r.revision), r.revision, r.kind, s.school, r.clock,"
        " words.title, CASE WHEN match_count(words) <= 200"
        " THEN snippet(words, -1, char(1), char(2), '\xE2\x80\xA6', 24)"
        " ELSE substr(words.text, 1, 200) END, s.name"
        " FROM words CROSS JOIN revisions r ON r.row = words.rowid"
        " CROSS JOIN schools s ON s.row = r.school WHERE words MATCH ?"
        " AND words.rowid BETWEEN ? AND ?"
        " AND +words.rowid IN (SELECT value FROM json_each(?))"
    );
    if (!statement)
        return fail(statement.error());
    const auto [lowest, highest] = std::ranges::minmax_element(rows);
    const std::string list = as_json(rows);
    statement->bind(1, std::string_view(match)).bind(2, *lowest).bind(3, *highest);
    statement->bind(4, std::string_view(list));
    return take_hits(*statement, found);
}

/// By their rows alone.
Result<void> read_without_snippets(
    SqlConnection& reader, const std::vector<std::int64_t>& rows, FoundHits& found
) {
    auto statement = reader.prepare(
        "SELECT r.row, coalesce(r.document, r.revision), r.revision, r.kind, s.school, r.clock,"
        " words.title, '', ''"
        " FROM json_each(?) list CROSS JOIN revisions r ON r.row = list.value"
        " CROSS JOIN schools s ON s.row = r.school CROSS JOIN words ON words.rowid = r.row"
    );
    if (!statement)
        return fail(statement.error());
    const std::string list = as_json(rows);
    statement->bind(1, std::string_view(list));
    return take_hits(*statement, found);
}

/// All of the page, whatever time is left for its snippets.
Result<std::vector<SearchHit>>
read_hits(SqlConnection& reader, const std::string& match, const std::vector<std::int64_t>& rows) {
    FoundHits found;
    const auto done = read_with_snippets(reader, match, rows, found);
    if (!done && !is_limit(done.error()))
        return fail(done.error());
    std::vector<std::int64_t> bare;
    std::ranges::copy_if(rows, std::back_inserter(bare), [&](std::int64_t row) {
        return !found.contains(row);
    });
    reader.limit_time(std::chrono::milliseconds(0));
    if (!done)
        if (auto read = read_without_snippets(reader, bare, found); !read)
            return fail(read.error());
    std::vector<SearchHit> hits;
    for (const std::int64_t row : rows)
        if (auto hit = found.extract(row); !hit.empty())
            hits.push_back(std::move(hit.mapped()));
    return hits;
}

Result<SearchPage> search_with(SqlConnection& reader, const SearchAsk& ask) {
    const auto begin = std::chrono::steady_clock::now();
    SearchPage page{{}, false, false};
    reader.limit_time(ranking_time_max);
    const auto match = expression_of(reader, ask.match);
    if (!match)
        return fail(match.error());
    const auto ranking = rank(reader, *match, ask);
    if (!ranking)
        return fail(ranking.error());
    page.has_more = ranking->has_more;
    page.is_cut = ranking->is_cut;
    if (ranking->rows.empty())
        return page;
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin
    );
    constexpr auto snippet_time_min = search_time_max - ranking_time_max;
    reader.limit_time(std::max(snippet_time_min, search_time_max - taken));
    auto hits = read_hits(reader, *match, ranking->rows);
    if (!hits)
        return fail(as_reader(hits.error())); // the match was understood a moment ago
    page.hits = std::move(*hits);
    return page;
}

} // namespace

std::string_view column_name(SearchColumn column) {
    return column_names[static_cast<std::size_t>(column)];
}

Result<SearchPage> SearchIndex::search(const SearchAsk& ask) const {
    const std::lock_guard lock(read_mutex_);
    if (!connections_)
        return fail(not_open());
    SqlConnection& reader = connections_->reader;
    const MemoryLimit limit(search_bytes_max);
    // One transaction, so that both walks see the same rows.
    if (auto begun = reader.execute("BEGIN"); !begun)
        return fail(begun.error());
    auto page = search_with(reader, ask);
    reader.limit_time(std::chrono::milliseconds(0));
    reader.roll_back();
    if (!page && is_limit(page.error()))
        return SearchPage{{}, false, true};
    return page;
}

} // namespace staffroom::storage
