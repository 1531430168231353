// Records whose bytes are known, so that a scene can say whether a disk still has them, and callers
// that speak for a gateway. For the scenes of what is called back. [E9]
#pragma once

#include "tests/simulation/people/caller.hpp"
#include "tests/simulation/people/linked_networks.hpp"

namespace staffroom::simulation {

/// A record, and the bytes by which it is known on a disk.
struct Words {
    RevisionId revision;
    Bytes encoded;
};

/// A text that stands nowhere else, and the bytes of a record that is published already.
[[nodiscard]] std::string words_of(std::uint64_t seed);
[[nodiscard]] Words words_at(World& world, std::size_t who, const RevisionId& revision);
[[nodiscard]] bool is_on_disk(World& world, std::size_t who, const Words& words);
/// School `who` of that network orders that a record of `owner` goes.
void call_back(
    World& world, std::size_t who, const NetworkId& network, std::size_t owner, const Words& words
);

[[nodiscard]] Words publish_words(LinkedNetworks& scene, std::size_t who, std::uint64_t seed);
[[nodiscard]] bool is_on_disk(LinkedNetworks& scene, std::size_t who, const Words& words);
[[nodiscard]] bool
is_nowhere(LinkedNetworks& scene, const std::vector<std::size_t>& schools, const Words& words);
/// School `who` orders that a record of `owner` goes.
void call_back(LinkedNetworks& scene, std::size_t who, std::size_t owner, const Words& words);

/// No two of a scene by one seed: the first frame of the second would be a replay.
[[nodiscard]] Caller& add_caller(World& world, const std::string& name, std::uint64_t seed);
/// Whether a network is side `one` of the agreement, as school `who` has it.
[[nodiscard]] bool is_one(LinkedNetworks& scene, std::size_t who, const NetworkId& network);

} // namespace staffroom::simulation
