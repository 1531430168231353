#include "tests/simulation/liars/liars.hpp"

namespace staffroom::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t lies_one_in = 3;
constexpr std::size_t too_many_bytes = 400'000;

SharedBytes with_flipped_bit(const SharedBytes& bytes, Random& random) {
    Bytes copy = bytes ? *bytes : Bytes{};
    if (copy.empty())
        copy.push_back(0);
    copy[static_cast<std::size_t>(random.below(copy.size()))] ^=
        static_cast<std::uint8_t>(1U << random.below(8));
    return std::make_shared<const Bytes>(std::move(copy));
}

void alter_chunk(replica::LoadedChunk& chunk, Random& random) {
    if (chunk.entries.empty())
        return;
    replica::LoadedEntry& entry =
        chunk.entries[static_cast<std::size_t>(random.below(chunk.entries.size()))];
    switch (random.below(7)) {
    case 0: entry.header = with_flipped_bit(entry.header, random); return;
    case 1: entry.body.encoded = with_flipped_bit(entry.body.encoded, random); return;
    case 2: chunk.entries.pop_back(); return;
    case 3: chunk.entries.push_back(chunk.entries.front()); return;
    case 4:
        if (!chunk.range.hashes.empty())
            chunk.range.hashes.back() = random.make<TreeHash>();
        return;
    case 5: chunk.begin = Position{chunk.begin.value + 1}; return;
    default:
        entry.state = log::BodyState::have;
        entry.body.encoded = std::make_shared<const Bytes>(Bytes(too_many_bytes));
    }
}

void alter_bodies(replica::LoadedBodies& bodies, Random& random) {
    for (replica::LoadedEntry& entry : bodies.entries) {
        entry.state = log::BodyState::have;
        entry.body.encoded = with_flipped_bit(entry.body.encoded, random);
    }
}

void alter_ranges(replica::LoadedRanges& ranges, Random& random) {
    for (log::CompactRange& range : ranges.ranges) {
        if (!range.hashes.empty() && one_in(random, 2))
            range.hashes.front() = random.make<TreeHash>();
    }
}

/// What the liar's disk says to its own node; false: nothing, ever.
bool lie_of_load(Result<replica::Loaded>& loaded, Random& random) {
    if (!loaded || !one_in(random, lies_one_in))
        return true;
    if (one_in(random, 3))
        return false;
    if (auto* chunk = std::get_if<replica::LoadedChunk>(&*loaded))
        alter_chunk(*chunk, random);
    if (auto* bodies = std::get_if<replica::LoadedBodies>(&*loaded))
        alter_bodies(*bodies, random);
    if (auto* ranges = std::get_if<replica::LoadedRanges>(&*loaded))
        alter_ranges(*ranges, random);
    return true;
}

void lie_of_file(Result<replica::FileResult>& result, Random& random) {
    if (!result || !one_in(random, lies_one_in))
        return;
    if (auto* piece = std::get_if<replica::LoadedPiece>(&*result))
        piece->content = with_flipped_bit(piece->content, random);
}

} // namespace

void plan_fork(World& world, Nodes& nodes, const Season& season, std::size_t liar, Random& random) {
    world.witness().distrust(liar);
    const auto span = season.end - season.begin;
    const Instant first = season.begin + draw_span(random, span / 10, span / 3);
    const Instant second = first + draw_span(random, minutes(5), span / 3);
    const Instant third = second + draw_span(random, minutes(5), span / 4);
    const auto part_half = [&world, liar](std::size_t half, bool is_parted) {
        for (std::size_t school = half; school < world.school_count(); school += 2) {
            if (school != liar && is_parted)
                world.part(school, liar);
            else if (school != liar)
                world.mend(school, liar);
        }
    };
    world.at(first, [&nodes, part_half, liar] {
        nodes.photograph(liar);
        part_half(0, true);
    });
    world.at(second, [&nodes, part_half, liar] {
        part_half(0, false);
        part_half(1, true);
        nodes.go_back(liar, true, true);
    });
    world.at(third, [part_half] { part_half(1, false); });
}

void plan_garbage(World& world, const Season& season, std::size_t liar, Random& random) {
    world.witness().distrust(liar);
    world.at(season.begin, [&world, liar, &random] {
        world.school(liar).lie_of_load = [&random](Result<replica::Loaded>& loaded) {
            return lie_of_load(loaded, random);
        };
        world.school(liar).lie = [&random](Result<replica::FileResult>& result) {
            lie_of_file(result, random);
        };
    });
}

} // namespace staffroom::simulation
