// A second copy, outside the database, of those rows of the core that no neighbour can give back:
// geneses, addresses of neighbours, joins under way, this node's own facts. They change seldom.
// Written by the store when one of them has changed, read by salvage alone. Not here: rows that
// come back by themselves (chains, notices), and anything of a body.
#pragma once

#include "storage/database/database.hpp"
#include "storage/database/row_keys.hpp"

namespace staffroom::storage {

/// True for rows that belong into the copy.
[[nodiscard]] bool is_kept_twice(replica::RowKind kind);

/// Makes the copy at `path` say what the database says; synced. Nothing is written when it does.
/// Errors: corrupt (a row of the database), io_error, disk_full.
[[nodiscard]] Result<void>
copy_core_rows(FileSystem& files, const std::string& path, const Database& database);

/// Errors: not_found, corrupt, io_error.
[[nodiscard]] Result<std::vector<replica::Row>>
read_core_rows(FileSystem& files, const std::string& path);

} // namespace staffroom::storage
