#include "node/http/server/reception.hpp"

#include "node/accounts/accounts.hpp"
#include "node/accounts/setup.hpp"
#include "node/base/clock.hpp"
#include "node/http/answers/negotiation.hpp"
#include "node/http/answers/outgoing_stream.hpp"
#include "node/http/answers/query.hpp"
#include "node/http/monitor/meters.hpp"
#include "node/http/people/cookies.hpp"
#include "node/http/people/own_address.hpp"
#include "node/http/plain/frame.hpp"
#include "node/http/routes/rights.hpp"
#include "node/http/routes/router.hpp"
#include "node/http/server/guard.hpp"
#include "protocol/base/text.hpp"

#include <array>
#include <exception>

namespace staffroom::http {
namespace {

/// The name under which all requests without a route count, so that strangers cannot make labels.
constexpr std::string_view no_route = "none";
constexpr std::string_view json_media_type = "application/json";
constexpr std::string_view form_media_type = "application/x-www-form-urlencoded";

Problem broken_inside() {
    return {
        500,
        "internal",
        "Failed",
        "Something went wrong inside the node.",
        "look at `staffroom log` for the request's id.",
        ExitCode::failed};
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
             ExitCode::usage},
            request.id
        );
        refused.headers.emplace_back("Accept", "application/json");
        return refused;
    }
    if (route.body == BodyType::form && bare_type(request.content_type) != form_media_type)
        return to_response(
            Problem{
                415,
                "request.body-type",
                "",
                "What is sent here is a form.",
                "send it with \"Content-Type: " + std::string(form_media_type) + "\".",
                ExitCode::usage},
            request.id
        );
    if (route.body != BodyType::form && wish_for(request.accept, json_media_type) == 0)
        return to_response(not_acceptable(json_media_type), request.id);
    return std::nullopt;
}

/// Reads a form. The word against other pages' forms stands in it, since a browser without scripts
/// sends no header of its own.
void read_form(Request& request) {
    request.form = parse_query(request.body).value_or(std::map<std::string, std::string>{});
    if (const auto csrf = request.form.find("csrf"); csrf != request.form.end())
        request.csrf = csrf->second;
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

Caller Reception::recognise(const Request& request) const {
    const Caller& caller = request.caller;
    if (caller.is_at_socket())
        return caller;
    accounts::Accounts* accounts = services_.people.accounts;
    if (!request.authorization.empty()) {
        const auto shown = bearer_of(request);
        if (!shown)
            return caller;
        if (is_same_token(*shown, token_))
            return caller.with_token();
        const auto known = accounts == nullptr ? std::nullopt : accounts->know_token(*shown);
        // What stands in the address of a feed opens nothing beside it.
        const bool is_bearer = known && known->second != accounts::Scope::feed;
        return is_bearer ? caller.in_scope(known->first, known->second) : caller;
    }
    if (request.cookie.empty() || accounts == nullptr)
        return caller;
    const bool by_tls = came_by_tls(request, services_.config);
    const auto shown = cookie_of(request.cookie, CookieKind::session, by_tls);
    auto session = shown ? accounts->know_session(*shown) : std::nullopt;
    // The wizard goes on with its own cookie, also once its first account is signed in.
    const accounts::Setup* setup = services_.people.setup;
    if (setup != nullptr && request.target.starts_with("/api/v1/setup"))
        if (const auto cookie = cookie_of(request.cookie, CookieKind::setup, by_tls)) {
            const auto signed_in = session ? std::optional(session->who.id) : std::nullopt;
            if (const auto csrf = setup->know(*cookie, signed_in, runtime::steady_now()))
                return caller.in_setup(*csrf);
        }
    if (session)
        return caller.in_session(std::move(session->who), std::move(session->csrf));
    return caller;
}

/// Over TCP nobody sends much before it is known who they are.
std::size_t Reception::body_limit(const Request& request) const {
    const RouteFacts* route = find_route(request.method, request.target);
    if (route == nullptr)
        return stranger_body_bytes_max;
    const bool may_send = may_ask(recognise(request), request.method, route->askers);
    return may_send ? route->body_bytes_max : stranger_body_bytes_max;
}

namespace {

/// Whether this would change a school that the page has not finished setting up.
bool is_in_fresh_school(const Request& request, const services::Services& services) {
    const accounts::Setup* setup = services.people.setup;
    const bool may_change = request.method != Method::get && request.method != Method::options;
    return may_change && setup != nullptr && setup->fresh() != nullptr &&
           !request.target.starts_with("/api/v1/setup");
}

Problem phrase_first() {
    return {
        409,
        "setup.phrase",
        "",
        "The recovery phrase of this school is not written down yet.",
        "finish the page of the first start, which `staffroom setup code` opens.",
        ExitCode::refused};
}

} // namespace

void Reception::answer(Request request, const Respond& respond) {
    request.caller = recognise(request);
    const Instant begun = runtime::steady_now();
    const RouteFacts* route = find_route(request.method, request.target);
    if (route != nullptr && route->body == BodyType::form)
        read_form(request);
    const auto timed = [&services = services_, route, request, begun, respond](Response response) {
        const double seconds =
            static_cast<double>((runtime::steady_now() - begun).count()) / 1'000'000;
        services.instruments.meters.request_done(
            route == nullptr ? no_route : route->pattern, request.method, response.status, seconds
        );
        respond(plain::as_page(services, request, std::move(response)));
    };
    const Askers askers = route == nullptr ? askers_at(request.target) : route->askers;
    const auto refused = refusal(request, askers, services_.config);
    // A method that no address answers to is told so: that says nothing of any.
    if (refused && request.method != Method::other) {
        timed(to_response(*refused, request.id));
        return;
    }
    // A school whose phrase nobody has goes at the next start: nothing may be written into it.
    if (is_in_fresh_school(request, services_)) {
        timed(to_response(phrase_first(), request.id));
        return;
    }
    if (route != nullptr)
        if (const auto unfit = unfit_types(request, *route)) {
            timed(*unfit);
            return;
        }
    // What opens a session is never given out a second time.
    const bool may_repeat = request.caller.is_known() && !request.caller.is_setting_up() &&
                            !askers.has(Asker::stranger);
    if (request.idempotency_key.empty() || request.method != Method::post || !may_repeat) {
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
