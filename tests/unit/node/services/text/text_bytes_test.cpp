#include "node/services/text/text_bytes.hpp"

#include <catch2/catch.hpp>

namespace services = staffroom::services;
using namespace std::string_literals;

namespace {

std::string decoded(const std::string& bytes) {
    const auto text = services::decode_text(bytes);
    return text ? text->text : "refused: " + text.error().detail;
}

} // namespace

TEST_CASE("text bytes: code pages that can be told are read, with a note", "[node]") {
    struct Case {
        std::string bytes;
        std::string text;
    };
    for (const auto& [bytes, text] : std::vector<Case>{
             {"Caf\xE9 talk", "Caf\u00e9 talk"},
             {"\x93Quoted\x94 words", "\u201cQuoted\u201d words"},
             {"It\x92s 5 \x80 \x96 a bargain", "It\u2019s 5 \u20ac \u2013 a bargain"},
             {"na\xEFve fa\xE7"
              "ade, \xFC"
              "ber",
              "na\u00efve fa\u00e7ade, \u00fcber"},
             {"Line\r\nEl ni\xF1o\r\n", "Line\r\nEl ni\u00f1o\r\n"},
             {"\xFF\xFEH\0i\0"s, "Hi"},
             {"\xFE\xFF\0H\0i"s, "Hi"},
             {"\xFF\xFE\x3D\xD8\x00\xDE"s, "\U0001F600"},
             {"\xFF\xFE\0\0H\0\0\0"s, "H"},
             {"\0\0\xFE\xFF\0\0\0H"s, "H"}}) {
        INFO(text);
        CHECK(decoded(bytes) == text);
        CHECK_FALSE(services::decode_text(bytes)->note.empty());
    }
    CHECK(services::decode_text("Caf\u00e9")->note.empty());
    CHECK(decoded("\xEF\xBB\xBFText") == "\xEF\xBB\xBFText");
    CHECK(decoded("").empty());
}

TEST_CASE("text bytes: nothing is guessed that would publish nonsense", "[node]") {
    // UTF-8 with one damaged byte, a text in a Russian code page, half of a pair, a cut text.
    CHECK_THAT(decoded("na\u00efve and caf\xE9 talk"), Catch::Contains("not UTF-8 text: line 1"));
    CHECK_THAT(
        decoded("a\nb\n\xCF\xF0\xE8\xE2\xE5\xF2 \xE2\xF1\xE5\xEC"), Catch::Contains("line 3")
    );
    CHECK_THAT(decoded("\xFF\xFE\x3D\xD8H\0"s), Catch::Contains("UTF-16"));
    CHECK_THAT(decoded("\xFF\xFEH"), Catch::Contains("UTF-16"));
    CHECK_THAT(decoded("te\0xt"s), Catch::Contains("NUL character in line 1"));
    CHECK_THAT(decoded("words \x81 words"), Catch::Contains("not UTF-8"));
    CHECK_THAT(decoded("words \xE9\x01 words"), Catch::Contains("not UTF-8"));
}

TEST_CASE("text bytes: files of other kinds are called by their names", "[node]") {
    struct Case {
        std::string bytes;
        std::string kind;
    };
    for (const auto& [bytes, kind] : std::vector<Case>{
             {"PK\x03\x04 [Content_Types].xml word/document.xml", "a Word document"},
             {"PK\x03\x04 ppt/presentation.xml", "a PowerPoint presentation"},
             {"PK\x03\x04 xl/workbook.xml", "an Excel workbook"},
             {"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.text",
              "a LibreOffice document"},
             {"PK\x03\x04 mimetypeapplication/epub+zip", "an electronic book"},
             {"PK\x03\x04 photos/a.jpg", "a ZIP archive"},
             {"%PDF-1.4", "a PDF file"},
             {"{\\rtf1", "an RTF document"},
             {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Word, Excel or PowerPoint document"},
             {"\x89PNG\r\n\x1A\n", "a PNG picture"},
             {"\xFF\xD8\xFF\xE0", "a JPEG picture"},
             {"GIF89a", "a GIF picture"},
             {"RIFF1234WEBPVP8 ", "a WebP picture"},
             {"\0\0\0 ftypheic"s, "a film or picture of a phone"},
             {"\x1F\x8B\x08", "a compressed file"},
             {"ID3 tags explained", ""},
             {"PK is a family name", ""},
             {"Rar! she said", ""},
             {"# A heading", ""},
             {"", ""}}) {
        INFO(bytes);
        CHECK(services::kind_of_file(bytes) == kind);
    }
}
