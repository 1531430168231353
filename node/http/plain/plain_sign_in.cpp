// Signing in and out by forms: through the same handlers as the page, so with the same throttle.
#include "node/http/answers/json.hpp"
#include "node/http/people/people_api.hpp"
#include "node/http/plain/frame.hpp"
#include "node/http/plain/plain_api.hpp"
#include "node/http/plain/sign_in_sheet.hpp"

#include <boost/json.hpp>

namespace staffroom::http::api {
namespace {

std::string field_of(const Request& request, const std::string& name) {
    const auto found = request.form.find(name);
    return found == request.form.end() ? std::string() : found->second;
}

/// Sends the browser on, with the cookies that the API has set or taken away.
Response sent_to(const std::string& address, const Response& answered) {
    Response sent{303, "", "", {{"Location", address}}};
    for (const auto& header : answered.headers)
        if (header.first == "Set-Cookie")
            sent.headers.push_back(header);
    return sent;
}

Response refused_sign_in(
    const Services& services, const Request& request, const std::string& to, const Response& refused
) {
    const plain::PageWords& words = plain::words_for(request);
    boost::system::error_code error;
    const Json problem = boost::json::parse(refused.body, error);
    std::string code;
    std::string sentence;
    if (!error && problem.is_object()) {
        if (const Json* found = problem.get_object().if_contains("code"))
            code = found->is_string() ? std::string(found->get_string()) : "";
        if (const Json* found = problem.get_object().if_contains("detail"))
            sentence = found->is_string() ? std::string(found->get_string()) : "";
    }
    Response page = plain::sign_in_page(
        services, request, {words.say({"problem." + code}, sentence), to, refused.status}
    );
    for (const auto& [name, value] : refused.headers)
        if (name == "Retry-After")
            page.headers.emplace_back(name, value);
    return page;
}

} // namespace

void show_plain_sign_in(const Services& services, const Request& request, const Respond& respond) {
    respond(plain::sign_in_page(services, request, {"", "/plain"}));
}

void plain_sign_in(const Services& services, const Request& request, const Respond& respond) {
    const std::string to = plain::own_destination(field_of(request, "to"));
    if (!plain::has_own_form(services, request))
        return respond(plain::sign_in_page(
            services, request, {plain::words_for(request).t("plain.form-again"), to, 403}
        ));
    Request inner = request;
    inner.body = boost::json::serialize(JsonObject{
        {"name", field_of(request, "name")}, {"password", field_of(request, "password")}});
    sign_in(services, inner, [&services, request, respond, to](const Response& answer) {
        respond(
            answer.status == 200 ? sent_to(to, answer)
                                 : refused_sign_in(services, request, to, answer)
        );
    });
}

void plain_sign_out(const Services& services, const Request& request, const Respond& respond) {
    sign_out(services, request, [respond](Response answer) {
        if (answer.status != 204)
            return respond(std::move(answer));
        respond(sent_to("/plain", answer));
    });
}

} // namespace staffroom::http::api
