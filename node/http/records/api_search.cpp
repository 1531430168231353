#include "node/http/answers/json.hpp"
#include "node/http/answers/query.hpp"
#include "node/http/records/record_json.hpp"
#include "node/http/records/record_safety.hpp"
#include "node/http/records/records_api.hpp"
#include "node/services/records/names.hpp"
#include "node/services/search/search.hpp"
#include "node/services/vocabulary/written_date.hpp"
#include "protocol/base/text.hpp"
#include "protocol/log/descriptor.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace staffroom::http::api {
namespace {

using services::SearchAnswer;
using services::SearchRequest;

/// Reads a whole number. Errors: invalid_input.
Result<std::size_t> whole(const Request& request, const std::string& name, std::size_t otherwise) {
    const std::string text = query_text(request, name);
    if (text.empty())
        return otherwise;
    std::size_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end)
        return fail(Errc::invalid_input, "\"" + name + "\" has to be a whole number.");
    return value;
}

/// Reads a facet. Errors: unknown_value; the detail names the nearest one.
Result<void> read_facet(
    const Request& request,
    const std::string& name,
    records::FieldCode field,
    storage::SearchFilter& filter
) {
    const std::string value = query_text(request, name);
    if (value.empty())
        return {};
    const auto vocabulary = records::find_field(static_cast<std::uint32_t>(field))->vocabulary;
    if (!records::is_in_vocabulary(*vocabulary, value)) {
        const auto values = records::vocabulary_values(*vocabulary);
        const std::string_view near = records::nearest_name(value, values);
        std::string sentence = "The " + name + " \"" + value + "\" is not known";
        sentence += near.empty() ? "; it may be one of:" : "; did you mean \"";
        sentence += near.empty() ? "" : std::string(near) + "\"?";
        for (std::size_t i = 0; near.empty() && i < values.size(); ++i)
            sentence += (i == 0 ? " " : ", ") + std::string(values[i]);
        return fail(Errc::unknown_value, sentence + (near.empty() ? "." : ""));
    }
    filter.facets.push_back({static_cast<std::uint32_t>(field), value});
    return {};
}

/// Errors: unknown_value, invalid_input, not_found.
Result<storage::SearchFilter> read_filter(const Services& services, const Request& request) {
    storage::SearchFilter filter;
    if (const std::string name = query_text(request, "kind"); !name.empty()) {
        const auto kind = records::kind_from_name(name);
        if (!kind)
            return fail(Errc::unknown_value, "The kind " + kind.error().detail + ".");
        filter.kind = static_cast<std::uint32_t>(*kind);
    }
    using Facet = std::pair<const char*, records::FieldCode>;
    constexpr std::array facets{
        Facet{"phase", records::FieldCode::phases},
        Facet{"subject", records::FieldCode::subjects},
        Facet{"focus", records::FieldCode::focus}};
    for (const auto& [name, field] : facets)
        if (auto read = read_facet(request, name, field, filter); !read)
            return fail(read.error());
    if (const std::string name = query_text(request, "school"); !name.empty()) {
        const auto school = services::resolve_school(known_schools(services), name);
        if (!school)
            return fail(school.error());
        filter.school = *school;
    }
    if (const std::string name = query_text(request, "network"); !name.empty()) {
        const auto network =
            services::resolve_network(networks_for(services, request.caller), name);
        if (!network)
            return fail(network.error());
        filter.space = log::space_of(*network);
    }
    if (const std::string day = query_text(request, "since"); !day.empty()) {
        filter.since = services::day_of(day);
        if (!filter.since)
            return fail(
                Errc::invalid_input, "\"since\" has to be a day as YYYY-MM-DD, from 1970 on."
            );
    }
    return filter;
}

/// Errors: unknown_value, invalid_input, not_found.
Result<SearchRequest> read_search(const Services& services, const Request& request) {
    SearchRequest search;
    search.words = query_text(request, "q");
    auto columns = services::columns_from(query_text(request, "in"));
    if (!columns)
        return fail(columns.error());
    search.columns = std::move(*columns);
    auto filter = read_filter(services, request);
    if (!filter)
        return fail(filter.error());
    search.filter = std::move(*filter);
    const auto limit = whole(request, "limit", services::search_results);
    if (!limit || *limit == 0 || *limit > services::search_results_max)
        return fail(Errc::invalid_input, "\"limit\" has to be 1 to 100.");
    search.limit = *limit;
    const auto offset = whole(request, "after", 0);
    if (!offset || *offset > services::search_depth_max)
        return fail(
            Errc::invalid_input, "The value of \"after\" does not come from a page before."
        );
    search.offset = *offset;
    return search;
}

using Places = std::vector<std::optional<TextPlace>>;

JsonObject hit_json(const Services& services, const storage::SearchHit& hit) {
    JsonArray marks;
    for (const storage::Mark& mark : hit.snippet.marks)
        marks.push_back(JsonArray{mark.begin, mark.end});
    JsonObject out{
        {"id", to_base32(hit.document)},
        {"revision", to_base32(hit.revision)},
        {"title", hit.title},
        {"school", to_base32(hit.school)},
        {"school_name", school_name(services, hit.school)},
        {"kind", kind_text(hit.kind)},
        {"snippet", hit.snippet.text},
        {"marks", std::move(marks)}};
    put_origin(out, services, hit.revision, hit.school);
    return out;
}

/// `places` has one for each hit, or none at all.
Json answer_json(const Services& services, const SearchAnswer& answer, const Places& places) {
    JsonArray results;
    SafetyCounts safety(services);
    for (std::size_t i = 0; i < answer.hits.size(); ++i) {
        JsonObject hit = hit_json(services, answer.hits[i]);
        if (i < places.size())
            safety.put(hit, places[i]);
        results.push_back(std::move(hit));
    }
    JsonObject out{
        {"results", std::move(results)},
        {"pending", answer.progress.pending},
        {"missing", answer.progress.missing}};
    if (answer.next && *answer.next <= services::search_depth_max)
        out["next"] = std::to_string(*answer.next);
    if (answer.is_cut)
        out["more"] = true;
    return out;
}

/// Answers with what was found. Where the texts of this school's own records stand is read first,
/// once for all of them.
void answer_found(
    const Services& services,
    const Request& request,
    const Respond& respond,
    const SearchAnswer& found
) {
    const SchoolId own = services.core.replica().school();
    const auto is_own = [own](const storage::SearchHit& hit) { return hit.school == own; };
    if (std::ranges::none_of(found.hits, is_own))
        return respond(ok(answer_json(services, found, {})));
    read_library<Places>(
        services,
        request.caller,
        [&services, own, hits = found.hits](const services::LibraryView& library) {
            Places places;
            for (const storage::SearchHit& hit : hits) {
                const auto row = library.bare_row_of_revision(hit.revision);
                places.push_back(
                    row ? held_text_place(services.core.store(), own, *row) : std::nullopt
                );
            }
            return Result<Places>(std::move(places));
        },
        [&services, found, request, respond](const Result<Places>& places) {
            if (!places)
                return refuse(request, respond, places.error());
            respond(ok(answer_json(services, found, *places)));
        }
    );
}

Problem problem_of_search(const Error& error) {
    if (error.code == Errc::timed_out)
        return reading_too_long();
    if (error.code == Errc::busy)
        return {
            503,
            "search.rebuilding",
            "The search index is being built",
            "The search index was damaged and is being built again; no record is lost.",
            "wait a moment and search again.",
            ExitCode::failed};
    return problem_from(error);
}

} // namespace

void search(const Services& services, const Request& request, const Respond& respond) {
    const auto wanted = read_search(services, request);
    if (!wanted)
        return refuse(request, respond, wanted.error());
    services.search.find(
        request.caller.reader(),
        *wanted,
        [&services, request, respond](const Result<SearchAnswer>& answer) {
            if (!answer) {
                respond(to_response(problem_of_search(answer.error()), request.id));
                return;
            }
            answer_found(services, request, respond, *answer);
        }
    );
}

} // namespace staffroom::http::api
