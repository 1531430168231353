// Whether a record that comes from an exported file is here already: under the id that it had when
// it was exported, or under the origin that the file names. Not here: reading the file
// (services/records/exported_part). Called by publishing, on a pool thread.
#pragma once

#include "node/services/library/library.hpp"
#include "node/services/records/record_file.hpp"

namespace staffroom::services {

/// Where a record stands that the file may be: at most one is given.
struct KnownRecord {
    std::optional<RecordRow> same; // it says what the file says: nothing is to be done
    std::optional<RecordRow> own;  // this school's own, which the file changes
};

/// `space` is where the record would go. With `anywhere` a record of another space counts as the
/// same too: no network was named, so nothing has to be published again to be here.
[[nodiscard]] KnownRecord find_known(
    const LibraryView& library,
    const ReadRecord& read,
    const SchoolId& school,
    const SpaceId& space,
    bool anywhere
);

/// Whether both say the same: every fact but the origin. A count that the file
/// knows as "fewer than 6" only is the same as each that it may stand for.
[[nodiscard]] bool says_the_same(const ShownRecord& shown, const ReadRecord& read);

} // namespace staffroom::services
