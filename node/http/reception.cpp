#include "node/http/reception.hpp"

#include "node/http/guard.hpp"
#include "node/http/meters.hpp"
#include "node/http/router.hpp"
#include "node/runtime/clock.hpp"
#include "protocol/base/text.hpp"

#include <array>
#include <exception>

namespace staffroom::http {
namespace {

/// What no route answers counts under one name, so that strangers cannot make labels.
constexpr std::string_view no_route = "none";

Problem broken_inside() {
    return {
        500,
        "internal",
        "Failed",
        "Something went wrong inside the node.",
        "look at `staffroom log` for the request's id.",
        Exit::failed};
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

void Reception::answer(const Request& request, const Respond& respond) {
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
    const Access access = route == nullptr ? Access::token : route->access;
    if (const auto problem = refusal(request, token_, access)) {
        timed(to_response(*problem, request.id));
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
    const Respond once = [respond, is_answered](Response response) {
        if (std::exchange(*is_answered, true))
            return;
        respond(std::move(response));
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
