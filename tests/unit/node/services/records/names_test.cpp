#include "node/services/records/names.hpp"
#include "protocol/base/text.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace staffroom::services {

namespace {

SchoolId school(std::uint8_t last) {
    SchoolId::Raw raw{};
    raw.fill(7);
    raw.back() = last;
    return SchoolId(raw);
}

} // namespace

TEST_CASE("names: a school is found by id, its beginning, and its name in any case", "[services]") {
    const std::map<SchoolId, std::string> names{{school(1), "Hillside"}, {school(2), ""}};
    const std::vector<NamedSchool> schools(names.begin(), names.end());
    const std::string id = to_base32(school(1));

    CHECK(resolve_school(schools, id) == school(1));
    CHECK(resolve_school(schools, "Hillside") == school(1));
    CHECK(resolve_school(schools, to_base32(school(9))) == school(9));
    CHECK(resolve_school(schools, id.substr(0, 10)).error().code == Errc::invalid_input);
    CHECK(resolve_school({schools.front()}, id.substr(0, 10)) == school(1));
    CHECK(resolve_school(schools, "hillside") == school(1));
    CHECK(resolve_school(schools, "Hilside").error().code == Errc::not_found);
    CHECK(resolve_school(schools, "Hilside").error().detail.find("Hillside") != std::string::npos);
    CHECK(resolve_school(schools, id.substr(0, 7)).error().code == Errc::not_found);
}

TEST_CASE("names: two schools of one name are told apart by id", "[services]") {
    const std::map<SchoolId, std::string> names{{school(1), "Hillside"}, {school(2), "Hillside"}};

    const auto found = resolve_school({names.begin(), names.end()}, "Hillside");

    REQUIRE_FALSE(found);
    CHECK(found.error().code == Errc::invalid_input);
    CHECK(found.error().detail.find(to_base32(school(2))) != std::string::npos);
}

} // namespace staffroom::services
