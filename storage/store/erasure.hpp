// Takes the words and files of entries off the disk, in steps, so that nothing else waits for the
// whole of it. Every step can be repeated: after a crash the same erasure is begun again and ends
// the same. Not here: what has to go (the core), the search index, what a running node has in
// memory (node/services/erasure). Called on the pool, by the simulator and by the fault tests. [E4]
// [E9]
//
//   find their entries -> mark them, keeping the places -> remove files that nothing else needs
//   -> overwrite every copy in the segments, sync -> drop the places
#pragma once

#include "protocol/replica/ports/erasure_work.hpp"
#include "protocol/replica/ports/events.hpp"
#include "storage/attachments/attachment_store.hpp"
#include "storage/store/store.hpp"

#include <set>

namespace staffroom::storage {

class Erasure {
public:
    /// Both outlive it. Stores that were given before it was asked for are done.
    Erasure(Store& store, AttachmentStore& files, const replica::CarryOut& what);

    /// Does a little more; returns true once all is done and durable. Errors: corrupt, io_error,
    /// disk_full; then the whole has to be begun again.
    [[nodiscard]] Result<bool> step();
    /// All steps at once.
    [[nodiscard]] Result<replica::ErasureResult> run();
    /// What has changed; whole when `step` has returned true.
    [[nodiscard]] const replica::ErasureResult& result() const { return result_; }
    /// Whether its entries are marked: nobody reads their words any more.
    [[nodiscard]] bool is_marked() const { return part_ > Part::mark; }

private:
    enum class Part : std::uint8_t { find, need, mark, files, segments, places, drop, none };
    struct Found {
        replica::EntryPlace entry;
        RevisionId revision;
        BodyAt at;
        replica::BodyState before;
        replica::BodyState after;
        bool is_only_of_files;
        bool is_damaged = false; // nobody can say any more whose words these are
    };
    /// What stands in an entry of another network's records.
    struct Inside {
        std::optional<replica::RecordName> carried{};
        bool is_unreadable = false;
    };
    [[nodiscard]] Result<void> find_in(const LogId& log);
    [[nodiscard]] Result<void> note_files(const Found& found);
    [[nodiscard]] Result<void> look_for_needs(const LogId& log);
    [[nodiscard]] Result<void> look_at_news();
    [[nodiscard]] Result<void> mark();
    [[nodiscard]] Result<void> drop_places();
    [[nodiscard]] const replica::ErasureTarget*
    target_of(const SpaceId& space, const replica::RecordName& name, bool is_carried) const;
    [[nodiscard]] const replica::ErasureTarget*
    target_of(const SpaceId& space, const replica::EntryNames& names) const;
    [[nodiscard]] Result<Inside> look_inside(const EntryReader::VisitedEntry& entry) const;
    [[nodiscard]] bool is_orphan_of_target(const WholeRecord& record) const;
    void next(Part part);

    Store& store_;
    AttachmentStore& files_;
    std::map<RevisionId, std::vector<replica::ErasureTarget>> targets_;
    std::set<replica::FilelessEntry> without_files_;
    bool has_carried_; // entries here may carry records of other networks
    bool takes_words_ = false;
    Part part_ = Part::find;
    std::vector<LogId> logs_; // still to be looked through
    std::vector<Found> found_;
    std::map<LogId, Position> looked_at_; // up to here nobody needs what is going
    std::set<Digest> going_;              // files that a target names
    std::set<RevisionId> wiped_;          // whose words nothing else keeps
    SegmentEnd end_{0, 0};                // of the segments, when the entries were marked
    std::vector<std::uint32_t> segments_; // still to be looked through
    Result<void> wiped_so_far_{};         // the last failure of those before
    replica::ErasureResult result_;
};

/// Returns the row of something carried out as it was when that began; nothing for other rows. For
/// a salvage: older rows may have come back, which say that words are here that were erased since,
/// so all is carried out again, whenever the node next comes to it. [E3]
[[nodiscard]] std::optional<Bytes> row_begun_again(ByteView key, ByteView value);

} // namespace staffroom::storage
