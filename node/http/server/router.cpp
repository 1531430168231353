#include "node/http/server/router.hpp"

#include "node/http/answers/problem.hpp"
#include "node/http/answers/query.hpp"
#include "node/http/api/api.hpp"
#include "node/http/monitor/meters.hpp"
#include "node/http/records/records_api.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace staffroom::http {
namespace {

struct Route {
    constexpr Route(
        Method method,
        std::string_view pattern,
        Handler answers,
        Access access = Access::token,
        BodyType body = BodyType::json
    )
        : facts{method, pattern, access, body}
        , handler(answers) {}
    RouteFacts facts;
    Handler handler;
};

/// The rows of the API. A row may end with who may ask and with the kind of its body.
constexpr std::array route_table{
    Route{Method::get, "/healthz", api::health, Access::anyone},
    Route{Method::get, "/readyz", api::ready, Access::anyone},
    Route{Method::get, "/metrics", api::metrics},
    Route{Method::get, "/api/v1/openapi.json", api::openapi},
    Route{Method::get, "/api/v1/problems", api::list_problems, Access::anyone},
    Route{Method::get, "/api/v1/problems/{code}", api::show_problem, Access::anyone},
    Route{Method::get, "/api/v1/events", api::events},
    Route{Method::get, "/api/v1/log", api::log},
    Route{Method::get, "/api/v1/status", api::status},
    Route{Method::get, "/api/v1/doctor", api::doctor},
    Route{Method::get, "/api/v1/verify", api::verify},
    Route{Method::get, "/api/v1/networks", api::list_networks},
    Route{Method::post, "/api/v1/networks", api::create_network},
    Route{Method::post, "/api/v1/networks/join", api::join_network},
    Route{Method::get, "/api/v1/networks/{network}", api::show_network},
    Route{Method::post, "/api/v1/networks/{network}/invitations", api::create_invitation},
    Route{Method::get, "/api/v1/neighbours", api::list_neighbours},
    Route{Method::post, "/api/v1/neighbours", api::add_neighbour},
    Route{Method::post, "/api/v1/neighbours/remove", api::remove_neighbour},
    Route{Method::get, "/api/v1/invitations", api::list_invitations},
    Route{Method::post, "/api/v1/invitations/{id}/end", api::end_invitation},
    Route{Method::post, "/api/v1/sync", api::sync},
    Route{Method::get, "/api/v1/records", api::list_records},
    Route{Method::post, "/api/v1/records", api::publish_record},
    Route{Method::post, "/api/v1/records/batch", api::publish_batch},
    Route{Method::get, "/api/v1/records/{id}", api::show_record},
    Route{Method::post, "/api/v1/records/{id}/revisions", api::revise_record},
    Route{Method::get, "/api/v1/records/{id}/history", api::show_history},
    Route{Method::post, "/api/v1/records/{id}/retraction", api::retract_record},
    Route{Method::get, "/api/v1/records/{id}/lineage", api::show_lineage},
    Route{Method::get, "/api/v1/inbox", api::show_inbox},
    Route{Method::get, "/api/v1/reports/adoptions", api::report_adoptions},
    Route{Method::get, "/api/v1/records/{id}/export", api::export_record},
    Route{Method::get, "/api/v1/search", api::search},
    Route{Method::get, "/api/v1/records/{id}/files/{hash}", api::show_file},
    Route{Method::post, "/api/v1/files/{hash}", api::add_file, Access::token, BodyType::bytes},
};

constexpr auto facts_of_table = [] {
    std::array<RouteFacts, route_table.size()> facts{};
    for (std::size_t i = 0; i < route_table.size(); ++i)
        facts[i] = route_table[i].facts;
    return facts;
}();

/// Cuts the first segment off `path`, which begins with a slash.
std::string_view next_segment(std::string_view& path) {
    const std::size_t end = path.find('/', 1);
    const std::string_view segment = path.substr(1, end == std::string_view::npos ? end : end - 1);
    path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
    return segment;
}

/// Returns the values in the places of the pattern; nothing when the path is another one.
std::optional<std::map<std::string, std::string>>
match(std::string_view pattern, std::string_view path) {
    std::map<std::string, std::string> values;
    while (!pattern.empty() && path.starts_with('/')) {
        const std::string_view wanted = next_segment(pattern);
        const std::string_view given = next_segment(path);
        if (wanted.starts_with('{')) {
            auto value = percent_decoded(given, false);
            if (!value || value->empty() || first_unreadable_byte(*value))
                return std::nullopt;
            values[std::string(wanted.substr(1, wanted.size() - 2))] = std::move(*value);
        } else if (wanted != given) {
            return std::nullopt;
        }
    }
    if (!pattern.empty() || !path.empty())
        return std::nullopt;
    return values;
}

std::optional<std::map<std::string, std::string>> parse_query(std::string_view query) {
    std::map<std::string, std::string> values;
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
        const std::size_t equals = pair.find('=');
        auto name = percent_decoded(pair.substr(0, equals), true);
        auto value = percent_decoded(
            equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true
        );
        if (!name || !value || first_unreadable_byte(*name) || first_unreadable_byte(*value))
            return std::nullopt;
        values[std::move(*name)] = std::move(*value);
    }
    return values;
}

Problem wrong_path() {
    return {
        404,
        "request.not-found",
        "Not found",
        "There is nothing at this address.",
        "see the description of the API for its addresses.",
        Exit::failed};
}

Problem wrong_method(const std::string& allowed) {
    return {
        405,
        "request.method",
        "Wrong method",
        "This address does not answer to this method.",
        "use one of " + allowed + ".",
        Exit::failed};
}

Problem unknown_method() {
    return {
        501,
        "request.method-unknown",
        "Unknown method",
        "No address of this node answers to this method.",
        "use GET, HEAD, POST or OPTIONS.",
        Exit::failed};
}

/// Returns the methods of an address. Over TCP nothing is changed, so changing methods are not
/// named.
std::string allowed_at(std::string_view path, const Caller& caller) {
    bool is_read = false;
    std::string changes;
    for (const Route& route : route_table) {
        if (path != "*" && !match(route.facts.pattern, path))
            continue;
        const std::string word(method_name(route.facts.method));
        is_read = is_read || route.facts.method == Method::get;
        if (route.facts.method != Method::get && caller.may_change() &&
            changes.find(word) == std::string::npos)
            changes += word + ", ";
    }
    if (!is_read && changes.empty())
        return "";
    return (is_read ? "GET, HEAD, " : "") + changes + "OPTIONS";
}

/// Answers a request to an address at which no handler answers the method.
Response without_handler(const Request& request, std::string_view path) {
    const std::string allowed = allowed_at(path, request.caller);
    if (allowed.empty())
        return to_response(wrong_path(), request.id);
    if (request.method == Method::options)
        return {204, "", "", {{"Allow", allowed}}};
    if (path == "*")
        return to_response(bad_request("Only OPTIONS is asked of \"*\"."), request.id);
    Response refused = to_response(wrong_method(allowed), request.id);
    refused.headers.emplace_back("Allow", allowed);
    return refused;
}

} // namespace

void dispatch(const services::Services& services, Request request, const Respond& respond) {
    if (request.method == Method::other) {
        respond(to_response(unknown_method(), request.id));
        return;
    }
    const std::string_view target = request.target;
    const std::size_t mark = target.find('?');
    const std::string_view path = target.substr(0, mark);
    auto query =
        parse_query(mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1));
    if (!query) {
        respond(to_response(bad_request("The query cannot be read."), request.id));
        return;
    }
    for (const Route& route : route_table) {
        if (route.facts.method != request.method)
            continue;
        auto values = match(route.facts.pattern, path);
        if (!values)
            continue;
        request.path_values = std::move(*values);
        request.query = std::move(*query);
        route.handler(services, request, respond);
        return;
    }
    respond(without_handler(request, path));
}

std::span<const RouteFacts> routes() {
    return facts_of_table;
}

const RouteFacts* find_route(Method method, std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    for (const RouteFacts& facts : facts_of_table)
        if (facts.method == method && match(facts.pattern, path))
            return &facts;
    return nullptr;
}

Access access_at(std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    Access most_open = path == "*" ? Access::anyone : Access::token;
    for (const RouteFacts& facts : facts_of_table)
        if (match(facts.pattern, path))
            most_open = std::min(most_open, facts.access);
    return most_open;
}

} // namespace staffroom::http
