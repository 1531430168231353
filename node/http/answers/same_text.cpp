#include "node/http/answers/same_text.hpp"

#include "node/http/answers/json.hpp"
#include "node/services/front_matter/front_matter.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <set>

namespace staffroom::http {
namespace {

constexpr std::size_t rows_read_max = 2000;
constexpr std::size_t rows_a_page = 100;
constexpr std::size_t id_shown = 8;

/// Returns the documents that a request is about; nothing where one is not here.
std::optional<std::set<RevisionId>>
subjects_of(const services::LibraryView& library, const services::RecordRequest& request) {
    std::set<RevisionId> subjects;
    for (const auto& wanted : request.about) {
        const auto row = library.find(wanted.id);
        if (!row)
            return std::nullopt;
        subjects.insert(row->document);
    }
    return subjects;
}

std::set<RevisionId> subjects_of(const services::LibraryView& library, const RevisionId& document) {
    std::set<RevisionId> subjects;
    for (const auto& relation : library.relations_from(document))
        if (relation.kind != records::RelationKind::supersedes)
            if (const auto row = library.row_of(relation.target))
                subjects.insert(row->document);
    return subjects;
}

/// Tells whether a record says what stands beside the file on the command line. A value written
/// otherwise than in the record, such as a school's name, makes it another record.
bool has_what_is_set(
    const records::RecordBody& body, std::uint32_t raw_kind, const services::RecordRequest& request
) {
    const auto kind = records::parse_kind(raw_kind);
    if (!kind)
        return false;
    const bool has_fields = std::ranges::all_of(request.set, [&](const auto& wanted) {
        const auto* facts = records::find_field(*kind, wanted.first);
        const auto* value = facts != nullptr ? records::field_value(body, facts->code) : nullptr;
        return value != nullptr && *value == wanted.second;
    });
    return has_fields && std::ranges::all_of(request.authors, [&](const std::string& wanted) {
               return std::ranges::any_of(body.authors, [&](const records::Author& author) {
                   return wanted.starts_with(author.name);
               });
           });
}

} // namespace

bool is_only_new(const std::string& body) {
    const auto object = parse_object(body.empty() ? "{}" : body);
    return object && is_only_new(*object);
}

bool is_only_new(const JsonObject& body) {
    const Json* wish = body.if_contains("only_new");
    return wish != nullptr && wish->is_bool() && wish->get_bool();
}

Result<std::optional<services::RecordRow>> find_same_text(
    const services::LibraryView& library,
    const services::RecordRequest& request,
    const SchoolId& school,
    const std::optional<SpaceId>& space
) {
    const services::SplitFile split = services::split_front_matter(request.file);
    const auto subjects = subjects_of(library, request);
    if (!subjects)
        return std::optional<services::RecordRow>();
    services::RecordQuery query;
    query.school = school;
    query.limit = rows_a_page;
    for (std::size_t read = 0; read < rows_read_max; read += rows_a_page) {
        const auto page = library.list(query);
        if (!page)
            return fail(page.error());
        for (const services::RecordRow& row : page->rows) {
            const bool is_own_space =
                row.reach < static_cast<std::uint32_t>(records::Reach::network);
            const bool is_there = is_own_space || (space && row.spaces.contains(*space));
            if (!is_there || row.life != services::LifeState::active)
                continue;
            const auto body = library.words(row.revision);
            if (body && body->text == split.text && body->front_matter == split.front_matter &&
                has_what_is_set(*body, row.kind, request) &&
                (request.about.empty() || subjects_of(library, row.document) == *subjects))
                return std::optional(row);
        }
        if (page->next.empty())
            break;
        query.after = page->next;
    }
    return std::optional<services::RecordRow>();
}

Problem same_text_problem(const services::RecordRow& row, const services::RecordRequest& request) {
    const std::string id = to_base32(row.document).substr(0, id_shown);
    const bool is_inside = row.reach < static_cast<std::uint32_t>(records::Reach::network);
    const bool is_shared_now = is_inside && !request.network.empty();
    return {
        409,
        "record.same-text",
        "The same text is here",
        "This very text is here already: \"" + row.title + "\", " + id +
            (is_inside ? ", in this school only." : "."),
        is_shared_now ? "share that one with `staffroom revise " + id + " FILE --network " +
                            request.network + "`, or publish a second one with --yes."
                      : "change it with `staffroom revise " + id +
                            " FILE`, or publish a second one with --yes.",
        Exit::refused};
}

} // namespace staffroom::http
