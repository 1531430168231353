// The requests that a program sends to the node's API: method, target, headers and body go through
// the whole table of handlers of a real node without sockets.
#include "node/http/answers/json.hpp"
#include "node/http/answers/outgoing_stream.hpp"
#include "node/http/routes/router.hpp"
#include "node/links/address.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "tests/fuzz/request_node.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <array>

namespace staffroom::fuzz {
namespace {

std::string take_line(std::string_view& input) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string line(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
    return line;
}

/// {id} in a request is the id of a record that is here.
void put_id(std::string& text, const std::string& id) {
    if (const auto at = text.find("{id}"); at != std::string::npos)
        text.replace(at, 4, id);
}

/// A byte for the method; up to a line end each the target, a key and a tag; the body.
void http_request(ByteView input) {
    RequestNode& node = request_node();
    using staffroom::http::Method;
    constexpr std::array methods{Method::get, Method::post, Method::put, Method::other};
    std::string_view rest = as_text(input);
    const auto first = rest.empty() ? 'G' : rest.front();
    rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
    Method method = methods[static_cast<unsigned char>(first) % methods.size()];
    if (first == 'P' || first == 'D')
        method = first == 'P' ? Method::post : Method::remove;
    staffroom::http::Request request{
        method, take_line(rest), "", "", "r1", staffroom::http::Caller::at_socket(), {}, {}};
    request.idempotency_key = take_line(rest);
    std::string tag = take_line(rest);
    put_id(tag, node.record);
    request.if_match = request.if_none_match = request.last_event_id = tag;
    request.cookie = request.accept_encoding = request.user_agent = request.forwarded_for = tag;
    request.body = std::string(rest);
    put_id(request.target, node.record);
    std::optional<staffroom::http::Response> answer;
    node.reception.answer(request, [&](staffroom::http::Response given) {
        ensure(!answer.has_value());
        answer = std::move(given);
    });
    node.core.settle();
    ensure(answer.has_value());
    ensure(answer->status >= 200 && answer->status <= 599 && answer->status != 500);
    ensure(answer->status != 503);
    if (answer->stream) {
        const std::string begun = answer->stream->take();
        ensure(!first_unreadable_byte(begun) && begun.ends_with("\n\n"));
        answer->stream->leave();
    }
    if (answer->content_type.find("json") != std::string::npos)
        ensure(staffroom::http::parse_object(answer->body).has_value());
    ensure(answer->status < 400 || answer->content_type == "application/problem+json");
}

/// "D" is the method GET, "P" POST; the body stands behind the key and the tag.
std::vector<std::string> honest_requests() {
    std::vector<std::string> all;
    for (const staffroom::http::RouteFacts& route : staffroom::http::routes())
        if (route.method == staffroom::http::Method::get)
            all.push_back("D" + std::string(route.pattern) + "\n\n\n");
    all.push_back("D/api/v1/records?network=Rivers&kind=practice-write-up&limit=3&after=1.a\n\n\n");
    all.push_back("D/api/v1/records/aaaaaaaa@2\n\n\"tag\", W/\"x\"\n");
    all.push_back("D/api/v1/records/{id}\n\n\"tag\", *\n");
    all.push_back("D/api/v1/log?after=3&level=info&limit=7\n\n\n");
    all.push_back(
        "P/api/v1/records\nkey-1\n\n"
        R"({"file":"---\ntitle: \"A title\"\nlang: en\n---\n# Words\n","path":"a.md","kind":)"
        R"("practice-write-up","reach":"draft","authors":["A. Teacher"],"set":{"phases":)"
        R"(["primary"]},"attachments":[{"name":"a.png","hash":"","type":"image/png","size":3}]})"
    );
    all.push_back("P/api/v1/records/batch\n\n\n{\"records\":[{\"file\":\"# A title\\n\"}]}");
    all.push_back(
        "P/api/v1/records/written\n\n\n{\"records\":[{\"place\":\"a.md\",\"request\":\"" +
        std::string(52, 'a') + "\"}]}"
    );
    all.push_back("P/api/v1/check\n\n\n{\"file\":\"Aisha (4B)\\n\",\"set\":{\"title\":\"Tom, Y4\"}}"
    );
    all.push_back("P/api/v1/records/{id}/revisions\n\n\"{id}.7\"\n{\"file\":\"# A title\\n\"}");
    all.push_back("P/api/v1/records/{id}/retraction\nkey-3\n*\n{\"why\":\"old\"}");
    all.push_back("P/api/v1/records/{id}/revisions\n\n\n{\"file\":\"# A title\\n\"}");
    all.push_back("P/api/v1/records/{id}/revisions\n\n\"x+y\"\n{\"file\":\"# A title\\n\"}");
    all.push_back("P/api/v1/networks\nkey-2\n\n{\"name\":\"Rivers\",\"focus\":\"x\"}");
    all.push_back("P/api/v1/networks/join\n\n\n{\"code\":\"ABCD\",\"address\":\"a.example:1\"}");
    all.push_back("P/api/v1/neighbours\n\n\n{\"address\":\"a.example:1\",\"network\":\"Nobody\"}");
    return all;
}

std::vector<Bytes> http_seeds() {
    std::vector<Bytes> seeds;
    for (const std::string& one : honest_requests())
        seeds.push_back(to_bytes(as_view(one)));
    return seeds;
}

void address(ByteView input) {
    const auto parsed = links::parse_host_port(as_text(input));
    if (!parsed)
        return;
    const auto again = links::parse_host_port(links::to_text(*parsed));
    ensure(again.has_value() && again->host == parsed->host && again->port == parsed->port);
}

std::vector<Bytes> address_seeds() {
    std::vector<Bytes> seeds;
    for (const std::string_view text :
         {"a.example:7420", "192.0.2.1:1", "[2001:db8::1]:65535", "[::ffff:1.2.3.4]:7"})
        seeds.push_back(to_bytes(as_view(text)));
    return seeds;
}

} // namespace

Targets http_targets() {
    return {
        {"http", http_request, http_seeds, nullptr, 800},
        {"address", address, address_seeds},
    };
}

} // namespace staffroom::fuzz
