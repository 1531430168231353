// A real node behind its HTTP front, without sockets and threads, for the targets of its API. One
// node serves many inputs of a process; a new one is made before the remains of these inputs grow
// large.
#pragma once

#include "node/http/answers/json.hpp"
#include "node/http/server/reception.hpp"
#include "protocol/base/ensure.hpp"
#include "tests/support/node/solo_core.hpp"
#include "tests/support/node/solo_instruments.hpp"
#include "tests/support/node/solo_search.hpp"
#include "tests/support/solo_people.hpp"

#include <optional>

namespace staffroom::fuzz {

struct RequestNode {
    tests::SoloCore core{11};
    node::Config config{};
    services::Library library{core.store()};
    services::Publishing publishing{core, library, {crypto::Secret32(), "en-GB", "Oakhill", ""}};
    services::NodeFacts facts{"0.1.0", "127.0.0.1:1", "127.0.0.1:2", "", {}, {0}, "/nonexistent"};
    tests::SoloInstruments instruments{core.random()};
    tests::SoloSearch search{core, library};
    tests::SoloPeople people{core, *instruments.trace};
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
    staffroom::http::Reception reception{all, "token"};
    std::string record; // the id of a draft that is here

    RequestNode() {
        staffroom::http::Request request{
            staffroom::http::Method::post,
            "/api/v1/records",
            "",
            "",
            "r0",
            staffroom::http::Caller::at_socket(),
            {},
            {}};
        request.body = R"({"file":"# A draft\n","reach":"draft","path":"a.md"})";
        reception.answer(request, [this](const staffroom::http::Response& given) {
            ensure(given.status == 201);
            record = boost::json::parse(given.body).as_object().at("id").as_string();
        });
        core.settle();
        ensure(!record.empty());
    }
};

[[nodiscard]] inline RequestNode& request_node() {
    constexpr std::size_t inputs_max = 5000;
    static std::optional<RequestNode> node;
    static std::size_t inputs = 0;
    if (inputs++ % inputs_max == 0)
        node.emplace();
    return *node;
}

} // namespace staffroom::fuzz
