// The statements that change the search index, prepared together and used for one transaction,
// which its caller begins and ends. Stops at its first failure. Called by
// storage/search/search_index only.
#pragma once

#include "storage/search/search_index.hpp"

namespace staffroom::storage {

class SearchWriter {
public:
    /// The connection outlives the writer.
    explicit SearchWriter(SqlConnection& connection)
        : connection_(connection) {}

    /// Errors: as SqlStatement::step.
    [[nodiscard]] Result<void> write(const SearchBatch& batch);
    /// Errors: as SqlStatement::step.
    [[nodiscard]] Result<void> remove(const RevisionId& revision);

private:
    void replace(const DocumentUpdate& update);
    void remove_row(std::int64_t row);
    void rename(const SchoolId& school, std::string_view name);
    [[nodiscard]] std::int64_t row_of(const SchoolId& school);
    [[nodiscard]] std::int64_t row_of(const SpaceId& space);
    [[nodiscard]] std::optional<std::int64_t> row_of(const RevisionId& revision);
    void insert(const RevisionId& document, const SearchDocument& head);

    /// Null after a failure. `sql` is a constant.
    [[nodiscard]] SqlStatement* statement(std::string_view sql);
    template <class... Values> void run(std::string_view sql, const Values&... values) {
        SqlStatement* const found = statement(sql);
        if (found == nullptr)
            return;
        int place = 0;
        (found->bind(++place, values), ...);
        if (auto done = found->run(); !done)
            outcome_ = fail(done.error());
    }
    /// The first column of the first row.
    [[nodiscard]] std::optional<std::int64_t> first(std::string_view sql, ByteView id);

    SqlConnection& connection_;
    std::map<std::string_view, SqlStatement> statements_; // by their text
    std::map<SchoolId, std::int64_t> schools_;
    std::map<SpaceId, std::int64_t> spaces_;
    Result<void> outcome_;
};

} // namespace staffroom::storage
