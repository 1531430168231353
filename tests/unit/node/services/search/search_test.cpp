// Search as the node offers it: a published record can be found, as it now stands, by its words.
#include "protocol/base/text.hpp"
#include "tests/support/node/solo_node.hpp"
#include "tests/support/records/corpus.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace json = boost::json;
namespace services = staffroom::services;
using staffroom::RevisionId;
using staffroom::tests::SoloNode;

namespace {

std::string text(const json::value& object, std::string_view key) {
    return std::string(object.at(key).as_string());
}

std::string encoded(const std::string& typed) {
    std::string out;
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : typed) {
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

/// Titles of what is found, best first.
std::vector<std::string>
titles(SoloNode& node, const std::string& words, const std::string& filters = "") {
    const auto answer = node.get("/api/v1/search?q=" + encoded(words) + filters);
    CHECK(answer.at("pending").as_int64() == 0);
    std::vector<std::string> all;
    for (const json::value& result : answer.at("results").as_array())
        all.push_back(text(result, "title"));
    return all;
}

using Titles = std::vector<std::string>;

/// A write-up with a section for each column.
constexpr const char* write_up = R"(---
title: Grids in Year 8
authors: [Ada Byron]
context-place: a harbour town
---
## What we do
Everybody fills a grid.

## Outcome for pupils
They stopped early; hesitancy remained.

## Context
Two forms share one hall.
)";

} // namespace

TEST_CASE("search: a record is found by its words as soon as it is indexed", "[search]") {
    SoloNode node;
    const auto id = node.publish(write_up, {{"set", {{"phases", "primary;any"}}}});

    const auto answer = node.get("/api/v1/search?q=GRID");

    REQUIRE(answer.at("results").as_array().size() == 1);
    const auto& result = answer.at("results").at(0);
    CHECK(text(result, "id") == id);
    CHECK(text(result, "revision") == id);
    CHECK(text(result, "title") == "Grids in Year 8");
    CHECK(text(result, "school_name") == "Oakhill");
    CHECK(text(result, "kind") == "practice-write-up");
    const auto& mark = result.at("marks").at(0).as_array();
    const std::string snippet = text(result, "snippet");
    const auto begin = static_cast<std::size_t>(mark.at(0).to_number<std::uint64_t>());
    const auto end = static_cast<std::size_t>(mark.at(1).to_number<std::uint64_t>());
    CHECK(snippet.substr(begin, end - begin) == "grid");
    CHECK_FALSE(answer.contains("next"));
    CHECK(node.search.service.durations().count == 1);
    CHECK_FALSE(answer.contains("more"));
}

TEST_CASE("search: each part of a record is found in its column", "[search]") {
    SoloNode node;
    node.publish(write_up);
    const Titles it{"Grids in Year 8"};

    CHECK(titles(node, "year", "&in=title") == it);
    CHECK(titles(node, "byron", "&in=author") == it);
    CHECK(titles(node, "oakhill", "&in=school") == it);
    CHECK(titles(node, "hesitancy", "&in=outcome") == it);
    CHECK(titles(node, "harbour", "&in=context") == it);
    CHECK(titles(node, "hall", "&in=context") == it);
    CHECK(titles(node, "hesitancy", "&in=text") == it);
    CHECK(titles(node, "byron", "&in=title,text,context,outcome,school").empty());
    CHECK(titles(node, "hall", "&in=outcome").empty());
    CHECK(titles(node, "hesitancy byron") == it);
    CHECK(titles(node, "hesitancy byron", "&in=outcome").empty());
}

TEST_CASE("search: indexed is what is read", "[search]") {
    SoloNode node;
    const json::object imported{{"origin", "x/notes.md"}, {"imported", json::object{}}};
    node.publish(
        "# Reading *aloud*\n\nIt is un**believ**able in the caf&eacute; <!-- unseen --> "
        "[here](http://example.org/hidden). <b>Brav</b>o.\n\n<div>In a b&ouml;x</div>\n",
        imported
    );
    const Titles it{"Reading aloud"};

    CHECK(titles(node, "unbelievable") == it);
    CHECK(titles(node, "café") == it);
    CHECK(titles(node, "bravo") == it);
    CHECK(titles(node, "\"in a box\"") == it);
    CHECK(titles(node, "here") == it);
    for (const char* unread : {"md", "file", "unseen", "hidden", "believ", "eacute", "div"})
        CHECK(titles(node, unread).empty());
}

TEST_CASE("search: only the newest revision of a record is found", "[search]") {
    SoloNode node;
    const json::object imported{{"origin", "x/a.md"}, {"imported", json::object{}}};
    node.publish("# Retrieval\n\nYesterday's words.\n", imported);
    CHECK(titles(node, "yesterday") == Titles{"Retrieval"});

    node.publish("# Retrieval\n\nToday's words.\n", imported);

    CHECK(titles(node, "yesterday").empty());
    CHECK(titles(node, "today") == Titles{"Retrieval"});
    CHECK(node.search.index.revision_count() == 1U);
}

TEST_CASE("search: filters narrow, and unknown values are refused with the nearest", "[search]") {
    SoloNode node;
    node.post("/api/v1/networks", {{"name", "Rivers"}, {"focus", "Reading"}}, 201);
    node.publish(
        "# First record\n\nshared words\n",
        {{"network", "Rivers"}, {"set", {{"phases", "primary"}, {"focus", "homework"}}}}
    );
    node.publish(
        "# Second record\n\nshared words\n",
        {{"set", {{"phases", "secondary"}, {"subjects", "science"}}}}
    );
    const Titles first{"First record"};
    const Titles second{"Second record"};

    CHECK(titles(node, "shared").size() == 2);
    CHECK(titles(node, "shared", "&phase=primary") == first);
    CHECK(titles(node, "shared", "&focus=homework") == first);
    CHECK(titles(node, "shared", "&subject=science") == second);
    CHECK(titles(node, "shared", "&network=Rivers") == first);
    CHECK(titles(node, "shared", "&school=Oakhill").size() == 2);
    CHECK(titles(node, "shared", "&kind=practice-write-up").size() == 2);
    CHECK(titles(node, "shared", "&kind=comment").empty());
    CHECK(titles(node, "shared", "&since=2026-01-01").size() == 2);
    CHECK(titles(node, "shared", "&since=2099-01-01").empty());
    CHECK_THAT(
        text(node.get("/api/v1/search?q=x&phase=primry", 422), "detail"),
        Catch::Contains("did you mean \"primary\"")
    );
    CHECK_THAT(
        text(node.get("/api/v1/search?q=x&subject=zzzzzzzz", 422), "detail"),
        Catch::Contains("mathematics")
    );
    for (const char* const wrong :
         {"&kind=nonsense",
          "&in=titel",
          "&since=2026-02-30",
          "&limit=0",
          "&limit=101",
          "&after=x",
          "&after=1001",
          "&focus=Homework"})
        node.get("/api/v1/search?q=x" + std::string(wrong), 422);
    node.get("/api/v1/search?q=x&school=Nowhere", 404);
    node.get("/api/v1/search?q=x&network=Nowhere", 404);
    node.get("/api/v1/search", 422);
    node.get("/api/v1/search?q=%22%22", 422);
}

TEST_CASE("search: pages join to the whole", "[search]") {
    SoloNode node;
    for (int i = 0; i < 7; ++i)
        node.publish("# Number " + std::to_string(i) + "\n\nword\n");

    std::set<std::string> seen;
    std::string after;
    for (std::size_t pages = 0; pages < 4; ++pages) {
        const auto page = node.get("/api/v1/search?q=word&limit=3&after=" + after);
        for (const auto& row : page.at("results").as_array())
            CHECK(seen.insert(text(row, "id")).second);
        after = page.contains("next") ? text(page, "next") : "";
        if (after.empty())
            break;
    }

    CHECK(seen.size() == 7);
}

TEST_CASE("search: an index that was deleted is filled again from the store", "[search]") {
    SoloNode node;
    node.publish(write_up);
    REQUIRE(titles(node, "grid").size() == 1);

    node.search.indexer.rebuild();
    node.core.settle();

    CHECK(titles(node, "grid").size() == 1);
    CHECK(node.search.index.was_rebuilt());
    CHECK(node.search.indexer.progress().pending == 0);
}

TEST_CASE("search: an index of another store is begun anew", "[search]") {
    SoloNode node;
    node.publish(write_up);
    staffroom::storage::SearchBatch foreign;
    foreign.cursors.emplace(staffroom::LogId(staffroom::LogId::Raw{}), staffroom::LogSize{10});
    REQUIRE(node.search.index.write(foreign));

    services::Indexer next(
        {node.core, node.library, node.search.index, *node.search.trace}, "Oakhill"
    );
    next.wake();
    node.core.settle();

    CHECK(node.search.index.was_rebuilt());
    CHECK(titles(node, "grid").size() == 1);
}

TEST_CASE("search: a school is found by its new name once it has one", "[search]") {
    SoloNode node;
    node.publish(write_up);
    CHECK(titles(node, "elmwood").empty());

    services::Indexer next(
        {node.core, node.library, node.search.index, *node.search.trace}, "Elmwood"
    );
    next.wake();
    node.core.settle();

    CHECK(titles(node, "elmwood", "&in=school").size() == 1);
    CHECK(titles(node, "oakhill", "&in=author").empty());
}

TEST_CASE("search: a new name of a school looks no document through again", "[search]") {
    SoloNode node;
    for (int i = 0; i < 5; ++i)
        node.publish("# Number " + std::to_string(i) + "\n\nword\n");
    CHECK(titles(node, "oakhill").size() == 5);

    services::Indexer next(
        {node.core, node.library, node.search.index, *node.search.trace}, "Elmwood"
    );
    next.count_pending();
    next.wake();
    node.core.settle();

    CHECK(node.search.index.backlog()->queued == 0);
    CHECK(titles(node, "elmwood").size() == 5);
    const auto answer = node.get("/api/v1/search?q=elmwood&in=school");
    CHECK(text(answer.at("results").at(0), "snippet") == "Elmwood");
}

TEST_CASE("search: versions of long texts are indexed a batch at a time", "[search]") {
    SoloNode node;
    const std::string words(150'000, 'x');
    for (int i = 0; i < 6; ++i)
        node.publish("# Number " + std::to_string(i) + "\n\nlong " + words + "\n");
    node.search.indexer.rebuild();
    node.core.settle();
    const std::vector<RevisionId> all =
        node.library.as(staffroom::services::Reader::machine_owner())
            .documents_of_kind(staffroom::records::RecordKind::practice_write_up);

    node.search.indexer.look_again(all);
    node.core.settle();

    CHECK(all.size() == 6);
    CHECK(titles(node, "long").size() == 6);
    CHECK(node.search.index.backlog()->queued == 0);
    CHECK(node.search.indexer.progress().pending == 0);
}

TEST_CASE("search: words that arrive after their record are found then", "[search]") {
    SoloNode node;
    const auto id = *staffroom::id_from_base32<RevisionId>(node.publish(write_up));
    auto& store = node.core.store();
    const auto place = *store.find_revision(id);
    const auto body = store.read_body(id)->body;
    std::vector<staffroom::storage::Store::BodyPlace> bodies;
    REQUIRE(store.for_each_entry(place.log, place.position, [&](const auto& entry) {
        bodies.push_back({entry.position, entry.row.place});
        return staffroom::Result<bool>(false);
    }));
    REQUIRE(store.mark_missing(place.log, bodies));

    node.search.indexer.look_again({id});
    node.core.settle();
    CHECK(titles(node, "grid").empty());
    CHECK(node.search.indexer.progress().missing == 1);

    staffroom::replica::StoreBatch fill;
    fill.bodies.push_back({place.log, place.position, id, body});
    REQUIRE(store.commit(fill));
    node.search.indexer.wake();
    node.core.settle();

    CHECK(titles(node, "grid").size() == 1);
    CHECK(node.search.indexer.progress().missing == 0);
}

TEST_CASE("search: each language of the corpus is found by its own words", "[search][corpus]") {
    const auto documents = staffroom::tests::corpus_documents();
    REQUIRE_FALSE(documents.empty());
    SoloNode node;
    for (std::size_t begin = 0; begin < documents.size(); begin += 64) {
        json::array batch;
        for (std::size_t i = begin; i < std::min(begin + 64, documents.size()); ++i)
            batch.push_back(json::object{
                {"file", staffroom::tests::read_whole_file(documents[i])},
                {"path", documents[i].filename().string()},
                {"origin", documents[i].string()},
                {"imported", json::object{}}});
        node.post("/api/v1/records/batch", {{"records", batch}}, 200);
    }
    CHECK(node.search.index.revision_count() == documents.size());
    CHECK(node.search.indexer.progress().pending == 0);

    const auto is_found = [&](const std::string& words, const std::string& title) {
        const Titles all = titles(node, words, "&limit=100");
        INFO(words);
        CHECK(std::ranges::find(all, title) != all.end());
        return all;
    };
    const std::string spanish = "Enseñando a enseñar entre comunidades en español";
    is_found("enseñar hispanohablantes", spanish);
    is_found("ENSENAR hispanohablantes", spanish);
    const std::string welsh = "Boat race, step 9: Her: gwella dy gêm";
    is_found("gêm ychwanegu rwystrau", welsh);
    is_found("GEM ychwanegu rwystrau", welsh);
    is_found("chwareuwr siarc", welsh);
    const std::string arabic = "Boat race, step 2: الشروع في البدء";
    is_found("حمّل المشروع البداية", arabic);
    is_found("حمل المشروع", arabic);
    const std::string ukrainian = "Boat race, step 9: Завдання: поліпшення гри";
    is_found("сповільнював човен", ukrainian);
    is_found("ПЕРЕШКОД акулу", ukrainian);
    CHECK(is_found("перешко*", ukrainian).size() >= 2);
    CHECK(titles(node, "сповільнював човен").size() == 1);
    CHECK(titles(node, "\"rwystrau ychwanegu\"").empty());
}
