// Who may manage whom.
#include "tests/support/account_school.hpp"

#include <catch2/catch.hpp>

namespace accounts = staffroom::accounts;
using accounts::Role;
using staffroom::Errc;
using staffroom::WallTime;
using staffroom::tests::AccountSchool;

namespace {

/// A lead, a technician, and a day that is a while off.
struct Managed : AccountSchool {
    accounts::SignedIn lead = people.join("Lea Dee", Role::lead).session.who;
    accounts::SignedIn technician = people.join("Tom Tech", Role::technician).session.who;
    accounts::SignedIn ann = people.join("Ann Bell", Role::teacher).session.who;
    WallTime easter{core.wall().ms + 7 * 24 * 3'600'000ULL};
};

} // namespace

TEST_CASE("managing: a technician manages nobody who leads now or will", "[accounts]") {
    Managed school;
    const auto may = [&](const accounts::SignedIn& who) {
        const auto* person = school.accounts.book().find(who.id);
        return school.accounts.may_manage(school.technician, *person).has_value();
    };
    CHECK(may(school.ann));
    REQUIRE(school.give(school.ann.id, Role::lead, school.easter)); // acts until then
    CHECK_FALSE(may(school.ann));
    REQUIRE(school.give(school.lead.id, Role::teacher, school.easter)); // teaches until then
    CHECK_FALSE(may(school.lead));

    school.core.pass(std::chrono::hours(8 * 24));
    CHECK(may(school.ann));
    CHECK_FALSE(may(school.lead));
}

TEST_CASE("managing: a technician has no link of anybody who reads records", "[accounts]") {
    Managed school;
    const auto asked = school.invite("Bo Lind", Role::teacher, school.technician);
    REQUIRE(asked);
    CHECK(asked->link.empty());
    CHECK(school.accounts.book().links_of(asked->person.id).empty());
    CHECK(school.redeem(asked->link).error().code == Errc::not_found);
    const auto ann = school.reset(school.ann.id, school.technician);
    CHECK(ann.error().code == Errc::not_allowed);
    // What was refused has put nobody out.
    CHECK(std::holds_alternative<accounts::Opened>(school.people.sign_in("Ann Bell")));

    const auto link = school.reset(asked->person.id, school.lead);
    REQUIRE(link);
    CHECK(school.redeem(link->link).has_value());

    const auto other = school.invite("Di Marsh", Role::technician, school.technician);
    REQUIRE(other);
    REQUIRE(school.give(other->person.id, Role::teacher)); // who may read from now on
    CHECK(school.redeem(other->link).error().code == Errc::not_found);
    // Who was a teacher once has texts that are nobody else's business.
    REQUIRE(school.give(school.ann.id, Role::technician, school.easter));
    CHECK(school.reset(school.ann.id, school.technician).error().code == Errc::not_allowed);
}

TEST_CASE("managing: who leads for a time is not the lead whom a school keeps", "[accounts]") {
    Managed school;
    REQUIRE(school.give(school.ann.id, Role::lead, school.easter));
    const auto step_down = [&](const accounts::Actor& by) {
        return school.give(school.lead.id, Role::teacher, std::nullopt, by);
    };
    CHECK(step_down(school.ann).error().code == Errc::not_allowed);

    const auto other = school.invite("Bo Lind", Role::lead);
    CHECK(step_down(school.lead).error().code == Errc::not_allowed); // has not come yet
    REQUIRE(school.redeem(other->link));
    CHECK(step_down(school.lead).has_value());
}

TEST_CASE("managing: who only acts as a lead can always go back", "[accounts]") {
    Managed school;
    REQUIRE(school.give(school.ann.id, Role::lead, school.easter));
    CHECK(school.give(school.ann.id, Role::teacher, std::nullopt, school.lead).has_value());
}

TEST_CASE("managing: a reset puts out whoever knows the old password", "[accounts]") {
    Managed school;
    const auto opened = school.people.join("Ivy Reed", Role::teacher);
    const auto token = school.add_token(opened.session.who);
    REQUIRE(token);
    const auto link = school.reset(opened.session.who.id, school.lead);
    REQUIRE(link);
    CHECK_FALSE(school.is_open(opened));
    CHECK_FALSE(school.accounts.know_token(token->secret).has_value());
    const auto again = school.people.sign_in("Ivy Reed");
    CHECK(AccountSchool::why(again) == accounts::SignInRefusal::Why::wrong);
    CHECK(school.redeem(link->link).has_value());

    // A link that nobody used in its time has reset nothing.
    REQUIRE(school.reset(opened.session.who.id, school.lead));
    school.core.pass(accounts::reset_life + std::chrono::hours(1));
    const auto later = school.people.sign_in("Ivy Reed", "another password");
    CHECK(std::holds_alternative<accounts::Opened>(later));
}

TEST_CASE("managing: a link opens while whoever made it might still make it", "[accounts]") {
    Managed school;
    const auto as_lead = school.invite("Bo Lind", Role::lead, school.lead);
    const auto of_owner = school.invite("Di Marsh", Role::lead);
    const auto of_other = school.reset(school.ann.id, school.lead);
    const auto of_technician = school.invite("Su Park", Role::technician, school.technician);
    REQUIRE((as_lead && of_owner && of_other && of_technician));
    REQUIRE(school.give(school.lead.id, Role::technician)); // may invite, but no reader
    REQUIRE(school.give(school.technician.id, Role::teacher));
    CHECK(school.redeem(as_lead->link).error().code == Errc::not_found);
    CHECK(school.redeem(of_other->link).error().code == Errc::not_found);
    CHECK(school.redeem(of_technician->link).error().code == Errc::not_found);
    CHECK(school.redeem(of_owner->link).has_value());

    // The old password is good again, since the link that stood in its way opens nothing.
    CHECK(std::holds_alternative<accounts::Opened>(school.people.sign_in("Ann Bell")));
}
