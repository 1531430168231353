// The requests of a replica to the place where attached files are kept, and the answers: plain
// values, one variant each way. storage/attachments/attachment_store performs them; the core never
// holds a whole file. At most a piece (64 KiB) or the hashes of all pieces (12.5 KiB) go in one
// effect.
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/records/attachment.hpp"

#include <compare>
#include <variant>

namespace staffroom::replica {

/// A file as a body names it.
struct FileName {
    Digest hash;
    std::uint64_t size; // bytes, at most limits::attachment_bytes_max
    friend constexpr auto operator<=>(const FileName&, const FileName&) = default;
};

// ------------------------------------------------------------------------------------------ asked
struct FindFiles {
    std::vector<FileName> files;
};
/// A request for how much of a file is here: the content of a partial file is checked against
/// `pieces` and the rest cut off. A file whose last piece turns out to be here is finished. Each
/// space has a partial file of its own, also of a file that is held already: nobody there can tell
/// what came in elsewhere.
struct ResumeFile {
    FileName file;
    records::SharedPieceHashes pieces; // fit the name
    SpaceId space{SpaceId::Raw{}};
};
/// A request to keep the next piece of a partial file, which was checked before. The last one
/// finishes the file: durable, and under its own name.
struct KeepPiece {
    FileName file;
    records::SharedPieceHashes pieces;
    std::uint32_t index;
    SharedBytes content;
    SpaceId space{SpaceId::Raw{}};
};
struct LoadHashes {
    FileName file;
};
struct LoadPiece {
    FileName file;
    std::uint32_t index;
};
using FileWork = std::variant<FindFiles, ResumeFile, KeepPiece, LoadHashes, LoadPiece>;

// --------------------------------------------------------------------------------------- answered
struct FoundFiles {
    std::vector<bool> held; // one for each asked
};
struct FileProgress {
    std::uint32_t pieces; // here and checked
    bool is_whole;        // finished
};
struct LoadedHashes {
    records::SharedPieceHashes pieces;
};
struct LoadedPiece {
    SharedBytes content; // checked against the content hash
};
using FileResult = std::variant<FoundFiles, FileProgress, LoadedHashes, LoadedPiece>;

} // namespace staffroom::replica
