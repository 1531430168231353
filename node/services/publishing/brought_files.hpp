// Which files a record keeps: those that came with the text, and those that the record had which it
// revises. A text of somebody else may name any hash, and learns nothing by it. Called by
// services/publishing/preparation.
#pragma once

#include "node/services/library/library.hpp"
#include "node/services/records/record_file.hpp"

#include <optional>

namespace staffroom::services {

/// Whether a file came along that the record of the same words does not have: a picture that was
/// put there since, or another one under the same name. One that is not there any more is none.
[[nodiscard]] bool brings_files(
    const LibraryView& library,
    const std::optional<RecordRow>& before,
    const RecordRequest& request,
    const ReadRecord& read
);

/// Files that the text still names and that did not come along again stay with the record.
void keep_files(const records::RecordBody& body, ReadRecord& read);

/// A hash that stands in an exported text counts only if its bytes came with the request, or if
/// `before`, the revision that it follows, has the file. Of any other only the name stays, and a
/// note says so.
void drop_named_hashes(
    const LibraryView& library,
    const std::optional<RevisionId>& before,
    const RecordRequest& request,
    ReadRecord& read
);

} // namespace staffroom::services
