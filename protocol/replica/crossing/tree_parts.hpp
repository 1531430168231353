// The subtrees of a log that a few loads have brought, as a reader for proofs: what is not among
// them is made of its halves. Pure. [L2]
#pragma once

#include "protocol/log/tree_hash.hpp"

#include <map>

namespace staffroom::replica {

class TreeParts {
public:
    /// Adds the hashes of a range of the log, which is well formed.
    void add(const log::CompactRange& range);
    void add(const log::TreeNode& node) { nodes_.insert_or_assign(node.at, node.hash); }
    /// Errors: not_found. At most 63 halvings deep; what is missing there was never needed.
    [[nodiscard]] Result<TreeHash> read(const log::Subtree& at) const;

private:
    std::map<log::Subtree, TreeHash> nodes_;
};

} // namespace staffroom::replica
