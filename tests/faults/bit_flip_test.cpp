#include "tests/faults/bit_flips.hpp"

#include <catch2/catch.hpp>

namespace staffroom::faults {

TEST_CASE("bit flip: one bit anywhere is found, never shown, and given back", "[bit-flip]") {
    const FlipReport report = run_bit_flips({.places = 2000, .seed = 1, .only = {}});

    for (const std::string& trouble : report.troubles)
        UNSCOPED_INFO(trouble);
    CHECK(report.wrong == 0);
    CHECK(report.undetected == 0);
    CHECK(report.unhealed == 0);
    CHECK(report.places == 2000);
    CHECK(report.salvaged > 100);
    CHECK(report.harmless < report.places * 3 / 4);
}

} // namespace staffroom::faults
