// The mark of a draft: a name or value in a file that holds it back from readers, "draft: true",
// "published: no", a day to come, a tag. It is looked for line by line, so that a head which nobody
// can read as a whole, or which is no head to others, holds back as well. Called by
// services/records/record_file, its only caller.
#pragma once

#include "node/services/front_matter/front_matter.hpp"
#include "protocol/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::services {

struct DraftMark {
    std::size_t line;  // in the file, from 1
    std::string words; // as they stand there, such as "draft: true"
};

/// Finds the mark. A name that can hold back does so unless its value is clearly a no. `fields` are
/// the understood ones of the same head. Work: the head's length.
[[nodiscard]] std::optional<DraftMark>
find_draft_mark(std::string_view file, const std::vector<FrontMatterField>& fields, WallTime now);

/// Tells whether a path leads through a folder that is kept for drafts: Jekyll's "_drafts".
[[nodiscard]] bool stands_among_drafts(std::string_view path);

} // namespace staffroom::services
