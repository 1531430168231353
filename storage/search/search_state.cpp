// What stands in the index: how far its logs are read, what waits, what lacks its words. For
// whoever writes it. Declared in search_index.hpp.
#include "storage/search/search_match.hpp"
#include "storage/search/search_rows.hpp"

namespace staffroom::storage {

Result<std::map<LogId, LogSize>> SearchIndex::cursors() const {
    const std::lock_guard lock(read_mutex_);
    if (!connections_)
        return fail(not_open());
    std::map<LogId, LogSize> found;
    const auto take = [&](const LogId& log, const SqlStatement& row) -> Result<void> {
        const std::int64_t size = row.integer(1);
        if (size < 0)
            return fail(Errc::corrupt, "a cursor of the search index is damaged");
        found.emplace(log, LogSize{static_cast<std::uint64_t>(size)});
        return {};
    };
    const auto done =
        for_each_id<LogId>(connections_->reader, "SELECT log, size FROM cursors", take);
    if (!done)
        return fail(done.error());
    return found;
}

Result<std::map<SchoolId, std::string>> SearchIndex::school_names() const {
    const std::lock_guard lock(read_mutex_);
    if (!connections_)
        return fail(not_open());
    std::map<SchoolId, std::string> found;
    const auto take = [&](const SchoolId& school, const SqlStatement& row) -> Result<void> {
        found.emplace(school, row.text(1));
        return {};
    };
    const auto done = for_each_id<SchoolId>(
        connections_->reader, "SELECT school, name FROM schools WHERE name IS NOT NULL", take
    );
    if (!done)
        return fail(done.error());
    return found;
}

Result<std::vector<RevisionId>>
SearchIndex::ids(std::string_view sql, std::variant<std::int64_t, ByteView> value) const {
    const std::lock_guard lock(read_mutex_);
    if (!connections_)
        return fail(not_open());
    auto statement = connections_->reader.prepare(sql);
    if (!statement)
        return fail(statement.error());
    std::visit([&](const auto& each) { statement->bind(1, each); }, value);
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
        "SELECT revision FROM (" + std::string(rows_of_document) + ") ORDER BY revision",
        document.view()
    );
}

Result<std::vector<RevisionId>> SearchIndex::queued(std::size_t count_max) const {
    return ids(
        "SELECT document FROM queue ORDER BY place LIMIT ?", static_cast<std::int64_t>(count_max)
    );
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
