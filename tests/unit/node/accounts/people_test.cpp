#include "node/accounts/people/account_names.hpp"
#include "node/accounts/people/account_rows.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace accounts = staffroom::accounts;
using accounts::Role;
using staffroom::WallTime;
using staffroom::tests::SeededRandom;

namespace {

accounts::Person whole_person(SeededRandom& random) {
    const auto id = random.make<accounts::PersonId>();
    const auto keys = accounts::make_person_keys(random);
    const auto sealed = accounts::seal_credentials(
        id, "a password for tests", keys, accounts::draw_seeds(random), {1, 1}
    );
    REQUIRE(sealed);
    accounts::Person person{
        id, "Ann \"Bell\" ąø", {{Role::teacher, {1}, WallTime{99}}}, {5}, WallTime{7}, *sealed};
    person.grants.acting = accounts::Grant{Role::lead, {2}, WallTime{50}};
    person.devices = {{random.make<staffroom::Digest>(), {3}}};
    return person;
}

template <class Thing> void comes_back(const Thing& thing) {
    const auto row = accounts::row_of(thing);
    const auto read = accounts::read_row(row.key, row.value);
    REQUIRE(read);
    CHECK(std::get<Thing>(*read) == thing);
    CHECK(accounts::without(thing).key == row.key);
    CHECK(accounts::without(thing).value.empty());
}

} // namespace

TEST_CASE("roles: another role with an end is for a time, then the former goes on", "[accounts]") {
    accounts::Grants grants{{Role::teacher, {0}, std::nullopt}};
    grants.give(Role::lead, WallTime{100}, {10});

    CHECK(grants.role_at({99}) == Role::lead);
    CHECK(grants.role_at({100}) == Role::teacher);
    grants.give(Role::teacher, WallTime{200}, {120});
    CHECK(grants.role_at({199}) == Role::teacher);
    CHECK_FALSE(grants.role_at({200}));
    grants.give(Role::technician, std::nullopt, {300});
    CHECK(grants.role_at({1'000'000}) == Role::technician);
    for (const Role role : accounts::all_roles)
        CHECK(accounts::parse_role(accounts::role_name(role)) == role);
    CHECK(accounts::parse_role("owner").error().code == staffroom::Errc::unknown_value);
}

TEST_CASE("account names: the same in any case and width, alike in other scripts", "[accounts]") {
    CHECK(accounts::same_name_key("  Ann   BELL ") == accounts::same_name_key("ann bell"));
    CHECK(accounts::same_name_key("Ａnn Bell") == accounts::same_name_key("ann bell"));
    CHECK(accounts::same_name_key("Straße") == accounts::same_name_key("STRASSE"));
    CHECK(accounts::same_name_key("Ann Bell") != accounts::same_name_key("Аnn Bell")); // Cyrillic
    CHECK(accounts::look_key("Ann Bell") == accounts::look_key("Аnn Bell"));
    CHECK(accounts::look_key("Ann Bell") == accounts::look_key("Ann BeIl"));
    CHECK(accounts::look_key("Ann Bell") != accounts::look_key("Ann Ball"));
    CHECK(accounts::look_key("李小龍") != accounts::look_key("王小明"));
    for (const char* good : {"Ann Bell", "Siân Ó Briain", "李小龍", "فاطمة"})
        CHECK_FALSE(accounts::why_no_account_name(good));
    for (const std::string& bad :
         {std::string(),
          std::string("--"),
          std::string(81, 'a'),
          std::string("Ann\u202eBell"),
          std::string("Ann\x01")})
        CHECK(accounts::why_no_account_name(bad));
}

TEST_CASE("account rows: each thing comes back as it was", "[accounts]") {
    SeededRandom random(5);
    const auto hash = random.make<staffroom::Digest>();
    const auto id = random.make<accounts::PersonId>();
    comes_back(whole_person(random));
    comes_back(accounts::Person{id, "B", {{Role::lead, {1}, std::nullopt}}, {2}});
    comes_back(accounts::Session{hash, id, Role::technician, {1}, {2}, "Fire\"fox"});
    comes_back(accounts::Link{hash, id, {4}, std::nullopt});
    comes_back(accounts::Link{hash, id, {4}, random.make<accounts::PersonId>()});
    comes_back(accounts::Token{hash, id, false, "x", accounts::Scope::write, {1}, WallTime{9}});
    comes_back(accounts::Token{hash, id, true, "y", accounts::Scope::read, {1}, std::nullopt});
    comes_back(accounts::Holding{random.make<staffroom::RevisionId>(), id});
}

TEST_CASE("account rows: what is cut, altered or of another kind is corrupt", "[accounts]") {
    SeededRandom random(6);
    const auto row = accounts::row_of(whole_person(random));
    for (std::size_t cut = 0; cut < row.value.size(); ++cut)
        CHECK_FALSE(accounts::read_row(row.key, row.value.substr(0, cut)));
    for (std::size_t cut = 0; cut < row.key.size(); ++cut)
        CHECK_FALSE(accounts::read_row(row.key.substr(0, cut), row.value));
    for (const char* value : {"", "null", "[]", "{}", "7", "{\"name\": 7}"})
        for (const char tag : std::string("pslthx"))
            CHECK_FALSE(accounts::read_row(std::string(1, tag) + std::string(32, 'k'), value));
    auto huge = row;
    huge.value.replace(huge.value.find("\"memory_mib\":1"), 14, "\"memory_mib\":9999999");
    CHECK(accounts::read_row(huge.key, huge.value).error().code == staffroom::Errc::corrupt);
}

TEST_CASE("credentials: the right password opens the same keys, anything else none", "[accounts]") {
    SeededRandom random(7);
    const auto id = random.make<accounts::PersonId>();
    const auto other = random.make<accounts::PersonId>();
    const auto keys = accounts::make_person_keys(random);
    const accounts::PasswordCost cost{1, 1};
    const auto sealed =
        accounts::seal_credentials(id, "correct horse", keys, accounts::draw_seeds(random), cost);
    REQUIRE(sealed);

    const auto opened = accounts::open_credentials(id, "correct horse", *sealed);
    REQUIRE(opened);
    CHECK(opened->signing_seed.equals(keys.signing_seed));
    CHECK(opened->encryption.equals(keys.encryption));
    CHECK(staffroom::to_bytes(sealed->check.view()) != sealed->sealed);
    const auto fails = [&](const accounts::PersonId& who, const char* password, const auto& what) {
        const auto outcome = accounts::open_credentials(who, password, what);
        return !outcome && outcome.error().code == staffroom::Errc::decrypt_failed;
    };
    CHECK(fails(id, "correct horse ", *sealed));
    CHECK(fails(id, "", *sealed));
    CHECK(fails(other, "correct horse", *sealed));
    auto altered = *sealed;
    altered.sealed.back() ^= 1U;
    CHECK(fails(id, "correct horse", altered));
    CHECK_FALSE(accounts::is_cost({0, 1}));
    CHECK_FALSE(accounts::is_cost({1, 0}));
    CHECK_FALSE(accounts::is_cost({accounts::password_memory_mib_max + 1, 1}));
}
