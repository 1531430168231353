#include "node/links/toll.hpp"

#include <catch2/catch.hpp>

namespace staffroom::links {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr replica::LinkId first{2};
constexpr replica::LinkId second{4};

/// Turns of one link, one after the other, at a virtual time.
struct Turns {
    Toll toll;
    Instant now{0};

    Turns() {
        toll.opened(first, "192.0.2.1");
        toll.opened(second, "192.0.2.1");
    }
    Toll::Verdict take(replica::LinkId link, microseconds span, bool is_known, bool has_gained) {
        const Instant begin = now;
        now = now + span;
        return toll.charge(link, {begin, now, is_known, has_gained});
    }
    /// How much of the time a link gets that never brings anything.
    double share(replica::LinkId link, bool is_known, microseconds turn) {
        microseconds spent{0};
        const Instant end = now + std::chrono::seconds(100);
        const Instant begin = now;
        while (now < end) {
            const auto verdict = take(link, turn, is_known, false);
            spent += turn;
            now = now + verdict.pause;
        }
        return static_cast<double>(spent.count()) / static_cast<double>((now - begin).count());
    }
};

TEST_CASE("toll: a turn that brought something new is free, however long", "[links]") {
    Turns turns;

    for (int i = 0; i < 100; ++i)
        CHECK(turns.take(first, milliseconds(500), true, true).pause == microseconds(0));
}

TEST_CASE("toll: now and then a link may take time for nothing", "[links]") {
    Turns turns;

    for (int i = 0; i < 100; ++i) {
        CHECK(turns.take(first, milliseconds(5), true, false).pause == microseconds(0));
        turns.now = turns.now + milliseconds(100);
    }
}

TEST_CASE("toll: a link that never brings anything gets its small share of the time", "[links]") {
    Turns turns;

    CHECK(turns.share(first, true, milliseconds(3)) == Approx(0.10).epsilon(0.05));
    CHECK(turns.share(second, false, milliseconds(1)) == Approx(0.05).epsilon(0.05));
}

TEST_CASE("toll: strangers of one remote share an account, neighbours have their own", "[links]") {
    Turns turns;

    while (turns.take(first, milliseconds(10), false, false).pause == microseconds(0)) {
    }
    CHECK(turns.take(second, milliseconds(1), false, false).pause > microseconds(0));

    CHECK(turns.take(second, milliseconds(1), true, false).pause == microseconds(0));
}

TEST_CASE("toll: closing and opening again fills no stranger's account", "[links]") {
    Turns turns;
    while (turns.take(first, milliseconds(10), false, false).pause == microseconds(0)) {
    }

    turns.toll.closed(first);
    turns.toll.opened(first, "192.0.2.1");

    CHECK(turns.take(first, milliseconds(1), false, false).pause > microseconds(0));
}

TEST_CASE("toll: no pause is longer than the longest, and then the rest is forgiven", "[links]") {
    Turns turns;

    const auto verdict = turns.take(first, std::chrono::seconds(60), true, false);
    CHECK(verdict.pause == toll_pause_max);
    CHECK(verdict.is_news);
    turns.now = turns.now + verdict.pause;
    const auto next = turns.take(first, milliseconds(1), true, false);
    CHECK(next.pause <= milliseconds(20));
    CHECK_FALSE(next.is_news);
}

TEST_CASE("toll: remotes are forgotten once they owe nothing", "[links]") {
    Toll toll;
    Instant now{0};
    for (std::size_t i = 0; i < 3 * toll_remotes_max; ++i) {
        const replica::LinkId link{2 * i};
        toll.opened(link, std::to_string(i));
        now = now + milliseconds(1);
        CHECK(toll.charge(link, {now, now, false, false}).pause == microseconds(0));
        toll.closed(link);
        CHECK(toll.remote_count() == i % toll_remotes_max + 1);
    }
}

TEST_CASE("toll: of more debtors than there is room the oldest is forgotten, once", "[links]") {
    Toll toll;
    const auto owes = [&](std::size_t remote, Instant at) {
        const replica::LinkId link{2 * remote};
        toll.opened(link, std::to_string(remote));
        return toll.charge(link, {at, at + milliseconds(200), false, false}).pause;
    };
    for (std::size_t i = 0; i < toll_remotes_max; ++i)
        CHECK(owes(i, Instant{0} + microseconds(i)) > microseconds(0));

    // The newest comes again and again: it has an account, and nobody loses one.
    const replica::LinkId newest{2 * (toll_remotes_max - 1)};
    const Instant later = Instant{0} + milliseconds(300);
    for (int i = 0; i < 3; ++i)
        static_cast<void>(toll.charge(newest, {later, later, false, false}));
    CHECK(toll.remote_count() == toll_remotes_max);

    CHECK(owes(toll_remotes_max, later) > microseconds(0));
    CHECK(toll.remote_count() == toll_remotes_max);
    // The oldest has a new account, as whoever never came before; the next one still owes.
    CHECK(toll.charge(replica::LinkId{2}, {later, later, false, false}).pause > microseconds(0));
    CHECK(toll.charge(replica::LinkId{0}, {later, later, false, false}).pause == microseconds(0));
}

} // namespace
} // namespace staffroom::links
