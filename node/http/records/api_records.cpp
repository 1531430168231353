#include "node/http/answers/query.hpp"
#include "node/http/answers/same_text.hpp"
#include "node/http/records/preconditions.hpp"
#include "node/http/records/publish_answers.hpp"
#include "node/http/records/publish_call.hpp"
#include "node/http/records/record_json.hpp"
#include "node/http/records/records_api.hpp"
#include "node/services/records/names.hpp"
#include "protocol/base/text.hpp"
#include "protocol/log/descriptor.hpp"
#include "protocol/records/kinds.hpp"

#include <charconv>

namespace staffroom::http::api {
namespace {

constexpr std::size_t page_rows = 100;
constexpr std::size_t page_rows_max = 500;

/// Reads a query for records. Errors: not_found, invalid_input, unknown_value.
Result<services::RecordQuery> record_query(const Services& services, const Request& request) {
    services::RecordQuery query;
    query.limit = page_rows;
    query.after = query_text(request, "after");
    if (const std::string name = query_text(request, "network"); !name.empty()) {
        const auto network =
            services::resolve_network(networks_for(services, request.caller), name);
        if (!network)
            return fail(network.error());
        query.space = log::space_of(*network);
    }
    if (const std::string name = query_text(request, "kind"); !name.empty()) {
        const auto kind = records::kind_from_name(name);
        if (!kind)
            return fail(Errc::unknown_value, "The kind " + kind.error().detail + ".");
        query.kind = static_cast<std::uint32_t>(*kind);
    }
    if (const std::string text = query_text(request, "limit"); !text.empty()) {
        const char* const end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, query.limit);
        if (error != std::errc() || stop != end || query.limit == 0 || query.limit > page_rows_max)
            return fail(Errc::invalid_input, "\"limit\" has to be 1 to 500.");
    }
    return query;
}

} // namespace

void list_records(const Services& services, const Request& request, const Respond& respond) {
    auto query = record_query(services, request);
    if (!query) {
        const bool is_network =
            query.error().code != Errc::unknown_value && !query_text(request, "network").empty();
        respond(to_response(
            is_network ? problem_from_id(query.error()) : problem_from(query.error()), request.id
        ));
        return;
    }
    read_library<services::RecordPage>(
        services,
        request.caller,
        [query = *query](const services::LibraryView& library) { return library.list(query); },
        [&services, request, respond](const Result<services::RecordPage>& page) {
            if (!page)
                return refuse(request, respond, page.error());
            JsonArray rows;
            for (const services::RecordRow& row : page->rows)
                rows.push_back(row_json(services, row));
            JsonObject answer{{"records", std::move(rows)}};
            if (!page->next.empty())
                answer["next"] = page->next;
            respond(ok(answer));
        }
    );
}

void show_record(const Services& services, const Request& request, const Respond& respond) {
    read_library<RecordWithPlace>(
        services,
        request.caller,
        [id = request.path_values.at("id")](const services::LibraryView& library) {
            return read_with_place(library, id);
        },
        [&services, request, respond](const Result<RecordWithPlace>& record) {
            if (!record) {
                respond(to_response(problem_from_id(record.error()), request.id));
                return;
            }
            JsonObject shown = record_json(services, *record);
            put_files_here(shown, services.core.files().held(), [&](const Digest& file) {
                return has_file_place(services, record->shown.row, file);
            });
            Response answer = ok(shown);
            const std::string tag = record_tag(record->shown.heads, answer.body);
            if (!may_read(request, tag))
                return respond(to_response(no_match(), request.id));
            if (has_current(request, tag))
                return respond(not_modified(tag));
            answer.headers.emplace_back("ETag", quoted_tag(tag));
            respond(std::move(answer));
        }
    );
}

namespace {

/// Returns nothing where no network is named, or none has the name: that is answered later.
std::optional<SpaceId>
space_called(const Services& services, const Caller& caller, const std::string& name) {
    const auto network = services::resolve_network(networks_for(services, caller), name);
    return network ? std::optional(log::space_of(*network)) : std::nullopt;
}

} // namespace

void publish_record(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    auto wanted = record_request(*object);
    if (!wanted)
        return refuse(request, respond, wanted.error());
    const bool only_check = is_dry_run(*object);
    if (!is_only_new(*object) || !wanted->origin.empty())
        return write_one(services, request, respond, std::move(*wanted), only_check);
    const auto space = space_called(services, request.caller, wanted->network);
    read_library<std::optional<services::RecordRow>>(
        services,
        request.caller,
        [wanted = *wanted, space, school = services.core.replica().school()](
            const services::LibraryView& library
        ) { return find_same_text(library, wanted, school, space); },
        [&services, wanted = *wanted, request, respond, only_check](
            const Result<std::optional<services::RecordRow>>& same
        ) {
            if (!same)
                return refuse(request, respond, same.error());
            services::RecordRequest record = wanted;
            if (*same && (*same)->reach == static_cast<std::uint32_t>(records::Reach::draft))
                // A record that was kept as a draft goes on from there, and says again what it
                // lacks.
                record.revises = services::RevisionWish{to_base32((*same)->document), {}};
            else if (*same)
                return respond(to_response(same_text_problem(**same, record), request.id));
            write_one(services, request, respond, std::move(record), only_check);
        }
    );
}

} // namespace staffroom::http::api
