#include "node/http/monitor/event_hub.hpp"
#include "node/http/monitor/news.hpp"
#include "tests/support/node/solo_node.hpp"
#include "tests/support/records/whole_record.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace http = staffroom::http;
namespace json = boost::json;
using staffroom::Instant;

namespace {

constexpr Instant start{1'000'000};
const auto owner = staffroom::services::Reader::machine_owner();

struct Hub {
    std::size_t streams_max = 2;
    staffroom::tests::SeededRandom random{3};
    http::EventHub hub{random, streams_max};

    void publish(int count) {
        for (int i = 0; i < count; ++i)
            hub.publish("record.arrived", {{"n", i}}, std::nullopt);
    }
    [[nodiscard]] std::string place(std::uint64_t number) const {
        return hub.boot() + "-" + std::to_string(number);
    }
};

bool is_given(const std::shared_ptr<http::OutgoingStream>& stream) {
    return stream != nullptr;
}

std::size_t count_of(std::string_view text, std::string_view word) {
    std::size_t count = 0;
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
        ++count;
    return count;
}

} // namespace

TEST_CASE("event hub: a listener gets the place at once and each event with its id", "[http]") {
    Hub hub;
    hub.publish(2);

    const auto stream = hub.hub.open(owner, "", start);
    hub.publish(1);

    const std::string text = stream->take();
    CHECK_THAT(text, Catch::Contains("id: " + hub.place(2) + "\n\n"));
    CHECK_THAT(
        text,
        Catch::EndsWith("id: " + hub.place(3) + "\nevent: record.arrived\ndata: {\"n\":0}\n\n")
    );
    CHECK(count_of(text, "event:") == 1);
}

TEST_CASE("event hub: who comes back gets what he missed, in order, once", "[http]") {
    Hub hub;
    hub.publish(5);

    const std::string text = hub.hub.open(owner, hub.place(3), start)->take();

    CHECK(count_of(text, "event: record.arrived") == 2);
    CHECK(text.find(hub.place(4)) < text.find(hub.place(5)));
    CHECK(count_of(text, "event: gap") == 0);
    CHECK(count_of(hub.hub.open(owner, hub.place(5), start)->take(), "event:") == 0);
}

TEST_CASE("event hub: a place that is lost gives a gap and no event before it", "[http]") {
    const auto after = GENERATE(
        as<std::string>{}, "BOOT-0", "BOOT-99999", "other-3", "nonsense", "BOOT-", "BOOT-1x"
    );
    Hub hub;
    hub.publish(static_cast<int>(http::events_kept_max) + 2);
    std::string place = after;
    if (place.starts_with("BOOT"))
        place.replace(0, 4, hub.hub.boot());

    const std::string text = hub.hub.open(owner, place, start)->take();

    INFO(place);
    CHECK(count_of(text, "event: gap") == 1);
    CHECK(count_of(text, "event: record.arrived") == 0);
    CHECK_THAT(text, Catch::Contains("id: " + hub.hub.last_id()));
    CHECK(
        count_of(hub.hub.open(owner, hub.place(2), start)->take(), "event: record.arrived") ==
        http::events_kept_max
    );
}

TEST_CASE("event hub: no more streams than allowed, and a gone one makes room", "[http]") {
    Hub hub;
    const auto first = hub.hub.open(owner, "", start);
    const auto second = hub.hub.open(owner, "", start);

    CHECK(hub.hub.open(owner, "", start) == nullptr);
    first->leave();

    CHECK(hub.hub.open(owner, "", start) != nullptr);
    CHECK(hub.hub.stream_count() == 2);
}

TEST_CASE("event hub: a reader who never reads is dropped, the others go on", "[http]") {
    Hub hub;
    const auto slow = hub.hub.open(owner, "", start);
    const auto quick = hub.hub.open(owner, "", start);
    bool was_told = false;
    slow->on_change([&] { was_told = was_told || slow->is_dropped(); });

    const std::string kilobyte(1024, 'x');
    for (int i = 0; i < 1100; ++i) {
        hub.hub.publish("record.arrived", {{"text", kilobyte}}, std::nullopt);
        CHECK(!quick->take().empty());
    }

    CHECK(was_told);
    CHECK(slow->is_dropped());
    CHECK(quick->is_open());
    CHECK(hub.hub.stream_count() == 1);
}

TEST_CASE("event hub: nobody is waited for; what was skipped is a gap", "[http]") {
    Hub hub;
    CHECK(!hub.hub.is_wanted(start));
    const auto stream = hub.hub.open(owner, "", start);
    const std::string place = hub.hub.last_id();
    CHECK(hub.hub.is_wanted(start));
    stream->leave();

    CHECK(hub.hub.is_wanted(start + http::event_absence_max));
    CHECK(!hub.hub.is_wanted(start + http::event_absence_max + std::chrono::seconds(1)));
    hub.hub.skip();

    CHECK(count_of(hub.hub.open(owner, place, start)->take(), "event: gap") == 1);
}

TEST_CASE(
    "news: records told of have a title, drafts have none, and nobody reads unasked", "[http]"
) {
    staffroom::tests::SoloNode node;
    http::EventHub& hub = node.instruments.events;
    http::News news(node.all, hub);
    node.core.listener = [&](const auto& notice) { news.on_notice(notice, start); };
    const auto publish = [&](const std::string& title, const std::string& reach) {
        return node.post(
            "/api/v1/records", {{"file", staffroom::tests::quick_tip(title)}, {"reach", reach}}, 201
        );
    };
    publish("Nobody listens", "school");
    CHECK(hub.last_id() == hub.boot() + "-1");

    const auto stream = hub.open(owner, "", start);
    const auto made = publish("Grids in Year 8", "school");
    publish("Not for others", "draft");
    node.core.settle();

    const std::string text = stream->take();
    CHECK(count_of(text, "event: record.published") == 2);
    CHECK(count_of(text, "\"title\":\"Grids in Year 8\"") == 1);
    CHECK(count_of(text, std::string(made.at("id").as_string())) >= 1);
    CHECK(count_of(text, "Not for others") == 0);
    CHECK(count_of(text, "Nobody listens") == 0);
    CHECK(count_of(text, "\"school_name\":\"Oakhill\"") == 2);
}

TEST_CASE("news: what is told from memory is what is read from the disk", "[http]") {
    const auto told = [](bool is_kept) {
        staffroom::tests::SoloNode node;
        http::EventHub& hub = node.instruments.events;
        http::News news(node.all, hub);
        node.core.listener = [&](const auto& notice) { news.on_notice(notice, start); };
        if (is_kept)
            node.core.store_listener = [&](const auto& batch) { news.will_store(batch); };
        const auto stream = hub.open(owner, "", start);
        for (const std::string reach : {"school", "draft", "school"})
            node.post(
                "/api/v1/records",
                {{"file", staffroom::tests::quick_tip("Of reach " + reach)}, {"reach", reach}},
                201
            );
        // What was seen and never became durable is not told.
        news.will_store(staffroom::replica::StoreBatch{});
        node.core.settle();
        std::string text = stream->take();
        CHECK(count_of(text, "event: record.published") == 3);
        CHECK(count_of(text, "\"title\":\"Of reach school\"") == 2);
        CHECK(count_of(text, "\"title\":\"\"") == 1);
        return text.size();
    };

    CHECK(told(true) == told(false)); // ids differ, nothing else
}

TEST_CASE("news: each of many records is told of exactly once", "[http]") {
    const std::size_t at_once = GENERATE(std::size_t{3}, std::size_t{60});
    staffroom::tests::SoloNode node;
    http::EventHub& hub = node.instruments.events;
    http::News news(node.all, hub);
    node.core.listener = [&](const auto& notice) { news.on_notice(notice, start); };
    node.core.store_listener = [&](const auto& batch) { news.will_store(batch); };
    const auto stream = hub.open(owner, "", start);
    std::set<std::string> made;
    for (std::size_t round = 0; round < 300 / at_once; ++round) {
        json::array batch;
        for (std::size_t i = 0; i < at_once; ++i)
            batch.push_back(json::object{
                {"file", staffroom::tests::quick_tip("A title " + std::to_string(i))}});
        const auto answer = node.post("/api/v1/records/batch", {{"records", batch}}, 200);
        for (const auto& result : answer.at("results").as_array())
            made.emplace(result.at("id").as_string());
    }
    node.core.settle();

    const std::string text = stream->take();
    CHECK(made.size() == 300);
    CHECK(count_of(text, "event: record.published") == 300);
    for (const std::string& id : made)
        CHECK(count_of(text, "\"id\":\"" + id) == 1);
}

TEST_CASE("event hub: a reader hears of what it may see, and other ids are skipped", "[http]") {
    using staffroom::SpaceId;
    using staffroom::services::Reader;
    const SpaceId near(SpaceId::Raw{1});
    const SpaceId far(SpaceId::Raw{2});
    const staffroom::RevisionId document(staffroom::RevisionId::Raw{3});
    constexpr std::uint32_t shared = 4;
    constexpr std::uint32_t within = 2;
    Hub hub;
    const auto everything = hub.hub.open(owner, "", start);
    const auto some = hub.hub.open(Reader::in_spaces({near}), "", start);

    hub.hub.publish("record.arrived", {{"n", 1}}, http::EventRecord{shared, far, document});
    hub.hub.publish("record.arrived", {{"n", 2}}, http::EventRecord{within, near, document});
    hub.hub.publish("neighbour.changed", {{"n", 3}}, std::nullopt);
    hub.hub.publish("record.arrived", {{"n", 4}}, http::EventRecord{shared, near, document});

    CHECK(count_of(everything->take(), "event:") == 4);
    const std::string text = some->take();
    CHECK(count_of(text, "event:") == 1);
    CHECK_THAT(
        text,
        Catch::EndsWith("id: " + hub.place(4) + "\nevent: record.arrived\ndata: {\"n\":4}\n\n")
    );
    // The same for one who comes back; a place among those that were skipped is no gap.
    hub.hub.publish("record.arrived", {{"n", 5}}, http::EventRecord{shared, far, document});
    everything->leave();
    const auto again = hub.hub.open(Reader::in_spaces({near}), hub.place(1), start)->take();
    CHECK(count_of(again, "event:") == 1);
    CHECK(count_of(again, "gap") == 0);
}

TEST_CASE("event hub: of a draft its holder hears alone, and an ended session nothing", "[http]") {
    using staffroom::services::Reader;
    const staffroom::SpaceId space(staffroom::SpaceId::Raw{1});
    const staffroom::RevisionId draft(staffroom::RevisionId::Raw{3});
    constexpr std::uint32_t kept = 1;
    const auto hers = std::make_shared<staffroom::accounts::HeldDocuments>();
    hers->add(draft);
    Hub hub{3};
    const auto holder = hub.hub.open(Reader::staff(hers), "", start, {"ann", "a"});
    const auto nothing = std::make_shared<staffroom::accounts::HeldDocuments>();
    const auto colleague = hub.hub.open(Reader::staff(nothing), "", start, {"lee", "b"});
    const auto program = hub.hub.open(Reader::staff(nothing), "", start, {"lee", "c"});

    hub.hub.publish("record.published", {{"n", 1}}, http::EventRecord{kept, space, draft});
    hub.hub.publish("neighbour.changed", {{"n", 2}}, std::nullopt);

    CHECK(count_of(holder->take(), "event:") == 2);
    CHECK(count_of(colleague->take(), "event:") == 1);
    hub.hub.end_of({"lee", "c"});
    CHECK_FALSE(program->is_open());
    CHECK(colleague->is_open());
    hub.hub.end_of({"lee", ""});
    CHECK_FALSE(colleague->is_open());
    CHECK(holder->is_open());
}

TEST_CASE("event hub: one person does not take the streams of all", "[http]") {
    Hub hub{2 * http::event_streams_of_one_max};
    std::vector<std::shared_ptr<http::OutgoingStream>> theirs;
    for (std::size_t i = 0; i < http::event_streams_of_one_max; ++i)
        theirs.push_back(hub.hub.open(owner, "", start, {"lee", std::to_string(i)}));

    CHECK(std::ranges::all_of(theirs, [](const auto& each) { return is_given(each); }));
    CHECK_FALSE(is_given(hub.hub.open(owner, "", start, {"lee", "more"})));
    CHECK(is_given(hub.hub.open(owner, "", start, {"ann", "a"})));
    CHECK(is_given(hub.hub.open(owner, "", start)));
    theirs.front()->leave();
    CHECK(is_given(hub.hub.open(owner, "", start, {"lee", "more"})));
}
