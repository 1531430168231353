#include "node/services/markdown/active_content.hpp"
#include "node/services/markdown/file_types.hpp"

#include <catch2/catch.hpp>

namespace services = staffroom::services;
using namespace std::string_literals;

TEST_CASE("file types: what a file is stands in its bytes, whatever it is called", "[node]") {
    struct Case {
        const char* name;
        std::string bytes;
        const char* type; // empty: it does not go along
    };
    for (const Case& each : {
             Case{"DSC001.JPG", "\xff\xd8\xff\xe0", "image/jpeg"},
             Case{"photo", "\xff\xd8\xff\xe1", "image/jpeg"},
             Case{"photo.png", "\xff\xd8\xff\xe1", "image/jpeg"},
             Case{"a.png", "\x89PNG\r\n\x1a\n", "image/png"},
             Case{"a.webp", "RIFF1234WEBPVP8 ", "image/webp"},
             Case{"a.WAV", "RIFF1234WAVEfmt ", "audio/wav"},
             Case{"a.avif", "\0\0\0\x1c"s + "ftypavif", "image/avif"},
             Case{"a.mov", "\0\0\0\x14"s + "ftypqt  ", "video/quicktime"},
             Case{"a.mp4", "\0\0\0\x18"s + "ftypisom", "video/mp4"},
             Case{"a.svg", "<?xml version='1.0'?>\n<svg xmlns='x'/>", "image/svg+xml"},
             Case{"a.PDF", "%PDF-1.4", "application/pdf"},
             Case{"a.bmp", "BM1234", "image/bmp"},
             Case{"a.csv", "a,b\n1,2\n", "text/csv"},
             Case{"a.TXT", "words", "text/plain"},
             Case{
                 "a.xlsx",
                 "PK\3\4"s,
                 "application/vnd.openxmlformats-officedocument."
                 "spreadsheetml.sheet"},
             Case{
                 "a.odt",
                 "PK\3\4mimetypeapplication/vnd.oasis.opendocument.text",
                 "application/vnd.oasis.opendocument.text"},
             Case{"a.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"},
             Case{"a.zip", "PK\3\4"s, ""},
             Case{"a.png", "words", ""},
             Case{"keys", "words", ""},
             Case{"id_ed25519", "-----BEGIN OPENSSH PRIVATE KEY-----", ""},
             Case{"a.txt", "-----BEGIN OPENSSH PRIVATE KEY-----", ""},
             Case{"a.txt", "x\0y"s, ""},
             Case{"a.json", "{}", ""},
             Case{"memo", "BM is a shop", ""},
             Case{"a.dat", "\0\0\1\0"s, ""},
             Case{"", "", ""},
         }) {
        INFO(each.name);
        const auto type = services::type_of_content(each.name, each.bytes);
        CHECK((type ? type->media_type : "") == std::string(each.type));
    }
}

TEST_CASE("file types: what is written out has the ending of its type", "[node]") {
    struct Case {
        const char* name;
        std::string bytes;
        const char* written;
    };
    for (const Case& each : {
             Case{"DSC001.JPG", "\xff\xd8\xff\xe0", "DSC001.JPG"},
             Case{"photo.jpeg", "\xff\xd8\xff\xe0", "photo.jpeg"},
             Case{"photo", "\xff\xd8\xff\xe0", "photo.jpg"},
             Case{"photo.png", "\xff\xd8\xff\xe0", "photo.png.jpg"},
             Case{"a.scr2", "words", "a.scr2.data"},
             Case{"a.txt", "words", "a.txt"},
         })
        CHECK(
            services::with_true_ending(
                each.name, services::type_of_content(each.name, each.bytes)
            ) == each.written
        );
}

TEST_CASE("file types: what opens something else is active, under any name", "[node]") {
    for (const char* name :
         {"a.desktop",
          "a.URL",
          "a.webloc",
          "a.lnk",
          "a.scf",
          "a.inf",
          "a.py",
          "a.command",
          "a.rdp",
          "a.jnlp",
          "a.AppImage",
          "a.settingcontent-ms"})
        CHECK(services::why_active(name, "words"));
    CHECK(services::why_active("a.txt", "[Desktop Entry]\nExec=x"));
    CHECK(services::why_active("a.png", "\n[InternetShortcut]\nURL=x"));
    CHECK(services::why_active("a.docx", "PK\3\4 word/vbaProject.bin"));
    CHECK_FALSE(services::why_active("notes", "words"));
    CHECK_FALSE(services::why_active("a.txt", "a url and a desktop"));
}
