// The people in the storms: their acts must be the same however long the run goes on.
#include "tests/simulation/people/authors.hpp"
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {

TEST_CASE("authors: nothing is written after the end of what was planned", "[sim]") {
    using std::chrono::seconds;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        CAPTURE(seed);
        World world(seed);
        const NetworkId network = make_star(world, 1);
        StormOptions options;
        options.seed = seed;
        Author author(world, 1, options);
        author.belong_to(network);
        const Instant begin = world.now();

        author.plan(begin, begin + options.span);
        world.run_for(options.span + seconds(1));
        const std::size_t written = world.witness().acknowledged().size();
        world.run_for(options.span);

        CHECK(author.is_done());
        CHECK(written > 0);
        CHECK(world.witness().acknowledged().size() == written);
    }
}

} // namespace staffroom::simulation
