#include "node/http/people/cookies.hpp"
#include "node/http/people/own_address.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
using http::CookieKind;

TEST_CASE("cookies: what is set is read back, by TLS under a name that only TLS sets", "[http]") {
    for (const CookieKind kind : {CookieKind::session, CookieKind::device, CookieKind::setup})
        for (const bool by_tls : {false, true}) {
            const std::string set = http::set_cookie(kind, by_tls, "abc234", std::chrono::hours(1));
            const std::string sent = set.substr(0, set.find(';'));
            CHECK(http::cookie_of(sent, kind, by_tls) == "abc234");
            CHECK_FALSE(http::cookie_of(sent, kind, !by_tls));
            for (const char* part : {"; HttpOnly", "; SameSite=Strict", "; Path=/"})
                CHECK(set.find(part) != std::string::npos);
            CHECK((set.find("; Secure") != std::string::npos) == by_tls);
            CHECK(set.find("Domain") == std::string::npos);
            CHECK(sent.starts_with("__Host-") == by_tls);
        }
    CHECK(http::clear_cookie(CookieKind::session, false).find("Max-Age=0") != std::string::npos);
}

TEST_CASE("cookies: a browser's line is searched, whatever else stands in it", "[http]") {
    const auto read = [](std::string_view line) {
        return http::cookie_of(line, CookieKind::session, false);
    };
    CHECK(read("a=1; staffroom=xyz; b=2") == "xyz");
    CHECK(read("staffroom=xyz") == "xyz");
    CHECK(read("staffroom=first; staffroom=second") == "first");
    for (const char* none :
         {"",
          ";",
          "=",
          "staffroom",
          "staffroom=",
          "staffroom=a b",
          "staffroom=\"xyz\"",
          "staffroom=../x",
          "staffroom=XYZ",
          "xstaffroom=xyz",
          "staffroom-device=xyz",
          "; ;;= ;staffroom ="})
        CHECK_FALSE(read(none));
    CHECK_FALSE(read("staffroom=" + std::string(257, 'a')));
    CHECK(read("staffroom=" + std::string(256, 'a')));
}

TEST_CASE("cookies: no bytes make the reader fail", "[http]") {
    staffroom::tests::SeededRandom random(3);
    for (int i = 0; i < 20'000; ++i) {
        std::string line(static_cast<std::size_t>(random.below(60)), ' ');
        for (char& letter : line)
            letter = "staffroom=; -_\"\n\x80"[random.below(16)];
        const auto value = http::cookie_of(line, CookieKind::session, false);
        if (value)
            CHECK(line.find("staffroom=" + *value) != std::string::npos);
    }
}

TEST_CASE("own address: only a proxy of the settings says who asks, and whether by TLS", "[http]") {
    http::Request request{http::Method::get, "/", "", "", "r", http::Caller::stranger(), {}, {}};
    request.remote = "192.0.2.9";
    request.forwarded_for = "203.0.113.5, 198.51.100.7";
    request.forwarded_proto = "https";
    staffroom::node::Config config;
    CHECK(http::client_address(request, config) == "192.0.2.9");
    CHECK_FALSE(http::came_by_tls(request, config));
    config.web_proxies = {"192.0.2.9"};
    CHECK(http::client_address(request, config) == "198.51.100.7");
    CHECK(http::came_by_tls(request, config));
    request.forwarded_for.clear();
    request.forwarded_proto = "http";
    CHECK(http::client_address(request, config) == "192.0.2.9");
    CHECK_FALSE(http::came_by_tls(request, config));
    config.web_names = {"Staffroom.School.example"};
    CHECK(http::is_own_host("staffroom.school.example:443", config));
    CHECK(http::is_own_host("staffroom.school.example.", config));
    CHECK_FALSE(http::is_own_host("other.school.example", config));
}
