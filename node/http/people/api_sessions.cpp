// Signing in and out, one-time links, and a person's own password.
#include "node/http/people/cookies.hpp"
#include "node/http/people/own_address.hpp"
#include "node/http/people/people_api.hpp"
#include "node/http/people/person_json.hpp"

namespace staffroom::http::api {
namespace {

/// The session of the request's own cookie.
std::optional<accounts::KnownSession>
own_session(const Services& services, const Request& request) {
    const bool by_tls = came_by_tls(request, services.config);
    const auto cookie = cookie_of(request.cookie, CookieKind::session, by_tls);
    return cookie ? services.people.accounts->know_session(*cookie) : std::nullopt;
}

/// The browser keeps nothing that opens anything: neither the session nor the first start.
Response signed_out(const Services& services, const Request& request) {
    const bool by_tls = came_by_tls(request, services.config);
    services.people.setup->forget(setup_cookie_of(services, request));
    return {
        204,
        "",
        "",
        {{"Set-Cookie", clear_cookie(CookieKind::session, by_tls)},
         {"Set-Cookie", clear_cookie(CookieKind::setup, by_tls)}}};
}

Response no_session(const Request& request) {
    return to_response(
        Problem{
            401,
            "request.token",
            "",
            "This needs somebody who is signed in by the page.",
            "sign in with POST /api/v1/session.",
            Exit::failed},
        request.id
    );
}

} // namespace

void sign_in(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string name = members.text("name");
    const std::string password = members.text("password");
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    services.people.accounts->sign_in(
        name,
        password,
        visitor_of(services, request),
        [&services, request, respond](const accounts::SignInOutcome& outcome) {
            if (const auto* refusal = std::get_if<accounts::SignInRefusal>(&outcome))
                return respond(to_response(*refusal, request.id));
            respond(session_begun(services, request, std::get<accounts::Opened>(outcome), 200));
        }
    );
}

void show_session(const Services& services, const Request& request, const Respond& respond) {
    const auto session = own_session(services, request);
    respond(session ? ok(session_json(services, *session)) : no_session(request));
}

void sign_out(const Services& services, const Request& request, const Respond& respond) {
    const auto session = own_session(services, request);
    if (!session)
        return respond(no_session(request));
    services.people.accounts->sign_out(
        session->hash,
        [&services, request, respond](const Result<void>&) {
            respond(signed_out(services, request));
        }
    );
}

void sign_out_everywhere(const Services& services, const Request& request, const Respond& respond) {
    services.people.accounts->end_sessions(
        request.caller.person()->id,
        [&services, request, respond](const Result<std::size_t>& ended) {
            if (!ended)
                return refuse(request, respond, ended.error());
            respond(signed_out(services, request));
        }
    );
}

void redeem_link(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string token = members.text("token");
    const std::string password = members.text("password");
    const std::string name = members.text("name");
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    services.people.accounts->redeem(
        token,
        password,
        name,
        visitor_of(services, request),
        [&services, request, respond](const Result<accounts::Opened>& opened) {
            if (opened)
                return respond(session_begun(services, request, *opened, 200));
            Problem problem = people_problem(opened.error());
            if (opened.error().code == Errc::not_found) {
                problem.status = 410;
                problem.code = "session.link-spent";
                problem.next = "ask a lead or the technician for a new link.";
            }
            respond(to_response(problem, request.id));
        }
    );
}

void change_password(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string old_password = members.text("old");
    const std::string new_password = members.text("new");
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    const accounts::SignedIn& own = *request.caller.person();
    services.people.accounts->change_password(
        {own.id, own.bearer, old_password, new_password},
        visitor_of(services, request),
        [request, respond](const accounts::ChangeOutcome& outcome) {
            if (const auto* refusal = std::get_if<accounts::SignInRefusal>(&outcome))
                return respond(to_response(*refusal, request.id));
            if (const auto& changed = std::get<Result<void>>(outcome); !changed)
                return respond(to_response(people_problem(changed.error()), request.id));
            respond({204, "", ""});
        }
    );
}

} // namespace staffroom::http::api
