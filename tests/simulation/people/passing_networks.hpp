// Three networks: Northside lets Rivers City pass on its findings, Rivers City gives what it got to
// Forest Edge, and Northside and Forest Edge have agreed on nothing. Two schools of each coordinate
// and carry, a third one reads. For the scenes of what is passed on. [A15]
#pragma once

#include "tests/simulation/people/words.hpp"

namespace staffroom::simulation {

struct PassingTerms {
    agreement::Terms north{{2, 3}, true};            // to Rivers City
    agreement::Terms rivers{{1, 2}, true, {}, true}; // to Forest Edge
};

/// What the author's school knows of a network: schools that have erased, all, and by which network
/// it hears of it.
struct HeardAbroad {
    std::uint32_t erased = 0;
    std::uint32_t schools = 0;
    std::string by_way_of{};
    friend bool operator==(const HeardAbroad&, const HeardAbroad&) = default;
};

struct PassingNetworks {
    World world;
    std::size_t n = world.add_school("n");
    std::size_t n1 = world.add_school("n1");
    std::size_t n2 = world.add_school("n2");
    std::size_t r = world.add_school("r");
    std::size_t r1 = world.add_school("r1");
    std::size_t r2 = world.add_school("r2");
    std::size_t f = world.add_school("f");
    std::size_t f1 = world.add_school("f1");
    std::size_t f2 = world.add_school("f2");
    NetworkId north = found(n, "Northside");
    NetworkId rivers = found(r, "Rivers City");
    NetworkId forest = found(f, "Forest Edge");
    SharingId north_rivers{SharingId::Raw{}};
    SharingId rivers_forest{SharingId::Raw{}};

    explicit PassingNetworks(std::uint64_t seed, const PassingTerms& terms = PassingTerms());

    struct Meant {
        std::uint32_t pass_on = 1;
        std::uint32_t kind = 2;
        std::optional<RevisionId> revises{};
        bool is_linked = true; // by the first link of its network; else it stays there
    };
    /// Publishes these words, by default for one network further.
    RevisionId publish(std::size_t who, const std::string& text, const Meant& meant);
    RevisionId publish(std::size_t who, const std::string& text) {
        return publish(who, text, Meant());
    }
    [[nodiscard]] const NetworkId& network_of(std::size_t who) const {
        return who <= n2 ? north : who <= r2 ? rivers : forest;
    }
    [[nodiscard]] ShownThere shown(std::size_t who) {
        return shown_at(world, who, network_of(who));
    }
    [[nodiscard]] bool shows(std::size_t who, const RevisionId& revision) {
        return shown(who).views.count(revision) > 0;
    }
    [[nodiscard]] std::vector<std::size_t> schools_of_rivers() const { return {r, r1, r2}; }
    [[nodiscard]] std::vector<std::size_t> schools_of_forest() const { return {f, f1, f2}; }
    /// Until all of these schools show it.
    [[nodiscard]] bool arrive(const RevisionId& revision, const std::vector<std::size_t>& schools);
    /// Whether none of these disks holds a word of it.
    [[nodiscard]] bool
    is_nowhere(const std::vector<std::size_t>& schools, const RevisionId& revision, std::size_t at);
    /// Until none of these disks holds a word of it.
    [[nodiscard]] bool has_gone(const std::vector<std::size_t>& schools, const Words& words);
    /// What n2 knows of the first of its orders that has gone to that network, by that way if any.
    [[nodiscard]] std::optional<HeardAbroad>
    heard_of(const NetworkId& network, const std::optional<std::string>& by_way_of = std::nullopt);
    [[nodiscard]] replica::LinkCrossing crossing(std::size_t who, const SharingId& link);

private:
    [[nodiscard]] NetworkId found(std::size_t who, const std::string& name);
    void grow(std::size_t founder, const NetworkId& network);
};

} // namespace staffroom::simulation
