// A node alone behind the rules of the HTTP ports: what a client would get, without sockets.
#pragma once

#include "node/http/server/reception.hpp"
#include "tests/support/solo_node.hpp"

namespace staffroom::tests {

struct HttpFront {
    SoloNode node;
    http::Reception reception{node.all, "token"};

    http::Response ask(const http::Request& request) {
        std::optional<http::Response> given;
        reception.answer(request, [&](http::Response response) { given = std::move(response); });
        node.core.settle();
        REQUIRE(given.has_value());
        return std::move(*given);
    }
};

inline std::string header_of(const http::Response& response, std::string_view name) {
    for (const auto& [each, value] : response.headers)
        if (each == name)
            return value;
    return "";
}

} // namespace staffroom::tests
