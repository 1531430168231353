#include "node/http/answers/query.hpp"
#include "node/http/answers/same_text.hpp"
#include "node/http/records/preconditions.hpp"
#include "node/http/records/publish_answers.hpp"
#include "node/http/records/publish_call.hpp"
#include "node/http/records/record_json.hpp"
#include "node/http/records/record_safety.hpp"
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

/// A page of records, and where the texts of this school's own ones stand.
struct PlacedPage {
    services::RecordPage page;
    std::vector<std::optional<TextPlace>> places; // one for each row
};

struct PlacedRecord {
    RecordWithPlace record;
    std::optional<TextPlace> place;
};

/// Lists records, on a pool thread. Errors: those of LibraryView::list.
Result<PlacedPage> list_placed(
    const services::LibraryView& library,
    const services::RecordQuery& query,
    const storage::Store& store,
    const SchoolId& own
) {
    auto page = library.list(query);
    if (!page)
        return fail(page.error());
    PlacedPage placed{std::move(*page), {}};
    for (const services::RecordRow& row : placed.page.rows)
        placed.places.push_back(text_place(store, own, row));
    return placed;
}

/// Reads a query for records. Errors: not_found, invalid_input, unknown_value.
Result<services::RecordQuery> record_query(const Services& services, const Request& request) {
    services::RecordQuery query;
    query.limit = page_rows;
    query.after = query_text(request, "after");
    query.with_gone = query_text(request, "gone") == "true";
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
    if (const std::string name = query_text(request, "school"); !name.empty()) {
        const auto school = services::resolve_school(known_schools(services), name);
        if (!school)
            return fail(school.error());
        query.school = *school;
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
        const bool is_name =
            query.error().code != Errc::unknown_value &&
            (!query_text(request, "network").empty() || !query_text(request, "school").empty());
        respond(to_response(
            is_name ? problem_from_id(query.error()) : problem_from(query.error()), request.id
        ));
        return;
    }
    read_library<PlacedPage>(
        services,
        request.caller,
        [&services, query = *query, own = services.core.replica().school()](
            const services::LibraryView& library
        ) { return list_placed(library, query, services.core.store(), own); },
        [&services, request, respond](const Result<PlacedPage>& placed) {
            if (!placed)
                return refuse(request, respond, placed.error());
            JsonArray rows;
            SafetyCounts safety(services);
            for (std::size_t i = 0; i < placed->page.rows.size(); ++i) {
                JsonObject row = row_json(services, placed->page.rows[i]);
                safety.put(row, placed->places[i]);
                rows.push_back(std::move(row));
            }
            JsonObject answer{{"records", std::move(rows)}};
            if (!placed->page.next.empty())
                answer["next"] = placed->page.next;
            respond(ok(answer));
        }
    );
}

void show_record(const Services& services, const Request& request, const Respond& respond) {
    read_library<PlacedRecord>(
        services,
        request.caller,
        [&services, id = request.path_values.at("id"), own = services.core.replica().school()](
            const services::LibraryView& library
        ) -> Result<PlacedRecord> {
            auto record = read_with_place(library, id);
            if (!record)
                return fail(record.error());
            const auto place = text_place(services.core.store(), own, record->shown.row);
            return PlacedRecord{std::move(*record), place};
        },
        [&services, request, respond](const Result<PlacedRecord>& found) {
            if (!found) {
                respond(to_response(problem_from_id(found.error()), request.id));
                return;
            }
            const services::ShownRecord& record = found->record.shown;
            JsonObject shown = record_json(services, found->record);
            put_files_here(shown, services.core.files().held(), [&](const Digest& file) {
                return has_file_place(services, record.row, file);
            });
            SafetyCounts(services).put(shown, found->place);
            // Times at which schools were heard change all day and make no other record.
            const std::string tag = record_tag(record.heads, ok(shown).body);
            put_schools_without(services, shown, found->place);
            Response answer = ok(shown);
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
