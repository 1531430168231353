#include "node/services/publishing/origin_row.hpp"

#include <catch2/catch.hpp>

#include <functional>

namespace services = staffroom::services;
using services::RecordRequest;
using staffroom::crypto::Secret32;

namespace {

Secret32 secret(std::uint8_t first) {
    Secret32 made;
    made.writable()[0] = first;
    return made;
}

RecordRequest some_request() {
    RecordRequest request;
    request.file = "# Grids\n";
    request.path = "a.md";
    request.set = {{"form", "resource"}, {"phases", "primary"}, {"phases", "secondary"}};
    request.imported = services::ImportFacts{"A", "B", "C", "D", "E", "F", "G", "H"};
    return request;
}

} // namespace

TEST_CASE("request digest: each thing that a request says changes it", "[publishing]") {
    const std::vector<std::function<void(RecordRequest&)>> changes{
        [](RecordRequest& each) { each.file += ' '; },
        [](RecordRequest& each) { each.path = "b.md"; },
        [](RecordRequest& each) { each.kind = "call"; },
        [](RecordRequest& each) { each.reach = "school"; },
        [](RecordRequest& each) { each.authors = {"A. Teacher"}; },
        [](RecordRequest& each) {
            each.about = {{"x", "cites"}};
        },
        [](RecordRequest& each) { each.set.pop_back(); },
        [](RecordRequest& each) { std::swap(each.set[1].second, each.set[2].second); },
        [](RecordRequest& each) { each.imported.reset(); },
        [](RecordRequest& each) { each.imported->attribution = "x"; },
        [](RecordRequest& each) { each.imported->licence = "x"; },
        [](RecordRequest& each) { each.imported->language = "x"; },
        [](RecordRequest& each) { each.imported->phase = "x"; },
        [](RecordRequest& each) { each.imported->focus = "x"; },
        [](RecordRequest& each) { each.imported->title = "x"; },
        [](RecordRequest& each) { each.imported->created = "x"; },
        [](RecordRequest& each) { each.imported->source_kind = "x"; }};
    const auto digest = services::request_digest(some_request());

    for (std::size_t i = 0; i < changes.size(); ++i) {
        INFO(i);
        RecordRequest changed = some_request();
        changes[i](changed);
        CHECK(services::request_digest(changed) != digest);
    }
    // JSON does not keep the order of different fields.
    RecordRequest turned = some_request();
    turned.set = {{"phases", "primary"}, {"phases", "secondary"}, {"form", "resource"}};
    CHECK(services::request_digest(turned) == digest);
}

TEST_CASE("origin row: it is of its file, and of its request once that is in it", "[publishing]") {
    const staffroom::SpaceId space(staffroom::SpaceId::Raw{1});
    const auto digest = services::request_digest(some_request());
    auto row = services::origin_row(secret(1), space, "x/a.md", "# Grids\n");
    CHECK(row.key == services::origin_key(secret(1), space, "x/a.md"));
    CHECK(row.key != services::origin_key(secret(2), space, "x/a.md"));
    const auto other = services::origin_row(secret(1), space, "x/a.md", "# Grid\n");
    CHECK(services::is_of_file(row.value, row));
    CHECK_FALSE(services::is_of_file(row.value, other));
    CHECK_FALSE(services::is_of_request(row.value, secret(1), digest));

    const auto before = row;
    services::remember_request(row, secret(1), digest);

    CHECK(services::is_of_file(row.value, before)); // rows of before stay good
    CHECK(services::is_of_file(before.value, row));
    CHECK_FALSE(services::is_of_file(row.value, other));
    CHECK(services::is_of_request(row.value, secret(1), digest));
    CHECK_FALSE(services::is_of_request(row.value, secret(2), digest));
    for (std::size_t i = 0; i < row.value.size(); ++i) {
        auto damaged = row.value;
        damaged[i] ^= 1U;
        const bool is_damaged = !services::is_of_file(damaged, row) ||
                                !services::is_of_request(damaged, secret(1), digest);
        CHECK(is_damaged);
        damaged.resize(i);
        CHECK_FALSE(services::is_of_request(damaged, secret(1), digest));
    }
}
