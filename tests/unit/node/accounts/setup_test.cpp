#include "tests/support/node/solo_instruments.hpp"
#include "tests/support/solo_people.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

namespace accounts = staffroom::accounts;
using accounts::SetupStep;
using staffroom::Errc;
using staffroom::Instant;

namespace {

struct Fresh {
    staffroom::tests::SoloCore core{23};
    staffroom::tests::SoloInstruments instruments{core.random()};
    staffroom::tests::SoloPeople people{core, *instruments.trace};
    accounts::Setup& setup = people.setup;
    Instant now{1'000'000'000};
};

} // namespace

TEST_CASE("setup: the code of this machine, and no other, opens the first steps", "[accounts]") {
    Fresh fresh;
    const std::string code = fresh.setup.code().value();
    CHECK(code.size() == 14);
    CHECK(fresh.setup.code() == code);
    struct stat facts {};
    REQUIRE(::stat((fresh.core.folder() / "setup.code").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);

    std::string loud = code;
    for (char& letter : loud)
        letter = letter == '-' ? ' ' : static_cast<char>(std::toupper(letter));
    const auto cookie = fresh.setup.begin(loud, fresh.now);
    REQUIRE(cookie);
    CHECK(fresh.setup.know(*cookie, std::nullopt, fresh.now));
    CHECK_FALSE(fresh.setup.know(*cookie + "a", std::nullopt, fresh.now));
    CHECK_FALSE(fresh.setup.know(*cookie, std::nullopt, fresh.now + accounts::setup_life));
    for (const std::string& wrong : {std::string(), code.substr(1), code + "a", "a" + code})
        CHECK(fresh.setup.begin(wrong, fresh.now).error().code == Errc::not_allowed);
}

TEST_CASE(
    "setup: guessing the code has to wait, and keeps nobody else from typing it", "[accounts]"
) {
    Fresh fresh;
    unsigned looked = 0;
    for (int i = 0; i < 1000; ++i)
        looked += fresh.setup.wait("192.0.2.9", fresh.now) == std::chrono::seconds(0) ? 1U : 0U;
    CHECK(looked == accounts::account_rule.free);
    CHECK(fresh.setup.wait("192.0.2.10", fresh.now) == std::chrono::seconds(0));
}

TEST_CASE("setup: with the first account the code opens nothing any more", "[accounts]") {
    Fresh fresh;
    const std::string code = fresh.setup.code().value();
    CHECK(fresh.setup.step(false, false) == SetupStep::code);
    CHECK(fresh.setup.step(true, false) == SetupStep::accounts);
    const std::string own = fresh.setup.begin(code, fresh.now).value();
    const std::string other = fresh.setup.begin(code, fresh.now).value();
    const auto lead = fresh.people.join("Lea Dee", accounts::Role::lead).session.who.id;
    const auto someone = fresh.people.join("Ann Bell", accounts::Role::lead).session.who.id;
    fresh.setup.note_first_account(own, lead);

    CHECK(fresh.setup.know(own, lead, fresh.now));
    CHECK_FALSE(fresh.setup.know(own, std::nullopt, fresh.now));
    CHECK_FALSE(fresh.setup.know(own, someone, fresh.now));
    CHECK_FALSE(fresh.setup.know(other, lead, fresh.now));
    fresh.setup.forget(own);
    CHECK_FALSE(fresh.setup.know(own, lead, fresh.now));
    CHECK_FALSE(std::filesystem::exists(fresh.core.folder() / "setup.code"));
    CHECK_FALSE(fresh.setup.is_needed());
    CHECK(fresh.setup.code().error().code == Errc::not_allowed);
    CHECK(fresh.setup.begin(code, fresh.now).error().code == Errc::not_allowed);
    CHECK(fresh.setup.step(false, false) == SetupStep::network);
    CHECK(fresh.setup.step(false, true) == SetupStep::done);
}

TEST_CASE(
    "setup: an account that was made without the code ends what the code opened", "[accounts]"
) {
    Fresh fresh;
    const std::string cookie = fresh.setup.begin(fresh.setup.code().value(), fresh.now).value();
    const auto lead = fresh.people.join("Lea Dee", accounts::Role::lead).session.who.id;

    CHECK_FALSE(fresh.setup.know(cookie, std::nullopt, fresh.now));
    CHECK_FALSE(fresh.setup.know(cookie, lead, fresh.now));
}

TEST_CASE("setup: a folder that the node made wants a name and the phrase first", "[accounts]") {
    Fresh fresh;
    accounts::FreshSchool school{std::vector<std::string>(24, "word"), {1, 2, 3}};
    accounts::Setup setup(
        fresh.people.accounts, fresh.core.random(), fresh.core.folder() / "code", school
    );
    CHECK(setup.step(true, false) == SetupStep::school);
    setup.fresh()->is_named = true;
    CHECK(setup.step(true, false) == SetupStep::school);
    setup.forget_phrase();
    CHECK(setup.fresh()->phrase.empty());
    CHECK(setup.step(true, false) == SetupStep::accounts);
}
