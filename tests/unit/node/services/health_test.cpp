#include "node/services/health.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace services = staffroom::services;
namespace replica = staffroom::replica;
using staffroom::Errc;
using staffroom::SchoolId;

namespace {

replica::NeighbourStatus neighbour(std::string address, std::string trouble) {
    return {
        .address = std::move(address),
        .school = std::nullopt,
        .name = {},
        .connected = false,
        .settled = false,
        .dialled = true,
        .source = "added",
        .trouble = std::move(trouble),
        .last_heard = std::nullopt,
        .next_try = std::nullopt,
        .bytes_in = 0,
        .bytes_out = 0,
        .networks = {},
    };
}

SchoolId school(std::uint8_t first) {
    SchoolId::Raw raw{};
    raw.front() = first;
    return SchoolId(raw);
}

std::vector<services::HealthCheck> faults(const std::vector<services::HealthCheck>& checks) {
    std::vector<services::HealthCheck> out;
    for (const auto& check : checks)
        if (!check.ok)
            out.push_back(check);
    return out;
}

} // namespace

TEST_CASE("health: every reason for which a neighbour is not reached has its own code", "[node]") {
    std::set<std::string> codes;
    std::set<std::string> steps;
    for (const Errc reason :
         {Errc::name_unknown,
          Errc::unreachable,
          Errc::timed_out,
          Errc::closed,
          Errc::not_a_member,
          Errc::unknown_version,
          Errc::self_contact,
          Errc::decrypt_failed}) {
        const auto checks = services::check_neighbours(
            {neighbour("a.example:1", std::string(staffroom::errc_name(reason)))}
        );
        const auto wrong = faults(checks);
        REQUIRE(wrong.size() == 2); // nobody is reached, and why this one is not
        CHECK(wrong.back().sentence.find("a.example:1") != std::string::npos);
        CHECK(codes.insert(wrong.back().code).second);
        CHECK(steps.insert(wrong.back().next).second);
    }
    CHECK(codes.count("neighbour.not-staffroom") == 1);
}

TEST_CASE("health: a school that is met in one way is no trouble in another", "[node]") {
    auto met = neighbour("a.example:1", "");
    met.connected = true;
    met.school = school(1);
    auto same = neighbour("a.old.example:1", "unreachable");
    same.school = school(1);
    auto other = neighbour("b.example:1", "unreachable");
    other.school = school(2);

    CHECK(faults(services::check_neighbours({met, same})).empty());
    const auto wrong = faults(services::check_neighbours({met, same, other}));
    REQUIRE(wrong.size() == 1);
    CHECK(wrong.front().code == "neighbour.unreachable");
}

TEST_CASE("health: an address that was only published and never met is no trouble", "[node]") {
    auto met = neighbour("a.example:1", "");
    met.connected = true;
    met.school = school(1);
    auto hearsay = neighbour("hole.example:1", "unreachable");
    hearsay.source = "published";

    CHECK(faults(services::check_neighbours({met, hearsay})).empty());
    hearsay.school = school(2); // met there before
    CHECK(faults(services::check_neighbours({met, hearsay})).size() == 1);
}

TEST_CASE("health: a neighbour that has not been tried yet is no trouble of its own", "[node]") {
    const auto wrong = faults(services::check_neighbours({neighbour("a.example:1", "")}));

    REQUIRE(wrong.size() == 1);
    CHECK(wrong.front().code == "neighbours.reached");
    CHECK(faults(services::check_neighbours({})).empty());
}

TEST_CASE("health: news is no trouble, and every code of the core has a next step", "[node]") {
    const auto checks = services::check_attention(
        {{"network.admitted", "A school joined.", true},
         {"node.cloned", "A copy runs.", false},
         {"log.forked", "Two histories.", false},
         {"network.one-coordinator", "One coordinator.", false},
         {"something.new", "Something else.", false}}
    );

    CHECK(checks.front().ok);
    CHECK(checks.front().next.empty());
    CHECK(faults(checks).size() == 4);
    for (const auto& check : faults(checks))
        CHECK(check.next.back() == '.');
}

TEST_CASE("health: no network and no name are faults of the settings' owner", "[node]") {
    staffroom::node::Config config;
    CHECK(faults(services::check_settings(config)).front().code == "school.name");
    config.name = "Hillside";
    CHECK(faults(services::check_settings(config)).empty());
    CHECK(faults(services::check_networks({})).front().code == "network.none");
}
