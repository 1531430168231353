#include "node/services/certificates/certificate_health.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace services = staffroom::services;
using services::CertificateSource;
using services::Level;
using staffroom::WallTime;

namespace {

constexpr std::uint64_t day_ms = 86'400'000;
constexpr WallTime today{20'000 * day_ms};

services::CertificateState good_for(std::uint64_t days, CertificateSource source) {
    services::CertificateState state;
    state.facts.names = {"staffroom.hillside.example"};
    state.facts.from = WallTime{today.ms - day_ms};
    state.facts.until = WallTime{today.ms + days * day_ms};
    state.facts.fingerprint = "AB:CD";
    state.source = source;
    state.own_names = {"staffroom.hillside.example"};
    return state;
}

const services::HealthCheck*
find_check(const std::vector<services::HealthCheck>& checks, std::string_view code) {
    const auto found = std::ranges::find(checks, code, &services::HealthCheck::code);
    return found == checks.end() ? nullptr : &*found;
}

} // namespace

TEST_CASE("certificate health: thirty days are a note, seven trouble, none its end", "[health]") {
    struct Row {
        std::uint64_t days;
        std::string_view code;
        Level level;
    };
    for (const Row& row :
         {Row{31, "certificate.expiry", Level::ok},
          Row{30, "certificate.expiry", Level::ok},
          Row{29, "certificate.expiry", Level::note},
          Row{7, "certificate.expiry", Level::note},
          Row{6, "certificate.expiry", Level::trouble},
          Row{0, "certificate.expired", Level::trouble}}) {
        for (const auto source :
             {CertificateSource::own, CertificateSource::imported, CertificateSource::files}) {
            INFO(row.days);
            const auto checks = services::check_certificate(good_for(row.days, source), today);
            const auto* check = find_check(checks, row.code);
            REQUIRE(check != nullptr);
            CHECK(check->level == row.level);
            CHECK(check->next.empty() == (row.level == Level::ok));
        }
    }
}

TEST_CASE("certificate health: a clock before its first day is told as that", "[health]") {
    const auto state = good_for(90, CertificateSource::imported);

    const auto checks = services::check_certificate(state, WallTime{state.facts.from.ms - 1});

    REQUIRE(find_check(checks, "certificate.not-yet") != nullptr);
    CHECK(find_check(checks, "certificate.not-yet")->is_trouble());
}

TEST_CASE("certificate health: the node's own shows its fingerprint and is no fault", "[health]") {
    const auto own = services::check_certificate(good_for(90, CertificateSource::own), today);
    const auto other = services::check_certificate(good_for(90, CertificateSource::files), today);

    REQUIRE(find_check(own, "certificate.own") != nullptr);
    CHECK(find_check(own, "certificate.own")->sentence.find("AB:CD") != std::string::npos);
    CHECK(services::worst_of(own) == Level::ok);
    CHECK(find_check(other, "certificate.own") == nullptr);
}

TEST_CASE("certificate health: another machine's name is a note", "[health]") {
    auto state = good_for(90, CertificateSource::imported);
    state.own_names = {"oakhill", "localhost"};

    const auto checks = services::check_certificate(state, today);

    REQUIRE(find_check(checks, "certificate.name") != nullptr);
    CHECK(find_check(checks, "certificate.name")->level == Level::note);
    CHECK_FALSE(services::shared_name(state));
}

TEST_CASE("certificate health: what was refused is trouble beside the one in use", "[health]") {
    auto state = good_for(90, CertificateSource::files);
    state.refused = services::CertificateTrouble{"certificate.other-key", "No.", "do it."};

    const auto checks = services::check_certificate(state, today);

    CHECK(find_check(checks, "certificate.other-key")->is_trouble());
    CHECK(find_check(checks, "certificate.expiry")->level == Level::ok);
}

TEST_CASE("certificate health: days are written year first", "[health]") {
    CHECK(services::day_text(WallTime{0}) == "1970-01-01");
    CHECK(services::day_text(WallTime{951'782'400'000}) == "2000-02-29");
    CHECK(services::day_text(WallTime{~std::uint64_t{0}}) == "9999-12-31");
}
