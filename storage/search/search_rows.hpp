// Reading rows of the search index, whose tables may be damaged. Called by search_reader and
// search_state only.
#pragma once

#include "storage/search/search_index.hpp"

namespace staffroom::storage {

template <class Id> Result<Id> read_id(ByteView bytes) {
    const auto id = Id::from(bytes);
    if (!id)
        return fail(Errc::corrupt, "an id of a wrong length in the search index");
    return *id;
}

inline Error not_open() {
    return {Errc::io_error, "the search index is not open"};
}

/// Statements without a match of a person's making are right, so trouble is the tables'.
inline Error as_reader(Error error) {
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

/// Calls `take` with the id in the first column and the row.
template <class Id, class Take>
Result<void> for_each_id(SqlConnection& reader, std::string_view sql, const Take& take) {
    auto statement = reader.prepare(sql);
    if (!statement)
        return fail(statement.error());
    const auto done = for_each_row(*statement, [&]() -> Result<void> {
        const auto id = read_id<Id>(statement->blob(0));
        return id ? take(*id, *statement) : fail(id.error());
    });
    if (!done)
        return fail(as_reader(done.error()));
    return {};
}

} // namespace staffroom::storage
