#include "protocol/records/attachment.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/tree_range.hpp"

namespace staffroom::records {

Digest attachment_hash(ByteView content) {
    std::vector<TreeHash> leaves;
    for (std::size_t at = 0; at < content.size(); at += attachment_piece_bytes) {
        const std::size_t length = std::min(attachment_piece_bytes, content.size() - at);
        leaves.push_back(log::leaf_hash<log::Blake2b256>(content.subspan(at, length)));
    }
    log::CompactRange range;
    log::append_leaves<log::Blake2b256>(range, leaves);
    const auto root = log::root_of<log::Blake2b256>(range);
    ensure(root.has_value());
    crypto::Hasher hasher(crypto::HashLabel::attachment);
    hasher.update_u64(content.size());
    return hasher.update(root->view()).finish();
}

} // namespace staffroom::records
