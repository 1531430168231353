#include "node/services/search/index_pace.hpp"

#include <catch2/catch.hpp>

namespace staffroom {
namespace {

using services::IndexPace;
using std::chrono::microseconds;
using std::chrono::seconds;

constexpr Instant begin{1'000'000};

TEST_CASE("index pace: one record is indexed after a moment of quiet", "[index_pace]") {
    IndexPace pace;
    CHECK_FALSE(pace.is_held(begin));

    CHECK(pace.stored(begin));
    CHECK(pace.is_held(begin));
    CHECK(
        pace.tick(begin + (services::index_quiet - microseconds(1)), false) == IndexPace::Step::wait
    );
    CHECK(pace.tick(begin + services::index_quiet, false) == IndexPace::Step::index_and_end);
    CHECK_FALSE(pace.is_held(begin + services::index_quiet));

    CHECK(pace.stored(begin + seconds(1)));
}

TEST_CASE("index pace: a copy without a pause is never met by the indexer", "[index_pace]") {
    IndexPace pace;
    Instant now = begin;
    CHECK(pace.stored(now));

    for (; now < begin + services::index_patience_max; now = now + services::index_quiet) {
        const Instant just_before{now.us - 1};
        CHECK((now == begin || pace.tick(just_before, false) == IndexPace::Step::wait));
        CHECK_FALSE(pace.stored(now));
        CHECK(pace.is_held(now));
    }
}

TEST_CASE(
    "index pace: between the commits of an import the indexer waits as well", "[index_pace]"
) {
    IndexPace pace;
    CHECK(pace.stored(begin));

    Instant now = begin;
    for (int i = 0; i < 20; ++i) {
        now = now + services::index_quiet;
        CHECK(pace.tick(now, true) == IndexPace::Step::wait);
    }
    CHECK(pace.tick(now + services::index_quiet, false) == IndexPace::Step::index_and_end);
}

TEST_CASE("index pace: in a copy that takes hours the indexer has its turns", "[index_pace]") {
    IndexPace pace;
    CHECK(pace.stored(begin));
    const Instant late = begin + services::index_patience_max;
    CHECK_FALSE(pace.stored(late));

    CHECK(pace.tick(late, false) == IndexPace::Step::index);
    CHECK_FALSE(pace.stored(late + microseconds(1)));
    CHECK_FALSE(pace.is_held(late + microseconds(1)));

    const Instant after_turn = late + services::index_turn;
    CHECK_FALSE(pace.stored(after_turn));
    CHECK(pace.is_held(after_turn));
    CHECK(pace.tick(after_turn, false) == IndexPace::Step::wait);
    CHECK(pace.tick(after_turn + services::index_quiet, false) == IndexPace::Step::index_and_end);
}

} // namespace
} // namespace staffroom
