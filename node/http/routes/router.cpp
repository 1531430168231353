#include "node/http/routes/router.hpp"

#include "node/http/agreements/agreements_api.hpp"
#include "node/http/answers/problem.hpp"
#include "node/http/answers/query.hpp"
#include "node/http/api/api.hpp"
#include "node/http/feeds/feeds_api.hpp"
#include "node/http/monitor/meters.hpp"
#include "node/http/page/page.hpp"
#include "node/http/people/people_api.hpp"
#include "node/http/plain/plain_api.hpp"
#include "node/http/records/records_api.hpp"
#include "node/http/routes/rights.hpp"
#include "node/http/settings/settings_api.hpp"
#include "node/http/tls/tls_api.hpp"
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
        Askers askers,
        Handler answers,
        BodyType body = BodyType::json
    )
        : facts{method, pattern, askers, body}
        , handler(answers) {
        // Whoever is not known yet sends a name and a password, and nothing large; a form does too.
        if (askers.has(Asker::stranger) || body == BodyType::form)
            facts.body_bytes_max = stranger_body_bytes_max;
    }
    RouteFacts facts;
    Handler handler;
};

/// A row may end with what its body is.
constexpr std::array route_table{
    Route{Method::get, "/", askers::anyone, api::show_page},
    Route{Method::get, "/assets/{file}", askers::anyone, api::show_asset},
    Route{Method::get, "/feeds/{token}/networks/{network}", askers::anyone, api::show_network_feed},
    Route{Method::get, "/feeds/{token}/subjects/{subject}", askers::anyone, api::show_subject_feed},
    Route{Method::get, "/feeds/{token}/authors/{author}", askers::anyone, api::show_author_feed},
    Route{Method::get, "/plain", askers::anyone, api::show_plain_home},
    Route{Method::get, "/plain/sign-in", askers::anyone, api::show_plain_sign_in},
    Route{Method::post, "/plain/sign-in", askers::anyone, api::plain_sign_in, BodyType::form},
    Route{Method::post, "/plain/sign-out", askers::persons, api::plain_sign_out, BodyType::form},
    Route{Method::get, "/plain/search", askers::readers, api::show_plain_search},
    Route{Method::get, "/plain/records/{id}", askers::readers, api::show_plain_record},
    Route{Method::get, "/plain/style.css", askers::anyone, api::show_plain_style},
    Route{Method::get, "/healthz", askers::anyone, api::health},
    Route{Method::get, "/readyz", askers::anyone, api::ready},
    Route{Method::get, "/metrics", askers::gauges, api::metrics},
    Route{Method::get, "/api/v1/openapi.json", askers::staff, api::openapi},
    Route{Method::get, "/api/v1/problems", askers::anyone, api::list_problems},
    Route{Method::get, "/api/v1/problems/{code}", askers::anyone, api::show_problem},
    Route{Method::get, "/api/v1/events", askers::staff, api::events},
    Route{Method::get, "/api/v1/log", askers::carers, api::log},
    Route{Method::get, "/api/v1/status", askers::staff, api::status},
    Route{Method::get, "/api/v1/doctor", askers::carers, api::doctor},
    Route{Method::get, "/api/v1/verify", askers::carers, api::verify},
    Route{Method::get, "/api/v1/identity", askers::carers, api::show_identity},
    Route{Method::post, "/api/v1/identity", askers::owner, api::take_up_identity},
    Route{Method::get, "/api/v1/certificate", askers::carers, api::show_certificate},
    Route{Method::post, "/api/v1/certificate", askers::owner, api::import_certificate},
    Route{Method::post, "/api/v1/certificate/new", askers::owner, api::make_certificate},
    Route{Method::post, "/api/v1/backups", askers::owner, api::create_backup},
    Route{Method::post, "/api/v1/backups/settle", askers::owner, api::settle_backup},
    Route{Method::get, "/api/v1/networks", askers::staff, api::list_networks},
    Route{Method::post, "/api/v1/networks", askers::leads, api::create_network},
    Route{Method::post, "/api/v1/networks/join", askers::leads, api::join_network},
    Route{Method::get, "/api/v1/networks/{network}", askers::staff, api::show_network},
    Route{
        Method::post,
        "/api/v1/networks/{network}/invitations",
        askers::leads,
        api::create_invitation},
    Route{Method::get, "/api/v1/networks/{network}/forks", askers::staff, api::list_forks},
    Route{Method::get, "/api/v1/networks/{network}/schools", askers::staff, api::list_schools},
    Route{
        Method::post,
        "/api/v1/networks/{network}/schools/{school}/role",
        askers::leads,
        api::change_role},
    Route{
        Method::post,
        "/api/v1/networks/{network}/schools/{school}/suspend",
        askers::leads,
        api::suspend_school},
    Route{
        Method::post,
        "/api/v1/networks/{network}/schools/{school}/resume",
        askers::leads,
        api::resume_school},
    Route{
        Method::post,
        "/api/v1/networks/{network}/schools/{school}/remove",
        askers::leads,
        api::remove_school},
    Route{Method::post, "/api/v1/networks/{network}/leave", askers::leads, api::leave_network},
    Route{Method::post, "/api/v1/networks/{network}/successor", askers::leads, api::name_successor},
    Route{Method::get, "/api/v1/networks/{network}/charter", askers::staff, api::show_charter},
    Route{Method::post, "/api/v1/networks/{network}/charter", askers::leads, api::revise_charter},
    Route{
        Method::post, "/api/v1/networks/{network}/charter/sign", askers::leads, api::sign_charter},
    Route{Method::get, "/api/v1/networks/{network}/proposals", askers::staff, api::list_proposals},
    Route{
        Method::post,
        "/api/v1/networks/{network}/proposals/{id}/confirm",
        askers::leads,
        api::confirm_proposal},
    Route{
        Method::post,
        "/api/v1/networks/{network}/admissions/{id}/settle",
        askers::leads,
        api::settle_admission},
    Route{Method::get, "/api/v1/neighbours", askers::staff, api::list_neighbours},
    Route{Method::post, "/api/v1/neighbours", askers::hosts, api::add_neighbour},
    Route{Method::post, "/api/v1/neighbours/remove", askers::hosts, api::remove_neighbour},
    Route{Method::get, "/api/v1/invitations", askers::leads, api::list_invitations},
    Route{Method::post, "/api/v1/invitations/{id}/end", askers::leads, api::end_invitation},
    Route{Method::get, "/api/v1/links", askers::staff, api::list_links},
    Route{Method::post, "/api/v1/links/accept", askers::leads, api::accept_link},
    Route{Method::post, "/api/v1/links/codes/{id}/end", askers::leads, api::end_link_code},
    Route{Method::get, "/api/v1/links/{link}", askers::staff, api::show_link},
    Route{Method::get, "/api/v1/links/{link}/preview", askers::readers, api::preview_link},
    Route{Method::post, "/api/v1/links/{link}/end", askers::leads, api::end_link},
    Route{Method::post, "/api/v1/links/{link}/renew", askers::leads, api::renew_link},
    Route{Method::post, "/api/v1/networks/{network}/links", askers::leads, api::invite_link},
    Route{Method::get, "/api/v1/erasures", askers::staff, api::list_erasures},
    Route{Method::post, "/api/v1/erasures", askers::leads, api::order_erasure},
    Route{Method::get, "/api/v1/erasures/{id}", askers::staff, api::show_erasure},
    Route{Method::get, "/api/v1/erasures/{id}/receipts", askers::leads, api::show_receipts},
    Route{Method::get, "/api/v1/settings", askers::carers, api::list_settings},
    Route{Method::post, "/api/v1/settings", askers::carers, api::change_setting},
    Route{Method::post, "/api/v1/sync", askers::people, api::sync},
    Route{Method::get, "/api/v1/records", askers::readers, api::list_records},
    Route{Method::get, "/api/v1/kinds", askers::people, api::list_kinds},
    Route{Method::post, "/api/v1/records", askers::writers, api::publish_record},
    Route{Method::post, "/api/v1/records/batch", askers::writers, api::publish_batch},
    Route{Method::post, "/api/v1/records/written", askers::writers, api::find_written},
    Route{Method::post, "/api/v1/check", askers::text_checkers, api::check_text},
    Route{Method::get, "/api/v1/records/{id}", askers::readers, api::show_record},
    Route{Method::post, "/api/v1/records/{id}/revisions", askers::writers, api::revise_record},
    Route{Method::get, "/api/v1/records/{id}/history", askers::readers, api::show_history},
    Route{Method::post, "/api/v1/records/{id}/retraction", askers::writers, api::retract_record},
    Route{Method::post, "/api/v1/records/{id}/refusal", askers::leads, api::refuse_record},
    Route{Method::post, "/api/v1/records/{id}/deletion", askers::deleters, api::delete_draft},
    Route{Method::get, "/api/v1/records/{id}/lineage", askers::readers, api::show_lineage},
    Route{Method::get, "/api/v1/inbox", askers::readers, api::show_inbox},
    Route{Method::get, "/api/v1/reports/adoptions", askers::readers, api::report_adoptions},
    Route{Method::get, "/api/v1/records/{id}/export", askers::readers, api::export_record},
    Route{Method::get, "/api/v1/search", askers::readers, api::search},
    Route{Method::get, "/api/v1/records/{id}/files/{hash}", askers::readers, api::show_file},
    Route{Method::post, "/api/v1/files/{hash}", askers::writers, api::add_file, BodyType::bytes},
    Route{Method::get, "/api/v1/session", askers::persons, api::show_session},
    Route{Method::post, "/api/v1/session", askers::anyone, api::sign_in},
    Route{Method::remove, "/api/v1/session", askers::persons, api::sign_out},
    Route{Method::post, "/api/v1/session/link", askers::anyone, api::redeem_link},
    Route{Method::remove, "/api/v1/sessions", askers::persons, api::sign_out_everywhere},
    Route{Method::post, "/api/v1/me/password", askers::persons, api::change_password},
    Route{Method::get, "/api/v1/me/texts", askers::authors, api::list_texts},
    Route{Method::get, "/api/v1/me/texts/{slot}", askers::authors, api::show_text},
    Route{Method::put, "/api/v1/me/texts/{slot}", askers::authors, api::save_text},
    Route{Method::remove, "/api/v1/me/texts/{slot}", askers::authors, api::remove_text},
    Route{Method::get, "/api/v1/people", askers::people, api::list_people},
    Route{Method::post, "/api/v1/people", askers::hosts, api::invite_person},
    Route{Method::post, "/api/v1/people/{id}/role", askers::leads, api::give_role},
    Route{Method::post, "/api/v1/people/{id}/reset", askers::hosts, api::reset_person},
    Route{Method::post, "/api/v1/people/{id}/leave", askers::leads, api::close_account},
    Route{Method::get, "/api/v1/people/{id}/texts", askers::leads, api::count_texts},
    Route{Method::remove, "/api/v1/people/{id}/texts", askers::leads, api::remove_texts},
    Route{Method::get, "/api/v1/people/{id}/sessions", askers::people, api::list_sessions},
    Route{Method::remove, "/api/v1/people/{id}/sessions", askers::people, api::end_sessions},
    Route{Method::get, "/api/v1/tokens", askers::people, api::list_tokens},
    Route{Method::post, "/api/v1/tokens", askers::people, api::add_token},
    Route{Method::remove, "/api/v1/tokens/{id}", askers::people, api::end_token},
    Route{Method::get, "/api/v1/setup", askers::anyone, api::show_setup},
    Route{Method::get, "/api/v1/setup/code", askers::owner, api::show_setup_code},
    Route{Method::post, "/api/v1/setup/session", askers::anyone, api::begin_setup},
    Route{Method::post, "/api/v1/setup/school", askers::setup, api::name_school},
    Route{Method::post, "/api/v1/setup/phrase", askers::setup, api::check_phrase},
    Route{Method::post, "/api/v1/setup/accounts", askers::setup, api::add_first_account},
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

/// What stands in the places of the pattern; nothing when the path is another one.
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

Problem wrong_path() {
    return {
        404,
        "request.not-found",
        "Not found",
        "There is nothing at this address.",
        "see the description of the API for its addresses.",
        ExitCode::failed};
}

Problem wrong_method(const std::string& allowed) {
    return {
        405,
        "request.method",
        "Wrong method",
        "This address does not answer to this method.",
        "use one of " + allowed + ".",
        ExitCode::failed};
}

Problem unknown_method() {
    return {
        501,
        "request.method-unknown",
        "Unknown method",
        "No address of this node answers to this method.",
        "use GET, HEAD, POST, PUT, DELETE or OPTIONS.",
        ExitCode::failed};
}

Problem catching_up() {
    return {
        503,
        "node.catching-up",
        "",
        "This node came back from a backup and has not heard yet what was erased since.",
        "wait until it has met a school of each network; `staffroom neighbour list` shows whom it "
        "reaches. If none of them comes back, run `staffroom backup settle`.",
        ExitCode::failed};
}

/// Tells whether a route shows and changes no record: what a node may answer before it has heard
/// which words have to go. Everything that is not named here waits.
bool is_wordless(std::string_view pattern) {
    constexpr std::array<std::string_view, 5> whole{
        "/", "/healthz", "/metrics", "/plain/style.css", "/readyz"};
    constexpr std::array<std::string_view, 14> begins{
        "/api/v1/backups",
        "/api/v1/certificate",
        "/api/v1/doctor",
        "/api/v1/identity",
        "/api/v1/neighbours",
        "/api/v1/networks",
        "/api/v1/openapi.json",
        "/api/v1/people",
        "/api/v1/problems",
        "/api/v1/session",
        "/api/v1/setup",
        "/api/v1/status",
        "/api/v1/sync",
        "/assets/"};
    return std::ranges::find(whole, pattern) != whole.end() ||
           std::ranges::any_of(begins, [&](std::string_view begin) {
               return pattern.starts_with(begin);
           });
}

/// Of the methods that this caller may use.
std::string allowed_at(std::string_view path, const Caller& caller) {
    bool is_read = false;
    std::string changes;
    for (const Route& route : route_table) {
        if (path != "*" && !match(route.facts.pattern, path))
            continue;
        const std::string word(method_name(route.facts.method));
        if (!may_ask(caller, route.facts.method, route.facts.askers))
            continue;
        is_read = is_read || route.facts.method == Method::get;
        if (route.facts.method != Method::get && changes.find(word) == std::string::npos)
            changes += word + ", ";
    }
    if (!is_read && changes.empty())
        return "";
    return (is_read ? "GET, HEAD, " : "") + changes + "OPTIONS";
}

/// What is asked of an address at which no handler answers to the method.
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
        if (services.is_catching_up() && !is_wordless(route.facts.pattern)) {
            respond(to_response(catching_up(), request.id));
            return;
        }
        request.path_values = std::move(*values);
        request.query = std::move(*query);
        route.handler(services, request, respond);
        return;
    }
    // A view of the page has an address of its own, which the page understands.
    if (request.method == Method::get && is_page_path(path))
        return api::show_page(services, request, respond);
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

Askers askers_at(std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    Askers all;
    for (const RouteFacts& facts : facts_of_table)
        if (match(facts.pattern, path))
            all = all | facts.askers;
    return all;
}

} // namespace staffroom::http
