#include "tests/support/node/search_builder.hpp"
#include "tests/support/records/corpus.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

using tests::batch_of;
using tests::found;
using tests::numbered;
using tests::OpenIndex;
using tests::search_document;

namespace {

using Numbers = std::vector<unsigned>;

/// Whether `words` stand in any file of the folder, in any case of their letters.
bool stands_in_a_file(const std::filesystem::path& folder, const std::string& words) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::string content = tests::read_whole_file(entry.path());
        for (char& c : content)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        if (content.find(words) != std::string::npos)
            return true;
    }
    return false;
}

} // namespace

TEST_CASE("search index: words of a title come first, equals by newest", "[storage][search]") {
    OpenIndex open;
    REQUIRE(open.index.open());

    REQUIRE(open.index.write(batch_of(
        {search_document(1, "A quiet corridor", "Nothing of note."),
         search_document(2, "Reading", "A corridor of books."),
         search_document(3, "Reading", "A corridor of books.")}
    )));

    CHECK(found(open.index, "\"corridor\"") == Numbers{1, 3, 2});
    CHECK(found(open.index, "\"quiet corridor\"") == Numbers{1});
    CHECK(found(open.index, "\"corr\"*") == Numbers{1, 3, 2});
    const auto in_text = open.index.search({{{"\"corridor\""}, {SearchColumn::text}}, {}, 100});
    REQUIRE(in_text);
    CHECK(in_text->hits.size() == 2);
    CHECK(found(open.index, "\"absent\"").empty());
}

TEST_CASE("search index: pages join without gap or overlap", "[storage][search]") {
    OpenIndex open;
    REQUIRE(open.index.open());
    std::vector<SearchDocument> documents;
    for (unsigned i = 1; i <= 10; ++i)
        documents.push_back(search_document(i, "Title", "retrieval practice"));
    REQUIRE(open.index.write(batch_of(std::move(documents))));

    Numbers all;
    for (std::size_t offset = 0; offset < 10; offset += 4) {
        const auto page = open.index.search({{{"\"retrieval\""}}, {}, 4, offset});
        REQUIRE(page);
        CHECK(page->has_more == (offset + 4 < 10));
        for (const SearchHit& hit : page->hits)
            all.push_back(read_u32_be(hit.revision.view()));
    }

    CHECK(all == Numbers{10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
}

TEST_CASE("search index: each filter leaves its own records", "[storage][search]") {
    OpenIndex open;
    REQUIRE(open.index.open());
    auto one = search_document(1, "One", "word");
    auto two = search_document(2, "Two", "word");
    two.kind = 2;
    two.school = numbered<SchoolId>(9);
    two.facets = {{1, "primary"}, {3, "homework"}};
    one.facets = {{1, "secondary"}, {3, "homework"}};
    auto batch = batch_of({one, two});
    const auto space = numbered<SpaceId>(5);
    batch.places = {
        {two.revision, space}, {two.revision, space}, {two.revision, numbered<SpaceId>(6)}};
    REQUIRE(open.index.write(batch));

    const auto with = [&](SearchFilter filter) { return found(open.index, "\"word\"", filter); };
    CHECK(with({}) == Numbers{2, 1});
    CHECK(with({.kind = 1}) == Numbers{1});
    CHECK(with({.school = numbered<SchoolId>(9)}) == Numbers{2});
    CHECK(with({.space = space}) == Numbers{2});
    CHECK(with({.space = numbered<SpaceId>(7)}).empty());
    CHECK(with({.since = WallTime{1'002}}) == Numbers{2});
    CHECK(with({.since = WallTime{1'003}}).empty());
    CHECK(with({.facets = {{1, "primary"}}}) == Numbers{2});
    CHECK(with({.facets = {{3, "homework"}}}) == Numbers{2, 1});
    CHECK(with({.facets = {{3, "homework"}, {1, "secondary"}}}) == Numbers{1});
    CHECK(with({.facets = {{3, "primary"}}}).empty());
    CHECK(with({.kind = 1, .school = numbered<SchoolId>(9)}).empty());
}

TEST_CASE(
    "search index: a document's update replaces all that was there of it", "[storage][search]"
) {
    OpenIndex open;
    REQUIRE(open.index.open());
    const auto document = numbered<RevisionId>(1);
    REQUIRE(open.index.write(batch_of({search_document(1, "First", "oldword")})));

    SearchBatch batch;
    batch.documents.push_back(
        {document,
         {search_document(2, "Second", "newword"), search_document(3, "Third", "sideword")},
         {numbered<RevisionId>(4)}}
    );
    REQUIRE(open.index.write(batch));

    CHECK(found(open.index, "\"oldword\"").empty());
    CHECK(found(open.index, "\"newword\"") == Numbers{2});
    CHECK(found(open.index, "\"sideword\"") == Numbers{3});
    const std::vector<RevisionId> both{numbered<RevisionId>(2), numbered<RevisionId>(3)};
    CHECK(*open.index.indexed(document) == both);
    CHECK(open.index.backlog()->missing == 1);
    CHECK(open.index.missing(std::nullopt, 10)->front().document == document);
    CHECK(open.index.missing(numbered<RevisionId>(4), 10)->empty());
    batch.documents.front() = {document, {}, {}};
    REQUIRE(open.index.write(batch));
    CHECK(open.index.revision_count() == 0U);
    CHECK(open.index.backlog()->missing == 0);
}

TEST_CASE("search index: cursors, names and queue outlive the process", "[storage][search]") {
    OpenIndex open;
    REQUIRE(open.index.open());
    auto batch = batch_of({search_document(1, "One", "word")});
    batch.cursors.emplace(numbered<LogId>(7), LogSize{42});
    batch.school_names.emplace(numbered<SchoolId>(1), "Hillside");
    batch.queue = {numbered<RevisionId>(3)};
    REQUIRE(open.index.write(batch));

    SearchIndex again(open.files, open.folder.path().string());
    REQUIRE(again.open());

    CHECK_FALSE(again.was_rebuilt());
    CHECK(again.cursors()->at(numbered<LogId>(7)) == LogSize{42});
    CHECK(again.school_names()->at(numbered<SchoolId>(1)) == "Hillside");
    CHECK(*again.queued(10) == std::vector{numbered<RevisionId>(3)});
    CHECK(found(again, "\"word\"") == Numbers{1});
}

TEST_CASE("search index: a batch that fails leaves nothing of itself", "[storage][search]") {
    OpenIndex open;
    CHECK(
        open.index.write(batch_of({search_document(1, "One", "word")})).error().code ==
        Errc::io_error
    );
    REQUIRE(open.index.open());
    auto batch = batch_of({search_document(1, "One", "word"), search_document(2, "Two", "word")});
    // One revision cannot belong to two documents.
    batch.documents[1].heads[0].revision = batch.documents[0].heads[0].revision;
    batch.cursors.emplace(numbered<LogId>(7), LogSize{42});

    CHECK_FALSE(open.index.write(batch));

    CHECK(found(open.index, "\"word\"").empty());
    CHECK(open.index.cursors()->empty());
}

TEST_CASE("search index: what was forgotten stands in no file", "[storage][search]") {
    OpenIndex open;
    REQUIRE(open.index.open());
    // An early revision, replaced before it is erased, among others that stay.
    for (unsigned i = 10; i < 200; ++i)
        REQUIRE(open.index.write(batch_of(
            {search_document(i, "Number " + std::to_string(i), "staying words of the others")}
        )));
    REQUIRE(open.index.write(batch_of({search_document(1, "Xylophonist", "zeugmatic qwyjibo")})));
    SearchBatch revised;
    revised.documents.push_back(
        {numbered<RevisionId>(1), {search_document(2, "Kumquatly", "flibberti")}, {}}
    );
    REQUIRE(open.index.write(revised));
    REQUIRE(stands_in_a_file(open.folder.path(), "flibberti"));

    const std::vector<RevisionId> both{numbered<RevisionId>(1), numbered<RevisionId>(2)};
    REQUIRE(open.index.forget(both));

    for (const char* const word : {"xylophonist", "zeugmatic", "qwyjibo", "kumquatly", "flibberti"})
        CHECK_FALSE(stands_in_a_file(open.folder.path(), word));
    CHECK(stands_in_a_file(open.folder.path(), "staying"));
    CHECK(found(open.index, "\"staying\"").size() == 100);
    CHECK(found(open.index, "\"flibberti\"").empty());
}

TEST_CASE("search index: a file of another layout is deleted and made anew", "[storage][search]") {
    OpenIndex open;
    REQUIRE(open.index.open());
    REQUIRE(open.index.write(batch_of({search_document(1, "One", "word")})));
    {
        auto other = SqlConnection::open(open.file().string());
        REQUIRE(other);
        REQUIRE(other->execute("PRAGMA user_version = 1000"));
    }

    SearchIndex again(open.files, open.folder.path().string());
    REQUIRE(again.open());

    CHECK(again.was_rebuilt());
    CHECK(again.revision_count() == 0U);
    REQUIRE(again.write(batch_of({search_document(1, "One", "word")})));
    CHECK(found(again, "\"word\"") == Numbers{1});
}

TEST_CASE("search index: a file that is no database is made anew", "[storage][search]") {
    for (const std::string& content : {std::string(), std::string(5000, 'x')}) {
        OpenIndex open;
        open.folder.write("search.db", content);

        REQUIRE(open.index.open());

        CHECK(open.index.was_rebuilt());
        REQUIRE(open.index.write(batch_of({search_document(1, "One", "word")})));
        CHECK(found(open.index, "\"word\"") == Numbers{1});
    }
}

TEST_CASE(
    "search index: flipped bytes end in an answer or in corrupt, and it can be built again",
    "[storage][search]"
) {
    OpenIndex open;
    std::string whole;
    {
        SearchIndex index(open.files, open.folder.path().string());
        REQUIRE(index.open());
        for (unsigned i = 1; i <= 40; ++i)
            REQUIRE(index.write(batch_of(
                {search_document(i, "Title " + std::to_string(i), std::string(300, 'a') + " word")}
            )));
        REQUIRE(index.forget({}));
    }
    whole = tests::read_whole_file(open.file());
    std::size_t damaged = 0;

    for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / 300) {
        std::string flipped = whole;
        for (std::size_t i = at; i < std::min(at + 16, whole.size()); ++i)
            flipped[i] = static_cast<char>(~flipped[i]);
        std::filesystem::remove(open.folder.path() / "search.db-wal");
        std::filesystem::remove(open.folder.path() / "search.db-shm");
        open.folder.write("search.db", flipped);

        SearchIndex index(open.files, open.folder.path().string());
        REQUIRE(index.open());
        const auto page = index.search({{{"\"word\""}}, {}, 100});
        const auto written = index.write(batch_of({search_document(1, "New", "newword")}));
        const bool is_damaged = !page || !written;
        if (!page)
            CHECK(page.error().code == Errc::corrupt);
        if (!written)
            CHECK(written.error().code == Errc::corrupt);
        damaged += is_damaged || index.was_rebuilt() ? 1U : 0U;
        if (is_damaged)
            REQUIRE(index.rebuild());
        REQUIRE(index.write(batch_of({search_document(1, "New", "newword")})));
        CHECK(found(index, "\"newword\"") == Numbers{1});
    }

    CHECK(damaged > 5);
}

TEST_CASE("search index: markers among the words of a record confuse nobody", "[storage][search]") {
    OpenIndex open;
    REQUIRE(open.index.open());
    REQUIRE(open.index.write(batch_of({search_document(
        1,
        "T\x01itle\x02",
        "before\x01 \x02 the  word\n\n\x1B[31m is \x01here\x02 \xE2\x82\xAC word"
    )})));

    const auto page = open.index.search({{{"\"word\""}}, {}, 10});

    REQUIRE(page);
    REQUIRE(page->hits.size() == 1);
    const MarkedText& snippet = page->hits[0].snippet;
    CHECK(page->hits[0].title == "T itle ");
    CHECK(snippet.text == "before the word [31m is here \xE2\x82\xAC word");
    CHECK(snippet.marks == std::vector<Mark>{{11, 15}, {31, 35}});
}

TEST_CASE("search index: a search that takes too long is ended", "[storage][search]") {
    OpenIndex open;
    auto connection = SqlConnection::open(open.folder.path().string() + ".endless");
    REQUIRE(connection);
    auto endless = connection->prepare(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    );
    REQUIRE(endless);
    connection->limit_time(std::chrono::milliseconds(1));

    CHECK(endless->step().error().code == Errc::timed_out);

    connection->limit_time(std::chrono::milliseconds(0));
    CHECK(connection->integer("SELECT 42") == 42);
    CHECK(connection->integer("SELECT 42 WHERE 0").error().code == Errc::not_found);
    CHECK(connection->prepare("SELECT x FROM absent").error().code == Errc::corrupt);
    std::filesystem::remove(open.folder.path().string() + ".endless");
}

TEST_CASE("search index: what the engine does not understand is malformed", "[storage][search]") {
    OpenIndex open;
    REQUIRE(open.index.open());
    CHECK(open.index.search({{{"\"open"}}, {}, 10}).error().code == Errc::malformed);
    CHECK(open.index.search({{{"\"fine\""}}, {}, 10}));
}

TEST_CASE("search words: marks that may be left out make no other word", "[storage][search]") {
    OpenIndex open;
    REQUIRE(open.index.open());
    REQUIRE(open.index.write(batch_of(
        {search_document(1, "Sut i Rasio'r Cŵch", "ŷd a ṫarged"),
         search_document(2, "Arabic", "حمّل وغيِّر الرحيـــم"),
         search_document(3, "Ukrainian", "Поліпшення ЇЖАК йод"),
         search_document(4, "Hindi", "पढ़ना किताब"),
         search_document(5, "Hebrew", "שָׁלוֹם")}
    )));

    CHECK(found(open.index, "\"CWCH\"") == Numbers{1});
    CHECK(found(open.index, "\"yd\"") == Numbers{1});
    CHECK(found(open.index, "\"حمل\" \"وغير\" \"الرحيم\"") == Numbers{2});
    CHECK(found(open.index, "\"حمّل\"") == Numbers{2});
    CHECK(found(open.index, "\"поліпшення\" \"їжак\"") == Numbers{3});
    // The same letter as a letter and a mark.
    CHECK(found(open.index, "\"и\xCC\x86од\"") == Numbers{3});
    CHECK(found(open.index, "\"किताब\"") == Numbers{4});
    // A vowel sign is no gap between two words.
    CHECK(found(open.index, "\"क\"").empty());
    CHECK(found(open.index, "\"שלום\"") == Numbers{5});
}

} // namespace staffroom::storage
