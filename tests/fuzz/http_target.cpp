#include "tests/fuzz/http_target.hpp"

#include "node/http/json.hpp"
#include "node/http/outgoing_stream.hpp"
#include "node/http/reception.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "tests/support/solo_core.hpp"
#include "tests/support/solo_instruments.hpp"
#include "tests/support/solo_search.hpp"

#include <algorithm>
#include <array>

namespace staffroom::fuzz {
namespace {

struct Node {
    tests::SoloCore core{11};
    node::Config config{};
    services::Library library{core.store()};
    services::Publishing publishing{core, library, {crypto::Secret32(), "en-GB", "Oakhill", ""}};
    services::NodeFacts facts{"0.1.0", "127.0.0.1:1", "127.0.0.1:2", {0}, "/nonexistent"};
    tests::SoloInstruments instruments{core.random()};
    tests::SoloSearch search{core, library};
    services::Services all{
        core, config, library, publishing, facts, instruments.all(), search.service};
    staffroom::http::Reception reception{all, "token"};
};

std::string take_line(std::string_view& input) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string line(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
    return line;
}

} // namespace

void http(ByteView input) {
    static Node node;
    using staffroom::http::Method;
    constexpr std::array methods{Method::get, Method::post, Method::put, Method::other};
    std::string_view rest = as_text(input);
    const auto first = rest.empty() ? 'G' : rest.front();
    rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
    const Method method =
        first == 'P' ? Method::post : methods[static_cast<unsigned char>(first) % methods.size()];
    staffroom::http::Request request{method, take_line(rest), "", "", "r1", true, false, {}, {}};
    request.idempotency_key = take_line(rest);
    request.if_none_match = request.idempotency_key;
    request.last_event_id = request.idempotency_key;
    request.body = std::string(rest);
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

} // namespace staffroom::fuzz
