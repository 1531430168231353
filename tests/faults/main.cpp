// faults: crash images in numbers that no test command has time for. Prints what it found and ends
// with 1 when something was lost.
//
//   faults --images N [--seed S] [--image K] [--steps M]
#include "tests/faults/crash_images.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string_view>

int main(int count, char** words) {
    using namespace staffroom::faults;
    CrashOptions options;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string_view name = words[i];
        const std::uint64_t value = std::strtoull(words[i + 1], nullptr, 10);
        if (name == "--images")
            options.images = value;
        else if (name == "--seed")
            options.seed = value;
        else if (name == "--image")
            options.only = value;
        else if (name == "--steps")
            options.steps = value;
        else
            return std::cerr << "faults: unknown option " << name << '\n', 2;
    }
    if (options.only)
        options.images = std::max(options.images, *options.only + 1);
    if (sodium_init() < 0)
        return 2;
    const auto begun = std::chrono::steady_clock::now();
    const CrashReport report = run_crash_images(options);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    for (const std::string& trouble : report.troubles)
        std::cout << trouble << '\n';
    std::cout << "operations " << report.operations << ", images " << report.images << ", lost "
              << report.lost << ", silent " << report.silent << ", refused " << report.refused
              << ", second heads " << report.second_heads << ", with the commit under way "
              << report.whole_next << ", salvaged " << report.salvaged << ", seconds "
              << taken.count() << '\n';
    const bool is_well = report.lost + report.refused + report.second_heads == 0;
    return is_well && report.images > 0 ? 0 : 1;
}
