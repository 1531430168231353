#include "node/services/markdown/active_content.hpp"

#include <catch2/catch.hpp>

using staffroom::services::why_active;

TEST_CASE("active content: pictures, PDF and plain drawings are taken", "[node]") {
    CHECK(!why_active("a.png", "\x89PNG\r\n"));
    CHECK(!why_active("a.pdf", "%PDF-1.7"));
    CHECK(!why_active("a.docx", "PK\x03\x04"));
    CHECK(!why_active(
        "a.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/>"
        "<text>Lesson one: fun</text></svg>"
    ));
    CHECK(!why_active("notes.txt", "The <b>page</b> = one"));
}

TEST_CASE("active content: pages, programs and macros are refused by name", "[node]") {
    for (const auto* name :
         {"a.html",
          "A.HTM",
          "b/c.xhtml",
          "run.exe",
          "run.Bat",
          "x.ps1",
          "x.js",
          "a.docm",
          "a.svgz",
          "a.png.exe"})
        CHECK(why_active(name, ""));
}

TEST_CASE("active content: and by how they begin, whatever they are called", "[node]") {
    for (const auto* content :
         {"MZ\x90",
          "\x7f"
          "ELF",
          "#!/bin/sh\n",
          "  \n<!DOCTYPE html>",
          "<HTML>",
          "<script>x()",
          "<svg onload='x()'>",
          "<?xml version='1.0'?><svg/>"})
        CHECK(why_active("picture.png", content));
}

TEST_CASE("active content: a drawing with anything that may be script is refused", "[node]") {
    for (const auto* content :
         {"<svg><script>x()</script></svg>",
          "<svg onload=\"x()\"/>",
          "<svg\nONLOAD = \"x()\"/>",
          "<svg><g/onclick='x()'/></svg>",
          "<svg a=\"b\"onclick=\"x()\"/>",
          "<svg><a href=\"JavaScript:x()\"/></svg>",
          "<svg><a href=\"&#106;avascript:x()\"/></svg>",
          "<svg><foreignObject/></svg>",
          "<!DOCTYPE svg [<!ENTITY a \"x\">]><svg/>",
          "<svg><animate attributeName=\"href\"/></svg>"})
        CHECK(why_active("a.svg", content));
    const std::string wide("\xff\xfe<\0s\0v\0g\0", 10);
    CHECK(why_active("a.svg", wide));
}
