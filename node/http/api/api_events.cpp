#include "node/base/clock.hpp"
#include "node/http/answers/json.hpp"
#include "node/http/answers/query.hpp"
#include "node/http/api/api.hpp"
#include "node/http/monitor/event_hub.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::http::api {
namespace {

constexpr std::uint64_t log_rows = 200;

Problem too_many_streams() {
    return {
        503,
        "events.too-many",
        "Too many listeners",
        "As many programs as this node allows listen to its events already.",
        "end one of them, or ask again later.",
        Exit::failed};
}

} // namespace

void events(const Services& services, const Request& request, const Respond& respond) {
    // A browser that comes back sends the header; the query is for the first time.
    const std::string after =
        request.last_event_id.empty() ? query_text(request, "after") : request.last_event_id;
    const accounts::SignedIn* who = request.caller.who();
    auto stream = services.instruments.events.open(
        request.caller.reader(),
        after,
        runtime::steady_now(),
        who == nullptr ? StreamOwner() : StreamOwner{to_base32(who->id), to_base32(who->bearer)}
    );
    if (stream == nullptr) {
        respond(to_response(too_many_streams(), request.id));
        return;
    }
    Response response{200, "text/event-stream", ""};
    response.stream = std::move(stream);
    respond(std::move(response));
}

void log(const Services& services, const Request& request, const Respond& respond) {
    const auto after = query_whole(request, "after", 0, {0, UINT64_MAX});
    const auto limit = query_whole(request, "limit", log_rows, {1, node::traced_events_max});
    if (!after || !limit)
        return refuse(request, respond, after ? limit.error() : after.error());
    const std::string word = query_text(request, "level");
    const auto level = word.empty() ? node::TraceLevel::debug : node::parse_trace_level(word);
    if (!level)
        return refuse(
            request,
            respond,
            {Errc::unknown_value, "\"level\" has to be debug, info, notice, warning or error."}
        );
    const node::Trace& trace = services.instruments.trace;
    const std::string of_request = query_text(request, "request");
    JsonArray rows;
    for (const node::TracedEvent& event : trace.recent(*after, *level, *limit)) {
        const auto named = std::ranges::find_if(event.fields, [&](const auto& field) {
            return field.first == "request" && field.second == of_request;
        });
        if (!of_request.empty() && named == event.fields.end())
            continue;
        JsonObject fields;
        for (const auto& [name, value] : event.fields)
            fields[name] = value;
        rows.push_back(JsonObject{
            {"number", event.number},
            {"time_ms", event.time.ms},
            {"level", node::trace_level_word(event.level)},
            {"code", event.code},
            {"fields", std::move(fields)}});
    }
    respond(ok(JsonObject{
        {"events", std::move(rows)},
        {"last", trace.last_number()},
        {"boot", services.instruments.events.boot()}}));
}

} // namespace staffroom::http::api
