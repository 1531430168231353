// A second copy, outside the database, of the core's rows that no neighbour can give back: geneses,
// addresses of neighbours, joins under way, this node's own facts. They change seldom. The store
// writes it when one of them has changed; salvage alone reads it. Not here: rows that come back by
// themselves (chains, notices), and anything of a body.
#pragma once

#include "storage/database/database.hpp"
#include "storage/database/row_keys.hpp"

namespace staffroom::storage {

/// Returns true for rows that belong in the copy.
[[nodiscard]] bool is_kept_twice(replica::RowKind kind);

/// Makes the copy at `path` equal to the database; synced. Writes nothing when it is equal already.
/// Errors: corrupt (a row of the database), io_error, disk_full.
[[nodiscard]] Result<void>
copy_core_rows(FileSystem& files, const std::string& path, const Database& database);

/// Reads the copy. Errors: not_found, corrupt, io_error.
[[nodiscard]] Result<std::vector<replica::Row>>
read_core_rows(FileSystem& files, const std::string& path);

} // namespace staffroom::storage
