#include "node/accounts/signing/throttle.hpp"

#include <catch2/catch.hpp>

namespace accounts = staffroom::accounts;
using accounts::Attempt;
using accounts::Throttle;
using staffroom::Instant;
using std::chrono::seconds;

namespace {

Instant at(std::int64_t second) {
    return {10'000'000'000 + second * 1'000'000};
}

/// Wrong passwords from here until one has to wait; how many were looked at.
unsigned looked_at_once(Throttle& throttle, const Attempt& attempt, Instant now) {
    unsigned looked = 0;
    while (throttle.begin(attempt, now) == seconds(0))
        ++looked;
    return looked;
}

} // namespace

TEST_CASE("throttle: a few wrong passwords cost nothing, then the delay doubles", "[accounts]") {
    Throttle throttle;
    const Attempt attempt{"ann", "192.0.2.1", ""};

    CHECK(looked_at_once(throttle, attempt, at(0)) == accounts::account_rule.free);
    std::int64_t now = 0;
    seconds before(0);
    for (int i = 0; i < 12; ++i) {
        const seconds wait = throttle.begin(attempt, at(now));
        CHECK(wait > seconds(0));
        CHECK(wait >= before);
        CHECK(wait <= accounts::account_rule.longest);
        before = wait;
        now += wait.count();
        CHECK(throttle.begin(attempt, at(now)) == seconds(0));
    }
    CHECK(before == accounts::account_rule.longest);
}

TEST_CASE("throttle: whoever waits is looked at, however many tried meanwhile", "[accounts]") {
    Throttle throttle;
    const Attempt attempt{"ann", "192.0.2.1", ""};
    static_cast<void>(looked_at_once(throttle, attempt, at(0)));

    for (int i = 0; i < 1000; ++i)
        CHECK(throttle.begin(attempt, at(0)) > seconds(0));
    CHECK(throttle.begin(attempt, at(1)) == seconds(0));
}

TEST_CASE("throttle: a stranger cannot lock a known browser out", "[accounts]") {
    Throttle throttle;
    for (int i = 0; i < 5000; ++i) {
        const std::string address = "192.0.2." + std::to_string(i % 250);
        static_cast<void>(throttle.begin({"ann", address, ""}, at(i)));
    }

    CHECK(throttle.begin({"ann", "192.0.2.1", ""}, at(5000)) > seconds(0));
    CHECK(throttle.begin({"ann", "192.0.2.1", "her browser"}, at(5000)) == seconds(0));
    // Its own count still ends at its own guesses.
    CHECK(
        looked_at_once(throttle, {"ann", "192.0.2.1", "her browser"}, at(5000)) ==
        accounts::device_rule.free - 1
    );
}

TEST_CASE("throttle: one address cannot try every account", "[accounts]") {
    Throttle throttle;
    unsigned looked = 0;
    for (int i = 0; i < 500; ++i)
        looked += throttle.begin({"name" + std::to_string(i), "192.0.2.9", ""}, at(0)) == seconds(0)
                      ? 1U
                      : 0U;

    CHECK(looked == accounts::address_rule.free);
    CHECK(throttle.begin({"ann", "192.0.2.10", ""}, at(0)) == seconds(0));
}

TEST_CASE(
    "throttle: a right password frees the account, and only itself the address", "[accounts]"
) {
    Throttle throttle;
    const Attempt own{"mallory", "192.0.2.9", ""};
    unsigned looked = 0;
    // Guessing at others, with a right password of one's own in between.
    for (int i = 0; i < 200; ++i) {
        looked += throttle.begin({"name" + std::to_string(i), "192.0.2.9", ""}, at(0)) == seconds(0)
                      ? 1U
                      : 0U;
        if (throttle.begin(own, at(0)) == seconds(0))
            throttle.succeeded(own);
    }

    CHECK(looked <= accounts::address_rule.free);
}

TEST_CASE(
    "throttle: an hour of peace forgets, and a flood of names takes no memory", "[accounts]"
) {
    Throttle throttle;
    const Attempt attempt{"ann", "192.0.2.1", ""};
    static_cast<void>(looked_at_once(throttle, attempt, at(0)));
    CHECK(throttle.begin(attempt, at(3600)) == seconds(0));
    for (int i = 0; i < 60'000; ++i)
        static_cast<void>(throttle.begin({"x" + std::to_string(i), std::to_string(i), ""}, at(3600))
        );

    CHECK(throttle.size() <= accounts::throttle_counts_max + 2);
}

TEST_CASE("throttle: an IPv6 customer is one address", "[accounts]") {
    CHECK(
        accounts::address_group("2001:db8:1:2::1") == accounts::address_group("2001:db8:1:2:f::9")
    );
    CHECK(accounts::address_group("2001:db8:1:2::1") != accounts::address_group("2001:db8:1:3::1"));
    CHECK(accounts::address_group("::ffff:192.0.2.1") == "192.0.2.1");
    CHECK(accounts::address_group("192.0.2.1") != accounts::address_group("192.0.2.2"));
    CHECK(accounts::address_group("no address") == "no address");
}
