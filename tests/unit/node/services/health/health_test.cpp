#include "node/services/health/health.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace services = staffroom::services;
namespace replica = staffroom::replica;
using staffroom::Errc;
using staffroom::SchoolId;

namespace {

constexpr staffroom::WallTime now{1'800'000'000'000};

replica::NeighbourStatus neighbour(std::string address, std::string trouble) {
    return {
        .address = std::move(address),
        .school = std::nullopt,
        .name = {},
        .connected = false,
        .settled = false,
        .silent = false,
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
        if (check.is_trouble())
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
            {neighbour("a.example:1", std::string(staffroom::errc_name(reason)))}, now
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

    CHECK(faults(services::check_neighbours({met, same}, now)).empty());
    const auto wrong = faults(services::check_neighbours({met, same, other}, now));
    REQUIRE(wrong.size() == 1);
    CHECK(wrong.front().code == "neighbour.unreachable");
}

TEST_CASE("health: an address that was only published and never met is no trouble", "[node]") {
    auto met = neighbour("a.example:1", "");
    met.connected = true;
    met.school = school(1);
    auto hearsay = neighbour("hole.example:1", "unreachable");
    hearsay.source = "published";

    CHECK(faults(services::check_neighbours({met, hearsay}, now)).empty());
}

TEST_CASE("health: what a person can mend is trouble, and a school that is off a note", "[node]") {
    struct Case {
        const char* what;
        std::string source;
        std::string trouble;
        std::optional<std::uint64_t> heard_hours_ago;
        bool is_trouble;
    };
    for (const Case& each : std::initializer_list<Case>{
             {"not tried yet", "added", "", {}, false},
             {"a wrong port", "added", "unreachable", {}, true},
             {"a wrong port of an inviter", "inviter", "closed", {}, true},
             {"off for the night", "added", "unreachable", 15, false},
             {"its own wrong address", "published", "name_unknown", 15, false},
             {"nobody for two days", "added", "unreachable", 49, true},
             {"off, and calls by itself", "member", "", 15, false}}) {
        CAPTURE(each.what);
        auto one = neighbour("a.example:1", each.trouble);
        one.source = each.source;
        if (each.heard_hours_ago)
            one.last_heard = staffroom::WallTime{now.ms - *each.heard_hours_ago * 3'600'000};

        const auto checks = services::check_neighbours({one}, now);

        CHECK(faults(checks).empty() == !each.is_trouble);
        CHECK(checks.front().level != services::Level::ok);
        for (const auto& check : checks)
            CHECK(check.next.back() == '.');
    }
    CHECK(faults(services::check_neighbours({}, now)).empty());
}

TEST_CASE("health: a line that says nothing is doubted", "[node]") {
    auto quiet = neighbour("a.example:1", "");
    quiet.connected = true;
    quiet.silent = true;
    quiet.last_heard = staffroom::WallTime{now.ms - 50'000};

    const auto checks = services::check_neighbours({quiet}, now);

    REQUIRE(checks.size() == 2);
    CHECK(checks.back().code == "neighbour.quiet");
    CHECK(checks.back().level == services::Level::note);
    CHECK(checks.back().sentence.find("50 seconds ago") != std::string::npos);
}

TEST_CASE("health: news is no trouble, and every code of the core has a next step", "[node]") {
    const auto checks = services::check_attention(
        {{"network.admitted", "A school joined.", true},
         {"network.one-coordinator", "One coordinator.", true},
         {"log.contradiction", "Another history.", false},
         {"network.left", "This school has left.", true},
         {"network.removed", "This school was removed.", false},
         {"network.suspended", "This school is suspended.", false},
         {"network.too-many-logs", "Too many logs.", false},
         {"node.cloned", "A copy runs.", false},
         {"log.forked", "Two histories.", false},
         {"something.new", "Something else.", false}}
    );

    CHECK(faults(checks).size() == 6);
    for (const auto& check : checks)
        CHECK(check.next.back() == '.');
}

TEST_CASE("health: no name is a fault, and no network a note", "[node]") {
    staffroom::node::Config config;
    CHECK(faults(services::check_settings(config)).front().code == "school.name");
    config.name = "Hillside";
    CHECK(faults(services::check_settings(config)).empty());
    // A node that shares with nobody yet is well, and is told how to begin.
    CHECK(services::check_networks({}).front().code == "network.none");
    CHECK(services::check_networks({}).front().level == services::Level::note);
}
