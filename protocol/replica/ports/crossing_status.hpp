// What has crossed by a link and what has not: values for status pages and commands. What a record
// of another network says is read with agreement/relay/carried and Replica::ground.     [A10] [A13]
#pragma once

#include "protocol/agreement/refusal.hpp"
#include "protocol/base/ids.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace staffroom::replica {

/// Why something that the agreement lets cross has not crossed yet. Nobody has refused it.
enum class CrossingWait : std::uint8_t {
    passport,     // coordinators have not signed yet that it may
    words,        // the words are not here, so they cannot be handed on
    not_in_force, // the link has ended or is disputed
};

/// The word for it in JSON, such as "passport".
[[nodiscard]] std::string_view crossing_wait_name(CrossingWait wait);

/// A gateway of the other network, as this node has it. Only a gateway has such lines.
struct FarGatewayStatus {
    SchoolId school;
    std::string address; // dialled or that it was called from
    bool is_connected;
    std::string trouble; // word of the last failure; empty: none
};

/// One link, as one of its two networks has it. [A13]
struct LinkCrossing {
    NetworkId network;
    SharingId link;
    bool is_in_force;
    /// Records of this network for this link: all, and those that a passport covers.
    std::uint64_t ours = 0;
    std::uint64_t ours_passed = 0;
    std::map<CrossingWait, std::uint64_t> waiting{};
    /// Why records of this network that name this link do not cross by what is agreed.
    std::map<agreement::Refusal, std::uint64_t> ours_refused{};
    /// Records of the other network that are in the logs here and prove themselves.
    std::uint64_t theirs = 0;
    /// Why carried entries that are in the logs here, or were brought, are shown nowhere.
    std::map<agreement::Refusal, std::uint64_t> theirs_refused{};
    /// Records of other networks that go on by this link: all, and those that a passport covers.
    std::uint64_t onward = 0;
    std::uint64_t onward_passed = 0;
    std::map<CrossingWait, std::uint64_t> onward_waiting{};
    /// Why others of them go no further by it.
    std::map<agreement::Refusal, std::uint64_t> onward_refused{};
    std::vector<FarGatewayStatus> gateways{};
};

} // namespace staffroom::replica
