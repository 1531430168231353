#include "cli/client/event_reader.hpp"

#include <catch2/catch.hpp>

namespace cli = staffroom::cli;

namespace {

const std::string stream = "retry: 2000\nid: b-1\n\n"
                           ": still here\n\n"
                           "id: b-2\nevent: record.arrived\ndata: {\"a\":1}\n\n"
                           "id: b-3\r\nevent: gap\r\ndata: one\r\ndata: two\r\n\r\n"
                           "data\n\nid\nevent: x\n\n";

} // namespace

TEST_CASE("event reader: events are the same however the stream is cut", "[cli]") {
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        cli::EventReader reader;
        auto events = reader.feed(stream.substr(0, cut));
        for (auto& event : reader.feed(stream.substr(cut)))
            events.push_back(std::move(event));

        REQUIRE(events.size() == 3);
        CHECK(events[0].id == "b-2");
        CHECK(events[0].type == "record.arrived");
        CHECK(events[0].data == "{\"a\":1}");
        CHECK(events[1].type == "gap");
        CHECK(events[1].data == "one\ntwo");
        CHECK(events[2].type == "message");
        CHECK(events[2].id == "b-3");
        CHECK(reader.last_id().empty());
    }
}

TEST_CASE("event reader: an id without data is the place to come back to", "[cli]") {
    cli::EventReader reader;

    CHECK(reader.feed("id: b-7\n\n").empty());
    CHECK(reader.last_id() == "b-7");
    CHECK(reader.feed("data: half").empty());
    reader.begin_again();
    CHECK(reader.feed("\n\n").empty());
    CHECK(reader.last_id() == "b-7");
}

TEST_CASE("event reader: an endless line or event is passed over, the next one is read", "[cli]") {
    cli::EventReader reader;
    const std::string piece(100'000, 'x');
    for (int i = 0; i < 30; ++i)
        CHECK(reader.feed("data: " + piece + (i % 2 == 0 ? "\n" : "")).empty());
    CHECK(reader.feed("\n\n").empty());
    const auto events = reader.feed("data: small\n\n");
    REQUIRE(events.size() == 1);
    CHECK(events[0].data == "small");
}
