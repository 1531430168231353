// Bodies on disk: append-only files `segment-00000000` and so on, each record with a check of its
// own, so that a damaged one is never taken for good. Not here: which entry a body belongs to
// (row_keys), and whether the content fits the header's commitment, which the core checks. One
// writer (the store's commit), any number of readers.
//
// Record: "SRB" and salt length (4 bytes), payload length u32, revision id 32, check 16, payload =
// salt ‖ encoded. The check covers everything else in the record.
#pragma once

#include "storage/database/row_keys.hpp"
#include "storage/files/disk_wait.hpp"
#include "storage/files/file_system.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>

namespace staffroom::storage {

inline constexpr std::uint32_t segment_bytes_max = 64U << 20U;
inline constexpr std::size_t segment_record_overhead = 4 + 4 + 32 + 16;
inline constexpr std::size_t body_record_bytes_max = 1U
                                                     << 20U; // far above every body of the protocol

struct BodyAt {
    Place place;
    RevisionId revision;
};

/// A record that is whole, by its own check.
struct WholeRecord {
    RevisionId revision;
    std::size_t length;
    replica::BodyBytes body;
};

/// Which records go: those of these revisions, and whole ones that the question is answered yes
/// for.
struct WipedRecords {
    const std::set<RevisionId>& revisions;
    std::function<bool(const WholeRecord&)> is_one_more{}; // may be empty
};

class Segments {
public:
    /// `end` is what the database knows; bytes behind it are what a crash left, cut off before the
    /// next write.
    Segments(FileSystem& files, std::string directory, const SegmentEnd& end)
        : files_(files)
        , directory_(std::move(directory))
        , confirmed_(end)
        , next_(end) {}

    /// Once, before anything else: a last segment that is shorter than `end` has lost records;
    /// their places stay empty, and the next record begins a new segment.
    [[nodiscard]] Result<void> start();
    /// Puts a body into the buffer and says where it will lie. Too large a body is a bug.
    [[nodiscard]] Place stage(const RevisionId& revision, const replica::BodyBytes& body);
    /// Writes and syncs what was staged: one write a segment.
    [[nodiscard]] Result<void> flush();
    /// Where the next record goes once `flush` and the batch that holds this end have succeeded.
    [[nodiscard]] SegmentEnd end() const { return next_; }
    [[nodiscard]] bool has_staged() const { return !staged_.empty(); }
    /// After the batch: what was staged is kept.
    void confirm();
    /// After a failure: what was staged is forgotten, and cut off before the next write.
    void abandon();

    /// Errors: not_found, corrupt (not the record of this revision, or damaged), io_error.
    [[nodiscard]] Result<replica::BodyBytes> read(const BodyAt& at) const;
    /// The same for many; neighbouring records are read together. One answer for each, in order.
    [[nodiscard]] std::vector<Result<replica::BodyBytes>> read_all(std::span<const BodyAt> at
    ) const;

    // ---- for erasing
    /// Cuts off what a crash or a failed commit has left behind the confirmed end: it may be words.
    /// Returns that end. Only while nothing is staged.
    [[nodiscard]] Result<SegmentEnd> trim();
    /// The numbers of the segments that are there. Errors: io_error.
    [[nodiscard]] Result<std::vector<std::uint32_t>> numbers() const;
    /// Overwrites every record of these revisions in one segment, the damaged, torn and superseded
    /// ones too, and syncs; whole records of others stay as they are. It leaves what is appended
    /// meanwhile, behind `until`. A crash in the middle leaves what the next call finds. Errors:
    /// not_found, io_error.
    [[nodiscard]] Result<void>
    wipe(std::uint32_t segment, const WipedRecords& which, const SegmentEnd& until) const;
    /// Overwrites one place whatever stands there, unless it is a whole record of another
    /// revision. Errors: as wipe.
    [[nodiscard]] Result<void> wipe_place(const BodyAt& at) const;

private:
    struct Staged {
        SegmentEnd begin;
        Bytes bytes;
    };
    [[nodiscard]] std::string path_of(std::uint32_t segment) const;
    [[nodiscard]] Result<void> prepare_tail();
    [[nodiscard]] Result<void> remove_later_segments();
    [[nodiscard]] Result<void> write(const Staged& staged);
    [[nodiscard]] Result<std::shared_ptr<const File>> reader(std::uint32_t segment) const;

    FileSystem& files_;
    std::string directory_;
    SegmentEnd confirmed_;
    SegmentEnd next_;
    bool is_tail_clean_ = false; // false until what lies behind `confirmed_` has been cut off
    std::vector<Staged> staged_;
    std::unique_ptr<File> writer_; // of segment `writer_segment_`
    std::uint32_t writer_segment_ = 0;
    mutable DiskMutex readers_mutex_;
    mutable std::map<std::uint32_t, std::shared_ptr<const File>> readers_;
};

/// The record at the beginning of these bytes, if it is whole and lies inside them.
[[nodiscard]] std::optional<WholeRecord> whole_record(ByteView bytes);

/// Where the next record may go when `known` may be too early an end: behind `known` where nothing
/// lies there, else in a new segment behind all that are present. Errors: io_error.
[[nodiscard]] Result<SegmentEnd>
end_behind_all(FileSystem& files, const std::string& directory, const SegmentEnd& known);

} // namespace staffroom::storage
