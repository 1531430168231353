#include "node/http/plain/sheets/asked.hpp"
#include "node/http/plain/sheets/styles.hpp"
#include "node/http/plain/sign_in_sheet.hpp"
#include "node/http/plain/text/html.hpp"
#include "node/http/plain/text/page_words.hpp"
#include "node/http/plain/text/prose.hpp"

#include <catch2/catch.hpp>

namespace plain = staffroom::http::plain;
using plain::html;
using plain::PageWords;

namespace {

const plain::ProseFiles files{
    [](const std::string& name) { return name == "plan.png" ? "/own/plan" : ""; },
    [](const std::string& description, bool is_elsewhere) {
        return (is_elsewhere ? "elsewhere: " : "away: ") + description;
    }};

std::string shown(std::string_view markdown) {
    return plain::prose(markdown, files).text();
}

} // namespace

TEST_CASE("plain: text in a pattern is text, in words and in attributes", "[http]") {
    CHECK(plain::escaped("<b a=\"1\" c='2'>&") == "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
    CHECK(
        plain::escaped(std::string("a\0b\x1b\x7f\n\t", 7)) == "a\xEF\xBF\xBD"
                                                              "b\xEF\xBF\xBD\xEF\xBF\xBD\n\t"
    );
    const plain::Html bold = html("<b>{}</b>", "<i>");
    CHECK(
        html("<p title=\"{}\">{}{}</p>", "{}\"", bold, "{}").text() ==
        "<p title=\"{}&quot;\"><b>&lt;i&gt;</b>{}</p>"
    );
    CHECK(html("{}-{}").text() == "-");
}

TEST_CASE("plain: Markdown becomes HTML, and HTML in it stays words", "[http]") {
    CHECK(shown("# Title\n\nA *word*.") == "<h2>Title</h2>\n<p>A <em>word</em>.</p>\n");
    CHECK(shown("### A\n\n###### B\n\n#### C\n") == "<h2>A</h2>\n<h3>B</h3>\n<h3>C</h3>\n");
    CHECK(shown("<script>alert(1)</script>").find("&lt;script&gt;") != std::string::npos);
    CHECK(shown("a <b onclick=x>c</b>").find("<b") == std::string::npos);
    // Signs that are taken for text while they are bounded come back as text.
    const std::string many = shown(std::string(3000, '<') + "<!--");
    CHECK(many.find("&lt;") != std::string::npos);
    CHECK(many.find("<!--") == std::string::npos);
    CHECK(many.find("\xEF\xB7\x90") == std::string::npos);
}

TEST_CASE(
    "plain: links lead by harmless schemes, pictures come from the record's files", "[http]"
) {
    CHECK(shown("[a](https://b.example/c)") == "<p><a href=\"https://b.example/c\">a</a></p>\n");
    CHECK(shown("[a](plan.png)") == "<p><a href=\"/own/plan\">a</a></p>\n");
    CHECK(shown("![A](./plan.png)") == "<p><img src=\"/own/plan\" alt=\"A\" /></p>\n");
    for (const char* nowhere :
         {"[a](javascript:alert(1))",
          "[a](JaVaScRiPt:alert(1))",
          "[a](data:text/html,x)",
          "[a](//evil.example)",
          "[a](vbscript:x)",
          "[a](/api/v1/session)",
          "[a](&#106;avascript:x)"}) {
        INFO(nowhere);
        CHECK(shown(nowhere) == "<p>a</p>\n");
    }
    CHECK(shown("![a](https://b.example/c.png)") == "<p>[elsewhere: a]</p>\n");
    CHECK(shown("![a](other.png)") == "<p>[away: a]</p>\n");
    CHECK(shown("![a ![b](c.png)](d.png)").find("<img") == std::string::npos);
    CHECK(shown("![a [l](javascript:x)](plan.png)").find("javascript") == std::string::npos);
}

TEST_CASE("plain: words come in the language that a browser wants first", "[http]") {
    const auto code = [](std::string_view accept) {
        return std::string(PageWords::preferred(accept).language());
    };
    CHECK(code("") == "en");
    CHECK(code("cy-GB,en;q=0.9") == "cy");
    CHECK(code("fr, ar;q=0.7, en") == "ar");
    CHECK(code(std::string(10'000, ',')) == "en");
    const PageWords& english = PageWords::preferred("en");
    CHECK(english.t("record.revision", {{"number", std::int64_t{2}}}) == "Revision 2");
    CHECK(
        english.t("lineage.steps", {{"count", std::int64_t{1}}}) ==
        "One step back to the first record."
    );
    CHECK(
        english.t("library.nothing", {{"words", std::string("{x} 'y'")}}).find("{x} 'y'") !=
        std::string::npos
    );
    CHECK(english.t("no.such.key") == "no.such.key");
    CHECK(english.field("call", "no-such-field") == "No such field");
    CHECK(english.size(2'400'000) == "2.4 MB");
    CHECK(english.day({1'772'500'000'000}) == "3 March 2026");
    CHECK(PageWords::preferred("ar").direction() == "rtl");
    CHECK(PageWords::preferred("ar").day({1'772'500'000'000}).find("2026") != std::string::npos);
}

TEST_CASE("plain: after signing in a browser goes to a plain page of this node", "[http]") {
    for (const char* own : {"/plain", "/plain/search?q=a%20b&kind=call", "/plain/records/abc@2"})
        CHECK(plain::own_destination(own) == own);
    for (const char* other :
         {"",
          "https://evil.example",
          "//evil.example/plain",
          "/plainx",
          "/plain/sign-out",
          "/plain/a\r\nX: y",
          "/plain/\\evil",
          "/plain/<b>"})
        CHECK(plain::own_destination(other) == "/plain");
    CHECK(plain::own_destination("/plain/" + std::string(3000, 'a')) == "/plain");
    CHECK(
        plain::address_with("/plain/search", {{"q", "a&b=c \xC3\xA9"}, {"kind", ""}}) ==
        "/plain/search?q=a%26b%3Dc%20%C3%A9"
    );
}

TEST_CASE("plain: the sheet of styles is whole, and asks for no file", "[http]") {
    const std::string sheet = plain::style_sheet();
    for (const char* part : {"--paper", ".prose", ".facts", "@media print", ".filters"})
        CHECK(sheet.find(part) != std::string::npos);
    CHECK(sheet.find("url(") == std::string::npos);
    CHECK(sheet.find("@font-face") == std::string::npos);
}
