// The fuzz target of the API in the test command: honest requests to every route, cut and changed,
// and noise. What libFuzzer finds is added to `found`.
#include "node/http/router.hpp"
#include "tests/fuzz/http_target.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace staffroom::fuzz {
namespace {

/// "M" is the method GET or POST; the body stands after the empty key.
std::vector<std::string> honest_requests() {
    std::vector<std::string> all;
    for (const http::RouteFacts& route : http::routes())
        if (route.method == http::Method::get)
            all.push_back("D" + std::string(route.pattern) + "\n\n");
    all.push_back("D/api/v1/records?network=Rivers&kind=practice-write-up&limit=3&after=1.a\n\n");
    all.push_back("D/api/v1/records/aaaaaaaa@2\n\"tag\", W/\"x\"\n");
    all.push_back("D/api/v1/log?after=3&level=info&limit=7\n\n");
    all.push_back(
        "P/api/v1/records\nkey-1\n"
        R"({"file":"---\ntitle: \"A title\"\nlang: en\n---\n# Words\n","path":"a.md","kind":)"
        R"("practice-write-up","reach":"draft","authors":["A. Teacher"],"about":[{"id":)"
        R"("aaaaaaaa","relation":"reviews"}],"set":{"phases":["primary"]},"attachments":[{)"
        R"("name":"a.png","hash":"x","type":"image/png","size":3}]})"
    );
    all.push_back("P/api/v1/records/batch\n\n{\"records\":[{\"file\":\"# A title\\n\"}]}");
    all.push_back("P/api/v1/networks\nkey-2\n{\"name\":\"Rivers\",\"focus\":\"x\"}");
    all.push_back("P/api/v1/networks/join\n\n{\"code\":\"ABCD\",\"address\":\"a.example:1\"}");
    all.push_back("P/api/v1/neighbours\n\n{\"address\":\"a.example:1\",\"network\":\"Nobody\"}");
    return all;
}

/// Shortest inputs that once ended the target. None so far.
const std::vector<std::string> found{};

void run(const std::string& input) {
    http(as_view(input));
}

} // namespace

TEST_CASE("API: honest requests, cut and changed, are all answered", "[fuzz][http]") {
    tests::SeededRandom random(5);
    for (const std::string& honest : honest_requests()) {
        run(honest);
        for (std::size_t length = 0; length < honest.size(); length += 5)
            run(honest.substr(0, length));
        for (std::size_t at = 0; at < honest.size(); at += 3) {
            std::string changed = honest;
            changed[at] = static_cast<char>(random.below(256));
            run(changed);
        }
    }
    for (const std::string& input : found)
        run(input);
    SUCCEED("every request was answered");
}

TEST_CASE("API: noise is answered", "[fuzz][http]") {
    tests::SeededRandom random(6);
    for (int i = 0; i < 300; ++i) {
        Bytes noise(random.below(300));
        random.fill(noise);
        http(noise);
        run((i % 2 == 0 ? "D/api/v1/" : "P/api/v1/records\n\n") + std::string(as_text(noise)));
    }
    SUCCEED("every request was answered");
}

} // namespace staffroom::fuzz
