#include "tests/support/account_school.hpp"

#include <catch2/catch.hpp>

namespace accounts = staffroom::accounts;
using accounts::Role;
using accounts::SignInRefusal;
using staffroom::Errc;
using staffroom::Result;
using staffroom::WallTime;

namespace {

constexpr std::uint64_t hour_ms = 3'600'000;

using School = staffroom::tests::AccountSchool;

} // namespace

TEST_CASE(
    "accounts: an invited person chooses a password by a link that works once", "[accounts]"
) {
    School school;
    const auto invited = school.invite("Ann Bell");
    REQUIRE(invited);

    CHECK(School::why(school.people.sign_in("Ann Bell", "")) == SignInRefusal::Why::wrong);
    CHECK(school.redeem(invited->link, "short").error().code == Errc::invalid_input);
    CHECK(school.redeem(invited->link, "ANN  bell").error().code == Errc::invalid_input);
    CHECK(school.redeem(invited->link, "aaaaaaaaaaaaaa").error().code == Errc::invalid_input);
    CHECK(school.redeem(invited->link.substr(1)).error().code == Errc::not_found);
    const auto opened = school.redeem(invited->link);
    REQUIRE(opened);
    CHECK(opened->session.who.name == "Ann Bell");
    CHECK(school.redeem(invited->link).error().code == Errc::not_found);
    CHECK(std::holds_alternative<accounts::Opened>(
        school.people.sign_in(" ann  BELL", "another password")
    ));
}

TEST_CASE("accounts: of two who use one link at once, one is told", "[accounts]") {
    School school;
    const auto invited = school.invite("Ann Bell");
    std::vector<Result<accounts::Opened>> outcomes;
    for (const char* password : {"the first password", "the other password"})
        school.accounts.redeem(
            invited->link,
            password,
            "",
            {"192.0.2.1", "t", "", ""},
            [&](Result<accounts::Opened> given) { outcomes.push_back(std::move(given)); }
        );
    school.core.settle();

    REQUIRE(outcomes.size() == 2);
    CHECK(outcomes[0].has_value() != outcomes[1].has_value());
}

TEST_CASE("accounts: a link ends by the clock, and by a newer one", "[accounts]") {
    School school;
    const auto first = school.invite("Ann Bell");
    const auto again = school.await<accounts::Invited>([&](auto done) {
        school.accounts.reset({}, first->person.id, done);
    });
    CHECK(school.redeem(first->link).error().code == Errc::not_found);
    school.core.pass(accounts::invitation_life);
    CHECK(school.redeem(again->link).error().code == Errc::not_found);
}

TEST_CASE("accounts: a name is one person's, in any case, and alike in any script", "[accounts]") {
    School school;
    REQUIRE(school.invite("Ann Bell"));
    CHECK(school.invite("ANN  BELL").error().code == Errc::already_exists);
    CHECK(school.invite("Аnn Bell").error().code == Errc::already_exists); // Cyrillic
    const auto lee = school.invite("Lee Marsh");
    REQUIRE(lee);
    CHECK(
        school.redeem(lee->link, "another password", "ann bell").error().code ==
        Errc::already_exists
    );
    const auto renamed = school.redeem(lee->link, "another password", "Lee P. Marsh");
    REQUIRE(renamed);
    CHECK(renamed->session.who.name == "Lee P. Marsh");
    CHECK(school.invite("Lee Marsh").has_value());
}

TEST_CASE(
    "accounts: wrong passwords are refused alike, throttled, and cost a stretch", "[accounts]"
) {
    School school;
    school.people.join("Ann Bell", Role::teacher);
    const std::size_t before = school.people.lane.runs;

    CHECK(School::why(school.people.sign_in("Ann Bell", "guess")) == SignInRefusal::Why::wrong);
    CHECK(School::why(school.people.sign_in("Nobody", "guess")) == SignInRefusal::Why::wrong);
    CHECK(school.people.lane.runs == before + 2);
    for (unsigned i = 0; i < accounts::account_rule.free; ++i)
        static_cast<void>(school.people.sign_in("Ann Bell", "guess"));
    const auto refused = school.people.sign_in("Ann Bell", "a password for tests");
    CHECK(School::why(refused) == SignInRefusal::Why::throttled);
    CHECK(std::get<SignInRefusal>(refused).wait > std::chrono::seconds(0));
}

TEST_CASE("accounts: a browser that signed in before is not locked out by guesses", "[accounts]") {
    School school;
    const auto opened = school.people.join("Ann Bell", Role::teacher);
    for (int i = 0; i < 40; ++i)
        static_cast<void>(school.people.sign_in("Ann Bell", "guess"));
    CHECK(School::why(school.people.sign_in("Ann Bell")) == SignInRefusal::Why::throttled);

    const auto hers = school.people.sign_in(
        "Ann Bell", "a password for tests", {"192.0.2.1", "t", opened.device, ""}
    );
    CHECK(std::holds_alternative<accounts::Opened>(hers));
}

TEST_CASE("accounts: a full lane says so", "[accounts]") {
    School school;
    school.people.join("Ann Bell", Role::teacher);
    school.people.lane.is_full = true;
    CHECK(School::why(school.people.sign_in("Ann Bell")) == SignInRefusal::Why::busy);
}

TEST_CASE("accounts: a session ends by idleness, by its age, and by signing out", "[accounts]") {
    School school;
    const auto idle = school.people.join("Ann Bell", Role::teacher);
    school.core.pass(std::chrono::hours(11));
    CHECK(school.is_open(idle));
    school.core.pass(std::chrono::hours(11));
    CHECK(school.is_open(idle)); // it was used in between
    school.core.pass(std::chrono::hours(12));
    CHECK_FALSE(school.is_open(idle));

    const auto old = std::get<accounts::Opened>(school.people.sign_in("Ann Bell"));
    for (std::uint64_t used = 0; used < 7 * 24 - 1; ++used) {
        school.core.pass(std::chrono::hours(1));
        CHECK(school.is_open(old));
    }
    school.core.pass(std::chrono::hours(1));
    CHECK_FALSE(school.is_open(old));

    const auto a = std::get<accounts::Opened>(school.people.sign_in("Ann Bell"));
    const auto b = std::get<accounts::Opened>(school.people.sign_in("Ann Bell"));
    CHECK(a.session.csrf != b.session.csrf);
    school.await<void>([&](auto done) { school.accounts.sign_out(a.session.hash, done); });
    CHECK_FALSE(school.is_open(a));
    CHECK(school.is_open(b));
    std::size_t told = 0;
    school.accounts.on_ended = [&](const accounts::Ended&) { ++told; };
    school.await<std::size_t>([&](auto done) {
        school.accounts.end_sessions(b.session.who.id, done);
    });
    CHECK_FALSE(school.is_open(b));
    CHECK(told == 1);
}

TEST_CASE("accounts: a session that was planted does not go on after signing in", "[accounts]") {
    School school;
    const auto planted = school.people.join("Ann Bell", Role::teacher);
    const auto fresh = std::get<accounts::Opened>(school.people.sign_in(
        "Ann Bell", "a password for tests", {"192.0.2.1", "t", "", planted.cookie}
    ));
    CHECK(fresh.cookie != planted.cookie);
    CHECK_FALSE(school.is_open(planted));
    CHECK(school.is_open(fresh));
}

TEST_CASE("accounts: sessions end with the role, also when its day has come", "[accounts]") {
    School school;
    const auto opened = school.people.join("Ann Bell", Role::teacher);
    const auto id = opened.session.who.id;
    REQUIRE(school.give(id, Role::lead, WallTime{school.core.wall().ms + 2 * hour_ms}));
    CHECK_FALSE(school.is_open(opened));
    const auto acting = std::get<accounts::Opened>(school.people.sign_in("Ann Bell"));
    CHECK(acting.session.who.role == Role::lead);
    school.core.pass(std::chrono::hours(2));
    CHECK_FALSE(school.is_open(acting));
    const auto after = std::get<accounts::Opened>(school.people.sign_in("Ann Bell"));
    CHECK(after.session.who.role == Role::teacher);
    school.core.pass(std::chrono::hours(1));
    CHECK(school.give(id, Role::teacher, WallTime{1}).error().code == Errc::invalid_input);
}

TEST_CASE("accounts: a technician makes, resets and becomes no lead", "[accounts]") {
    School school;
    const auto lead = school.people.join("Lea Dee", Role::lead);
    const auto technician = school.people.join("Tom Tech", Role::technician);
    const accounts::Actor by = technician.session.who;

    CHECK(school.invite("Mal Ory", Role::lead, by).error().code == Errc::not_allowed);
    CHECK(school.invite("Ann Bell", Role::teacher, by)->link.empty());
    CHECK_FALSE(school.invite("Ida Cole", Role::technician, by)->link.empty());
    const auto reset = school.await<accounts::Invited>([&](auto done) {
        school.accounts.reset(by, lead.session.who.id, done);
    });
    CHECK(reset.error().code == Errc::not_allowed);
}

TEST_CASE(
    "accounts: the last lead stays, unless the machine's owner says otherwise", "[accounts]"
) {
    School school;
    const auto lead = school.people.join("Lea Dee", Role::lead);
    const auto id = lead.session.who.id;
    const accounts::Actor by = lead.session.who;
    CHECK(school.give(id, Role::teacher, {}, by).error().code == Errc::not_allowed);
    CHECK(school.give(id, Role::teacher).has_value());
}

TEST_CASE("accounts: who leaves is closed, and the heir holds what was shared", "[accounts]") {
    School school;
    const auto ann = school.people.join("Ann Bell", Role::teacher);
    const auto lee = school.people.join("Lee Marsh", Role::teacher);
    const auto shared = school.core.random().make<staffroom::RevisionId>();
    const auto draft = school.core.random().make<staffroom::RevisionId>();
    school.accounts.hold(ann.session.who.id, {shared, draft}, [] {});
    school.core.settle();
    CHECK(ann.session.who.held->contains(shared));

    const auto left = school.await<accounts::Person>([&](auto done) {
        school.accounts.leave({}, ann.session.who.id, lee.session.who.id, {shared}, done);
    });
    REQUIRE(left);
    CHECK_FALSE(school.is_open(ann));
    CHECK(School::why(school.people.sign_in("Ann Bell")) == SignInRefusal::Why::wrong);
    CHECK(lee.session.who.held->contains(shared));
    CHECK_FALSE(ann.session.who.held->contains(shared));
    CHECK(ann.session.who.held->contains(draft));
    const auto to_self = school.await<accounts::Person>([&](auto done) {
        school.accounts.leave({}, lee.session.who.id, lee.session.who.id, {}, done);
    });
    CHECK(to_self.error().code == Errc::invalid_input);
}

TEST_CASE(
    "accounts: a token acts for its person within its scope, and ends with both", "[accounts]"
) {
    School school;
    const auto ann = school.people.join("Ann Bell", Role::teacher);
    const auto add = [&](const accounts::Actor& by, accounts::Scope scope) {
        return school.await<accounts::NewToken>([&](auto done) {
            school.accounts.add_token(
                by, "timetable", scope, WallTime{school.core.wall().ms + hour_ms}, done
            );
        });
    };
    const auto hers = add(ann.session.who, accounts::Scope::read);
    const auto machine = add({}, accounts::Scope::write);
    REQUIRE(hers);
    REQUIRE(machine);
    CHECK(school.accounts.know_token(hers->secret)->first.id == ann.session.who.id);
    CHECK(school.accounts.know_token(machine->secret)->second == accounts::Scope::write);
    CHECK_FALSE(school.accounts.know_token(machine->secret)->first.is_person);
    CHECK_FALSE(school.accounts.know_token(""));
    CHECK_FALSE(school.accounts.know_token(hers->secret + "a"));
    const auto not_hers = school.await<accounts::Token>([&](auto done) {
        school.accounts.end_token(
            accounts::Actor(ann.session.who), accounts::public_id(machine->token.hash), done
        );
    });
    CHECK(not_hers.error().code == Errc::not_found);
    const auto unclear = school.await<accounts::Token>([&](auto done) {
        school.accounts.end_token({}, "timetable", done);
    });
    CHECK(unclear.error().code == Errc::invalid_input);
    school.core.pass(std::chrono::hours(1));
    CHECK_FALSE(school.accounts.know_token(hers->secret));
}

TEST_CASE("accounts: a new password keeps the keys, a reset makes new ones", "[accounts]") {
    School school;
    const auto ann = school.people.join("Ann Bell", Role::teacher);
    const auto id = ann.session.who.id;
    const auto change = [&](const std::string& from, const std::string& to) {
        return std::get<Result<void>>(school.change_password(ann, from, to));
    };
    const auto signing = [&] { return school.accounts.book().find(id)->credentials->signing; };
    const auto before = signing();

    CHECK(change("wrong", "a better password").error().code == Errc::not_allowed);
    CHECK(change("a password for tests", "short").error().code == Errc::invalid_input);
    REQUIRE(change("a password for tests", "a better password"));
    CHECK(signing() == before);
    CHECK(School::why(school.people.sign_in("Ann Bell")) == SignInRefusal::Why::wrong);
    CHECK(std::holds_alternative<accounts::Opened>(
        school.people.sign_in("Ann Bell", "a better password")
    ));
    const auto link =
        school.await<accounts::Invited>([&](auto done) { school.accounts.reset({}, id, done); });
    REQUIRE(school.redeem(link->link, "the third password"));
    CHECK(signing() != before);
}

TEST_CASE("accounts: everything is there again after a start, and no secret in it", "[accounts]") {
    School school;
    const auto ann = school.people.join("Ann Bell", Role::teacher);
    const auto document = school.core.random().make<staffroom::RevisionId>();
    school.accounts.hold(ann.session.who.id, {document}, [] {});
    school.core.settle();

    const auto loaded = school.people.database.load();
    REQUIRE(loaded);
    CHECK(loaded->damaged == 0);
    for (const auto& thing : loaded->things) {
        const auto row = std::visit([](const auto& each) { return accounts::row_of(each); }, thing);
        for (const auto& secret : {ann.cookie, ann.device, std::string("a password for tests")})
            CHECK(row.value.find(secret) == std::string::npos);
    }
    accounts::Accounts again(
        {school.core, school.people.lane, school.people.database, *school.instruments.trace}
    );
    again.take(*loaded);
    const auto session = again.know_session(ann.cookie);
    REQUIRE(session);
    CHECK(session->who.held->contains(document));
    CHECK(session->csrf == ann.session.csrf);
}
