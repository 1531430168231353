// What the index packs comes back as it was, whoever wrote it, and goes when it is to be forgotten.
#include "protocol/base/limits.hpp"
#include "storage/search/packed_words.hpp"
#include "tests/support/node/search_builder.hpp"
#include "tests/support/records/corpus.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace staffroom::storage {
namespace {

/// Bytes of any kind but zero, among them halves of characters and what looks like a packed head.
std::string hostile_words(std::mt19937_64& random) {
    const std::string telling = "aA \n\t\xC2\xAD\xE9\x98\x85\xFF\xF0\x9F\x28\xB5\x2F\xFD\x02\x01";
    std::string words;
    const bool repeats = random() % 2 == 0;
    for (std::size_t length = random() % 600; length > 0; --length)
        words += repeats || random() % 2 == 0 ? telling[random() % telling.size()]
                                              : static_cast<char>(random() % 255 + 1);
    return words;
}

ColumnWords hostile_columns(std::mt19937_64& random) {
    ColumnWords columns;
    for (std::string& column : columns)
        if (random() % 3 != 0)
            column = hostile_words(random);
    return columns;
}

/// Whether these bytes stand in any file of the folder.
bool stand_in_a_file(const std::filesystem::path& folder, ByteView bytes) {
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (tests::read_whole_file(entry.path()).find(as_text(bytes)) != std::string::npos)
            return true;
    return false;
}

} // namespace

TEST_CASE("packed words: what comes out is what went in", "[storage][search]") {
    std::mt19937_64 random(20261129);
    for (int round = 0; round < 300; ++round) {
        const ColumnWords columns = hostile_columns(random);

        const auto unpacked = unpack_words(pack_words(columns));

        REQUIRE(unpacked);
        CHECK(*unpacked == columns);
    }
    ColumnWords large;
    for (const std::size_t size :
         {limits::body_plain_bytes_max - 5,
          limits::body_plain_bytes_max - 4,
          2 * limits::body_plain_bytes_max}) {
        large[1].assign(size, 'a');
        const auto unpacked = unpack_words(pack_words(large));
        REQUIRE(unpacked);
        CHECK((*unpacked == large));
    }
}

TEST_CASE("packed words: a damaged row is corrupt or gives other words", "[storage][search]") {
    std::mt19937_64 random(7);
    ColumnWords columns{
        "Title", "a text that repeats, a text that repeats", "", "", "A. Other", ""};
    for (int round = 0; round < 20; ++round) {
        const Bytes packed = pack_words(columns);
        for (std::size_t size = 0; size < packed.size(); ++size)
            CHECK(unpack_words(ByteView(packed).first(size)).error().code == Errc::corrupt);
        for (std::size_t at = 0; at < packed.size(); ++at) {
            Bytes flipped = packed;
            flipped[at] = static_cast<std::uint8_t>(flipped[at] ^ (1U << random() % 8));
            const auto unpacked = unpack_words(flipped);
            if (!unpacked)
                CHECK(unpacked.error().code == Errc::corrupt);
        }
        columns = hostile_columns(random);
    }
}

TEST_CASE("packed words: the engine reads each column as it was written", "[storage][search]") {
    tests::OpenIndex open;
    REQUIRE(open.index.open());
    std::mt19937_64 random(11);
    std::vector<SearchDocument> documents;
    for (unsigned i = 1; i <= 100; ++i) {
        documents.push_back(tests::search_document(i, "", ""));
        documents.back().words = hostile_columns(random);
    }
    REQUIRE(open.index.write(tests::batch_of(documents)));

    auto connection = SqlConnection::open(open.file().string());
    REQUIRE(connection);
    auto statement = connection->prepare(
        "SELECT title, text, context, outcome, author, school FROM unpacked ORDER BY row"
    );
    REQUIRE(statement);
    for (const SearchDocument& document : documents) {
        REQUIRE(statement->step() == true);
        for (std::size_t i = 0; i < search_columns; ++i)
            CHECK(statement->text(static_cast<int>(i)) == without_controls(document.words[i]));
    }
    CHECK(statement->step() == false);
    // And the engine holds no word that is not there, or would lack one when it takes it out.
    CHECK(connection->execute("INSERT INTO words(words, rank) VALUES('integrity-check', 1)"));
}

TEST_CASE(
    "packed words: what was forgotten stands in no file, packed either", "[storage][search]"
) {
    tests::OpenIndex open;
    REQUIRE(open.index.open());
    std::mt19937_64 random(5);
    std::vector<SearchDocument> documents;
    for (unsigned i = 1; i <= 60; ++i) {
        std::string tale = "zeugmatic ";
        // Every seventh needs pages of its own.
        for (unsigned words = i % 7 == 0 ? 2'000 : 40; words > 0; --words)
            tale += std::to_string(random()) + " ";
        documents.push_back(tests::search_document(i, "Title", tale));
    }
    REQUIRE(open.index.write(tests::batch_of(documents)));
    const auto stands = [&](const SearchDocument& document) {
        const Bytes packed = pack_words(document.words);
        return stand_in_a_file(open.folder.path(), ByteView(packed).subspan(packed.size() / 2, 24));
    };
    std::vector<RevisionId> forgotten;
    for (std::size_t i = 0; i < documents.size(); i += 4)
        forgotten.push_back(documents[i].revision);

    REQUIRE(open.index.forget(forgotten));

    for (std::size_t i = 0; i < documents.size(); ++i)
        CHECK(stands(documents[i]) == (i % 4 != 0));
    CHECK(tests::found(open.index, "\"zeugmatic\"").size() == 45);
}

} // namespace staffroom::storage
