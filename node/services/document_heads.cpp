#include "node/services/document_heads.hpp"

namespace staffroom::services {

RowNumber newest_head(const RecordTable& table, RowNumber document) {
    RowNumber newest = no_row;
    for (RowNumber number = table.at(document).newest_revision; number != no_row;
         number = table.at(number).next_revision) {
        const TableRow& row = table.at(number);
        if (!row.is_head)
            continue;
        if (newest == no_row || row.clock > table.at(newest).clock ||
            (row.clock == table.at(newest).clock && row.id < table.at(newest).id))
            newest = number;
    }
    return newest;
}

bool has_retracted_head(const RecordTable& table, RowNumber document) {
    for (RowNumber number = table.at(document).newest_revision; number != no_row;
         number = table.at(number).next_revision)
        if (table.at(number).is_head && table.at(number).is_retraction)
            return true;
    return false;
}

} // namespace staffroom::services
