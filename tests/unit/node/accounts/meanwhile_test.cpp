// What happens while a password is looked at, which takes a tenth of a second or two.
#include "tests/support/account_school.hpp"

#include <catch2/catch.hpp>

namespace accounts = staffroom::accounts;
using accounts::Opened;
using accounts::Role;
using accounts::SignInRefusal;
using staffroom::Errc;
using staffroom::Result;
using staffroom::tests::AccountSchool;

namespace {

constexpr const char* old_password = "a password for tests";

/// The account as a reset leaves it.
void reset_and_redeem(AccountSchool& school, const accounts::PersonId& id) {
    const auto link = school.reset(id);
    REQUIRE(link);
    REQUIRE(school.redeem(link->link, "the third password"));
}

} // namespace

TEST_CASE("accounts: a sign-in does not outlive a reset that comes meanwhile", "[accounts]") {
    AccountSchool school;
    const auto id = school.people.join("Ann Bell", Role::teacher).session.who.id;
    school.meanwhile([&] { reset_and_redeem(school, id); });

    CHECK(AccountSchool::why(school.people.sign_in("Ann Bell")) == SignInRefusal::Why::wrong);
    CHECK(school.accounts.book().sessions_of(id).size() == 1); // that of the reset
}

TEST_CASE(
    "accounts: a change of password does not undo a reset that comes meanwhile", "[accounts]"
) {
    AccountSchool school;
    const auto ann = school.people.join("Ann Bell", Role::teacher);
    school.meanwhile([&] { reset_and_redeem(school, ann.session.who.id); });

    const auto outcome = school.change_password(ann, old_password, "a better password");
    CHECK(std::get<Result<void>>(outcome).error().code == Errc::not_allowed);
    CHECK(std::holds_alternative<Opened>(school.people.sign_in("Ann Bell", "the third password")));
}

TEST_CASE("accounts: a link keeps the role that is given meanwhile", "[accounts]") {
    AccountSchool school;
    const auto invited = school.invite("Ann Bell");
    school.meanwhile([&] { REQUIRE(school.give(invited->person.id, Role::technician)); });

    const auto opened = school.redeem(invited->link);
    REQUIRE(opened);
    CHECK(opened->session.who.role == Role::technician);
    const accounts::Person* known = school.accounts.book().find(invited->person.id);
    CHECK(known->grants.lasting.role == Role::technician);
}

TEST_CASE("accounts: a link does not open an account that is closed meanwhile", "[accounts]") {
    AccountSchool school;
    const auto lee = school.people.join("Lee Marsh", Role::teacher).session.who.id;
    const auto invited = school.invite("Ann Bell");
    school.meanwhile([&] {
        REQUIRE(school.await<accounts::Person>([&](auto done) {
            school.accounts.leave({}, invited->person.id, lee, {}, done);
        }));
    });

    CHECK(school.redeem(invited->link).error().code == Errc::not_found);
    CHECK(school.accounts.book().find(invited->person.id)->left);
}

TEST_CASE("accounts: a name that is taken meanwhile is not taken twice", "[accounts]") {
    AccountSchool school;
    const auto invited = school.invite("Ann Bell");
    school.meanwhile([&] { REQUIRE(school.invite("Lee Marsh")); });

    const auto renamed = school.redeem(invited->link, "another password", "Lee Marsh");
    CHECK(renamed.error().code == Errc::already_exists);
    CHECK(school.redeem(invited->link, "another password", "Ann M. Bell"));
}

TEST_CASE("accounts: of two first accounts at once there is one", "[accounts]") {
    AccountSchool school;
    school.meanwhile([&] { school.people.join("Lea Dee", Role::lead); });

    const auto second = school.await<Opened>([&](auto done) {
        school.accounts.make({"Mal Ory", Role::lead, old_password, true}, {"", "", "", ""}, done);
    });
    CHECK(second.error().code == Errc::not_allowed);
    CHECK(school.accounts.book().people().size() == 1);
}

TEST_CASE("accounts: a full lane leaves no account without a password behind", "[accounts]") {
    AccountSchool school;
    const auto make = [&] {
        return school.await<Opened>([&](auto done) {
            school.accounts.make(
                {"Lea Dee", Role::lead, old_password, true}, {"", "", "", ""}, done
            );
        });
    };
    school.people.lane.is_full = true;
    CHECK(make().error().code == Errc::busy);

    CHECK_FALSE(school.accounts.has_people());
    CHECK(school.accounts.book().people().empty());
    school.people.lane.is_full = false;
    CHECK(make());
    CHECK(school.accounts.has_people());
}

TEST_CASE(
    "accounts: who is invited is taken over by the first account of that name", "[accounts]"
) {
    AccountSchool school;
    const auto invited = school.invite("Lea Dee", Role::teacher);
    CHECK_FALSE(school.accounts.has_people());

    const auto lead = school.people.join("Lea Dee", Role::lead);
    CHECK(lead.session.who.id == invited->person.id);
    CHECK(lead.session.who.role == Role::lead);
    CHECK(school.redeem(invited->link).error().code == Errc::not_found);
    const auto again = school.await<Opened>([&](auto done) {
        school.accounts.make({"Lea Dee", Role::lead, old_password, false}, {"", "", "", ""}, done);
    });
    CHECK(again.error().code == Errc::already_exists);
}
