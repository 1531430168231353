// A school of accounts alone, for tests: every call answers at once.
#pragma once

#include "tests/support/node/solo_instruments.hpp"
#include "tests/support/solo_people.hpp"

#include <catch2/catch.hpp>

namespace staffroom::tests {

struct AccountSchool {
    SoloCore core{21};
    SoloInstruments instruments{core.random()};
    SoloPeople people{core, *instruments.trace};
    accounts::Accounts& accounts = people.accounts;

    /// What a call that answers later has answered.
    template <class Value, class Call> Result<Value> await(const Call& call) {
        std::optional<Result<Value>> outcome;
        call([&](Result<Value> given) { outcome = std::move(given); });
        core.settle();
        REQUIRE(outcome);
        return std::move(*outcome);
    }
    Result<accounts::Invited> invite(
        const std::string& name,
        accounts::Role role = accounts::Role::teacher,
        const accounts::Actor& by = {}
    ) {
        return await<accounts::Invited>([&](auto done) {
            accounts.invite(by, name, role, std::nullopt, done);
        });
    }
    Result<accounts::Opened> redeem(
        const std::string& link,
        const std::string& password = "another password",
        const std::string& name = ""
    ) {
        return await<accounts::Opened>([&](auto done) {
            accounts.redeem(link, password, name, {"192.0.2.1", "t", "", ""}, done);
        });
    }
    Result<accounts::Person> give(
        const accounts::PersonId& id,
        accounts::Role role,
        std::optional<WallTime> until = {},
        const accounts::Actor& by = {}
    ) {
        return await<accounts::Person>([&](auto done) {
            accounts.give_role(by, id, role, until, done);
        });
    }
    bool is_open(const accounts::Opened& opened) {
        return accounts.know_session(opened.cookie).has_value();
    }
    static accounts::SignInRefusal::Why why(const accounts::SignInOutcome& outcome) {
        REQUIRE(std::holds_alternative<accounts::SignInRefusal>(outcome));
        return std::get<accounts::SignInRefusal>(outcome).why;
    }
    Result<accounts::Invited> reset(const accounts::PersonId& id, const accounts::Actor& by = {}) {
        return await<accounts::Invited>([&](auto done) { accounts.reset(by, id, done); });
    }
    Result<accounts::NewToken> add_token(
        const accounts::Actor& by,
        const std::string& name = "timetable",
        std::optional<WallTime> until = {}
    ) {
        return await<accounts::NewToken>([&](auto done) {
            accounts.add_token(by, name, accounts::Scope::read, until, done);
        });
    }
    accounts::ChangeOutcome
    change_password(const accounts::Opened& at, const std::string& from, const std::string& to) {
        std::optional<accounts::ChangeOutcome> outcome;
        accounts.change_password(
            {at.session.who.id, at.session.hash, from, to},
            {"192.0.2.1", "t", "", ""},
            [&](accounts::ChangeOutcome given) { outcome = std::move(given); }
        );
        core.settle();
        REQUIRE(outcome);
        return std::move(*outcome);
    }
    /// Does this while the next password is looked at.
    void meanwhile(std::function<void()> what) { people.lane.meanwhile = std::move(what); }
};

} // namespace staffroom::tests
