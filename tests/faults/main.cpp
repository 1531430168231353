// Makes crash images in numbers for which no test command has time. Prints what it found and ends
// with 1 when something was lost.
//
//   faults --images N [--seed S] [--image K] [--steps M]    crash images
//   faults --flips N  [--seed S] [--flip K]                 flipped bits
#include "tests/faults/bit_flips.hpp"
#include "tests/faults/crash_images.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace {

using namespace staffroom::faults;

struct Asked {
    CrashOptions crashes{};
    FlipOptions flips{};
    bool wants_flips = false;
};

bool take(Asked& asked, std::string_view name, std::uint64_t value) {
    if (name == "--images") {
        asked.crashes.images = value;
    } else if (name == "--image") {
        asked.crashes.only = value;
        asked.crashes.images = std::max(asked.crashes.images, value + 1);
    } else if (name == "--steps") {
        asked.crashes.steps = value;
    } else if (name == "--seed") {
        asked.crashes.seed = asked.flips.seed = value;
    } else if (name == "--flips") {
        asked.flips.places = value;
        asked.wants_flips = true;
    } else if (name == "--flip") {
        asked.flips.only = value;
        asked.flips.places = std::max(asked.flips.places, value + 1);
        asked.wants_flips = true;
    } else {
        return false;
    }
    return true;
}

bool print(const CrashReport& report) {
    for (const std::string& trouble : report.troubles)
        std::cout << trouble << '\n';
    std::cout << "operations " << report.operations << ", images " << report.images << ", lost "
              << report.lost << ", silent " << report.silent << ", refused " << report.refused
              << ", second heads " << report.second_heads << ", with the commit under way "
              << report.whole_next << ", salvaged " << report.salvaged;
    return report.images > 0 && report.lost + report.refused + report.second_heads == 0;
}

bool print(const FlipReport& report) {
    for (const std::string& trouble : report.troubles)
        std::cout << trouble << '\n';
    std::cout << "places " << report.places << ", wrong " << report.wrong << ", undetected "
              << report.undetected << ", not healed " << report.unhealed << ", harmless "
              << report.harmless << ", salvaged " << report.salvaged;
    return report.places > 0 && report.wrong + report.undetected + report.unhealed == 0;
}

} // namespace

int main(int count, char** words) {
    Asked asked;
    for (int i = 1; i < count; i += 2) {
        const bool is_known =
            i + 1 < count && take(asked, words[i], std::strtoull(words[i + 1], nullptr, 10));
        if (!is_known) {
            std::cerr << "faults: unknown option " << words[i] << '\n';
            return 2;
        }
    }
    if (sodium_init() < 0)
        return 2;
    const auto begun = std::chrono::steady_clock::now();
    const bool is_well = asked.wants_flips ? print(run_bit_flips(asked.flips))
                                           : print(run_crash_images(asked.crashes));
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    std::cout << ", seconds " << taken.count() << '\n';
    return is_well ? 0 : 1;
}
