// The places of the store that were found damaged and have not come again yet: found at the start,
// by a check, by the daily round, and remembered by the store itself, so that a start does not
// forget them. Said once in the trace, and by every verdict until they are healed. Called by app
// (at the start and by the daily round), http/api/api_status and the verdict; safe from any thread.
#pragma once

#include "node/base/trace.hpp"
#include "storage/attachments/attachment_store.hpp"
#include "storage/store/store.hpp"

#include <mutex>
#include <set>

namespace staffroom::services {

class DamageBook {
public:
    DamageBook(
        const storage::Store& store, const storage::AttachmentStore& files, const node::Trace& trace
    )
        : store_(store)
        , files_(files)
        , trace_(trace) {}

    /// Reads the bodies that the store has on record as damaged. Blocks on the disk.
    void look();

    struct Damage {
        std::size_t bodies = 0;
        std::size_t files = 0; // set aside, and not here again
    };
    /// Returns the damage that is not healed yet. Blocks on the disk, a little for each known
    /// place.
    [[nodiscard]] Damage still();

private:
    const storage::Store& store_;
    const storage::AttachmentStore& files_;
    const node::Trace& trace_;
    std::mutex mutex_;
    std::set<replica::EntryPlace> known_;
    std::size_t files_told_ = 0;
};

} // namespace staffroom::services
