// A node alone behind the rules of the HTTP ports: the answers that a client would get, without
// sockets.
#pragma once

#include "node/http/server/reception.hpp"
#include "tests/support/node/solo_node.hpp"

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

/// As it comes in by the Unix socket.
inline http::Request
posted(std::string body, std::string target = "/api/v1/records", std::string key = "") {
    http::Request request{
        http::Method::post,
        std::move(target),
        "",
        std::move(body),
        "r1",
        http::Caller::at_socket(),
        {},
        {}};
    request.idempotency_key = std::move(key);
    return request;
}

inline std::string header_of(const http::Response& response, std::string_view name) {
    for (const auto& [each, value] : response.headers)
        if (each == name)
            return value;
    return "";
}

} // namespace staffroom::tests
