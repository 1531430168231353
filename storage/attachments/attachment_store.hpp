// Attached files on disk, one file each, named by its content hash. A finished file is its content
// and behind it the hashes of all its pieces, so that each piece is checked again whenever it is
// read, shown or sent; a file that fails the check is set aside and no longer held. Not here: which
// record names a file, and who may have it. Called by the driver (for the core) and by the handlers
// that bring files in and show them. Safe from several threads. Every call but `held` blocks on the
// disk, one at a time.
//
//   DIR/files/ab/<hash>         finished: content ‖ 32 bytes a piece
//   DIR/files/partial/<space>.<hash>   being fetched: whole pieces, checked as they came; resumed
//                                      by ResumeFile
//   DIR/files/incoming/<hash>   being brought in from this machine; removed at a start
//   DIR/files/damaged/<hash>    set aside
#pragma once

#include "protocol/replica/ports/file_work.hpp"
#include "storage/attachments/held_files.hpp"
#include "storage/files/disk_budget.hpp"
#include "storage/files/disk_wait.hpp"
#include "storage/files/file_system.hpp"

namespace staffroom::storage {

using replica::FileName;

class AttachmentStore {
public:
    /// Opens the store; makes the folder where it is missing, whose parent must be there. Looks at
    /// the length of every finished file. Errors: io_error, disk_full.
    [[nodiscard]] static Result<std::unique_ptr<AttachmentStore>>
    open(FileSystem& files, std::string directory);

    /// Returns the files that are here; waits for no disk.
    [[nodiscard]] const HeldFiles& held() const { return held_; }
    [[nodiscard]] bool holds(const FileName& file) const { return held_.holds(file); }

    /// Performs an effect of the core. Errors: not_found, corrupt (and set aside), out_of_range (a
    /// piece that does not follow), io_error, disk_full.
    [[nodiscard]] Result<replica::FileResult> perform(const replica::FileWork& work);

    struct Incoming {
        std::uint64_t held; // bytes here; what follows them is expected next
        bool is_whole;
    };
    /// Takes bytes [offset, offset + bytes) of a file that is brought in from this machine. Bytes
    /// that do not follow what is here change nothing, so every call may be repeated. Errors:
    /// too_large (a file of more than 25 MiB, or bytes beyond its size), bad_proof (all bytes are
    /// here and are not this file: they are dropped), io_error, disk_full.
    [[nodiscard]] Result<Incoming> add(const FileName& file, std::uint64_t offset, ByteView bytes);

    /// Returns the whole content, every piece checked. Errors: not_found, corrupt (and set aside),
    /// io_error.
    [[nodiscard]] Result<Bytes> read(const FileName& file);

    /// Removes a file in every form in which it may be here: whole, begun, set aside. Durable when
    /// it returns. Errors: io_error.
    [[nodiscard]] Result<void> erase(const Digest& hash);

    struct CheckReport {
        std::uint64_t files = 0;
        std::vector<Digest> damaged{};
    };
    /// The progress of a check of all files.
    struct CheckProgress {
        CheckReport report{};
        std::optional<FileName> file{}; // the last one looked at
        std::uint64_t next_piece = 0;   // of it
        bool is_file_done = true;
    };
    /// Reads about `bytes` more of what is held and checks every piece; returns true once it was
    /// all. A file that cannot be read is damaged. Sets nothing aside: a reader that needs the file
    /// finds the damage and has it fetched again.
    [[nodiscard]] bool check_more(CheckProgress& progress, std::uint64_t bytes);
    /// Makes the whole check at once.
    [[nodiscard]] CheckReport check();
    /// Handles a file that a check found damaged: it is no longer held, unless it is whole after
    /// all or may not even be opened.
    void set_aside_damaged(const FileName& file);
    void set_aside_damaged(const Digest& hash);
    /// Counts the files that were set aside and are not here again. Blocks on the disk.
    [[nodiscard]] std::size_t damaged_count() const;

    /// Makes every writer of bytes ask this budget first. Call it once, before the first call; the
    /// budget outlives the store.
    void ask_before_writing(const DiskBudget& budget) { budget_ = &budget; }

private:
    AttachmentStore(FileSystem& files, std::string directory)
        : files_(files)
        , directory_(std::move(directory)) {}

    struct Worker;
    [[nodiscard]] Result<void> start();
    [[nodiscard]] Result<void> look_into(const std::string& folder);
    [[nodiscard]] std::string path_of(const FileName& file) const;
    [[nodiscard]] std::string path_in(std::string_view folder, const FileName& file) const;
    [[nodiscard]] std::string partial_path(const SpaceId& space, const FileName& file) const;

    [[nodiscard]] Result<replica::FileProgress> resume(const replica::ResumeFile& work);
    [[nodiscard]] Result<replica::FileProgress> keep(const replica::KeepPiece& work);
    [[nodiscard]] Result<void>
    finish(const std::string& from, const FileName& file, const records::PieceHashes& pieces);

    struct OpenFile {
        std::unique_ptr<File> file;
        records::SharedPieceHashes pieces;
    };
    [[nodiscard]] Result<OpenFile> open_finished(const FileName& file);
    [[nodiscard]] Result<Bytes>
    read_piece(const OpenFile& open, const FileName& file, std::uint64_t index);
    [[nodiscard]] Result<Bytes> read_all(const FileName& file);
    [[nodiscard]] Result<bool>
    check_pieces(const FileName& file, CheckProgress& progress, std::uint64_t& bytes) const;
    [[nodiscard]] Error set_aside(const FileName& file, std::string why);

    [[nodiscard]] Result<void> ask_for_room(std::uint64_t bytes) const;

    FileSystem& files_;
    std::string directory_;
    const DiskBudget* budget_ = nullptr;
    mutable DiskMutex mutex_;
    HeldFiles held_;
};

} // namespace staffroom::storage
