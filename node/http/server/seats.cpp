#include "node/http/server/seats.hpp"

#include <algorithm>

namespace staffroom::http {
namespace {

/// The time after which a reader that does not take its answer may lose its place; an answer
/// otherwise goes out at once.
constexpr std::chrono::seconds answer_time_fair{5};

std::optional<std::size_t> longest_at(std::span<const Seat> taken, Door door, Stage stage) {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < taken.size(); ++i)
        if (taken[i].door == door && taken[i].stage == stage &&
            (!found || taken[i].since < taken[*found].since))
            found = i;
    return found;
}

std::optional<std::size_t> who_leaves(std::span<const Seat> taken, Door door, Instant now) {
    if (const auto reader = longest_at(taken, door, Stage::reading))
        return reader;
    const auto writer = longest_at(taken, door, Stage::writing);
    const bool is_slow = writer && now - taken[*writer].since > answer_time_fair;
    return is_slow ? writer : std::nullopt;
}

} // namespace

Seating seat(std::span<const Seat> taken, Door newcomer, std::size_t most, Instant now) {
    const auto held_by = [&](Door door) {
        return static_cast<std::size_t>(std::ranges::count(taken, door, &Seat::door));
    };
    const std::size_t own = held_by(newcomer);
    if (newcomer == Door::local) {
        if (own < most)
            return {true, std::nullopt};
        const auto leaves = who_leaves(taken, Door::local, now);
        return {leaves.has_value(), leaves};
    }
    const Door other = newcomer == Door::far ? Door::loopback : Door::far;
    if (own + held_by(other) < most)
        return {true, std::nullopt};
    const std::size_t of_machine = most / 4;
    const std::size_t share = newcomer == Door::loopback ? of_machine : most - of_machine;
    auto leaves = who_leaves(taken, own < share ? other : newcomer, now);
    if (!leaves)
        leaves = who_leaves(taken, newcomer, now);
    return {leaves.has_value(), leaves};
}

} // namespace staffroom::http
