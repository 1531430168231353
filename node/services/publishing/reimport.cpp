#include "node/services/publishing/reimport.hpp"

#include "node/services/front_matter/small_counts.hpp"
#include "node/services/records/exported_part.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

/// The body in one order, without what the place of reading decides.
records::RecordBody comparable(records::RecordBody body, bool hides_counts) {
    for (records::Field& field : body.fields)
        field.value = shown_value(field.code, field.value, !hides_counts);
    std::ranges::stable_sort(body.fields, {}, &records::Field::code);
    body.front_matter = shown_front_matter(body.front_matter, !hides_counts);
    body.sections.clear();
    body.origin.clear();
    return body;
}

/// Whether the file comes from a school that may not know the count.
bool has_hidden_count(const records::RecordBody& body) {
    return std::ranges::any_of(body.fields, [](const records::Field& field) {
        return counts_pupils(field.code) && field.value == records::small_count_words;
    });
}

bool has_same_relations(const std::vector<log::About>& held, const ReadRecord& read) {
    return std::ranges::equal(
        held,
        read.about,
        [](const log::About& a, const RequestedRelation& b) {
            const auto relation = records::parse_relation(a.relation);
            return relation && records::relation_name(*relation) == b.relation &&
                   to_base32(a.target) == b.id;
        }
    );
}

} // namespace

bool says_the_same(const ShownRecord& shown, const ReadRecord& read) {
    const bool hides_counts = has_hidden_count(read.body);
    return shown.body && shown.row.kind == static_cast<std::uint32_t>(read.facts.kind) &&
           has_same_relations(shown.header.about, read) &&
           comparable(*shown.body, hides_counts) == comparable(read.body, hides_counts);
}

KnownRecord find_known(
    const LibraryView& library,
    const ReadRecord& read,
    const SchoolId& school,
    const SpaceId& space,
    bool anywhere
) {
    std::vector<RecordRow> rows = library.with_origin(read.body.origin);
    if (read.body.origin.starts_with(origin_prefix)) {
        // What another school says to be a copy of that id is not it, whatever its words are now.
        std::erase_if(rows, [&](const RecordRow& row) { return row.school != school; });
        const std::string id = read.body.origin.substr(origin_prefix.size());
        if (const auto row = library.find(id); row && id_from_base32<RevisionId>(id))
            rows.insert(rows.begin(), *row);
    }
    KnownRecord known;
    for (const RecordRow& row : rows) {
        const bool is_in_space = row.spaces.contains(space);
        const auto shown = library.show(to_base32(row.revision));
        if ((anywhere || is_in_space) && shown && says_the_same(*shown, read))
            return {row, std::nullopt};
        if (!known.own && is_in_space && row.school == school)
            known.own = row;
    }
    return known;
}

} // namespace staffroom::services
