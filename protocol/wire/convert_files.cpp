// Conversions of the messages that carry attached files from node to node: where they are asked
// for, hashes, pieces. [S11]
#include "protocol/base/limits.hpp"
#include "protocol/wire/convert_link.hpp"
#include "protocol/wire/form/convert.hpp"

namespace staffroom::wire {

schema::WantFile to_shape(const WantFile& message) {
    schema::WantFile to;
    to.set_stream(message.stream);
    set_bytes(to.mutable_log(), message.log);
    to.set_position(message.position.value);
    set_bytes(to.mutable_content_hash(), message.hash);
    return to;
}

Result<WantFile> from_shape(const schema::WantFile& shape) {
    auto log = get_id<LogId>(shape.log());
    auto hash = get_id<Digest>(shape.content_hash());
    if (!log || !hash)
        return fail(Errc::malformed, "name of a file");
    return WantFile{shape.stream(), *log, Position{shape.position()}, *hash};
}

schema::FileFound to_shape(const FileFound& message) {
    schema::FileFound to;
    to.set_stream(message.stream);
    to.set_state(static_cast<std::uint32_t>(message.state));
    to.set_size(message.size);
    for (const TreeHash& piece : message.pieces)
        set_bytes(to.add_pieces(), piece);
    return to;
}

Result<FileFound> from_shape(const schema::FileFound& shape) {
    if (shape.state() > static_cast<std::uint32_t>(FileState::refused))
        return fail(Errc::unknown_value, "state of a file");
    if (shape.size() > limits::attachment_bytes_max ||
        static_cast<std::size_t>(shape.pieces_size()) > limits::file_pieces_max)
        return fail(Errc::too_large, "file");
    FileFound message{shape.stream(), static_cast<FileState>(shape.state()), shape.size(), {}};
    message.pieces.reserve(static_cast<std::size_t>(shape.pieces_size()));
    for (const std::string& one : shape.pieces()) {
        auto piece = get_id<TreeHash>(one);
        if (!piece)
            return fail(piece.error());
        message.pieces.push_back(*piece);
    }
    return message;
}

schema::WantPieces to_shape(const WantPieces& message) {
    schema::WantPieces to;
    to.set_stream(message.stream);
    to.set_first(message.first);
    to.set_count(message.count);
    return to;
}

Result<WantPieces> from_shape(const schema::WantPieces& shape) {
    if (shape.count() == 0 || shape.count() > limits::pieces_under_way_max ||
        shape.first() >= limits::file_pieces_max)
        return fail(Errc::too_large, "pieces");
    return WantPieces{shape.stream(), shape.first(), shape.count()};
}

schema::FilePiece to_shape(const FilePiece& message) {
    schema::FilePiece to;
    to.set_stream(message.stream);
    to.set_index(message.index);
    to.set_content(to_string(*message.content));
    return to;
}

Result<FilePiece> from_shape(const schema::FilePiece& shape) {
    if (shape.content().size() > limits::piece_bytes || shape.index() >= limits::file_pieces_max)
        return fail(Errc::too_large, "piece");
    auto content = std::make_shared<const Bytes>(to_bytes(as_view(shape.content())));
    return FilePiece{shape.stream(), shape.index(), std::move(content)};
}

schema::FileHere to_shape(const FileHere& message) {
    schema::FileHere to;
    set_bytes(to.mutable_log(), message.log);
    to.set_position(message.position.value);
    set_bytes(to.mutable_content_hash(), message.hash);
    return to;
}

Result<FileHere> from_shape(const schema::FileHere& shape) {
    auto log = get_id<LogId>(shape.log());
    auto hash = get_id<Digest>(shape.content_hash());
    if (!log || !hash)
        return fail(Errc::malformed, "name of a file");
    return FileHere{*log, Position{shape.position()}, *hash};
}

} // namespace staffroom::wire
