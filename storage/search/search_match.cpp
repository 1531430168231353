#include "storage/search/search_match.hpp"

#include "protocol/base/text.hpp"
#include "storage/search/search_marks.hpp"

#include <algorithm>

namespace staffroom::storage {
namespace {

/// Nobody's words reach the column that stands for the names of schools.
std::string filter_of(const std::vector<SearchColumn>& columns) {
    std::string filter = "{";
    const auto add = [&](SearchColumn column) {
        filter += (filter.size() == 1 ? "" : " ") + std::string(column_name(column));
    };
    for (std::size_t i = 0; columns.empty() && i < search_columns; ++i)
        add(static_cast<SearchColumn>(i));
    for (const SearchColumn column : columns)
        add(column);
    return filter + "} : ";
}

/// The words that stand for the schools whose names have this term; each begins with a space.
Result<std::string>
schools_called(SqlStatement& statement, const std::string& term, std::size_t& left) {
    statement.bind(1, std::string_view(term)).bind(2, static_cast<std::int64_t>(left));
    std::string words;
    while (true) {
        const auto more = statement.step();
        if (!more)
            return fail(more.error());
        if (!*more)
            return words;
        --left;
        const auto school = SchoolId::from(statement.blob(0));
        if (!school)
            return fail(Errc::corrupt, "an id of a wrong length in the search index");
        words += (words.empty() ? " " : " OR ") + ('"' + school_word(*school) + '"');
    }
}

} // namespace

std::string school_word(const SchoolId& school) {
    return to_base32(school);
}

/// Each value has its own marks before and behind it, which stand in no value.
std::string facets_of(const std::vector<FacetValue>& facets) {
    std::string text;
    for (const FacetValue& facet : facets)
        text += '\x01' + std::to_string(facet.field) + ' ' + without_controls(facet.value) + '\x02';
    return text;
}

Result<std::string> expression_of(SqlConnection& reader, const SearchMatch& match) {
    const std::string filter = filter_of(match.columns);
    auto statement = reader.prepare(
        "SELECT s.school FROM school_words CROSS JOIN schools s ON s.row = school_words.rowid"
        " WHERE school_words MATCH ? LIMIT ?"
    );
    if (!statement)
        return fail(statement.error());
    const bool asks_for_schools =
        match.columns.empty() ||
        std::ranges::find(match.columns, SearchColumn::school) != match.columns.end();
    std::size_t left = asks_for_schools ? named_schools_max : 0;
    // Side by side: the engine leaves out a term without a word, such as a lone dash.
    std::string plain;
    std::string named;
    for (const std::string& term : match.terms) {
        Result<std::string> schools = std::string();
        if (left > 0)
            schools = schools_called(*statement, term, left);
        if (!schools)
            return fail(schools.error());
        if (schools->empty())
            plain += (plain.empty() ? "" : " ") + term;
        else
            named += (named.empty() ? "" : " AND ") +
                     ("(" + filter + "(" + term + ") OR {school_key} : (" + *schools + "))");
    }
    if (plain.empty())
        return named;
    plain = filter + "(" + plain + ")";
    return named.empty() ? plain : plain + " AND " + named;
}

Conditions conditions_of(const SearchFilter& filter) {
    Conditions out;
    if (filter.kind) {
        out.sql += " AND r.kind = ?";
        out.values.emplace_back(std::int64_t{*filter.kind});
    }
    if (filter.school) {
        out.sql += " AND r.school = (SELECT row FROM schools WHERE school = ?)";
        out.values.emplace_back(filter.school->view());
    }
    if (filter.since) {
        out.sql += " AND r.clock >= ?";
        out.values.emplace_back(static_cast<std::int64_t>(filter.since->ms));
    }
    if (filter.space) {
        out.sql += " AND EXISTS(SELECT 1 FROM places p WHERE p.revision = r.revision"
                   " AND p.space = (SELECT row FROM spaces WHERE space = ?))";
        out.values.emplace_back(filter.space->view());
    }
    for (const FacetValue& facet : filter.facets) {
        out.sql += " AND instr(r.facets, ?) > 0";
        out.values.emplace_back(facets_of({facet}));
    }
    return out;
}

void bind_all(SqlStatement& statement, int place, const Conditions& conditions) {
    for (const auto& value : conditions.values)
        std::visit([&](const auto& each) { statement.bind(place++, each); }, value);
}

std::string as_json(const std::vector<std::int64_t>& rows) {
    std::string list = "[";
    for (const std::int64_t row : rows)
        list += (list.size() == 1 ? "" : ",") + std::to_string(row);
    return list + "]";
}

} // namespace staffroom::storage
