// Two networks that have agreed: Forest of three schools gives findings to Rivers of four, and
// takes findings and notes. Two schools of each coordinate and carry. For the scenes of what
// crosses.
#pragma once

#include "protocol/agreement/relay/carried.hpp"
#include "tests/simulation/people/scenes.hpp"

#include <map>

namespace staffroom::simulation {

/// What one node shows of the other networks' records.
struct ShownThere {
    std::map<RevisionId, agreement::CarriedView> views{};
    std::map<agreement::Refusal, std::size_t> refused{};
    std::size_t entries = 0; // that carry a record
    /// The entries that carry each of the views, and the schools that wrote them.
    std::map<RevisionId, std::vector<std::pair<SchoolId, RevisionId>>> carried_by{};
};

/// Reads it from the node's disk as its services would.
[[nodiscard]] ShownThere shown_at(World& world, std::size_t who, const NetworkId& network);
/// A school says where it is, so that it can be a gateway.
void say_address(World& world, std::size_t who);
/// Waits until it is one.
void become_coordinator(
    World& world, std::size_t who, std::size_t founder, const NetworkId& network
);

struct Party {
    std::size_t who; // that signs
    NetworkId network;
    agreement::Terms gives;
};
/// The first makes a code, the second accepts it.
[[nodiscard]] SharingId agree(World& world, const Party& one, const Party& other);

struct LinkedNetworks {
    World world;
    std::size_t a = world.add_school("a");
    std::size_t a1 = world.add_school("a1");
    std::size_t a2 = world.add_school("a2");
    std::size_t b = world.add_school("b");
    std::size_t b1 = world.add_school("b1");
    std::size_t b2 = world.add_school("b2");
    std::size_t b3 = world.add_school("b3");
    NetworkId forest = create_network(world, a);
    NetworkId rivers = create_network(world, b);
    SharingId link{SharingId::Raw{}};

    /// With two gateways a side, or one.
    explicit LinkedNetworks(std::uint64_t seed, bool are_two = true);

    /// Publishes one record, and returns its revision.
    RevisionId publish(
        std::size_t who,
        const std::string& text,
        std::uint32_t kind = 2,
        const std::vector<SharingId>& links = {},
        std::optional<RevisionId> document = std::nullopt
    );
    /// For the link.
    RevisionId publish_linked(std::size_t who, const std::string& text, std::uint32_t kind = 2) {
        return publish(who, text, kind, {link});
    }
    [[nodiscard]] bool is_of_forest(std::size_t who) const { return who <= a2; }
    [[nodiscard]] const NetworkId& network_of(std::size_t who) const {
        return is_of_forest(who) ? forest : rivers;
    }
    /// What a node shows, read from its disk as its services would.
    [[nodiscard]] ShownThere shown(std::size_t who);
    [[nodiscard]] bool shows(std::size_t who, const RevisionId& revision) {
        return shown(who).views.count(revision) > 0;
    }
    [[nodiscard]] replica::LinkCrossing crossing(std::size_t who);
    [[nodiscard]] std::vector<std::size_t> schools_of_rivers() const { return {b, b1, b2, b3}; }
    /// Until every school of Rivers shows all of these.
    [[nodiscard]] bool arrive(const std::vector<RevisionId>& all, std::chrono::seconds patience);
    /// No line between schools of different networks any more, or all of them again.
    void part_networks();
    void mend_networks();

private:
    void agree_on_link();
};

} // namespace staffroom::simulation
