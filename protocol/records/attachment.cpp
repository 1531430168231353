#include "protocol/records/attachment.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/tree_range.hpp"

namespace staffroom::records {

Digest attachment_hash(ByteView content) {
    PieceHashes pieces;
    for (std::size_t at = 0; at < content.size(); at += limits::piece_bytes)
        pieces.push_back(
            piece_hash(content.subspan(at, std::min(limits::piece_bytes, content.size() - at)))
        );
    return attachment_hash(content.size(), pieces);
}

Digest attachment_hash(std::uint64_t size, const PieceHashes& pieces) {
    log::CompactRange range;
    log::append_leaves<log::Blake2b256>(range, pieces);
    const auto root = log::root_of<log::Blake2b256>(range);
    ensure(root.has_value());
    crypto::Hasher hasher(crypto::HashLabel::attachment);
    hasher.update_u64(size);
    return hasher.update(root->view()).finish();
}

TreeHash piece_hash(ByteView piece) {
    return log::leaf_hash<log::Blake2b256>(piece);
}

std::uint64_t piece_count(std::uint64_t size) {
    return size / limits::piece_bytes + (size % limits::piece_bytes > 0 ? 1U : 0U);
}

std::size_t piece_length(std::uint64_t size, std::uint64_t index) {
    ensure(index < piece_count(size));
    const std::uint64_t left = size - index * limits::piece_bytes;
    return static_cast<std::size_t>(std::min<std::uint64_t>(left, limits::piece_bytes));
}

} // namespace staffroom::records
