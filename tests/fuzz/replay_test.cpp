// Runs the fuzz targets in the test command: for each its honest inputs, these cut and changed,
// changed and made whole again, noise, and every input that once ended it (found.hpp).
#include "protocol/wire/codec_link.hpp"
#include "tests/fuzz/found.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>

namespace staffroom::fuzz {
namespace {

Bytes noise(Random& random, std::size_t bytes_max) {
    Bytes bytes(random.below(bytes_max));
    random.fill(bytes);
    return bytes;
}

/// A few bytes changed, or a part cut out, doubled or put in.
void change(Bytes& input, Random& random) {
    const std::uint64_t times = 1 + random.below(3);
    for (std::uint64_t i = 0; i < times; ++i) {
        const auto place =
            input.begin() + static_cast<std::ptrdiff_t>(random.below(input.size() + 1));
        const std::size_t behind = static_cast<std::size_t>(input.end() - place);
        const auto length =
            static_cast<std::ptrdiff_t>(random.below(std::min<std::size_t>(behind, 40) + 1));
        switch (random.below(6)) {
        case 0: input.erase(place, place + length); break;
        case 1: {
            const Bytes part(place, place + length);
            input.insert(place, part.begin(), part.end());
            break;
        }
        case 2: {
            const Bytes part = noise(random, 8);
            input.insert(place, part.begin(), part.end());
            break;
        }
        default:
            if (behind > 0)
                *place ^= static_cast<std::uint8_t>(1U + random.below(255));
        }
    }
}

/// So many changed inputs, and as many again where there is a repair.
void replay(const Target& target, std::uint64_t seed_of_changes) {
    tests::SeededRandom random(seed_of_changes);
    const std::vector<Bytes> seeds = target.seeds();
    REQUIRE_FALSE(seeds.empty());
    for (const Bytes& seed : seeds)
        target.run(seed);
    for (std::size_t i = 0; i < target.replays; ++i) {
        Bytes input = seeds[i % seeds.size()];
        if (i % 5 == 0)
            input.resize(random.below(input.size() + 1));
        else
            change(input, random);
        target.run(input);
        if (target.repair == nullptr)
            continue;
        target.repair(input);
        target.run(input);
    }
    for (std::size_t i = 0; i < target.replays / 10; ++i)
        target.run(noise(random, 400));
}

} // namespace

TEST_CASE("fuzz targets: honest, cut, changed and repaired inputs are answered by all", "[fuzz]") {
    wire::keep_protobuf_quiet();
    for (const Target& target : targets()) {
        INFO(target.name);
        replay(target, 1);
    }
    SUCCEED("no target ended the process");
}

// Without libFuzzer, for as long as $STAFFROOM_FUZZ_SECONDS says: other changes in every round.
TEST_CASE("fuzz targets: changed inputs are answered round after round", "[.][loop]") {
    const char* wanted = std::getenv("STAFFROOM_FUZZ_SECONDS");
    if (wanted == nullptr)
        return;
    wire::keep_protobuf_quiet();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(std::atoi(wanted));
    std::uint64_t rounds = 0;
    while (std::chrono::steady_clock::now() < end) {
        ++rounds;
        for (const Target& target : targets())
            replay(target, 1000 + rounds);
    }
    WARN(rounds << " rounds");
}

TEST_CASE("fuzz targets: an honest input that is made whole again is still honest", "[fuzz]") {
    for (const Target& target : targets()) {
        if (target.repair == nullptr)
            continue;
        INFO(target.name);
        for (Bytes seed : target.seeds()) {
            target.repair(seed);
            const Bytes once = seed;
            target.repair(seed);
            CHECK(seed == once);
        }
    }
}

TEST_CASE("fuzz targets: what once ended a target is answered now", "[fuzz]") {
    for (const Found& one : found()) {
        INFO(one.target);
        const Target* target = find_target(one.target);
        if (target != nullptr)
            target->run(one.input);
    }
    SUCCEED("no target ended the process");
}

} // namespace staffroom::fuzz
