#include "node/http/api.hpp"
#include "node/http/json.hpp"
#include "node/services/names.hpp"
#include "protocol/log/descriptor.hpp"
#include "protocol/records/kinds.hpp"

#include <charconv>
#include <memory>

namespace staffroom::http::api {
namespace {

constexpr std::size_t page_rows = 100;
constexpr std::size_t page_rows_max = 500;

std::string query_value(const Request& request, const std::string& name) {
    const auto found = request.query.find(name);
    return found == request.query.end() ? "" : found->second;
}

/// Our own name may not have come back to us through any network yet.
std::string school_name(const Services& services, const SchoolId& school) {
    std::string name = services.core.replica().school_name(school);
    if (name.empty() && school == services.core.replica().school())
        name = services.config.name;
    return name;
}

/// Errors: not_found, invalid_input, unknown_value.
Result<services::RecordQuery> record_query(const Services& services, const Request& request) {
    services::RecordQuery query;
    query.limit = page_rows;
    query.after = query_value(request, "after");
    if (const std::string name = query_value(request, "network"); !name.empty()) {
        const auto network = services::resolve_network(services.core.replica().networks(), name);
        if (!network)
            return fail(network.error());
        query.space = log::space_of(*network);
    }
    if (const std::string name = query_value(request, "kind"); !name.empty()) {
        const auto kind = records::kind_from_name(name);
        if (!kind)
            return fail(Errc::unknown_value, "The kind " + kind.error().detail + ".");
        query.kind = static_cast<std::uint32_t>(*kind);
    }
    if (const std::string text = query_value(request, "limit"); !text.empty()) {
        const char* const end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, query.limit);
        if (error != std::errc() || stop != end || query.limit == 0 || query.limit > page_rows_max)
            return fail(Errc::invalid_input, "\"limit\" has to be 1 to 500.");
    }
    return query;
}

/// Runs `read` over an up-to-date library on a pool thread; then `answer` with what it found, on
/// the network thread.
template <class Found, class Read, class Answer>
void read_library(const Services& services, const Read& read, const Answer& answer) {
    const auto logs = services::known_logs(services.core.replica());
    const auto found = std::make_shared<std::optional<Result<Found>>>();
    services.core.run_blocking(
        [&services, logs, found, read] {
            const auto updated = services.library.update(logs);
            if (updated)
                *found = read(services.library);
            else
                *found = fail(updated.error());
        },
        [found, answer] { answer(**found); }
    );
}

Json outcome_json(const Result<services::PublishedRecord>& outcome, const std::string& request_id) {
    if (!outcome)
        return JsonObject{
            {"ok", false}, {"problem", to_json(problem_from(outcome.error()), request_id)}};
    Json published = to_json(*outcome);
    published.get_object()["ok"] = true;
    return published;
}

} // namespace

void list_records(const Services& services, const Request& request, const Respond& respond) {
    auto query = record_query(services, request);
    if (!query) {
        const bool is_network =
            query.error().code != Errc::unknown_value && !query_value(request, "network").empty();
        respond(to_response(
            is_network ? problem_from_id(query.error()) : problem_from(query.error()), request.id
        ));
        return;
    }
    read_library<services::RecordPage>(
        services,
        [query = *query](const services::Library& library) { return library.list(query); },
        [&services, request, respond](const Result<services::RecordPage>& page) {
            if (!page)
                return refuse(request, respond, page.error());
            JsonArray rows;
            for (const services::RecordRow& row : page->rows)
                rows.push_back(to_json(row, school_name(services, row.school)));
            JsonObject answer{{"records", std::move(rows)}};
            if (!page->next.empty())
                answer["next"] = page->next;
            respond(ok(answer));
        }
    );
}

void show_record(const Services& services, const Request& request, const Respond& respond) {
    read_library<services::ShownRecord>(
        services,
        [id = request.path_values.at("id")](const services::Library& library) {
            return library.show(id);
        },
        [&services, request, respond](const Result<services::ShownRecord>& shown) {
            if (!shown) {
                respond(to_response(problem_from_id(shown.error()), request.id));
                return;
            }
            JsonObject record = to_json(*shown, school_name(services, shown->row.school));
            put_files_here(record, services.core.files());
            respond(ok(record));
        }
    );
}

void publish_record(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    auto wanted = record_request(*object);
    if (!wanted)
        return refuse(request, respond, wanted.error());
    std::vector<services::RecordRequest> wishes;
    wishes.push_back(std::move(*wanted));
    services.publishing.publish(
        std::move(wishes),
        [request, respond](const services::Publishing::Outcomes& outcomes) {
            const auto& outcome = outcomes.front();
            if (!outcome)
                return refuse(request, respond, outcome.error());
            respond(ok(to_json(*outcome), 201));
        }
    );
}

void publish_batch(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const JsonArray* list = members.array("records");
    if (list == nullptr || list->empty() || list->size() > batch_records_max)
        return refuse(
            request, respond, {Errc::invalid_input, "\"records\" has to be a list of 1 to 64."}
        );
    std::vector<services::RecordRequest> wishes;
    for (const Json& item : *list) {
        auto wanted = item.is_object()
                          ? record_request(item.get_object())
                          : fail(Errc::invalid_input, "Each of \"records\" has to be an object.");
        if (!wanted)
            return refuse(request, respond, wanted.error());
        wishes.push_back(std::move(*wanted));
    }
    services.publishing.publish(
        std::move(wishes),
        [request, respond](const services::Publishing::Outcomes& outcomes) {
            JsonArray results;
            for (const auto& outcome : outcomes)
                results.push_back(outcome_json(outcome, request.id));
            respond(ok(JsonObject{{"results", std::move(results)}}));
        }
    );
}

} // namespace staffroom::http::api
