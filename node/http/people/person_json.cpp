#include "node/http/people/person_json.hpp"

#include "node/http/people/cookies.hpp"
#include "node/http/people/own_address.hpp"
#include "node/services/records/exported_texts.hpp"
#include "node/services/vocabulary/written_date.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::http {
namespace {

constexpr std::chrono::hours device_life{24 * 180};
constexpr std::uint64_t day_ms = std::uint64_t{24} * 60 * 60 * 1000;

std::string school_name_of(const services::Services& services) {
    return services.config.name;
}

} // namespace

Json moment_json(const std::optional<WallTime>& time) {
    return time ? Json(services::time_text(*time)) : Json(nullptr);
}

std::string_view person_state(const accounts::Accounts& accounts, const accounts::Person& person) {
    if (person.left)
        return "left";
    if (!accounts.role_of(person))
        return "ended";
    return person.credentials ? "active" : "invited";
}

JsonObject person_json(const accounts::Accounts& accounts, const accounts::Person& person) {
    const auto role = accounts.role_of(person);
    const bool is_acting = role && person.grants.acting && person.grants.acting->role == *role &&
                           person.grants.lasting.role != *role;
    const accounts::Grant& grant = is_acting ? *person.grants.acting : person.grants.lasting;
    return {
        {"id", to_base32(person.id)},
        {"name", person.name},
        {"role", role_name(role.value_or(person.grants.lasting.role))},
        {"from", moment_json(grant.from)},
        {"until", moment_json(grant.until)},
        {"state", person_state(accounts, person)}};
}

JsonObject session_json(const services::Services& services, const accounts::KnownSession& session) {
    return {
        {"person",
         JsonObject{
             {"id", to_base32(session.who.id)},
             {"name", session.who.name},
             {"role", role_name(session.who.role)}}},
        {"school",
         JsonObject{
             {"id", to_base32(services.core.replica().school())},
             {"name", school_name_of(services)}}},
        {"csrf", session.csrf},
        {"expires", moment_json(session.ends)}};
}

JsonObject session_row_json(const accounts::Session& session) {
    return {
        {"id", accounts::public_id(session.hash)},
        {"begun", moment_json(session.begun)},
        {"seen", moment_json(session.seen)},
        {"browser", session.agent}};
}

JsonObject token_json(const accounts::Accounts& accounts, const accounts::Token& token) {
    const accounts::Person* person = token.is_person ? accounts.book().find(token.holder) : nullptr;
    return {
        {"id", accounts::public_id(token.hash)},
        {"name", token.name},
        {"scope", accounts::scope_name(token.scope)},
        {"person", person == nullptr ? Json(nullptr) : Json(person->name)},
        {"created", moment_json(token.created)},
        {"until", moment_json(token.until)}};
}

accounts::Visitor visitor_of(const services::Services& services, const Request& request) {
    const bool by_tls = came_by_tls(request, services.config);
    return {
        client_address(request, services.config),
        request.user_agent,
        cookie_of(request.cookie, CookieKind::device, by_tls).value_or(""),
        cookie_of(request.cookie, CookieKind::session, by_tls).value_or("")};
}

std::string setup_cookie_of(const services::Services& services, const Request& request) {
    const bool by_tls = came_by_tls(request, services.config);
    return cookie_of(request.cookie, CookieKind::setup, by_tls).value_or("");
}

Response session_begun(
    const services::Services& services,
    const Request& request,
    const accounts::Opened& opened,
    int status
) {
    const bool by_tls = came_by_tls(request, services.config);
    Response response = ok(session_json(services, opened.session), status);
    const std::chrono::hours life{24 * services.config.session_days};
    response.headers.emplace_back(
        "Set-Cookie", set_cookie(CookieKind::session, by_tls, opened.cookie, life)
    );
    response.headers.emplace_back(
        "Set-Cookie", set_cookie(CookieKind::device, by_tls, opened.device, device_life)
    );
    return response;
}

Response to_response(const accounts::SignInRefusal& refusal, const std::string& request_id) {
    using Why = accounts::SignInRefusal::Why;
    switch (refusal.why) {
    case Why::wrong: {
        Response response = to_response(
            Problem{
                401,
                "session.wrong",
                "",
                "Name and password do not belong together.",
                "try again, or ask a lead or the technician for a new link.",
                ExitCode::refused},
            request_id
        );
        return response;
    }
    case Why::throttled: {
        const std::string seconds = std::to_string(refusal.wait.count());
        Response response = to_response(
            Problem{
                429,
                "session.throttled",
                "",
                "There were too many wrong tries. Wait " + seconds + " s.",
                "wait, then try again; or ask a lead or the technician for a new link.",
                ExitCode::refused},
            request_id
        );
        std::erase_if(response.headers, [](const auto& each) {
            return each.first == "Retry-After";
        });
        response.headers.emplace_back("Retry-After", seconds);
        return response;
    }
    case Why::busy: return to_response(problem_from({Errc::busy, {}}), request_id);
    case Why::failed: return to_response(problem_from({Errc::io_error, {}}), request_id);
    }
    return to_response(problem_from({Errc::io_error, {}}), request_id);
}

Problem people_problem(const Error& error) {
    Problem problem = problem_from(error);
    if (error.code == Errc::not_found)
        problem.next = "run `staffroom users list` to see who is here.";
    if (error.code == Errc::already_exists)
        problem.next = "use another name: a middle name or an initial tells two people apart.";
    if (error.code == Errc::not_allowed)
        problem.next = "ask a lead of the school.";
    return problem;
}

accounts::Actor actor_of(const Caller& caller) {
    return caller.person() == nullptr ? accounts::Actor() : accounts::Actor(*caller.person());
}

std::optional<accounts::Person>
person_in_path(const services::Services& services, const Request& request, const Respond& respond) {
    const std::string& typed = request.path_values.at("id");
    const accounts::AccountBook& book = services.people.accounts->book();
    const accounts::SignedIn* own = request.caller.person();
    const accounts::Person* person =
        typed == "me" && own != nullptr ? book.find(own->id) : book.find_typed(typed);
    if (person == nullptr) {
        respond(to_response(
            people_problem({Errc::not_found, "Nobody here has this name or id."}), request.id
        ));
        return std::nullopt;
    }
    return *person;
}

Result<std::optional<WallTime>> read_until(const std::string& text) {
    if (text.empty())
        return std::optional<WallTime>();
    if (const auto day = services::day_of(text))
        return std::optional(WallTime{day->ms + day_ms});
    if (const auto moment = services::written_moment(text))
        return std::optional(*moment);
    return fail(Errc::invalid_input, "\"until\" has to be a day such as 2027-07-31.");
}

} // namespace staffroom::http
