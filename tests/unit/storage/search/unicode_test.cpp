#include "storage/search/unicode.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

TEST_CASE("unicode: spellings of one word fold to the same", "[storage][search]") {
    struct Case {
        const char* kind;
        const char* one;
        const char* other;
    };
    const Case cases[] = {
        {"case", "Phonics", "PHONICS"},
        {"sharp s", "STRASSE", "Straße"},
        {"capital sharp s", "STRAẞE", "strasse"},
        {"final sigma", "ΜΑΘΗΤΗΣ", "μαθητής"},
        {"Greek in two forms", "μάθημα", "μα\xCC\x81θημα"},
        {"Korean in two forms",
         "읽기",
         "\xE1\x84\x8B\xE1\x85\xB5\xE1\x86\xB0\xE1\x84\x80\xE1\x85\xB5"},
        {"kana in two forms", "が", "か\xE3\x82\x99"},
        {"narrow kana", "ｶﾞｯｺｳ", "ガッコウ"},
        {"full width", "Ｍａｔｈｓ１２", "maths12"},
        {"ligatures", "eﬃcient ﬁnding", "efficient finding"},
        {"soft hyphen", "read\xC2\xADing", "reading"},
        {"zero width joiner", "می\xE2\x80\x8Cخواهم", "میخواهم"},
        {"zero width space and mark", "read\xE2\x80\x8Bing\xEF\xBB\xBF", "reading"},
        {"alef with hamza", "أحمد", "احمد"},
        {"alef with madda and wasla", "آٱ", "اا"},
        {"alef maksura and teh marbuta", "مدرسة على", "مدرسه علي"},
        {"Arabic vowels and tatweel", "مُدَرِّسـة", "مدرسة"},
        {"Arabic in its shapes", "ﻣﺪﺭﺳﺔ", "مدرسة"},
        {"Hebrew points", "שָׁלוֹם", "שלום"},
        {"o with a stroke", "Sørensen", "Sorensen"},
        {"ae and oe", "æsthetic œuvre", "aesthetic oeuvre"},
        {"l with a stroke", "Łódź", "lodz"},
        {"accents", "élève Ångström", "eleve angstrom"},
        {"dotless and dotted i", "ISPARTA İzmir", "ısparta izmir"},
        {"Vietnamese", "Đọc", "doc"},
        {"Cyrillic", "ёлка йод", "елка иод"},
        {"digits", "٣٤ ३४ ３４", "34 34 34"},
        {"roman numeral", "Ⅳ", "iv"},
        {"variation selector", "a\xEF\xB8\x8F", "a"},
    };

    for (const Case& each : cases) {
        INFO(each.kind);
        CHECK(fold(each.one) == fold(each.other));
        CHECK_FALSE(fold(each.one).empty());
        CHECK(fold(fold(each.one)) == fold(each.one));
    }
}

TEST_CASE("unicode: words that differ stay apart", "[storage][search]") {
    CHECK(fold("か") != fold("が"));
    CHECK(fold("कि") != fold("क"));
    CHECK(fold("บ้าน") != fold("บาน"));
    CHECK(fold("reading") != fold("reeding"));
    CHECK(fold("") == "");
    CHECK(fold("\xC2\xAD") == "");
    CHECK(fold("bad\xFF") == "bad\xFF");
}

TEST_CASE("unicode: form C and columns", "[storage]") {
    CHECK(nfc("e\xCC\x81") == "é");
    CHECK(nfc("plain") == "plain");
    CHECK(nfc("\xFF\xFE") == "\xFF\xFE");
    CHECK(width("plain") == 5);
    CHECK(width("阅读") == 4);
    CHECK(width("e\xCC\x81") == 1);
    CHECK(width("ｶ") == 1);
    CHECK(width("a\xE2\x80\x8B") == 1);
    CHECK(width("") == 0);
}

} // namespace staffroom::storage
