#include "storage/store/log_check.hpp"

#include "protocol/log/tree_range.hpp"
#include "storage/store/entry_reader.hpp"

namespace staffroom::storage {

namespace {

constexpr std::size_t leaves_together = 256;

} // namespace

Result<bool> LogWalk::go_on(const Visitor& visitor) {
    bool is_paused = false;
    const auto visit = [&](ByteView key, ByteView value) -> Result<bool> {
        auto at = address_in_key(key);
        auto row = decode_entry(value);
        if (!at || !row || at->position.value != walked_.run.value || walked_.run >= limit_)
            return false;
        const RevisionId revision = revision_of(row->header);
        auto is_proven = database_.has(revision_key(revision).view());
        if (!is_proven)
            return fail(is_proven.error());
        auto goes_on = visitor({*at, revision, *row, *is_proven});
        if (!goes_on)
            return goes_on;
        add_leaf(row->header);
        if (*is_proven && walked_.proven == walked_.run)
            ++walked_.proven.value;
        ++walked_.run.value;
        is_paused = !*goes_on;
        return goes_on;
    };
    const RowKey next = entry_key({log_, Position{walked_.run.value}});
    if (auto done = database_.for_each(entry_prefix(log_).view(), next.view(), visit); !done)
        return fail(done.error());
    return !is_paused;
}

WalkedLog LogWalk::take() {
    flush();
    return std::move(walked_);
}

/// Hashes leaves in batches and keeps the subtrees that the store keeps.
void LogWalk::add_leaf(ByteView header) {
    leaves_.push_back(log::leaf_hash<log::Blake2b256>(header));
    if (leaves_.size() == leaves_together)
        flush();
}

void LogWalk::flush() {
    log::append_leaves<log::Blake2b256>(
        walked_.frontier,
        leaves_,
        [this](const log::TreeNode& node) {
            if (node.at.level >= replica::tree_node_level_min)
                walked_.nodes.push_back(node);
        }
    );
    leaves_.clear();
}

Result<WalkedLog>
walk_log(const Database& database, LogNumber log, LogSize limit, const WalkVisitor& visitor) {
    LogWalk walk(database, log, limit);
    auto done = walk.go_on([&](const WalkedEntry& entry) -> Result<bool> {
        if (auto visited = visitor(entry); !visited)
            return fail(visited.error());
        return true;
    });
    if (!done)
        return fail(done.error());
    return walk.take();
}

} // namespace staffroom::storage
