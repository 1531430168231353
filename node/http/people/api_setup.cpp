// The first start: the code, the school's name, its phrase, its first accounts. [I3]
#include "node/base/clock.hpp"
#include "node/http/people/cookies.hpp"
#include "node/http/people/own_address.hpp"
#include "node/http/people/people_api.hpp"
#include "node/http/people/person_json.hpp"
#include "node/links/address.hpp"
#include "node/services/certificates/certificate_book.hpp"
#include "node/services/text/name_text.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::http::api {
namespace {

Problem setup_problem(int status, std::string code, std::string sentence, std::string next) {
    return {status, std::move(code), "", std::move(sentence), std::move(next), ExitCode::refused};
}

Response wrong_code(const Request& request, std::string sentence) {
    return to_response(
        setup_problem(
            403,
            "setup.code",
            std::move(sentence),
            "read it with `staffroom setup code` on the machine of the node."
        ),
        request.id
    );
}

Response done_already(const Request& request) {
    return to_response(
        setup_problem(
            409,
            "setup.done",
            "This step of the setting up is done already.",
            "ask GET /api/v1/setup what is to be done."
        ),
        request.id
    );
}

std::string without_space(std::string_view word) {
    std::string out;
    for (const char letter : word)
        if (letter >= 'A' && letter <= 'Z')
            out += static_cast<char>(letter - 'A' + 'a');
        else if (letter != ' ' && letter != '\t')
            out += letter;
    return out;
}

/// The address by which other machines reach the page: the first name of the certificate that this
/// node answers under, where the door is open on every address.
std::string https_page(const Services& services) {
    auto where = links::parse_host_port(services.facts.https);
    if (!where)
        return {};
    const auto& state = services.certificates->state();
    const bool is_named = !services.config.web_names.empty();
    if (is_named || where->host == "0.0.0.0" || where->host == "::")
        where->host = services::shared_name(state).value_or(state.own_names.front());
    return "https://" + links::to_text(*where) + "/";
}

JsonObject phrase_json(const accounts::FreshSchool& fresh) {
    std::string phrase;
    for (const std::string& word : fresh.phrase)
        phrase += (phrase.empty() ? "" : " ") + word;
    JsonArray check;
    for (const std::size_t asked : fresh.asked)
        check.push_back(asked + 1);
    return {{"phrase", phrase}, {"check", std::move(check)}};
}

/// Writes on the pool, and goes on once it is on disk.
void write_then(
    const Services& services,
    const Request& request,
    const Respond& respond,
    const std::function<Result<void>()>& write,
    const std::function<void()>& go_on
) {
    const auto written = std::make_shared<Result<void>>();
    services.core.run_blocking(
        [write, written] { *written = write(); },
        [request, respond, written, go_on] {
            if (!*written)
                return refuse(request, respond, written->error());
            go_on();
        }
    );
}

} // namespace

void show_setup(const Services& services, const Request& request, const Respond& respond) {
    const accounts::Setup& setup = *services.people.setup;
    const bool is_known = request.caller.is_setting_up() || request.caller.is_owner();
    const bool has_network = !services.core.replica().networks().empty();
    JsonObject answer{
        {"needed", setup.is_needed()}, {"step", step_name(setup.step(is_known, has_network))}};
    if (request.caller.is_setting_up())
        answer["csrf"] = request.caller.csrf();
    respond(ok(answer));
}

void show_setup_code(const Services& services, const Request& request, const Respond& respond) {
    const auto code = services.people.setup->code();
    if (!code) {
        Problem problem = problem_from(code.error());
        problem.next = "invite more people with `staffroom users add NAME --role ROLE`.";
        return respond(to_response(problem, request.id));
    }
    JsonObject answer{{"code", *code}, {"page", "http://" + services.facts.web + "/"}};
    if (const auto* certificates = services.certificates) {
        answer["https"] = https_page(services);
        answer["fingerprint"] = certificates->state().facts.fingerprint;
        answer["self_signed"] = certificates->state().facts.is_self_signed;
    }
    respond(ok(answer));
}

void begin_setup(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string typed = members.text("code");
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    accounts::Setup& setup = *services.people.setup;
    const Instant now = runtime::steady_now();
    const auto wait = setup.wait(client_address(request, services.config), now);
    if (wait > std::chrono::seconds(0))
        return respond(to_response(
            accounts::SignInRefusal{accounts::SignInRefusal::Why::throttled, wait}, request.id
        ));
    if (!setup.is_needed())
        return respond(done_already(request));
    const auto cookie = setup.begin(typed, now);
    if (!cookie && cookie.error().code == Errc::not_allowed)
        return respond(wrong_code(request, cookie.error().detail));
    if (!cookie)
        return refuse(request, respond, cookie.error());
    const bool by_tls = came_by_tls(request, services.config);
    Response response = ok(JsonObject{{"csrf", *setup.know(*cookie, std::nullopt, now)}});
    response.headers.emplace_back(
        "Set-Cookie", set_cookie(CookieKind::setup, by_tls, *cookie, accounts::setup_life)
    );
    respond(std::move(response));
}

void name_school(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string name = services::trimmed_name(members.text("name"));
    const std::string place = services::trimmed_name(members.text("place"));
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    accounts::FreshSchool* fresh = services.people.setup->fresh();
    if (fresh == nullptr || fresh->is_phrase_kept)
        return respond(done_already(request));
    if (const auto why = services::why_not_a_name(name, "A school's name"))
        return refuse(request, respond, {Errc::invalid_input, *why});
    if (!place.empty())
        if (const auto why = services::why_not_a_name(place, "A place"))
            return refuse(request, respond, {Errc::invalid_input, *why});
    write_then(
        services,
        request,
        respond,
        [&services, name, place] { return services.people.name_school(name, place); },
        [respond, fresh] {
            fresh->is_named = true;
            respond(ok(phrase_json(*fresh)));
        }
    );
}

void check_phrase(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const JsonObject* words = members.object("words");
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    accounts::FreshSchool* fresh = services.people.setup->fresh();
    if (fresh == nullptr || !fresh->is_named || fresh->is_phrase_kept)
        return respond(done_already(request));
    bool is_right = words != nullptr;
    for (const std::size_t asked : fresh->asked) {
        const Json* given =
            words == nullptr ? nullptr : words->if_contains(std::to_string(asked + 1));
        is_right = is_right && given != nullptr && given->is_string() &&
                   without_space(given->get_string()) == fresh->phrase.at(asked);
    }
    if (!is_right)
        return respond(to_response(
            setup_problem(
                422,
                "setup.phrase",
                "Not all of these words are right.",
                "look at the paper on which you wrote them, and type them again."
            ),
            request.id
        ));
    write_then(
        services,
        request,
        respond,
        [&services] { return services.people.keep_phrase(); },
        [&services, respond] {
            services.people.setup->forget_phrase();
            respond(ok(JsonObject{{"step", "accounts"}}));
        }
    );
}

void add_first_account(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string name = members.text("name");
    const std::string password = members.text("password");
    const std::string word = members.text("role");
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    const auto role = accounts::parse_role(word.empty() ? "lead" : word);
    if (!role)
        return refuse(request, respond, role.error());
    accounts::Setup& setup = *services.people.setup;
    if (setup.fresh() != nullptr && !setup.fresh()->is_phrase_kept)
        return respond(to_response(
            setup_problem(
                409, "setup.phrase", "The phrase is not written down yet.", "do that step first."
            ),
            request.id
        ));
    // The life that knows the school by its name begins in a moment.
    if (setup.fresh() != nullptr)
        return respond(to_response(
            setup_problem(
                503, "node.starting", "The node begins again with the school's name.", "try again."
            ),
            request.id
        ));
    const bool is_first = setup.is_needed();
    accounts::Visitor visitor = visitor_of(services, request);
    if (!is_first) // whoever makes a colleague's account stays signed in
        visitor.old_cookie.clear();
    services.people.accounts->make(
        {name, *role, password, is_first},
        visitor,
        [&services, request, respond, is_first](const Result<accounts::Opened>& opened) {
            if (!opened && is_first && !services.people.setup->is_needed())
                return respond(done_already(request)); // another browser was quicker
            if (!opened)
                return respond(to_response(people_problem(opened.error()), request.id));
            if (is_first) { // and goes on at this browser
                services.people.setup->note_first_account(
                    setup_cookie_of(services, request), opened->session.who.id
                );
                return respond(session_begun(services, request, *opened, 201));
            }
            services.people.accounts->sign_out(opened->session.hash, [](const Result<void>&) {});
            JsonObject answer = session_json(services, opened->session);
            answer.erase("csrf");
            answer.erase("expires");
            respond(ok(answer, 201));
        }
    );
}

} // namespace staffroom::http::api
