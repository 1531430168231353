// Flips one bit of one file of a node, anywhere; then the node starts as the daemon does, makes its
// daily round, and a neighbour that holds the same gives back what is gone. Called by bit_flip_test
// and by the runner.
#pragma once

#include "tests/faults/scene.hpp"

namespace staffroom::faults {

struct FlipOptions {
    std::uint64_t places = 2000;
    std::uint64_t seed = 1;
    std::optional<std::uint64_t> only{};
    std::size_t steps = 40; // of the day before
};

struct FlipReport {
    std::uint64_t places = 0;
    std::uint64_t wrong = 0; // places after which a wrong value was shown or reached the neighbour
    std::uint64_t undetected = 0; // something was gone and nothing said so
    std::uint64_t unhealed = 0;   // not everything was there again at the end
    std::uint64_t harmless = 0;   // nothing was gone
    std::uint64_t salvaged = 0;
    std::vector<std::string> troubles{};
};

[[nodiscard]] FlipReport run_bit_flips(const FlipOptions& options);

/// A pair that holds the same, and what happens to it after somebody has damaged the first disk.
/// `change` is that damage.
struct HealReport {
    std::string trouble{}; // empty: all is well
    bool is_wrong = false;
    bool is_undetected = false;
    bool is_unhealed = false;
    bool was_harmless = false;
    bool was_salvaged = false;
};
struct HeldByBoth {
    Ledger ledger;
    std::unique_ptr<tests::TornFileSystem> first;
    std::unique_ptr<tests::TornFileSystem> second;
};
[[nodiscard]] HeldByBoth make_held_by_both(const Schools& schools, std::size_t steps);
[[nodiscard]] HealReport heal_after(
    const Schools& schools,
    const HeldByBoth& held,
    const std::function<void(tests::TornFileSystem&)>& change,
    bool is_same_boot
);

} // namespace staffroom::faults
