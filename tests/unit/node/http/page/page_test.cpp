#include "node/http/page/page.hpp"
#include "tests/support/node/http_front.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
using http::PageFile;
using staffroom::tests::header_of;

namespace {

constexpr std::array files{
    PageFile{"/assets/app-1a2b.js", "plain", "zipped", "brotli"},
    PageFile{"/assets/logo-3c4d.svg", "<svg/>", "", ""},
    PageFile{"/index.html", "<!doctype html>", "", ""}};

http::Request asked(const std::string& target, const std::string& accept_encoding = "") {
    http::Request request{http::Method::get, target, "", "", "r", http::Caller::stranger(), {}, {}};
    request.host = "192.0.2.7:7480";
    request.accept_encoding = accept_encoding;
    return request;
}

} // namespace

TEST_CASE("page: it answers at its own addresses, and at nothing that is a program's", "[http]") {
    for (const char* own : {"/", "/setup", "/records/57uqvd2e", "/a/b/c/", "/%", "/records"})
        CHECK(http::is_page_path(own) == (std::string_view(own) != "/%"));
    for (const char* other :
         {"",
          "x",
          "/api",
          "/api/v1/nothing",
          "/metrics",
          "/healthz/",
          "/readyz/x",
          "/plain",
          "/plain/records",
          "/assets",
          "/assets/x",
          "/a.js",
          "/../keys",
          "/a/../b",
          "/a/./b",
          "//evil.example",
          "/a//b",
          "/a%2e%2e/b",
          "/a\\b",
          "/.well-known/x",
          "*"})
        CHECK_FALSE(http::is_page_path(other));
}

TEST_CASE("page: the document is never kept, and keeps to this node", "[http]") {
    const auto document = http::page_document(files);
    CHECK(document.body == "<!doctype html>");
    CHECK(document.content_type == "text/html; charset=utf-8");
    const std::string policy = header_of(document, "Content-Security-Policy");
    for (const char* part :
         {"default-src 'none'",
          "script-src 'self'",
          "frame-ancestors 'none'",
          "require-trusted-types-for 'script'",
          "trusted-types staffroom"})
        CHECK(policy.find(part) != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(header_of(document, "Cache-Control").empty()); // so that every answer's no-store stays
    CHECK(http::page_document({}).body.find("built without its page") != std::string::npos);
}

TEST_CASE("page: a file is kept for a year, in the coding that the browser takes", "[http]") {
    struct Way {
        const char* accepts;
        const char* body;
        const char* coding;
    };
    for (const Way& way : std::vector<Way>{
             {"", "plain", ""},
             {"gzip, deflate, br", "brotli", "br"},
             {"gzip", "zipped", "gzip"},
             {"br;q=0, gzip;q=0.5", "zipped", "gzip"},
             {"br; q=0.0, gzip;q=0", "plain", ""},
             {"br;q=0.001", "brotli", "br"},
             {"brotli, x-gzip", "plain", ""},
             {",;,=", "plain", ""}}) {
        INFO(way.accepts);
        const auto file = http::page_asset(files, asked("/", way.accepts), "/assets/app-1a2b.js");
        CHECK(file.body == way.body);
        CHECK(header_of(file, "Content-Encoding") == way.coding);
        CHECK(header_of(file, "Cache-Control") == "public, max-age=31536000, immutable");
        CHECK(file.content_type == "text/javascript; charset=utf-8");
    }
    CHECK(http::page_asset(files, asked("/", "br"), "/assets/logo-3c4d.svg").body == "<svg/>");
    for (const char* none : {"/assets/", "/assets/app", "/index.html/", "/assets/../index.html"})
        CHECK(http::page_asset(files, asked("/"), none).status == 404);
}

TEST_CASE("page: strangers get the page, and nothing else of a node", "[http]") {
    staffroom::tests::HttpFront front;
    for (const char* own : {"/", "/setup", "/records/57uqvd2e"}) {
        const auto answer = front.ask(asked(own));
        CHECK(answer.status == 200);
        CHECK(answer.content_type.starts_with("text/html"));
    }
    for (const char* none : {"/assets/none.js", "/api/v1/nothing", "/../etc/passwd", "/a.js"})
        CHECK(front.ask(asked(none)).status == 404);
    auto change = asked("/");
    change.method = http::Method::post;
    CHECK(front.ask(change).status == 405);
}
