#include "tests/faults/crash_images.hpp"

#include <catch2/catch.hpp>

namespace staffroom::faults {

TEST_CASE("crash: a disk as any crash leaves it opens with all that was acknowledged", "[crash]") {
    const CrashReport report = run_crash_images({.images = 2000, .seed = 1});

    for (const std::string& trouble : report.troubles)
        UNSCOPED_INFO(trouble);
    INFO(report.images << " images of " << report.operations << " operations");
    CHECK(report.lost == 0);
    CHECK(report.silent == 0);
    CHECK(report.refused == 0);
    CHECK(report.second_heads == 0);
    CHECK(report.images == 2000);
    CHECK(report.salvaged > 0);
    CHECK(report.salvaged < report.images / 2);
}

} // namespace staffroom::faults
