#include "storage/log_check.hpp"

#include "protocol/log/tree_range.hpp"
#include "storage/entry_reader.hpp"

namespace staffroom::storage {

namespace {

constexpr std::size_t leaves_together = 256;

/// Hashes leaves in batches and keeps the subtrees that the store keeps.
struct TreeBuilder {
    WalkedLog& walked;
    std::vector<TreeHash> leaves;

    void add(ByteView header) {
        leaves.push_back(log::leaf_hash<log::Blake2b256>(header));
        if (leaves.size() == leaves_together)
            flush();
    }
    void flush() {
        log::append_leaves<log::Blake2b256>(
            walked.frontier,
            leaves,
            [this](const log::TreeNode& node) {
                if (node.at.level >= replica::tree_node_level_min)
                    walked.nodes.push_back(node);
            }
        );
        leaves.clear();
    }
};

} // namespace

Result<WalkedLog>
walk_log(const Database& database, LogNumber log, LogSize limit, const WalkVisitor& visitor) {
    WalkedLog walked;
    TreeBuilder tree{walked, {}};
    const auto visit = [&](ByteView key, ByteView value) -> Result<bool> {
        auto at = address_in_key(key);
        auto row = decode_entry(value);
        if (!at || !row || at->position.value != walked.run.value || walked.run >= limit)
            return false;
        const RevisionId revision = revision_of(row->header);
        auto is_proven = database.has(revision_key(revision).view());
        if (!is_proven)
            return fail(is_proven.error());
        if (auto done = visitor({*at, revision, *row, *is_proven}); !done)
            return fail(done.error());
        tree.add(row->header);
        if (*is_proven && walked.proven == walked.run)
            ++walked.proven.value;
        ++walked.run.value;
        return true;
    };
    const RowKey all = entry_prefix(log);
    if (auto done = database.for_each(all.view(), all.view(), visit); !done)
        return fail(done.error());
    tree.flush();
    return walked;
}

} // namespace staffroom::storage
