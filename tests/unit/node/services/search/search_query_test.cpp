#include "node/services/search/search_query.hpp"
#include "tests/support/node/search_builder.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace staffroom::services {

using storage::SearchColumn;

namespace {

/// The terms, each beside the next one.
std::string joined(const storage::SearchMatch& made) {
    std::string all;
    for (const std::string& term : made.terms)
        all += (all.empty() ? "" : " ") + term;
    return all;
}

std::string match(const std::string& typed) {
    const auto made = match_of(typed, {});
    return made ? joined(*made) : std::string(errc_name(made.error().code));
}

std::string nothing_typed(const std::string& typed) {
    const auto made = match_of(typed, {});
    return made ? joined(*made) : made.error().detail;
}

} // namespace

TEST_CASE("search query: words, phrases and a star at a word's end mean something", "[search]") {
    CHECK(match("retrieval practice") == "\"retrieval\" \"practice\"");
    CHECK(match("\"working memory\" load") == "\"working memory\" \"load\"");
    CHECK(match("retriev*") == "\"retriev\"*");
    CHECK(match("\xE2\x80\x9Cworking memory\xE2\x80\x9D") == "\"working memory\"");
    CHECK(
        match("\xC2\xAB"
              "deux mots\xC2\xBB") == "\"deux mots\""
    );
    CHECK(match("two\t\n words") == "\"two\" \"words\"");
    CHECK(
        match("e\xC3\xB1"
              "e*") == "\"e\xC3\xB1"
                       "e\"*"
    );
}

TEST_CASE("search query: nothing else is anything but words", "[search]") {
    CHECK(match("NEAR(a b, 2)") == "\"NEAR(a\" \"b,\" \"2)\"");
    CHECK(match("a AND b OR c NOT d") == "\"a\" \"AND\" \"b\" \"OR\" \"c\" \"NOT\" \"d\"");
    CHECK(match("title:x ^y -z {text}:w") == "\"title:x\" \"^y\" \"-z\" \"{text}:w\"");
    CHECK(match("half \"open phrase") == "\"half\" \"open phrase\"");
    CHECK(match("a\"b\"c") == "\"a\" \"b\" \"c\"");
    CHECK(match("mid*dle") == "\"mid*dle\"");
    CHECK(match("*start") == "\"*start\"");
    CHECK(match("ends-*") == "\"ends-\"");
    CHECK(match("ends**") == "\"ends\"*");
    CHECK(match(std::string("nul\0byte", 8)) == "\"nul\" \"byte\"");
    CHECK(match("bad\xFFutf") == "\"bad\" \"utf\"");
    CHECK(match("esc\x1B[31m") == "\"esc\" \"[31m\"");
}

TEST_CASE("search query: what cannot be searched for is refused in a sentence", "[search]") {
    CHECK(nothing_typed("") == "There is no word to search for.");
    CHECK(nothing_typed(" \"\" - * ( ) ") == "There is no word to search for.");
    CHECK(nothing_typed("ab*") == "At least three letters have to stand before a star.");
    CHECK(nothing_typed("a-bc*") == "At least three letters have to stand before a star.");
    CHECK(match("abc*") == "\"abc\"*");

    std::string many;
    for (std::size_t i = 0; i < query_terms_max; ++i)
        many += "a ";
    CHECK(match_of(many, {}));
    CHECK(match(many + "a") == "invalid_input");
    CHECK(match_of(std::string(query_characters_max, 'a'), {}));
    CHECK(match(std::string(query_characters_max + 1, 'a')) == "invalid_input");
}

TEST_CASE(
    "search query: a star is for scripts with spaces, letters are counted as such", "[search]"
) {
    struct Case {
        const char* typed;
        const char* made;
    };
    const Case cases[] = {
        {"阅*", "\"阅\""},
        {"阅读*", "\"阅读\""},
        {"อ่าน*", "\"อ่าน\""},
        {"iPad阅*", "\"iPad阅\""},
        {"阅iPad*", "\"阅iPad\"*"},
        {"책*", "\"책\"*"},
        {"straß*", "\"straß\"*"},
        {"مدر*", "\"مدر\"*"},
        {"ab\xC2\xAD*", "invalid_input"},
        {"\xEF\xAC\x83*", "invalid_input"},
        {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x8F\xAB", "invalid_input"},
        {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x8F\xAB phonics", "\"phonics\""},
        {"\xE2\x80\xA6 \xE2\x80\x94", "invalid_input"},
        {"don\xE2\x80\x99t", "\"don\xE2\x80\x99t\""},
        {"\xC2\xAD", "invalid_input"},
    };

    for (const Case& each : cases)
        CHECK(match(each.typed) == each.made);
}

TEST_CASE("search query: parts of a record by name, with the nearest for a wrong one", "[search]") {
    const auto columns = columns_from("title,outcome");

    REQUIRE(columns);
    CHECK(match_of("two words", *columns)->columns == *columns);
    CHECK(columns_from("")->empty());
    const auto wrong = columns_from("outcom");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == Errc::unknown_value);
    CHECK_THAT(wrong.error().detail, Catch::Contains("did you mean \"outcome\""));
    CHECK_FALSE(columns_from("title,,text"));
    CHECK_FALSE(columns_from("rowid"));
}

TEST_CASE("search query: whatever is typed, the engine understands it", "[search]") {
    tests::OpenIndex open;
    REQUIRE(open.index.open());
    REQUIRE(open.index.write(tests::batch_of({tests::search_document(1, "A title", "Some words")}))
    );
    std::mt19937_64 random(20261122);
    // Bytes that could mean something, more often than chance would have them.
    const std::string telling =
        "\"'*()^:-+{},.%_\\;/ ANDORNOTNEAR\n\t\x01\x02\x1A\xE2\x80\x9C\xC3\xFF";
    const std::vector<SearchColumn> columns{SearchColumn::title, SearchColumn::outcome};
    std::size_t accepted = 0;

    for (int round = 0; round < 20'000; ++round) {
        std::string typed;
        for (std::size_t length = random() % 24; length > 0; --length)
            typed += random() % 3 == 0 ? static_cast<char>(random() % 256)
                                       : telling[random() % telling.size()];
        const auto made =
            match_of(typed, round % 2 == 0 ? std::span<const SearchColumn>() : columns);
        if (!made) {
            CHECK(made.error().code == Errc::invalid_input);
            continue;
        }
        ++accepted;
        const auto page = open.index.search({*made, {}, 10});
        INFO(joined(*made));
        REQUIRE(page.has_value());
    }

    CHECK(accepted > 10'000);
}

} // namespace staffroom::services
