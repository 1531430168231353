// The handlers of revisions: writing one, the history, taking back.
#include "node/http/answers/query.hpp"
#include "node/http/records/preconditions.hpp"
#include "node/http/records/publish_answers.hpp"
#include "node/http/records/publish_call.hpp"
#include "node/http/records/record_json.hpp"
#include "node/http/records/records_api.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <variant>

namespace staffroom::http::api {
namespace {

using Heads = std::vector<RevisionId>;

struct SeenStates {
    std::vector<Heads> heads{};
    std::vector<std::string> hashed{}; // of states of many heads
};

/// Returns the states that the author saw: If-Match, "heads", or a pinned id. An edit without any
/// cannot be told from one on a state that nobody looked at. One of several, where If-Match names
/// several.
std::variant<SeenStates, Problem> seen_states(const Request& request, Members& members) {
    if (wants_nothing_there(request))
        return there_already();
    auto matched = matched_states(request);
    if (!matched)
        return bad_request(matched.error().detail);
    Heads heads;
    for (const std::string& text : members.texts("heads")) {
        const auto head = id_from_base32<RevisionId>(text);
        if (!head)
            return bad_request("\"heads\" has to hold whole revision ids.");
        heads.push_back(*head);
    }
    const bool is_pinned = request.path_values.at("id").find('@') != std::string::npos;
    if (!heads.empty() || is_pinned)
        return SeenStates{{std::move(heads)}};
    if (!matched->is_given)
        return no_if_match();
    if (matched->is_any)
        return SeenStates{{Heads{}}};
    if (matched->heads.empty() && matched->hashed.empty())
        return no_match();
    return SeenStates{std::move(matched->heads), std::move(matched->hashed)};
}

/// Calls `go_on` with the one of `states` that is the record's, or with the first, which is then
/// refused like any state that no longer holds.
void choose_state(
    const Services& services,
    const Request& request,
    const Respond& respond,
    const SeenStates& states,
    const std::function<void(Heads)>& go_on
) {
    if (states.heads.size() == 1 && states.hashed.empty())
        return go_on(states.heads.front());
    read_library<Heads>(
        services,
        request.caller,
        [id = request.path_values.at("id")](const services::LibraryView& library) -> Result<Heads> {
            const auto row = library.find(id);
            if (!row)
                return fail(row.error());
            return library.first_heads(row->document);
        },
        [request, respond, states, go_on](const Result<Heads>& heads) {
            if (!heads)
                return respond(to_response(problem_from_id(heads.error()), request.id));
            for (const Heads& state : states.heads)
                if (std::ranges::is_permutation(state, *heads))
                    return go_on(state);
            for (const std::string& state : states.hashed)
                if (state == state_tag(*heads))
                    return go_on(*heads);
            if (states.heads.empty())
                return respond(to_response(no_match(), request.id));
            go_on(states.heads.front());
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
    const auto seen = seen_states(request, members);
    if (const auto* problem = std::get_if<Problem>(&seen))
        return respond(to_response(*problem, request.id));
    wanted->revises = services::RevisionWish{
        request.path_values.at("id"),
        {},
        members.flag("join", false),
        members.flag("beside", false)};
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    choose_state(
        services,
        request,
        respond,
        std::get<SeenStates>(seen),
        [&services, request, respond, wish = std::move(*wanted), only_check = is_dry_run(*object)](
            Heads heads
        ) {
            services::RecordRequest chosen = wish;
            chosen.revises->on = std::move(heads);
            write_one(services, request, respond, std::move(chosen), only_check);
        }
    );
}

void retract_record(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const auto seen = seen_states(request, members);
    if (const auto* problem = std::get_if<Problem>(&seen))
        return respond(to_response(*problem, request.id));
    services::RetractionRequest wish{
        request.path_values.at("id"), members.text("reason"), members.flag("undo", false)};
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    choose_state(
        services,
        request,
        respond,
        std::get<SeenStates>(seen),
        [&services, request, respond, wish, only_check = is_dry_run(*object)](Heads heads) {
            services::RetractionRequest chosen = wish;
            chosen.on = std::move(heads);
            write_one(services, request, respond, std::move(chosen), only_check);
        }
    );
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
        request.caller,
        [id = request.path_values.at("id"), before](const services::LibraryView& library) {
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
