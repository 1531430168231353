// Every parser and every pair of state machines that bytes from outside reach, by name: the
// function to run, honest inputs to start from, and the way to make a changed input whole again.
// One table serves libFuzzer (fuzz_main) and the replay in the test command (replay_test); the
// linked *_table.cpp chooses its targets.
#pragma once

#include "protocol/base/bytes.hpp"

#include <string_view>

namespace staffroom::fuzz {

struct Target {
    std::string_view name;
    /// Ends the process when something is wrong; the answer itself does not matter.
    void (*run)(ByteView input);
    /// Honest inputs, the same in every process.
    std::vector<Bytes> (*seeds)();
    /// Makes hashes, checks and signatures of a changed input right again with keys of our own, so
    /// that what lies behind them is reached. Null: nothing of the kind is in the way.
    void (*repair)(Bytes& input) = nullptr;
    /// How many changed inputs the replay tries; few where one input takes milliseconds.
    std::size_t replays = 600;
};

using Targets = std::vector<Target>;

/// The table of this program.
[[nodiscard]] const Targets& targets();
/// Null when there is none of that name.
[[nodiscard]] inline const Target* find_target(std::string_view name) {
    for (const Target& target : targets()) {
        if (target.name == name)
            return &target;
    }
    return nullptr;
}

// The groups, each in a file of its name.
[[nodiscard]] Targets record_targets();
[[nodiscard]] Targets signed_targets();
[[nodiscard]] Targets roster_targets();
[[nodiscard]] Targets erasure_targets();
[[nodiscard]] Targets agreement_targets();
[[nodiscard]] Targets channel_targets();
[[nodiscard]] Targets message_targets();
[[nodiscard]] Targets proof_targets();
[[nodiscard]] Targets fork_targets();
[[nodiscard]] Targets chunk_targets();
[[nodiscard]] Targets pair_targets();
[[nodiscard]] Targets recovery_targets();
[[nodiscard]] Targets member_targets();
[[nodiscard]] Targets backup_targets();
[[nodiscard]] Targets disk_targets();
[[nodiscard]] Targets store_targets();
[[nodiscard]] Targets file_targets();
[[nodiscard]] Targets certificate_targets();
[[nodiscard]] Targets detail_targets();
[[nodiscard]] Targets request_targets();
[[nodiscard]] Targets http_targets();
[[nodiscard]] Targets connection_targets();

} // namespace staffroom::fuzz
