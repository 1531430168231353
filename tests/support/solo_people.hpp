// The accounts of a node alone, for tests: the real ones over a database of their own, with
// passwords that are checked at once and cost little.
#pragma once

#include "node/accounts/accounts.hpp"
#include "node/accounts/desk.hpp"
#include "node/accounts/setup.hpp"
#include "node/services/services.hpp"
#include "tests/support/node/solo_core.hpp"

#include <catch2/catch.hpp>

namespace staffroom::tests {

class AtOnce final : public accounts::PasswordLane {
public:
    [[nodiscard]] bool run(std::function<void()> work, std::function<void()> then) override {
        if (is_full)
            return false;
        ++runs;
        work();
        std::exchange(meanwhile, [] {})();
        then();
        return true;
    }
    std::function<void()> meanwhile = [] {}; // once, while a password is looked at
    std::size_t runs = 0;
    bool is_full = false;
};

struct SoloPeople {
    SoloPeople(SoloCore& with, const node::Trace& trace)
        : core(with)
        , database(open(files, with.folder() / "accounts"))
        , accounts({with, lane, database, trace, {{1, 1}}})
        , desk(with, files, with.folder() / "texts")
        , setup(accounts, with.random(), with.folder() / "setup.code", std::nullopt) {}

    [[nodiscard]] static accounts::AccountDatabase
    open(storage::FileSystem& files, const std::filesystem::path& folder) {
        auto opened = accounts::AccountDatabase::open(files, folder.string());
        REQUIRE(opened);
        return std::move(*opened);
    }
    [[nodiscard]] services::People all() { return {&accounts, &desk, &setup}; }

    /// Somebody with this password, who has signed in.
    accounts::Opened join(
        const std::string& name,
        accounts::Role role,
        const std::string& password = "a password for tests"
    ) {
        std::optional<Result<accounts::Opened>> opened;
        const accounts::Visitor visitor{"192.0.2.1", "test", "", ""};
        accounts.make({name, role, password, false}, visitor, [&](auto outcome) {
            opened = std::move(outcome);
        });
        core.settle();
        REQUIRE(opened);
        REQUIRE(*opened);
        return std::move(**opened);
    }
    accounts::SignInOutcome sign_in(
        const std::string& name,
        const std::string& password = "a password for tests",
        accounts::Visitor visitor = {"192.0.2.1", "test", "", ""}
    ) {
        std::optional<accounts::SignInOutcome> outcome;
        accounts.sign_in(name, password, visitor, [&](accounts::SignInOutcome given) {
            outcome = std::move(given);
        });
        core.settle();
        REQUIRE(outcome);
        return std::move(*outcome);
    }

    SoloCore& core;
    storage::PosixFileSystem files{};
    AtOnce lane{};
    accounts::AccountDatabase database;
    accounts::Accounts accounts;
    accounts::Desk desk;
    accounts::Setup setup;
};

} // namespace staffroom::tests
