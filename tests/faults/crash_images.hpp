// Crash images: the disk of a node as a kill, a power cut or a pulled cable leaves it at any
// operation of the workload, opened again as the daemon opens it and compared with what had been
// acknowledged. Called by crash_test and by the runner.
#pragma once

#include "tests/faults/scene.hpp"

namespace staffroom::faults {

struct CrashOptions {
    std::uint64_t images = 2000;
    std::uint64_t seed = 1;
    std::optional<std::uint64_t> only{}; // this image alone
    std::size_t steps = workload_steps;
};

struct CrashReport {
    std::uint64_t operations = 0; // of the workload that changed the disk
    std::uint64_t images = 0;
    std::uint64_t lost = 0;    // images that lack something acknowledged, or hold something else
    std::uint64_t silent = 0;  // of those, opened as if nothing had happened
    std::uint64_t refused = 0; // images that did not open, or took no new record
    std::uint64_t second_heads = 0;    // images after which a head was signed a second time
    std::uint64_t whole_next = 0;      // images that hold the commit under way too
    std::uint64_t salvaged = 0;        // images that had to be salvaged first
    std::vector<std::string> troubles; // the first few, with the number of their image
};

[[nodiscard]] CrashReport run_crash_images(const CrashOptions& options);

} // namespace staffroom::faults
