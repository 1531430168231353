#include "storage/attachments/attachment_file.hpp"

namespace staffroom::storage {

using records::PieceHashes;
using replica::FileName;

namespace {

constexpr std::uint64_t hash_bytes = TreeHash::size_bytes;

Result<PieceHashes> read_hashes_once(const File& file, const FileName& name) {
    const auto count = static_cast<std::size_t>(records::piece_count(name.size));
    auto bytes = read_exactly(file, name.size, count * hash_bytes);
    if (!bytes)
        return fail(bytes.error());
    PieceHashes pieces;
    pieces.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        pieces.push_back(*TreeHash::from(ByteView(*bytes).subspan(i * hash_bytes, hash_bytes)));
    if (records::attachment_hash(name.size, pieces) != name.hash)
        return fail(Errc::corrupt, "the hashes behind an attached file are damaged");
    return pieces;
}

Result<Bytes>
read_piece_once(const File& file, const FileName& name, std::uint64_t index, const TreeHash& hash) {
    auto piece =
        read_exactly(file, index * limits::piece_bytes, records::piece_length(name.size, index));
    if (piece && records::piece_hash(*piece) != hash)
        return fail(Errc::corrupt, "a piece of an attached file is damaged");
    return piece;
}

} // namespace

std::optional<std::uint64_t> content_size(std::uint64_t length) {
    const std::uint64_t with_hash = limits::piece_bytes + hash_bytes;
    const std::uint64_t pieces = length / with_hash + (length % with_hash > 0 ? 1U : 0U);
    if (length < pieces * hash_bytes)
        return std::nullopt;
    const std::uint64_t size = length - pieces * hash_bytes;
    return records::piece_count(size) == pieces ? std::optional(size) : std::nullopt;
}

// NOLINTNEXTLINE(bugprone-easily-swappable-parameters): as in pread, from where and how many
Result<Bytes> read_exactly(const File& file, std::uint64_t offset, std::size_t count) {
    Bytes bytes(count);
    auto got = file.read_at(offset, bytes);
    if (!got)
        return fail(got.error());
    if (*got != count)
        return fail(Errc::corrupt, "an attached file is shorter than it should be");
    return bytes;
}

Result<std::uint32_t>
good_pieces(const File& file, const FileName& name, const PieceHashes& pieces) {
    auto length = file.size();
    if (!length)
        return fail(length.error());
    std::uint32_t good = 0;
    while (good < pieces.size()) {
        const std::uint64_t begin = std::uint64_t{good} * limits::piece_bytes;
        const std::size_t count = records::piece_length(name.size, good);
        if (begin + count > *length)
            break;
        auto piece = read_exactly(file, begin, count);
        if (!piece)
            return fail(piece.error());
        if (records::piece_hash(*piece) != pieces[good])
            break;
        ++good;
    }
    return good;
}

Result<PieceHashes> hash_pieces(const File& file, const FileName& name) {
    PieceHashes pieces;
    for (std::uint64_t i = 0; i < records::piece_count(name.size); ++i) {
        auto piece =
            read_exactly(file, i * limits::piece_bytes, records::piece_length(name.size, i));
        if (!piece)
            return fail(piece.error());
        pieces.push_back(records::piece_hash(*piece));
    }
    return pieces;
}

Bytes encode_hashes(const PieceHashes& pieces) {
    Bytes hashes;
    for (const TreeHash& piece : pieces)
        append(hashes, piece.view());
    return hashes;
}

Result<Bytes>
read_piece(const File& file, const FileName& name, std::uint64_t index, const TreeHash& hash) {
    auto piece = read_piece_once(file, name, index, hash);
    return piece ? std::move(piece) : read_piece_once(file, name, index, hash);
}

Result<PieceHashes> read_hashes(const File& file, const FileName& name) {
    auto pieces = read_hashes_once(file, name);
    return pieces ? std::move(pieces) : read_hashes_once(file, name);
}

} // namespace staffroom::storage
