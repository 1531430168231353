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

TEST_CASE("managing: a technician resets nobody who leads now or will", "[accounts]") {
    Managed school;
    CHECK(school.reset(school.ann.id, school.technician).has_value());
    REQUIRE(school.give(school.ann.id, Role::lead, school.easter)); // acts until then
    CHECK(school.reset(school.ann.id, school.technician).error().code == Errc::not_allowed);
    CHECK(school.reset(school.ann.id, school.lead).has_value());
    REQUIRE(school.give(school.lead.id, Role::teacher, school.easter)); // teaches until then
    CHECK(school.reset(school.lead.id, school.technician).error().code == Errc::not_allowed);

    school.core.pass(std::chrono::hours(8 * 24));
    CHECK(school.reset(school.ann.id, school.technician).has_value());
    CHECK(school.reset(school.lead.id, school.technician).error().code == Errc::not_allowed);
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
