// Days as people named them: what ends at a midnight has the day before it as its last one,
// wherever the reader's clock stands.
#include "cli/output/time_text.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>

namespace cli = staffroom::cli;

namespace {

/// Another time zone for as long as a test runs; TZ as in tzset(3).
struct Zone {
    explicit Zone(const char* zone) { ::setenv("TZ", zone, 1); }
    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;
    Zone(Zone&&) = delete;
    Zone& operator=(Zone&&) = delete;
    ~Zone() { ::unsetenv("TZ"); }
};

} // namespace

TEST_CASE("time text: what ends at a midnight lasts until the day before", "[cli]") {
    constexpr std::uint64_t midnight = 1'817'078'400'000; // 2027-08-01T00:00:00Z
    for (const char* zone : {"UTC", "BST-1", "PST8"}) {
        const Zone here(zone);
        CHECK(cli::last_day_text(midnight) == "2027-07-31");
        CHECK(cli::last_day_text(midnight + 1) == "2027-08-01");
        CHECK(cli::last_day_text("2027-08-01T00:00:00Z") == "2027-07-31");
        CHECK(cli::last_day_text("2028-01-01T00:00:00Z") == "2027-12-31");
    }
    CHECK(cli::last_day_text(std::uint64_t{0}).empty());
    CHECK(cli::last_day_text("").empty());
    CHECK(cli::last_day_text("some day") == "some day");
}
