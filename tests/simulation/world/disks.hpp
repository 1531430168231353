// A school's disk: torn and forgetful files, opened as the daemon opens its own (salvage and all),
// and the accidents that happen to them: power that goes at any write, a process killed at any
// write, a disk that is full for a while or slow, an image of another day.
#pragma once

#include "storage/attachments/attachment_store.hpp"
#include "storage/store/store.hpp"
#include "tests/simulation/checks/witness.hpp"
#include "tests/support/store/torn_files.hpp"

#include <memory>
#include <optional>

namespace staffroom::simulation {

struct OpenedDisk {
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<storage::AttachmentStore> files;
    replica::Image image;
    bool was_salvaged;
};

/// Errors: as storage::open_or_salvage.
[[nodiscard]] Result<OpenedDisk> open_disk(tests::TornFileSystem& disk);

/// How a node comes to a sudden end.
enum class Fall {
    power, // the disk forgets what was not synced; the next boot is another one
    kill,  // the machine goes on, the process does not
};

/// A fall that waits for a certain write.
struct ArmedFall {
    std::uint64_t operation;
    Fall fall;
};

/// The disk as it was at some moment, and what it held for certain.
struct DiskImage {
    std::unique_ptr<tests::TornFileSystem> disk;
    std::vector<replica::MarkedLog> mark;
    Holdings holdings;
};

} // namespace staffroom::simulation
