// Names, texts and searches that others can make large in the index, and the cost of one search.
#include "protocol/base/text.hpp"
#include "storage/search/search_words.hpp"
#include "tests/support/node/search_builder.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

using tests::batch_of;
using tests::found;
using tests::numbered;
using tests::OpenIndex;
using tests::search_document;

namespace {

using Numbers = std::vector<unsigned>;

} // namespace

TEST_CASE("search index: a school's new name costs no record's words", "[storage][search]") {
    OpenIndex open;
    REQUIRE(open.index.open());
    std::vector<SearchDocument> documents;
    for (unsigned i = 1; i <= 50; ++i)
        documents.push_back(search_document(i, "Title", "grids"));
    documents[6].school = numbered<SchoolId>(2);
    SearchBatch batch = batch_of(std::move(documents));
    batch.school_names.emplace(numbered<SchoolId>(1), "Oakhill Primary School");
    batch.school_names.emplace(numbered<SchoolId>(2), "Heathview Primary School");
    REQUIRE(open.index.write(batch));
    CHECK(found(open.index, "\"oakhill\"").size() == 49);

    SearchBatch renamed;
    renamed.school_names.emplace(numbered<SchoolId>(1), "Elmwood Academy");
    REQUIRE(open.index.write(renamed));

    CHECK(open.index.queued(10)->empty());
    CHECK(found(open.index, "\"oakhill\"").empty());
    CHECK(found(open.index, "\"elmwood academy\"").size() == 49);
    CHECK(found(open.index, "\"elm\"*").size() == 49);
    CHECK(found(open.index, "\"primary\"") == Numbers{7});
    const auto both = [&](const std::string& word, SearchColumn column) {
        return open.index.search({{{"\"grids\"", word}, {SearchColumn::text, column}}, {}, 10});
    };
    CHECK(both("\"heathview\"", SearchColumn::school)->hits.size() == 1);
    CHECK(both("\"heathview\"", SearchColumn::author)->hits.empty());
    const auto page = open.index.search({{{"\"heathview\""}}, {}, 10});
    CHECK(page->hits.front().snippet.text == "Heathview Primary School");
    CHECK(page->hits.front().snippet.marks == std::vector<Mark>{{0, 24}});
    // What stands in a record for its school is no word that anybody could type.
    CHECK(found(open.index, '"' + to_base32(numbered<SchoolId>(2)) + '"').empty());
}

TEST_CASE("search index: of a text without end its beginning is found", "[storage][search]") {
    OpenIndex open;
    REQUIRE(open.index.open());
    std::string text = "first ";
    for (std::size_t i = 0; i < indexed_words_max; ++i)
        text += "wort ";
    auto solo = search_document(2, "Solo", "");
    for (std::size_t i = 0; i < indexed_words_max; ++i)
        solo.words[1] += "\xE9\x98\x85";
    REQUIRE(open.index.write(batch_of({search_document(1, "Long", text + "last"), solo})));

    CHECK(found(open.index, "\"first\"") == Numbers{1});
    CHECK(found(open.index, "\"long\"") == Numbers{1});
    CHECK(found(open.index, "\"last\"").empty());
    // A record that matches in 20,000 places is shown by its beginning.
    const auto everywhere = open.index.search({{{"\"wor\"*"}}, {}, 10});
    REQUIRE(everywhere);
    REQUIRE(everywhere->hits.size() == 1);
    CHECK(everywhere->hits[0].snippet.text.starts_with("first wort"));
    CHECK(everywhere->hits[0].snippet.marks.empty());
    CHECK(found(open.index, "\"\xE9\x98\x85\"") == Numbers{2});
    std::size_t left = 3;
    CHECK(first_words("one, two: three four", left) == "one, two: three ");
    CHECK(left == 0);
    left = 5;
    CHECK(first_words("\xE9\x98\x85 a \xE9\x98\x85", left) == "\xE9\x98\x85 a \xE9\x98\x85");
    CHECK(left == 0);
}

TEST_CASE(
    "search index: what needs too much memory ends with what was found", "[storage][search]"
) {
    OpenIndex open;
    REQUIRE(open.index.open());
    auto connection = SqlConnection::open(open.folder.path().string() + ".large");
    REQUIRE(connection);
    {
        const MemoryLimit limit(std::uint64_t{1} << 20U);
        const auto made = connection->integer("SELECT length(hex(zeroblob(9000000)))");
        REQUIRE_FALSE(made);
        CHECK(made.error().code == Errc::too_large);
    }
    CHECK(connection->integer("SELECT length(hex(zeroblob(9000000)))") == 18'000'000);
    std::filesystem::remove(open.folder.path().string() + ".large");
}

TEST_CASE("search index: no title and no snippet is longer than a list has room", "[search]") {
    OpenIndex open;
    REQUIRE(open.index.open());
    std::string long_word;
    for (std::size_t i = 0; i < 20'000; ++i)
        long_word += "\xC3\xA9";
    REQUIRE(open.index.write(
        batch_of({search_document(1, long_word, long_word + " here " + long_word)})
    ));

    const auto page = open.index.search({{{"\"here\""}}, {}, 10});

    REQUIRE(page);
    REQUIRE(page->hits.size() == 1);
    const MarkedText& snippet = page->hits[0].snippet;
    CHECK(page->hits[0].title.size() == 2048);
    CHECK(snippet.text.size() <= snippet_bytes_max);
    CHECK(snippet.text.starts_with("\xC3\xA9"));
    REQUIRE(snippet.marks.size() == 1);
    CHECK(snippet.text.find("here") == 2 * snippet.marks[0].begin - 1);
    CHECK(snippet.marks[0].end - snippet.marks[0].begin == 4);
}

} // namespace staffroom::storage
