#include "tests/simulation/world/weather.hpp"

namespace staffroom::simulation {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr minutes cut_every{25};         // each school
constexpr minutes part_every{90};        // each pair
constexpr minutes accident_every{25};    // each school
constexpr minutes night_every{50};       // each school
constexpr std::uint64_t trouble_max = 8; // of one kind, on average
constexpr std::size_t cut_bytes_max = 30'000;

Instant draw_instant(Random& random, const Season& season) {
    return season.begin + draw_span(random, microseconds(0), season.end - season.begin);
}

/// How often something that comes every so often comes in this season; never surely, and in a day
/// not much more often than in an afternoon.
std::uint64_t draw_count(Random& random, const Season& season, minutes every) {
    const auto expected = static_cast<std::uint64_t>((season.end - season.begin) / every);
    return random.below(2 * std::min(expected, trouble_max) + 2);
}

LineQuality draw_quality(Random& random) {
    LineQuality quality;
    quality.delay = draw_span(random, milliseconds(1), milliseconds(one_in(random, 5) ? 900 : 90));
    if (!one_in(random, 3))
        quality.bytes_per_second = 8'000U << random.below(8);
    return quality;
}

/// A one-way partition, or both ways, that ends.
void plan_parting(
    World& world, std::size_t one, std::size_t other, const Season& season, Random& random
) {
    const Instant at = draw_instant(random, season);
    const Instant until = at + draw_span(random, seconds(5), minutes(15));
    const bool is_one_way = one_in(random, 3);
    const bool is_turned = one_in(random, 2);
    const std::size_t from = is_turned ? other : one;
    const std::size_t to = is_turned ? one : other;
    world.at(at, [&world, from, to, is_one_way] {
        world.lines().part(from, to);
        if (!is_one_way)
            world.lines().part(to, from);
    });
    world.at(until, [&world, from, to] { world.mend(from, to); });
}

void plan_accident(
    World& world, Nodes& nodes, std::size_t school, const Season& season, Random& random
) {
    const Instant at = draw_instant(random, season);
    const Instant until = at + draw_span(random, seconds(1), minutes(10));
    const std::uint64_t writes = random.below(40);
    switch (random.below(6)) {
    case 0:
    case 1: world.at(at, [&nodes, school] { nodes.fall_soon(school, Fall::power); }); return;
    case 2: world.at(at, [&nodes, school] { nodes.fall_soon(school, Fall::kill); }); return;
    case 3:
        world.at(at, [&world, school, writes] {
            School& of = world.school(school);
            if (!of.fall)
                of.disk->fail_once(of.disk->operations() + writes, Errc::io_error);
        });
        return;
    case 4:
        world.at(at, [&world, school] {
            School& of = world.school(school);
            if (!of.fall)
                of.disk->fail_from(of.disk->operations(), Errc::disk_full);
        });
        world.at(until, [&world, school] {
            if (!world.school(school).fall)
                world.school(school).disk->heal();
        });
        return;
    default: break;
    }
    const auto slow = draw_span(random, milliseconds(5), milliseconds(800));
    world.at(at, [&world, school, slow] { world.school(school).disk_delay = slow; });
    world.at(until, [&world, school] { world.school(school).disk_delay = microseconds(500); });
}

} // namespace

void plan_lines(World& world, const Season& season, Random& random) {
    for (std::size_t one = 0; one < season.schools; ++one) {
        for (std::size_t other = one + 1; other < season.schools; ++other) {
            const LineQuality quality = draw_quality(random);
            world.at(season.begin, [&world, one, other, quality] {
                world.lines().set_quality(one, other, quality);
            });
            const std::uint64_t parts = draw_count(random, season, part_every);
            for (std::uint64_t i = 0; i < parts; ++i)
                plan_parting(world, one, other, season, random);
        }
        const std::uint64_t cuts = draw_count(random, season, cut_every);
        for (std::uint64_t i = 0; i < cuts; ++i) {
            const auto bytes = static_cast<std::size_t>(random.below(cut_bytes_max));
            world.at(draw_instant(random, season), [&world, one, bytes] {
                world.cut_after(one, bytes);
            });
        }
    }
}

void plan_disks(
    World& world,
    Nodes& nodes,
    const Season& season,
    Random& random,
    const std::set<std::size_t>& spared
) {
    for (std::size_t school = 0; school < season.schools; ++school) {
        const std::uint64_t accidents = draw_count(random, season, accident_every);
        const bool goes_back = one_in(random, 3);
        if (spared.contains(school))
            continue;
        for (std::uint64_t i = 0; i < accidents; ++i)
            plan_accident(world, nodes, school, season, random);
        if (!goes_back)
            continue;
        const Instant one = draw_instant(random, season);
        const Instant other = draw_instant(random, season);
        const bool with_mark = one_in(random, 2);
        world.at(std::min(one, other), [&nodes, school] { nodes.photograph(school); });
        world.at(std::max(one, other), [&nodes, school, with_mark] {
            nodes.go_back(school, with_mark, false);
        });
    }
}

void plan_nights(
    World& world,
    Nodes& nodes,
    const Season& season,
    Random& random,
    std::optional<std::size_t> summering
) {
    for (std::size_t school = 0; school < season.schools; ++school) {
        const std::uint64_t nights = draw_count(random, season, night_every);
        for (std::uint64_t i = 0; i < nights; ++i) {
            const Instant at = draw_instant(random, season);
            const auto span = draw_span(random, seconds(1), minutes(one_in(random, 2) ? 30 : 2));
            const bool is_power = one_in(random, 2);
            world.at(at, [&nodes, school, span, is_power] {
                nodes.off_for(school, span, is_power);
            });
        }
        if (summering == school) {
            const auto span = (season.end - season.begin) / 10 * 8;
            world.at(season.begin + seconds(30), [&nodes, school, span] {
                nodes.off_for(school, span, true);
            });
        }
    }
}

} // namespace staffroom::simulation
