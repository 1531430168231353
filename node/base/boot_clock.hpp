// Notices that the machine was put back to a snapshot with its memory. Nothing else shows it: boot
// and mark are those of before, and the node would write once more where it has written, which
// makes a fork. But its time of day, once it is set right, no longer fits the clock that counts
// since the boot. Called by app, at the start and each second. Two cases stay unseen: a snapshot
// that is put back within seconds, and one whose clock nobody sets right.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace staffroom::runtime {

/// Returns the time of day less the time since the boot, sleep included, in milliseconds: the same
/// until somebody sets the clock.
[[nodiscard]] std::int64_t boot_offset_ms();

/// Tells whether the clock goes on. A clock that is slewed moves half a millisecond a second; a
/// larger move was set, or is another machine's.
[[nodiscard]] bool goes_on(std::int64_t before_ms, std::int64_t now_ms);

/// Returns the offset in the folder that a boot empties; nothing where there is none that can be
/// read.
[[nodiscard]] std::optional<std::int64_t> read_offset(const std::filesystem::path& run_folder);
/// Writes the offset. A failure leaves the older one, which costs new logs at the next start and is
/// never wrong.
void write_offset(const std::filesystem::path& run_folder, std::int64_t offset_ms);

} // namespace staffroom::runtime
