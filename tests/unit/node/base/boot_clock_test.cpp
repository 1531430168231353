#include "node/base/boot_clock.hpp"
#include "tests/support/store/temp_folder.hpp"

#include <catch2/catch.hpp>

namespace runtime = staffroom::runtime;

TEST_CASE("boot clock: a clock goes on while it is slewed and not when it was set", "[node]") {
    CHECK(runtime::goes_on(1'000'000, 1'000'000));
    CHECK(runtime::goes_on(1'000'000, 1'019'999));
    CHECK(runtime::goes_on(1'000'000, 980'001));
    CHECK_FALSE(runtime::goes_on(1'000'000, 1'020'000));
    CHECK_FALSE(runtime::goes_on(1'000'000, 980'000));
    CHECK_FALSE(runtime::goes_on(1'800'000'000'000, 0));
    CHECK(runtime::goes_on(runtime::boot_offset_ms(), runtime::boot_offset_ms()));
}

TEST_CASE("boot clock: the offset is read back, and nothing where there is none", "[node]") {
    const staffroom::tests::TempFolder folder("clock");
    folder.write("beside", "");

    CHECK_FALSE(runtime::read_offset(folder.path()));
    runtime::write_offset(folder.path(), -5);
    CHECK(runtime::read_offset(folder.path()) == -5);
    runtime::write_offset(folder.path(), 1'800'000'000'123);
    CHECK(runtime::read_offset(folder.path()) == 1'800'000'000'123);
}
