// The properties that must hold when a storm is over: each in a function of its own that sees all
// nodes. The witness keeps what must never happen in between; here it is only asked.
#pragma once

#include "tests/simulation/storm.hpp"

namespace staffroom::simulation {

using Finding = std::optional<std::string>; // what is wrong, in one sentence

/// Two honest members that are on hold the same of every network, and nothing is missing.
[[nodiscard]] Finding find_difference(Storm& storm);
/// An honest node is off although nothing is wrong any more.
[[nodiscard]] Finding find_stopped_node(Storm& storm);
/// What somebody wanted to publish has not been taken by the end of the calm.
[[nodiscard]] Finding find_silenced_author(Storm& storm);
/// Every acknowledged revision is at its author's node and at every member that may see it, whole.
[[nodiscard]] Finding find_lost_entry(Storm& storm);
/// Something that a node holds belongs to a network that it was never let into.
[[nodiscard]] Finding find_leak(Storm& storm);
/// Evidence of a fork has reached one honest member and not another.
[[nodiscard]] Finding find_unknown_fork(Storm& storm);
/// A node tells its people of forks or clones where there was none, or takes an honest school for a
/// forker.
[[nodiscard]] Finding find_false_alarm(Storm& storm);
/// Two honest members show other documents, or other people, of one network.
[[nodiscard]] Finding find_other_view(Storm& storm);
/// More was sent than three times what had to be.
[[nodiscard]] Finding find_waste(Storm& storm);

/// The first property that does not hold.
[[nodiscard]] std::optional<Violation> check_after_calm(Storm& storm);

/// Members and documents of each network, as all honest members show them: equal whatever the lines
/// and clocks were.
[[nodiscard]] std::string describe_end(Storm& storm);

} // namespace staffroom::simulation
