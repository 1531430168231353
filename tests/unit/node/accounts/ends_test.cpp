// What ends with what: sessions, links, tokens, and the streams that they have opened.
#include "tests/support/account_school.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace accounts = staffroom::accounts;
using accounts::Ended;
using accounts::Opened;
using accounts::Role;
using accounts::SignInRefusal;
using staffroom::Errc;
using staffroom::Result;
using staffroom::WallTime;
using staffroom::tests::AccountSchool;

namespace {

constexpr const char* first_password = "a password for tests";
constexpr std::uint64_t one_hour_ms = 3'600'000;

/// What the streams are told.
struct Told {
    explicit Told(AccountSchool& school) {
        school.accounts.on_ended = [this](const Ended& each) { all.push_back(each); };
    }
    [[nodiscard]] bool has(const Ended& wanted) const {
        return std::ranges::find(all, wanted) != all.end();
    }
    std::vector<Ended> all{};
};

} // namespace

TEST_CASE("accounts: a new password ends all that the old one has opened", "[accounts]") {
    AccountSchool school;
    const auto own = school.people.join("Ann Bell", Role::teacher);
    const auto id = own.session.who.id;
    const auto other = std::get<Opened>(school.people.sign_in("Ann Bell"));
    const auto token = school.add_token(own.session.who);
    const Told told(school);

    const auto changed = school.change_password(own, first_password, "a better password");
    REQUIRE(std::get<Result<void>>(changed));
    CHECK(school.is_open(own));
    CHECK_FALSE(school.is_open(other));
    CHECK_FALSE(school.accounts.know_token(token->secret));
    CHECK(told.has({id, other.session.hash}));
    CHECK(told.has({id, token->token.hash}));
    CHECK_FALSE(told.has({id, own.session.hash}));
    CHECK_FALSE(told.has({id, std::nullopt}));
}

TEST_CASE("accounts: the old password is not guessed by changing it", "[accounts]") {
    AccountSchool school;
    const auto ann = school.people.join("Ann Bell", Role::teacher);
    for (unsigned i = 0; i < accounts::account_rule.free; ++i) {
        const auto wrong = school.change_password(ann, "guess", "a better password");
        CHECK(std::get<Result<void>>(wrong).error().code == Errc::not_allowed);
    }

    const auto slowed = school.change_password(ann, first_password, "a better password");
    REQUIRE(std::holds_alternative<SignInRefusal>(slowed));
    CHECK(std::get<SignInRefusal>(slowed).why == SignInRefusal::Why::throttled);
    CHECK(std::get<SignInRefusal>(slowed).wait > std::chrono::seconds(0));
}

TEST_CASE(
    "accounts: streams end with the token that opened them, and with no other", "[accounts]"
) {
    AccountSchool school;
    const auto ann = school.people.join("Ann Bell", Role::teacher).session.who;
    const auto first = school.add_token(ann, "one");
    const auto second = school.add_token(ann, "two", WallTime{school.core.wall().ms + one_hour_ms});
    CHECK(school.accounts.know_token(first->secret)->first.bearer == first->token.hash);
    const Told told(school);

    REQUIRE(school.await<accounts::Token>([&](auto done) {
        school.accounts.end_token(ann, "one", done);
    }));
    CHECK(told.all == std::vector{Ended{ann.id, first->token.hash}});
    school.core.pass(std::chrono::hours(1));
    school.accounts.sweep();
    school.core.settle();
    CHECK(told.has({ann.id, second->token.hash}));
    CHECK(school.accounts.book().tokens().empty());
}

TEST_CASE("accounts: a session too many ends the oldest, and its stream", "[accounts]") {
    AccountSchool school;
    const auto oldest = school.people.join("Ann Bell", Role::teacher);
    for (std::size_t i = 1; i < accounts::sessions_max; ++i) {
        school.core.pass(std::chrono::seconds(1));
        REQUIRE(std::holds_alternative<Opened>(school.people.sign_in("Ann Bell")));
    }
    const Told told(school);

    REQUIRE(std::holds_alternative<Opened>(school.people.sign_in("Ann Bell")));
    CHECK_FALSE(school.is_open(oldest));
    CHECK(told.all == std::vector{Ended{oldest.session.who.id, oldest.session.hash}});
}

TEST_CASE("accounts: signing out ends the streams of that browser alone", "[accounts]") {
    AccountSchool school;
    const auto here = school.people.join("Ann Bell", Role::teacher);
    const auto there = std::get<Opened>(school.people.sign_in("Ann Bell"));
    const Told told(school);

    REQUIRE(school.await<void>([&](auto done) { school.accounts.sign_out(here.session.hash, done); }
    ));
    CHECK(told.all == std::vector{Ended{here.session.who.id, here.session.hash}});
    CHECK(school.is_open(there));
}

TEST_CASE("accounts: a role that is over by the clock ends what a token has opened", "[accounts]") {
    AccountSchool school;
    const auto ann = school.people.join("Ann Bell", Role::technician).session.who;
    REQUIRE(school.give(ann.id, Role::teacher, WallTime{school.core.wall().ms + one_hour_ms}));
    REQUIRE(school.add_token(ann));
    school.accounts.sweep();
    school.core.settle();
    const Told told(school);

    school.accounts.sweep();
    school.core.settle();
    CHECK(told.all.empty());
    school.core.pass(std::chrono::hours(1));
    school.accounts.sweep();
    school.core.settle();
    CHECK(told.has({ann.id, std::nullopt}));
}

TEST_CASE("accounts: a new lead is opened by no link that somebody has kept", "[accounts]") {
    AccountSchool school;
    const auto ann = school.people.join("Ann Bell", Role::teacher).session.who;
    const auto kept = school.reset(ann.id);
    REQUIRE(school.give(ann.id, Role::lead));

    CHECK(school.redeem(kept->link).error().code == Errc::not_found);
    CHECK(school.accounts.book().links_of(ann.id).empty());
}

TEST_CASE(
    "accounts: a token that is named after another's id does not stand before it", "[accounts]"
) {
    AccountSchool school;
    const auto ann = school.people.join("Ann Bell", Role::teacher).session.who;
    const auto first = school.add_token(ann, "one");
    const std::string id = accounts::public_id(first->token.hash);
    for (int i = 0; i < 4; ++i) // some of them before it, some behind
        REQUIRE(school.add_token(ann, id));

    const auto ended =
        school.await<accounts::Token>([&](auto done) { school.accounts.end_token({}, id, done); });
    REQUIRE(ended);
    CHECK(ended->name == "one");
}

TEST_CASE("accounts: one person cannot use up the tokens of all", "[accounts]") {
    AccountSchool school;
    const auto ann = school.people.join("Ann Bell", Role::teacher).session.who;
    const auto lee = school.people.join("Lee Marsh", Role::teacher).session.who;
    const WallTime soon{school.core.wall().ms + one_hour_ms};
    for (std::size_t i = 0; i < accounts::tokens_of_one_max; ++i)
        REQUIRE(school.add_token(ann, "t" + std::to_string(i), soon));

    CHECK(school.add_token(ann).error().code == Errc::too_large);
    CHECK(school.add_token(lee));
    CHECK(school.add_token(std::nullopt));
    school.core.pass(std::chrono::hours(1));
    CHECK(school.add_token(ann)); // what is over does not count, swept or not
}

TEST_CASE("accounts: all people together leave the machine's owner their tokens", "[accounts]") {
    AccountSchool school;
    for (std::size_t i = 0; i < accounts::tokens_max; i += accounts::tokens_of_one_max) {
        const auto one = school.people.join("Person " + std::to_string(1000 + i), Role::teacher);
        for (std::size_t k = 0; k < accounts::tokens_of_one_max; ++k)
            REQUIRE(school.add_token(one.session.who, "t" + std::to_string(k)));
    }
    const auto late = school.people.join("Lee Marsh", Role::teacher).session.who;

    CHECK(school.add_token(late).error().code == Errc::too_large);
    for (std::size_t i = 0; i < accounts::owner_tokens_max; ++i)
        REQUIRE(school.add_token(std::nullopt));
    CHECK(school.add_token(std::nullopt).error().code == Errc::too_large);
}
