// The reading half of SearchIndex: what the writer needs to know, and the search itself.
#include "storage/search/search_index.hpp"

#include <algorithm>
#include <limits>
#include <variant>

namespace staffroom::storage {
namespace {

constexpr std::array<std::string_view, search_columns> column_names{
    "title", "text", "context", "outcome", "author", "school"};

template <class Id> Result<Id> read_id(ByteView bytes) {
    const auto id = Id::from(bytes);
    if (!id)
        return fail(Errc::corrupt, "an id of a wrong length in the search index");
    return *id;
}

Error not_open() {
    return {Errc::io_error, "the search index is not open"};
}

/// Statements without a match of a person's making are right, so trouble is the tables'.
Error as_reader(Error error) {
    if (error.code == Errc::malformed)
        error.code = Errc::corrupt;
    return error;
}

/// Calls `take` for each row. Errors: those of the statement and of `take`.
template <class Take> Result<void> for_each_row(SqlStatement& statement, const Take& take) {
    while (true) {
        const auto more = statement.step();
        if (!more)
            return fail(more.error());
        if (!*more)
            return {};
        if (auto taken = take(); !taken) {
            statement.reset();
            return taken;
        }
    }
}

/// The conditions of a filter as SQL over `r`, with its values in the order of their places.
struct Conditions {
    std::string sql;
    std::vector<std::variant<std::int64_t, std::string_view, ByteView>> values;
};

Conditions conditions_of(const SearchFilter& filter) {
    Conditions out;
    if (filter.kind) {
        out.sql += " AND r.kind = ?";
        out.values.emplace_back(std::int64_t{*filter.kind});
    }
    if (filter.school) {
        out.sql += " AND r.school = ?";
        out.values.emplace_back(filter.school->view());
    }
    if (filter.since) {
        out.sql += " AND r.clock >= ?";
        out.values.emplace_back(static_cast<std::int64_t>(filter.since->ms));
    }
    if (filter.space) {
        out.sql += " AND EXISTS(SELECT 1 FROM places p WHERE p.revision = r.revision"
                   " AND p.space = ?)";
        out.values.emplace_back(filter.space->view());
    }
    for (const FacetValue& facet : filter.facets) {
        out.sql += " AND EXISTS(SELECT 1 FROM facets f WHERE f.row = r.row AND f.field = ?"
                   " AND f.value = ?)";
        out.values.emplace_back(std::int64_t{facet.field});
        out.values.emplace_back(std::string_view(facet.value));
    }
    return out;
}

void bind_all(SqlStatement& statement, int place, const Conditions& conditions) {
    for (const auto& value : conditions.values)
        std::visit([&](const auto& each) { statement.bind(place++, each); }, value);
}

/// Rows of the page, best first; one more than asked for tells that there are more. Words of a
/// title weigh most, then of a name; what a record says of its outcome weighs the same whatever the
/// outcome was.
Result<std::vector<std::int64_t>> rank(SqlConnection& reader, const SearchAsk& ask) {
    const Conditions conditions = conditions_of(ask.filter);
    auto statement = reader.prepare(
        "SELECT row FROM (SELECT r.row AS row, r.clock AS clock,"
        " bm25(words, 8.0, 1.0, 1.0, 1.0, 4.0, 2.0) AS score"
        " FROM words CROSS JOIN revisions r ON r.row = words.rowid WHERE words MATCH ?" +
        conditions.sql + " ORDER BY words.rowid DESC LIMIT " + std::to_string(ranked_max) +
        ") ORDER BY score, CASE WHEN clock > ? THEN 0 ELSE clock END DESC, row DESC"
        " LIMIT ? OFFSET ?"
    );
    if (!statement)
        return fail(statement.error());
    statement->bind(1, std::string_view(ask.match));
    bind_all(*statement, 2, conditions);
    const int next = 2 + static_cast<int>(conditions.values.size());
    constexpr std::uint64_t never = std::numeric_limits<std::int64_t>::max();
    const std::uint64_t now = ask.now ? std::min(ask.now->ms, never) : never;
    statement->bind(next, static_cast<std::int64_t>(now));
    statement->bind(next + 1, static_cast<std::int64_t>(ask.limit + 1));
    statement->bind(next + 2, static_cast<std::int64_t>(ask.offset));
    std::vector<std::int64_t> rows;
    auto done = for_each_row(*statement, [&]() -> Result<void> {
        rows.push_back(statement->integer(0));
        return {};
    });
    if (!done)
        return fail(done.error());
    return rows;
}

std::string as_json(const std::vector<std::int64_t>& rows) {
    std::string list = "[";
    for (const std::int64_t row : rows)
        list += (list.size() == 1 ? "" : ",") + std::to_string(row);
    return list + "]";
}

/// Reads `r.row, r.document, r.revision, r.kind, r.school, r.clock, title, snippet`.
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
        std::string(row.text(6)),
        read_marks(row.text(7))};
}

/// One more walk over the matches, which stops only at the rows of the page: cheaper than a lookup
/// for each of them, which would begin every prefix anew.
Result<std::vector<SearchHit>>
read_hits(SqlConnection& reader, const std::string& match, const std::vector<std::int64_t>& rows) {
    auto statement = reader.prepare(
        "SELECT r.row, r.document, r.revision, r.kind, r.school, r.clock, words.title,"
        " snippet(words, -1, char(1), char(2), '\xE2\x80\xA6', 24)"
        " FROM words CROSS JOIN revisions r ON r.row = words.rowid WHERE words MATCH ?"
        " AND words.rowid BETWEEN ? AND ?"
        " AND +words.rowid IN (SELECT value FROM json_each(?))"
    );
    if (!statement)
        return fail(statement.error());
    const auto [lowest, highest] = std::ranges::minmax_element(rows);
    const std::string list = as_json(rows);
    statement->bind(1, std::string_view(match)).bind(2, *lowest).bind(3, *highest);
    statement->bind(4, std::string_view(list));
    std::map<std::int64_t, SearchHit> found;
    const auto done = for_each_row(*statement, [&]() -> Result<void> {
        auto hit = read_hit(*statement);
        if (!hit)
            return fail(hit.error());
        found.emplace(statement->integer(0), std::move(*hit));
        return {};
    });
    if (!done)
        return fail(done.error());
    std::vector<SearchHit> hits;
    for (const std::int64_t row : rows)
        if (auto hit = found.extract(row); !hit.empty())
            hits.push_back(std::move(hit.mapped()));
    return hits;
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
    reader.limit_time(search_time_max);
    // One transaction, so that both walks see the same rows.
    if (auto begun = reader.execute("BEGIN"); !begun)
        return fail(begun.error());
    SearchPage page{{}, false};
    auto rows = rank(reader, ask);
    Result<void> done = rows ? Result<void>() : fail(rows.error());
    if (rows && rows->size() > ask.limit) {
        page.has_more = true;
        rows->resize(ask.limit);
    }
    if (rows && !rows->empty()) {
        auto hits = read_hits(reader, ask.match, *rows);
        if (hits)
            page.hits = std::move(*hits);
        else
            done = fail(hits.error());
    }
    reader.limit_time(std::chrono::milliseconds(0));
    reader.roll_back();
    if (!done)
        return fail(done.error());
    return page;
}

// -------------------------------------------------------------------------- what the writer reads

Result<std::map<LogId, LogSize>> SearchIndex::cursors() const {
    const std::lock_guard lock(read_mutex_);
    if (!connections_)
        return fail(not_open());
    auto statement = connections_->reader.prepare("SELECT log, size FROM cursors");
    if (!statement)
        return fail(statement.error());
    std::map<LogId, LogSize> found;
    const auto done = for_each_row(*statement, [&]() -> Result<void> {
        const auto log = read_id<LogId>(statement->blob(0));
        const std::int64_t size = statement->integer(1);
        if (!log || size < 0)
            return fail(Errc::corrupt, "a cursor of the search index is damaged");
        found.emplace(*log, LogSize{static_cast<std::uint64_t>(size)});
        return {};
    });
    if (!done)
        return fail(as_reader(done.error()));
    return found;
}

Result<std::map<SchoolId, std::string>> SearchIndex::school_names() const {
    const std::lock_guard lock(read_mutex_);
    if (!connections_)
        return fail(not_open());
    auto statement = connections_->reader.prepare("SELECT school, name FROM school_names");
    if (!statement)
        return fail(statement.error());
    std::map<SchoolId, std::string> found;
    const auto done = for_each_row(*statement, [&]() -> Result<void> {
        const auto school = read_id<SchoolId>(statement->blob(0));
        if (!school)
            return fail(school.error());
        found.emplace(*school, statement->text(1));
        return {};
    });
    if (!done)
        return fail(as_reader(done.error()));
    return found;
}

Result<std::vector<RevisionId>>
SearchIndex::ids(std::string_view sql, std::optional<ByteView> id, std::size_t count_max) const {
    const std::lock_guard lock(read_mutex_);
    if (!connections_)
        return fail(not_open());
    auto statement = connections_->reader.prepare(sql);
    if (!statement)
        return fail(statement.error());
    statement->bind(1, static_cast<std::int64_t>(count_max));
    if (id)
        statement->bind(2, *id);
    std::vector<RevisionId> found;
    const auto done = for_each_row(*statement, [&]() -> Result<void> {
        const auto revision = read_id<RevisionId>(statement->blob(0));
        if (!revision)
            return fail(revision.error());
        found.push_back(*revision);
        return {};
    });
    if (!done)
        return fail(as_reader(done.error()));
    return found;
}

Result<std::vector<RevisionId>> SearchIndex::indexed(const RevisionId& document) const {
    return ids(
        "SELECT revision FROM revisions WHERE document = ?2 ORDER BY revision LIMIT ?1",
        document.view(),
        std::numeric_limits<std::uint32_t>::max()
    );
}

Result<std::vector<RevisionId>> SearchIndex::documents_of(const SchoolId& school) const {
    return ids(
        "SELECT DISTINCT document FROM revisions WHERE school = ?2 LIMIT ?1",
        school.view(),
        std::numeric_limits<std::uint32_t>::max()
    );
}

Result<std::vector<RevisionId>> SearchIndex::queued(std::size_t count_max) const {
    return ids("SELECT document FROM queue ORDER BY document LIMIT ?1", std::nullopt, count_max);
}

Result<std::vector<MissingWords>>
SearchIndex::missing(const std::optional<RevisionId>& after, std::size_t count_max) const {
    const std::lock_guard lock(read_mutex_);
    if (!connections_)
        return fail(not_open());
    auto statement = connections_->reader.prepare(
        "SELECT revision, document FROM missing WHERE revision > ? ORDER BY revision LIMIT ?"
    );
    if (!statement)
        return fail(statement.error());
    statement->bind(1, after ? after->view() : ByteView());
    statement->bind(2, static_cast<std::int64_t>(count_max));
    std::vector<MissingWords> found;
    const auto done = for_each_row(*statement, [&]() -> Result<void> {
        const auto revision = read_id<RevisionId>(statement->blob(0));
        const auto document = read_id<RevisionId>(statement->blob(1));
        if (!revision || !document)
            return fail(Errc::corrupt, "a row of the search index is damaged");
        found.push_back({*revision, *document});
        return {};
    });
    if (!done)
        return fail(as_reader(done.error()));
    return found;
}

Result<SearchIndex::Backlog> SearchIndex::backlog() const {
    const std::lock_guard lock(read_mutex_);
    if (!connections_)
        return fail(not_open());
    const auto queued = connections_->reader.integer("SELECT count(*) FROM queue");
    if (!queued)
        return fail(queued.error());
    const auto missing = connections_->reader.integer("SELECT count(*) FROM missing");
    if (!missing)
        return fail(missing.error());
    return Backlog{static_cast<std::uint64_t>(*queued), static_cast<std::uint64_t>(*missing)};
}

Result<std::uint64_t> SearchIndex::revision_count() const {
    const std::lock_guard lock(read_mutex_);
    if (!connections_)
        return fail(not_open());
    const auto count = connections_->reader.integer("SELECT count(*) FROM revisions");
    if (!count)
        return fail(count.error());
    return static_cast<std::uint64_t>(*count);
}

} // namespace staffroom::storage
