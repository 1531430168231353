#include "node/services/publishing/checks/detail_check.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace records = staffroom::records;
namespace services = staffroom::services;
using records::FieldCode;

namespace {

constexpr std::uint64_t noon_ms = 1'793'966'400'000; // 2026-11-06 12:00 UTC

services::RecordRequest request_with(std::string file, std::string reason = "") {
    services::RecordRequest request;
    request.file = std::move(file);
    request.confirm_pupil_details = std::move(reason);
    return request;
}

services::ReadRecord read_from(const services::RecordRequest& request) {
    services::ReadRecord read{
        {}, {records::RecordKind::practice_write_up, records::Reach::network, false, {}}, {}};
    read.body.text = request.file;
    return read;
}

std::vector<std::string> values(const records::RecordBody& body, FieldCode code) {
    std::vector<std::string> found;
    for (const records::Field& field : body.fields)
        if (field.code == static_cast<std::uint32_t>(code))
            found.push_back(field.value);
    return found;
}

struct Checked {
    services::ReadRecord read;
    std::vector<staffroom::pupil_details::Finding> open;
};

Checked check(const services::RecordRequest& request, const records::RecordBody* former = nullptr) {
    Checked checked{read_from(request), {}};
    checked.open =
        services::find_open_details(checked.read, {request, former, "M. Hale", {noon_ms}});
    return checked;
}

} // namespace

TEST_CASE("detail check: what is confirmed is kept with rules, reason, day and name", "[node]") {
    const auto request = request_with("Aisha (4B)\n\ndob 12/3/2014\n", "an invented child");

    const auto [read, open] = check(request);

    CHECK(open.empty());
    CHECK(
        values(read.body, FieldCode::check_confirmed_rules) ==
        std::vector<std::string>{"birth-date", "name-with-class"}
    );
    CHECK(
        values(read.body, FieldCode::check_confirmed_reason) ==
        std::vector<std::string>{"an invented child"}
    );
    CHECK(
        values(read.body, FieldCode::check_confirmed_on) == std::vector<std::string>{"2026-11-06"}
    );
    CHECK(values(read.body, FieldCode::check_confirmed_by) == std::vector<std::string>{"M. Hale"});
}

TEST_CASE("detail check: without a reason each line is open, and nothing is recorded", "[node]") {
    for (const char* reason : {"", " ", "\xC2\xA0"}) {
        const auto [read, open] = check(request_with("Aisha (4B)\n\ndob 12/3/2014\n", reason));

        REQUIRE(open.size() == 2);
        CHECK(open[0].line == 1);
        CHECK(open[1].line == 3);
        CHECK(read.body.fields.empty());
    }
}

TEST_CASE("detail check: a reason that names a pupil is no reason", "[node]") {
    const auto [read, open] = check(request_with("Aisha (4B)\n", "the mother of Aisha agreed"));

    REQUIRE(open.size() == 1);
    CHECK(open[0].place == "reason");
    CHECK(open[0].rule->id == "name-with-family");
    CHECK(values(read.body, FieldCode::check_confirmed_reason).empty());
}

TEST_CASE("detail check: a file that calls itself confirmed is asked about", "[node]") {
    const auto request = request_with("Aisha (4B)\n");
    services::ReadRecord read = read_from(request);
    read.body.fields.push_back(
        {static_cast<std::uint32_t>(FieldCode::check_confirmed_rules), "name-with-class"}
    );

    const auto open = services::find_open_details(read, {request, nullptr, "", {noon_ms}});

    CHECK(open.size() == 1);
    CHECK(read.body.fields.empty());
    // The record itself, written down by an export, is believed for the rules that it names.
    services::ReadRecord exported = read_from(request);
    exported.is_exported = true;
    exported.body.fields.push_back(
        {static_cast<std::uint32_t>(FieldCode::check_confirmed_rules), "name-with-class"}
    );
    CHECK(services::find_open_details(exported, {request, nullptr, "", {noon_ms}}).empty());
    CHECK(exported.body.fields.size() == 1);
}

TEST_CASE("detail check: a newer text asks only about what is new in it", "[node]") {
    const auto former = check(request_with("Aisha (4B)\n", "an invented child")).read.body;

    const auto same = check(request_with("Some more.\n\nAisha (4B)\n"), &former);
    CHECK(same.open.empty());
    CHECK(
        values(same.read.body, FieldCode::check_confirmed_reason) ==
        std::vector<std::string>{"an invented child"}
    );

    const auto more = check(request_with("Aisha (4B)\n\nTom (5C)\n"), &former);
    REQUIRE(more.open.size() == 1);
    CHECK(more.open[0].line == 3);

    const auto less = check(request_with("A pupil.\n"), &former);
    CHECK(less.open.empty());
    CHECK(less.read.body.fields.empty());

    // A former text that nobody confirmed confirms nothing.
    auto unconfirmed = former;
    unconfirmed.fields.clear();
    CHECK(check(request_with("Aisha (4B)\n"), &unconfirmed).open.size() == 1);
}

TEST_CASE("detail check: fields, descriptions and names of files are read as well", "[node]") {
    const auto request = request_with("A tray.\n");
    services::ReadRecord read = read_from(request);
    read.body.title = "Aisha (4B)";
    read.body.summary = "ring 07700 900123";
    read.body.fields.push_back(
        {static_cast<std::uint32_t>(FieldCode::context_need), "two pupils with EHCPs"}
    );
    read.body.authors.push_back({{}, "Aisha Khan, Year 4", "Oakhill"});
    read.body.attachments.push_back({{}, "4B-class-list.ods", "", 1, "Photo of our pupils"});

    std::vector<std::string> places;
    for (const auto& each : services::find_open_details(read, {request, nullptr, "", {noon_ms}}))
        places.push_back(each.place);

    CHECK(
        places ==
        std::vector<std::string>{
            "title", "summary", "context-need", "file name", "description of 4B-class-list.ods"}
    );
}

TEST_CASE("detail check: a refusal names each line, its rule and the step", "[node]") {
    const auto request = request_with("Aisha (4B)\n\ndob 12/3/2014\n");
    services::Refusal refusal{{staffroom::Errc::not_allowed, ""}};

    services::add_details(refusal, check(request).open, request);

    CHECK(refusal.code == "record.pupil-details");
    CHECK(
        refusal.error.detail ==
        "2 lines may tell who a pupil is: line 1 (name-with-class), line 3 (birth-date)."
    );
    services::Refusal twice{{staffroom::Errc::not_allowed, ""}};
    const auto same_line = request_with("Aisha (4B) has ADHD\n");
    services::add_details(twice, check(same_line).open, same_line);
    CHECK(
        twice.error.detail ==
        "One line may tell who a pupil is: line 1 (name-with-class, name-with-trait)."
    );
    CHECK(refusal.next.find("--confirm-pupil-details") != std::string::npos);
    CHECK(refusal.pupil_details.size() == 2);
    CHECK_FALSE(services::leaves_the_school(records::Reach::school));
    CHECK_FALSE(services::leaves_the_school(records::Reach::draft));
    CHECK(services::leaves_the_school(records::Reach::circle));
    CHECK(services::leaves_the_school(records::Reach::network));
}

TEST_CASE("detail check: a request is read by line, then its fields, files and reason", "[node]") {
    auto request = request_with("Read aloud.\nAisha (4B) did.\n", "Tom, Year 4, said so");
    request.set = {{"title", "Grace from Y5"}, {"joint-with", "Grace from Y5"}, {"phases", "any"}};
    request.attachments = {{"a.png", "", "image/png", 1, "Jayden in 4B"}};

    const auto found = services::find_in_request(request);

    REQUIRE(found.size() == 4);
    CHECK(found[0].line == 2);
    CHECK(found[1].place == "title");
    CHECK(found[2].place == "description of a.png");
    CHECK(found[3].place == "reason");
    CHECK(services::find_in_request(request_with("Read aloud.\n")).empty());
}
