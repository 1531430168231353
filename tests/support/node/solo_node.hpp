// A node alone, asked through its table of handlers: real replica, real store, no sockets.
#pragma once

#include "node/http/answers/json.hpp"
#include "node/http/routes/router.hpp"
#include "tests/support/node/solo_core.hpp"
#include "tests/support/node/solo_instruments.hpp"
#include "tests/support/node/solo_search.hpp"
#include "tests/support/solo_people.hpp"

#include <catch2/catch.hpp>

namespace staffroom::tests {

namespace json = boost::json;

struct SoloNode {
    SoloCore core{7};
    staffroom::node::Config config = [] {
        staffroom::node::Config named;
        named.name = "Oakhill";
        named.addresses = {"oakhill.example:7420"};
        return named;
    }();
    services::Library library{core.store()};
    services::Publishing publishing{
        core, library, {staffroom::crypto::Secret32(), "en-GB", "Oakhill", ""}};
    services::NodeFacts facts{"0.1.0", "127.0.0.1:1", "127.0.0.1:2", "", {}, {0}, "/nonexistent"};
    SoloInstruments instruments{core.random()};
    SoloSearch search{core, library};
    SoloPeople people{core, *instruments.trace};
    services::Services all{
        core,
        config,
        library,
        publishing,
        facts,
        instruments.all(),
        search.service,
        nullptr,
        nullptr,
        people.all()};

    /// Any request; the answer as it would go out.
    http::Response send(http::Request request) {
        std::optional<http::Response> response;
        http::dispatch(all, request, [&](http::Response given) { response = std::move(given); });
        core.settle();
        REQUIRE(response.has_value());
        return std::move(*response);
    }
    http::Response ask_any(http::Method method, std::string target, const json::value& body) {
        http::Request request{
            method, std::move(target), "", "", "r1", http::Caller::at_socket(), {}, {}};
        if (method == http::Method::post)
            request.body = json::serialize(body);
        request.if_match = "*"; // edits of whatever stands there; other handlers do not read it
        return send(std::move(request));
    }
    json::object ask(http::Method method, std::string target, const json::value& body, int status) {
        const std::string asked = target;
        const http::Response response = ask_any(method, std::move(target), body);
        INFO(asked << ": " << response.body);
        CHECK(response.status == status);
        return json::parse(response.body).as_object();
    }
    json::object get(std::string target, int status = 200) {
        return ask(http::Method::get, std::move(target), {}, status);
    }
    json::object post(std::string target, const json::value& body, int status) {
        return ask(http::Method::post, std::move(target), body, status);
    }
    /// Publishes a quick tip that lacks nothing, in words that no test searches for; its id.
    /// `more`: what else the request says.
    std::string publish(const std::string& file, json::object more = {}) {
        more["file"] = file;
        more["path"] = "a.md";
        json::object& fields =
            more.contains("set") ? more["set"].as_object() : more["set"].emplace_object();
        for (const char* name : {"what-we-do", "where-it-worked", "what-to-watch"})
            fields[name] = "x";
        fields["form"] = "quick-tip";
        fields["licence"] = "CC-BY-4.0";
        if (!more.contains("imported")) {
            fields.emplace("phases", "any");
            fields.emplace("focus", "workload-and-wellbeing");
        }
        return std::string(post("/api/v1/records", more, 201).at("id").as_string());
    }
};

} // namespace staffroom::tests
