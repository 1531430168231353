// The number of commits that the store has acknowledged, kept outside the database. LevelDB takes a
// shortened log, or one whose end was flipped, for a power cut and opens without a word; a count
// above the database's own says that commits are gone. Not synced: after a power cut it may be
// behind, never ahead. Used by the store and by salvage; best effort, for it only announces.
#pragma once

#include "storage/files/file_system.hpp"

#include <optional>

namespace staffroom::storage {

class CommitCount {
public:
    CommitCount(FileSystem& files, std::string path)
        : files_(files)
        , path_(std::move(path)) {}

    /// Returns nothing while there is none, or when it cannot be read.
    [[nodiscard]] std::optional<std::uint64_t> read() const;
    /// Writes the count after a commit. Passes over a failure: the next call begins anew.
    void write(std::uint64_t count);

private:
    [[nodiscard]] Result<void> try_write(ByteView content);

    FileSystem& files_;
    std::string path_;
    std::unique_ptr<File> file_;
};

} // namespace staffroom::storage
