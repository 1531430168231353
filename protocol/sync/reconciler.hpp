// Range reconciliation of two item tables (after Meyer, "Range-Based Set Reconciliation", 2022),
// stateless: each message is answered from the table as it stands. Fingerprints find differences
// and never prove anything. [S3]
#pragma once

#include "protocol/base/result.hpp"
#include "protocol/sync/item_table.hpp"

namespace staffroom::sync {

struct Differences {
    std::vector<Digest> offer; // ours is newer, or theirs is absent
    std::vector<Digest> ask;   // theirs is newer, or ours is absent
};

struct RangeAnswer {
    std::vector<wire::Range> ranges; // to send back; empty when nothing is open
    Differences differences;
};

/// Returns the ranges that open a comparison: the whole line in parts, or listed at once where it
/// is short.
[[nodiscard]] std::vector<wire::Range> opening_ranges(const ItemTable& table);

/// Answers the ranges of the other side. Errors: malformed (uppers that do not rise, items outside
/// their range or out of order).
[[nodiscard]] Result<RangeAnswer>
answer_ranges(const ItemTable& table, std::span<const wire::Range> ranges);

} // namespace staffroom::sync
