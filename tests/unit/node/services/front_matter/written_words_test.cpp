// Dates, languages and words of a vocabulary as people write them; the visible characters of a
// text.
#include "node/services/text/visible_words.hpp"
#include "node/services/vocabulary/vocabulary_words.hpp"
#include "node/services/vocabulary/written_date.hpp"

#include <catch2/catch.hpp>

namespace records = staffroom::records;
namespace services = staffroom::services;
using records::VocabularyId;

TEST_CASE("written dates: a day in the ways people write it", "[node]") {
    struct Case {
        std::string written;
        std::string day;
    };
    for (const auto& [written, day] : std::vector<Case>{
             {"2024-05-03", "2024-05-03"},
             {"2024-5-3", "2024-05-03"},
             {"2024/05/03", "2024-05-03"},
             {"20240503", "2024-05-03"},
             {"2024-05-03T10:00:00+01:00", "2024-05-03"},
             {"2024-05-03 10:00:00 +0100", "2024-05-03"},
             {"3 May 2024", "2024-05-03"},
             {"3rd of May 2024", "2024-05-03"},
             {"May 3, 2024", "2024-05-03"},
             {"Friday, 3 May 2024", "2024-05-03"},
             {"Fri, 03 May 2024 10:00:00 GMT", "2024-05-03"},
             {"03.05.2024", "2024-05-03"},
             {"13/05/2024", "2024-05-13"},
             {"05/13/2024", "2024-05-13"},
             {"05/05/2024", "2024-05-05"},
             {"2024 Sept 9", "2024-09-09"},
             // not a day, or two
             {"03/04/2024", ""},
             {"2024-02-30", ""},
             {"today", ""},
             {"last-modified", ""},
             {"2024", ""},
             {"2024-05", ""},
             {"3 Mai 2024", ""},
             {"", ""},
             {"99999999999999999999", ""},
             {"2024-13-01", ""}}) {
        INFO(written);
        CHECK(services::written_day(written).value_or("") == day);
    }
}

TEST_CASE("written dates: a moment with its zone, midnight without a time", "[node]") {
    constexpr std::uint64_t midnight = 1'714'694'400'000; // 2024-05-03
    constexpr std::uint64_t hour = 3'600'000;
    struct Case {
        std::string written;
        std::uint64_t ms;
    };
    for (const auto& [written, ms] : std::vector<Case>{
             {"2024-05-03", midnight},
             {"2024-05-03T10:00:00Z", midnight + 10 * hour},
             {"2024-05-03T10:00:00+01:00", midnight + 9 * hour},
             {"2024-05-03T10:00:00.250-02:30", midnight + 12 * hour + hour / 2},
             {"2024-05-03 10:00:00 +0100", midnight + 9 * hour},
             {"2024-05-03 10:30", midnight + 10 * hour + hour / 2},
             {"2024-05-03T00:30:00+01:00", midnight - hour / 2},
             {"2024-05-03T25:00:00Z", midnight},
             {"2024-05-03 at 1:5", midnight}}) {
        INFO(written);
        const auto moment = services::written_moment(written);
        REQUIRE(moment.has_value());
        CHECK(moment->ms == ms);
    }
    CHECK_FALSE(services::written_moment("1969-12-31").has_value());
    CHECK(services::written_moment("1970-01-01T00:30:00+01:00")->ms == 0);
    CHECK_FALSE(services::written_moment("10:30").has_value());
}

TEST_CASE("written words: languages become tags", "[node]") {
    struct Case {
        std::string written;
        std::string tag;
    };
    for (const auto& [written, tag] : std::vector<Case>{
             {"en_GB", "en-GB"},
             {"en-gb", "en-GB"},
             {"EN", "en"},
             {"en_GB.UTF-8", "en-GB"},
             {" cy ", "cy"},
             {"zh_hans_CN", "zh-Hans-CN"},
             {"English", "en"},
             {"Deutsch", "de"},
             {"Welsh", "cy"},
             {"en-GB", "en-GB"},
             {"de_AT@euro", "de-AT"},
             {"no language!", "no language!"},
             {"", ""}}) {
        INFO(written);
        CHECK(services::canonical_language(written) == tag);
    }
}

TEST_CASE("written words: a word of a vocabulary in the ways people write it", "[node]") {
    struct Case {
        VocabularyId vocabulary;
        std::string written;
        std::string word;
    };
    for (const auto& [vocabulary, written, word] : std::vector<Case>{
             {VocabularyId::subject, "English", "english"},
             {VocabularyId::subject, "Math", "mathematics"},
             {VocabularyId::subject, "Maths", "mathematics"},
             {VocabularyId::subject, "Design & Technology", "design-and-technology"},
             {VocabularyId::subject, "physical education", "physical-education"},
             {VocabularyId::subject, "PE", "physical-education"},
             {VocabularyId::subject, "Computer Science", "computing"},
             {VocabularyId::licence, "cc-by-4.0", "CC-BY-4.0"},
             {VocabularyId::licence, "CC BY-SA 4.0", "CC-BY-SA-4.0"},
             {VocabularyId::licence, "https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"},
             {VocabularyId::licence, "CC0", "CC0-1.0"},
             {VocabularyId::licence, "CC BY 3.0", "CC BY 3.0"},
             {VocabularyId::licence, "CC-BY", "CC-BY"},
             {VocabularyId::year_group, "Year 9", "9"},
             {VocabularyId::year_group, "Y9", "9"},
             {VocabularyId::year_group, "Reception", "R"},
             {VocabularyId::year_group, "n", "N"},
             {VocabularyId::yes_no, "true", "yes"},
             {VocabularyId::yes_no, "False", "no"},
             {VocabularyId::phase, "early_years", "early-years"},
             {VocabularyId::subject, "Alchemy", "Alchemy"}}) {
        INFO(written);
        CHECK(services::canonical_word(vocabulary, written) == word);
    }
}

TEST_CASE("written words: every word of every vocabulary has a meaning in a few words", "[node]") {
    for (int id = 0; id <= static_cast<int>(VocabularyId::yes_no); ++id) {
        const auto vocabulary = static_cast<VocabularyId>(id);
        for (const std::string_view word : records::vocabulary_values(vocabulary)) {
            INFO(records::vocabulary_name(vocabulary) << " " << word);
            const std::string_view meaning = records::meaning_of(vocabulary, word);
            CHECK(meaning.size() > 2);
            CHECK(meaning.size() <= 45);
            CHECK(meaning != word);
        }
    }
    CHECK(records::meaning_of(VocabularyId::phase, "quaternary").empty());
}

TEST_CASE("visible words: what nobody sees is trimmed, what stands inside stays", "[node]") {
    CHECK(services::trimmed_to_visible("\xC2\xA0 a b \xE2\x80\x8B\n") == "a b");
    CHECK(services::trimmed_to_visible("\xEF\xBB\xBF").empty());
    CHECK(services::trimmed_to_visible("\xE2\x80\x8F\xD8\xA3\xE2\x80\x8F") == "\xD8\xA3");
    CHECK(services::one_line(" two\r\n lines\tand  more \n") == "two lines and  more");
    CHECK(services::has_visible("\xF0\x9F\x98\x80"));
    CHECK(services::has_visible("\xE9\x98\x85"));
    CHECK(services::has_visible("."));
    CHECK_FALSE(services::has_visible("\xCC\x81"));         // a mark on nothing
    CHECK_FALSE(services::has_visible("\xF3\xA0\x80\x81")); // a tag
}
