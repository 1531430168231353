// Tests which words find which texts, and which parts of them are marked.
#include "tests/support/node/search_builder.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace staffroom::storage {
namespace {

/// The text is found by the words, which are quoted as services/search/search_query does; empty: it
/// is not found. Otherwise what is marked in it, joined by "|".
std::string marked(const std::string& text, const std::string& words, bool is_prefix = false) {
    tests::OpenIndex open;
    REQUIRE(open.index.open());
    REQUIRE(open.index.write(tests::batch_of({tests::search_document(1, "", text)})));
    const auto page = open.index.search({{{'"' + words + '"' + (is_prefix ? "*" : "")}}, {}, 10});
    REQUIRE(page);
    if (page->hits.empty())
        return "";
    const MarkedText& snippet = page->hits.front().snippet;
    std::string out;
    for (const Mark& mark : snippet.marks) {
        std::size_t at = 0;
        std::string part;
        for (std::size_t i = 0; i < snippet.text.size(); ++i) {
            const bool begins = (static_cast<unsigned char>(snippet.text[i]) & 0xC0U) != 0x80U;
            at += begins && i > 0 ? 1U : 0U;
            if (at >= mark.begin && at < mark.end)
                part += snippet.text[i];
        }
        out += (out.empty() ? "" : "|") + part;
    }
    return out.empty() ? "found, not marked" : out;
}

struct Case {
    const char* kind;
    const char* text;
    const char* words;
    const char* marked;
};

void check_all(std::span<const Case> cases) {
    for (const Case& each : cases) {
        INFO(each.kind);
        CHECK(marked(each.text, each.words) == each.marked);
    }
}

} // namespace

TEST_CASE("search words: one letter has several spellings, both ways", "[storage][search]") {
    const Case cases[] = {
        {"Greek, composed", "Το μάθημα σήμερα", "μα\xCC\x81θημα", "μάθημα"},
        {"Greek, decomposed", "Το μα\xCC\x81θημα σήμερα", "μάθημα", "μα\xCC\x81θημα"},
        {"Korean",
         "한국어 읽기 수업",
         "\xE1\x84\x8B\xE1\x85\xB5\xE1\x86\xB0\xE1\x84\x80\xE1\x85\xB5",
         "읽기"},
        {"Korean, decomposed",
         "a \xE1\x84\x8B\xE1\x85\xB5\xE1\x86\xB0\xE1\x84\x80\xE1\x85\xB5 b",
         "읽기",
         "\xE1\x84\x8B\xE1\x85\xB5\xE1\x86\xB0\xE1\x84\x80\xE1\x85\xB5"},
        {"soft hyphen", "a read\xC2\xADing corner", "reading", "read\xC2\xADing"},
        {"joiners",
         "a read\xE2\x80\x8D\xE2\x80\x8Cing corner",
         "reading",
         "read\xE2\x80\x8D\xE2\x80\x8Cing"},
        {"ligature",
         "an e\xEF\xAC\x83"
         "cient way",
         "efficient",
         "e\xEF\xAC\x83"
         "cient"},
        {"ligature sought",
         "an efficient way",
         "e\xEF\xAC\x83"
         "cient",
         "efficient"},
        {"full width", "Ｍａｔｈｓ lesson", "maths", "Ｍａｔｈｓ"},
        {"sharp s", "in der Straße dort", "STRASSE", "Straße"},
        {"sharp s sought", "IN DER STRASSE", "straße", "STRASSE"},
        {"final sigma", "ο μαθητής γράφει", "ΜΑΘΗΤΗΣ", "μαθητής"},
        {"alef", "الأحمد هنا", "الاحمد", "الأحمد"},
        {"tatweel and vowels", "مـــدرسة", "مَدرسة", "مـــدرسة"},
        {"stroke", "Sørensen writes", "sorensen", "Sørensen"},
        {"dotless i", "ISPARTA ili", "ısparta", "ISPARTA"},
        {"dotted capital", "İzmir", "izmir", "İzmir"},
        {"combining marks", "cafe\xCC\x81 noir", "café", "cafe\xCC\x81"},
        {"apostrophes", "we don’t mind", "don't", "don’t"},
        {"apostrophes, the other way", "we don't mind", "donʼt", "don't"},
        {"an emoji of several", "a 👩\xE2\x80\x8D🏫 teacher", "👩\xE2\x80\x8D🏫 teacher", "teacher"},
        {"trade mark", "with Lego™ bricks", "lego", "Lego"},
        {"fraction", "½ cup", "1 2", "½"},
        {"digits", "صفحة ٣٤", "34", "٣٤"},
    };
    check_all(cases);
}

TEST_CASE(
    "search words: scripts without spaces are found anywhere in a sentence", "[storage][search]"
) {
    const Case cases[] = {
        {"Chinese", "我们每天阅读很多书。", "阅读", "阅读"},
        {"one character", "我们每天阅读很多书。", "书", "书"},
        {"the last two", "我们每天阅读很多书", "多书", "多书"},
        {"a longer part", "我们每天阅读很多书。", "每天阅读很", "每天阅读很"},
        {"twice", "阅读和阅读", "阅读", "阅读|阅读"},
        {"side by side", "阅读阅读", "阅读", "阅读|阅读"},
        {"across the end of a line", "我们每天阅\n读很多书", "阅读", "阅 读"},
        {"beside Latin letters", "用iPad阅读3本", "阅读", "阅读"},
        {"Latin letters inside", "用iPad阅读3本", "ipad", "iPad"},
        {"Japanese", "毎日ひらがなを読みます", "ひらがな", "ひらがな"},
        {"narrow kana", "毎日ｶﾞｯｺｳに行く", "ガッコウ", "ｶﾞｯｺｳ"},
        {"Thai", "นักเรียนอ่านหนังสือทุกวัน", "อ่าน", "อ่าน"},
        {"Thai with am", "น้ำตาลทำ", "ทำ", "ทำ"},
        {"Thai with am in halves", "เขาทำงาน", "ท\xE0\xB9\x8D\xE0\xB8\xB2งาน", "ทำงาน"},
        {"Lao", "ນັກຮຽນອ່ານປຶ້ມ", "ອ່ານ", "ອ່ານ"},
        {"Khmer", "សិស្សអានសៀវភៅ", "អាន", "អាន"},
        {"Khmer with its invisible spaces",
         "សិស្ស\xE2\x80\x8B"
         "អាន\xE2\x80\x8B"
         "សៀវភៅ",
         "អានសៀវភៅ",
         "អាន\xE2\x80\x8B"
         "សៀវភៅ"},
        {"Burmese", "ကျောင်းသားများစာဖတ်သည်", "စာဖတ်", "စာဖတ်"},
    };
    check_all(cases);
    CHECK(marked("我们每天阅读很多书。", "读阅") == "");
    CHECK(marked("我们每天阅读很多书。", "阅很") == "");
    CHECK(marked("阅。读", "阅读") == "");
    CHECK(marked("阅\n\n读", "阅读") == "");
    CHECK(marked("我们阅读", "阅", true) == "阅");
}

TEST_CASE(
    "search words: long words and whatever bytes come are cut somewhere", "[storage][search]"
) {
    tests::OpenIndex open;
    REQUIRE(open.index.open());
    std::mt19937_64 random(20261129);
    const std::string telling =
        "a\xC2\xAD\xE2\x80\x8D\xE9\x98\x85\xEF\xB7\xBA\xEF\xAC\x83\n \xFF\xF0\x9F";
    for (int round = 0; round < 200; ++round) {
        std::string text;
        for (std::size_t length = random() % 400; length > 0; --length)
            text += random() % 4 == 0 ? static_cast<char>(random() % 255 + 1)
                                      : telling[random() % telling.size()];
        REQUIRE(open.index.write(tests::batch_of({tests::search_document(1, text, text + text)})));
    }
    const std::string long_word(100'000, 'a');
    std::string wide;
    for (int i = 0; i < 10'000; ++i)
        wide += "\xEF\xB7\xBA"; // a word of 18 letters in one character
    REQUIRE(open.index.write(tests::batch_of({tests::search_document(2, long_word, wide)})));

    const auto page = open.index.search({{{'"' + long_word.substr(0, 500) + '"'}}, {}, 10});
    REQUIRE(page);
    CHECK(page->hits.size() == 1);
}

} // namespace staffroom::storage
