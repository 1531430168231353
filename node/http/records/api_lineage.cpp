// The handlers for lineage, for news to this school, and for what was tried.
#include "node/http/records/record_json.hpp"
#include "node/http/records/records_api.hpp"
#include "node/services/front_matter/small_counts.hpp"
#include "node/services/lineage/adoption_stories.hpp"
#include "node/services/lineage/lineage.hpp"
#include "node/services/lineage/ways_back.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/vocabularies.hpp"

#include <algorithm>

namespace staffroom::http::api {
namespace {

using services::AdoptionStory;
using services::LibraryView;

constexpr std::size_t split_rows_max = 500;

struct FoundLineage {
    RevisionId document;
    services::Lineage lineage;
    std::vector<AdoptionStory> stories;
    std::size_t steps_back;
    std::string dot;
};

Result<FoundLineage>
find_lineage(const LibraryView& library, const std::string& id, const runtime::StopSign& sign) {
    const auto row = library.find(id);
    if (!row)
        return fail(row.error());
    services::Lineage lineage = services::lineage_of(library, row->document, sign);
    std::string dot = services::to_dot(lineage);
    return FoundLineage{
        row->document,
        std::move(lineage),
        services::stories_of(library, row->document),
        services::longest_way_back(library, row->document, sign),
        std::move(dot)};
}

Json count_json(const std::optional<std::uint64_t>& count, bool is_own_school) {
    if (!count)
        return nullptr; // not counted, which is not zero
    return Json(services::shown_count(std::to_string(*count), is_own_school));
}

JsonObject story_json(const Services& services, const AdoptionStory& story) {
    const bool is_own = story.row.school == services.core.replica().school();
    JsonObject out = row_json(services, story.row);
    out["stage"] = story.stage;
    out["mode"] = story.mode;
    out["outcome"] = story.outcome;
    out["kept"] = story.kept;
    out["changed"] = story.changed;
    out["what_happened"] = story.what_happened;
    if (story.across) {
        out["interpreted"] = story.across->is_interpreted();
        out["what_it_is_there"] = story.across->there;
        out["what_it_means_here"] = story.across->here;
    }
    if (story.is_cut)
        out["more"] = true;
    out["pupils_reached"] = count_json(story.pupils, is_own);
    out["adults_reached"] = story.adults ? Json(std::to_string(*story.adults)) : Json(nullptr);
    return out;
}

/// Makes JSON of the outcomes: every word of the vocabulary stands there, also those that nobody
/// used, in its own order.
JsonObject outcomes_json(const std::map<std::string, std::size_t>& counts) {
    JsonObject out;
    for (const std::string_view word :
         records::vocabulary_values(records::VocabularyId::adoption_outcome)) {
        const auto found = counts.find(std::string(word));
        out[word] = found == counts.end() ? 0 : found->second;
    }
    return out;
}

/// Makes JSON of adoptions: stories one by one, sums only from three on. A sum never gives away a
/// hidden count.
JsonObject adoptions_json(const Services& services, const std::vector<AdoptionStory>& stories) {
    JsonArray told;
    std::vector<services::AdoptionFacts> facts;
    bool has_hidden = false;
    for (const AdoptionStory& story : stories) {
        const bool is_own = story.row.school == services.core.replica().school();
        const std::string count = std::to_string(story.pupils.value_or(0));
        told.push_back(story_json(services, story));
        facts.push_back(services::facts_of(story));
        if (services::shown_count(count, is_own) != count) {
            has_hidden = true;
            facts.back().pupils.reset();
        }
    }
    const auto totals = services::count_adoptions(facts, {});
    JsonObject out{
        {"count", totals.adoptions},
        {"outcomes", outcomes_json(totals.outcomes)},
        {"stories", std::move(told)},
        {"pupils_reached", nullptr},
        {"adults_reached", nullptr}};
    if (totals.adoptions >= services::adoptions_summed_min) {
        out["pupils_reached"] = (has_hidden ? "more than " : "") + std::to_string(totals.pupils);
        out["adults_reached"] = std::to_string(totals.adults);
    }
    return out;
}

JsonObject lineage_json(const Services& services, const FoundLineage& found) {
    JsonArray nodes;
    for (const services::LineageNode& node : found.lineage.nodes) {
        JsonObject out;
        if (node.row)
            out = row_json(services, *node.row);
        out["id"] = to_base32(node.id);
        out["here"] = node.row.has_value();
        out["steps"] = node.steps;
        out["is_origin"] = node.is_origin;
        nodes.push_back(std::move(out));
    }
    JsonArray edges;
    for (const services::LineageEdge& edge : found.lineage.edges) {
        JsonObject out{
            {"from", to_base32(edge.from)},
            {"to", to_base32(edge.to)},
            {"relation", records::relation_name(edge.relation)},
            {"seen", to_base32(edge.seen)},
            {"seen_number", edge.seen_number},
            {"has_newer", edge.has_newer}};
        if (edge.is_interpreted)
            out["interpreted"] = *edge.is_interpreted;
        edges.push_back(std::move(out));
    }
    return {
        {"id", to_base32(found.document)},
        {"nodes", std::move(nodes)},
        {"edges", std::move(edges)},
        {"steps_back", found.steps_back},
        {"is_cut", found.lineage.is_cut},
        {"adoptions", adoptions_json(services, found.stories)},
        {"dot", found.dot}};
}

/// The records of other schools about this one's records, and those that wait to be joined.
struct FoundInbox {
    struct News {
        services::Relation relation;
        services::RecordRow about;
        services::RecordRow row;
    };
    std::vector<News> news;
    std::vector<services::RecordRow> split;
};

/// Finds the inbox. Errors: timed_out.
Result<FoundInbox>
find_inbox(const LibraryView& library, const SchoolId& school, const runtime::StopSign& sign) {
    FoundInbox found;
    // The inbox shows the last that came first, whatever their clocks say.
    for (const services::Relation& relation : library.relations_to_school(school)) {
        if (sign.is_up())
            return fail(Errc::timed_out);
        const auto row = library.bare_row_of(relation.source);
        const auto about = library.row_of(relation.target);
        if (!row || !about)
            continue;
        // As in a list: of what was erased since, nothing is left to read.
        if (services::RecordRow titled = library.with_title(*row);
            !services::are_words_gone(titled.state))
            found.news.push_back({relation, *about, std::move(titled)});
    }
    for (const RevisionId& document : library.split_documents_of(school, split_rows_max)) {
        if (sign.is_up())
            return fail(Errc::timed_out);
        if (const auto row = library.row_of(document); row && !services::are_words_gone(row->state))
            found.split.push_back(*row);
    }
    return found;
}

void put_profile(
    const Services& services,
    const std::string& id,
    std::map<std::string, services::SchoolPlace>& places
) {
    const auto known = id_from_base32<SchoolId>(id);
    if (!known || places.contains(id))
        return;
    const SchoolId& school = *known;
    services::SchoolPlace& place = places[id];
    const auto profile = services.core.replica().school_profile(school);
    const bool is_own = school == services.core.replica().school();
    place.area = is_own ? services.config.area : profile.area;
    place.trust = is_own ? services.config.trust : profile.trust;
    for (const replica::NetworkStatus& network : services.core.replica().networks())
        for (const replica::MemberStatus& member : network.members)
            if (member.school == school)
                place.networks.insert(to_base32(network.network));
}

} // namespace

void show_lineage(const Services& services, const Request& request, const Respond& respond) {
    read_library_long<FoundLineage>(
        services,
        request,
        respond,
        [id = request.path_values.at("id")](
            const LibraryView& library, const runtime::StopSign& sign
        ) { return find_lineage(library, id, sign); },
        [&services, request, respond](const Result<FoundLineage>& found) {
            if (!found) {
                respond(to_response(problem_from_id(found.error()), request.id));
                return;
            }
            respond(ok(lineage_json(services, *found)));
        }
    );
}

void show_inbox(const Services& services, const Request& request, const Respond& respond) {
    read_library_long<FoundInbox>(
        services,
        request,
        respond,
        [school = services.core.replica().school()](
            const LibraryView& library, const runtime::StopSign& sign
        ) { return find_inbox(library, school, sign); },
        [&services, request, respond](const Result<FoundInbox>& found) {
            if (!found)
                return refuse(request, respond, found.error());
            JsonArray news;
            for (const auto& each : found->news) {
                JsonObject out = row_json(services, each.row);
                out["relation"] = records::relation_name(each.relation.kind);
                out["written_ms"] = each.row.clock.ms;
                out["about"] = row_json(services, each.about);
                news.push_back(std::move(out));
            }
            JsonArray split;
            for (const services::RecordRow& row : found->split)
                split.push_back(row_json(services, row));
            respond(ok(JsonObject{{"news", std::move(news)}, {"to_join", std::move(split)}}));
        }
    );
}

void report_adoptions(const Services& services, const Request& request, const Respond& respond) {
    read_library_long<services::CountedStories>(
        services,
        request,
        respond,
        [](const LibraryView& library, const runtime::StopSign& sign) {
            return Result<services::CountedStories>(services::count_stories(library, sign));
        },
        [&services, request, respond](const Result<services::CountedStories>& counted) {
            if (!counted)
                return refuse(request, respond, counted.error());
            std::map<std::string, services::SchoolPlace> places;
            for (const auto& [pair, count] : counted->count.pairs()) {
                put_profile(services, pair.first, places);
                put_profile(services, pair.second, places);
            }
            const auto totals = counted->count.totals(places);
            JsonObject out{
                {"adoptions", totals.adoptions},
                {"with_pupil_count", totals.with_pupil_count},
                {"across_schools", totals.across_schools},
                {"across_networks", totals.across_networks},
                {"across_areas", totals.across_areas},
                {"across_trusts_or_none", totals.across_trusts_or_none},
                {"longest_chain", totals.longest_chain},
                {"outcomes", outcomes_json(totals.outcomes)},
                {"pupils_reached", nullptr},
                {"adults_reached", nullptr}};
            if (totals.adoptions >= services::adoptions_summed_min) {
                out["pupils_reached"] = totals.pupils;
                out["adults_reached"] = totals.adults;
            }
            if (counted->is_cut)
                out["more"] = true;
            respond(ok(out));
        }
    );
}

} // namespace staffroom::http::api
