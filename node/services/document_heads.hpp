// What the rows of one document say together, without a copy of them: asked for every document when
// a list is put in order. The library asks; the table knows no document.
#pragma once

#include "node/services/record_table.hpp"

namespace staffroom::services {

/// The head with the newest clock, the smaller id of equal ones; no_row when it has none.
[[nodiscard]] RowNumber newest_head(const RecordTable& table, RowNumber document);
/// Whether one of its heads is a retraction.
[[nodiscard]] bool has_retracted_head(const RecordTable& table, RowNumber document);

} // namespace staffroom::services
