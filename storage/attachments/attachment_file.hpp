// The layout of one attached file: its content and behind it the hashes of its pieces. Reads and
// checks; names, folders and what is held are the business of attachment_store and its check, which
// alone include it.
#pragma once

#include "protocol/replica/ports/file_work.hpp"
#include "storage/files/file_system.hpp"

namespace staffroom::storage {

/// Returns the size of the content of a finished file that is `length` long; nothing when no
/// content gives this length.
[[nodiscard]] std::optional<std::uint64_t> content_size(std::uint64_t length);

/// Returns exactly `count` bytes. Errors: corrupt (the file is shorter), io_error.
[[nodiscard]] Result<Bytes> read_exactly(const File& file, std::uint64_t offset, std::size_t count);

/// Returns how many pieces from the beginning of a partial file are those of the hashes. Errors:
/// io_error.
[[nodiscard]] Result<std::uint32_t>
good_pieces(const File& file, const replica::FileName& name, const records::PieceHashes& pieces);

/// Returns the hashes of all pieces of a whole content, made anew. Errors: corrupt (shorter),
/// io_error.
[[nodiscard]] Result<records::PieceHashes>
hash_pieces(const File& file, const replica::FileName& name);

/// Encodes the hashes that stand behind the content of a finished file.
[[nodiscard]] Bytes encode_hashes(const records::PieceHashes& pieces);
/// Reads one piece that has this hash. A misread is no damage, so a piece that fails is read once
/// more. Errors: corrupt, io_error.
[[nodiscard]] Result<Bytes> read_piece(
    const File& file, const replica::FileName& name, std::uint64_t index, const TreeHash& hash
);
/// Reads the hashes and checks them against the content hash, reading again as read_piece does.
/// Errors: corrupt, io_error.
[[nodiscard]] Result<records::PieceHashes>
read_hashes(const File& file, const replica::FileName& name);

} // namespace staffroom::storage
