// Revisions of a record: writing one, the history, taking back.
#include "node/http/api.hpp"
#include "node/http/outcomes.hpp"
#include "node/http/preconditions.hpp"
#include "node/http/record_json.hpp"
#include "node/http/router.hpp"
#include "protocol/base/text.hpp"

#include <charconv>
#include <variant>

namespace staffroom::http::api {
namespace {

/// What the author saw: If-Match, "heads", or a pinned id; an edit without any is not told apart
/// from one on a state that nobody looked at.
std::variant<std::vector<RevisionId>, Problem>
seen_heads(const Request& request, Members& members) {
    auto matched = matched_heads(request);
    if (!matched)
        return problem_from(matched.error());
    std::vector<RevisionId> heads;
    for (const std::string& text : members.texts("heads")) {
        const auto head = id_from_base32<RevisionId>(text);
        if (!head)
            return bad_request("\"heads\" has to hold whole revision ids.");
        heads.push_back(*head);
    }
    const bool is_pinned = request.path_values.at("id").find('@') != std::string::npos;
    if (!heads.empty() || is_pinned)
        return heads;
    if (request.if_match.empty())
        return no_if_match();
    return std::move(*matched);
}

void write_one(
    const Services& services,
    const Request& request,
    const Respond& respond,
    services::Publishing::Wish wish,
    bool only_check
) {
    std::vector<services::Publishing::Wish> wishes;
    wishes.push_back(std::move(wish));
    services.publishing.publish(
        std::move(wishes),
        only_check,
        [request, respond, only_check](const services::Publishing::Outcomes& outcomes) {
            respond(to_response(outcomes.front(), request, 201, only_check));
        }
    );
}

JsonObject history_json(const Services& services, const services::HistoryPage& page) {
    JsonArray revisions;
    for (const services::HistoryRow& row : page.rows) {
        JsonArray parents;
        for (const RevisionId& parent : row.parents)
            parents.push_back(Json(to_base32(parent)));
        JsonObject out = row_json(services, row.row);
        out["parents"] = std::move(parents);
        out["is_head"] = row.is_head;
        out["is_retraction"] = row.is_retraction;
        out["why_changed"] = row.why_changed;
        out["authors"] = JsonArray(row.authors.begin(), row.authors.end());
        out["written_ms"] = row.row.clock.ms;
        revisions.push_back(std::move(out));
    }
    const std::size_t first = page.rows.empty() ? 1 : page.rows.front().row.number;
    JsonObject out{
        {"id", to_base32(page.document)},
        {"revisions", std::move(revisions)},
        {"total", page.revisions}};
    if (first > 1)
        out["earlier"] = first;
    return out;
}

} // namespace

void revise_record(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    auto wanted = record_request(*object);
    if (!wanted)
        return refuse(request, respond, wanted.error());
    Members members(*object);
    auto heads = seen_heads(request, members);
    if (const auto* problem = std::get_if<Problem>(&heads))
        return respond(to_response(*problem, request.id));
    wanted->revises = services::RevisionWish{
        request.path_values.at("id"),
        std::get<std::vector<RevisionId>>(std::move(heads)),
        members.flag("join", false),
        members.flag("beside", false)};
    const bool only_check = is_dry_run(request.body);
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    write_one(services, request, respond, std::move(*wanted), only_check);
}

void retract_record(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    auto heads = seen_heads(request, members);
    if (const auto* problem = std::get_if<Problem>(&heads))
        return respond(to_response(*problem, request.id));
    services::RetractionRequest wish{
        request.path_values.at("id"),
        members.text("reason"),
        members.flag("undo", false),
        std::get<std::vector<RevisionId>>(std::move(heads))};
    const bool only_check = is_dry_run(request.body);
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    write_one(services, request, respond, std::move(wish), only_check);
}

void show_history(const Services& services, const Request& request, const Respond& respond) {
    std::size_t before = 0;
    if (const std::string text = query_text(request, "before"); !text.empty()) {
        const char* const end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, before);
        if (error != std::errc() || stop != end || before == 0)
            return refuse(
                request,
                respond,
                {Errc::invalid_input, "\"before\" has to be the number of a revision."}
            );
    }
    read_library<services::HistoryPage>(
        services,
        [id = request.path_values.at("id"), before](const services::Library& library) {
            return library.history(id, before);
        },
        [&services, request, respond](const Result<services::HistoryPage>& page) {
            if (!page) {
                respond(to_response(problem_from_id(page.error()), request.id));
                return;
            }
            respond(ok(history_json(services, *page)));
        }
    );
}

} // namespace staffroom::http::api
