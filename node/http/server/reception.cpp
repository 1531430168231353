#include "node/http/server/reception.hpp"

#include "node/base/clock.hpp"
#include "node/http/answers/negotiation.hpp"
#include "node/http/answers/outgoing_stream.hpp"
#include "node/http/monitor/meters.hpp"
#include "node/http/server/guard.hpp"
#include "node/http/server/router.hpp"
#include "protocol/base/text.hpp"

#include <array>
#include <exception>

namespace staffroom::http {
namespace {

/// The name under which all requests without a route count, so that strangers cannot make labels.
constexpr std::string_view no_route = "none";
constexpr std::string_view json_media_type = "application/json";

Problem broken_inside() {
    return {
        500,
        "internal",
        "Failed",
        "Something went wrong inside the node.",
        "look at `staffroom log` for the request's id.",
        Exit::failed};
}

/// Refuses, before anything is done, a body that is no JSON where JSON belongs, or a change whose
/// answer the client will not read.
std::optional<Response> unfit_types(const Request& request, const RouteFacts& route) {
    if (request.method == Method::get)
        return std::nullopt;
    if (route.body == BodyType::json && !is_json_type(request.content_type)) {
        Response refused = to_response(
            {415,
             "request.body-type",
             "",
             "The body has to be JSON in UTF-8, not " + request.content_type.substr(0, 100) + ".",
             "send it with \"Content-Type: application/json\".",
             Exit::usage},
            request.id
        );
        refused.headers.emplace_back("Accept", "application/json");
        return refused;
    }
    if (wish_for(request.accept, json_media_type) == 0)
        return to_response(not_acceptable(json_media_type), request.id);
    return std::nullopt;
}

/// Returns the answer of a read unless the client will not take it. A stream has not begun yet and
/// ends here.
Response as_accepted(Response response, const std::string& accept, const std::string& request_id) {
    const bool is_told = response.status >= 200 && response.status < 300 &&
                         !response.content_type.empty() &&
                         bare_type(response.content_type) != "application/octet-stream";
    if (!is_told || wish_for(accept, response.content_type) > 0)
        return response;
    if (response.stream)
        response.stream->leave();
    return to_response(not_acceptable(bare_type(response.content_type)), request_id);
}

} // namespace

Reception::Reception(const services::Services& services, std::string token)
    : services_(services)
    , token_(std::move(token)) {}

std::string Reception::new_request_id() {
    std::array<std::uint8_t, 8> raw{};
    services_.core.random().fill(raw);
    return to_hex(raw);
}

void Reception::answer(Request request, const Respond& respond) {
    request.caller = caller_with(request, token_);
    const Instant begun = runtime::steady_now();
    const RouteFacts* route = find_route(request.method, request.target);
    const auto timed =
        [&services = services_, route, method = request.method, begun, respond](Response response) {
            const double seconds =
                static_cast<double>((runtime::steady_now() - begun).count()) / 1'000'000;
            services.instruments.meters.request_done(
                route == nullptr ? no_route : route->pattern, method, response.status, seconds
            );
            respond(std::move(response));
        };
    const Access access = route == nullptr ? access_at(request.target) : route->access;
    const auto refused = refusal(request, access);
    // A method that no address answers is told so: that says nothing of any address.
    if (refused && request.method != Method::other) {
        timed(to_response(*refused, request.id));
        return;
    }
    if (route != nullptr)
        if (const auto unfit = unfit_types(request, *route)) {
            timed(*unfit);
            return;
        }
    if (request.idempotency_key.empty() || request.method != Method::post) {
        carry_out(request, timed);
        return;
    }
    auto verdict = kept_->begin(request, begun);
    if (const auto* problem = std::get_if<Problem>(&verdict)) {
        timed(to_response(*problem, request.id));
    } else if (auto* again = std::get_if<Response>(&verdict)) {
        timed(std::move(*again));
    } else {
        carry_out(request, [kept = kept_, request, timed](Response response) {
            kept->finish(request, response);
            timed(std::move(response));
        });
    }
}

void Reception::carry_out(const Request& request, const Respond& respond) {
    const auto is_answered = std::make_shared<bool>(false);
    const Respond once =
        [respond, is_answered, accept = request.accept, id = request.id](Response response) {
            if (std::exchange(*is_answered, true))
                return;
            respond(as_accepted(std::move(response), accept, id));
        };
    try {
        dispatch(services_, request, once);
    } catch (const std::exception& error) {
        services_.instruments.trace.event(
            node::TraceLevel::error,
            "http.request.failed",
            {{"request", request.id}, {"what", error.what()}}
        );
        once(to_response(broken_inside(), request.id));
    }
}

} // namespace staffroom::http
