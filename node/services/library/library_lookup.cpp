// Finds documents in the library as a reader sees it: pages of a list, ids and prefixes, relations.
#include "node/services/library/sight.hpp"
#include "node/services/records/names.hpp"
#include "node/services/text/outside_name.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace staffroom::services {
namespace {

// Ten are shown.
constexpr std::size_t candidates_max = 32;

struct Cursor {
    std::uint64_t arrival;
    RevisionId document;
};

std::string cursor_of(const Cursor& cursor) {
    return std::to_string(cursor.arrival) + "." + to_base32(cursor.document);
}

Result<Cursor> parse_cursor(std::string_view text) {
    const std::size_t dot = text.find('.');
    std::uint64_t arrival = 0;
    if (dot != std::string_view::npos) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + dot, arrival);
        auto document = id_from_base32<RevisionId>(text.substr(dot + 1));
        if (error == std::errc() && end == text.data() + dot && document)
            return Cursor{arrival, *document};
    }
    return fail(Errc::invalid_input, "The value of \"after\" does not come from a page before.");
}

/// "ID@2" as its two parts; a pin of 0 means the newest revision.
Result<std::pair<std::string, std::size_t>> split_pin(const std::string& text) {
    const std::size_t at = text.find('@');
    if (at == std::string::npos)
        return std::pair(text, std::size_t{0});
    std::size_t pin = 0;
    const char* const begin = text.data() + at + 1;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(begin, end, pin);
    if (error != std::errc() || stop != end || pin == 0)
        return fail(Errc::not_found, "\"" + text.substr(at) + "\" is not a revision number.");
    return std::pair(text.substr(0, at), pin);
}

} // namespace

// ------------------------------------------------------------------------------------------- lists

Result<RecordPage> LibraryView::list(const RecordQuery& query) const {
    const Sight sight(*library_, reader_);
    const RecordTable& table = sight.table();
    RecordPage page;
    std::optional<Cursor> last;
    const auto visit = [&](const ListedDocument& each) {
        const RowNumber newest = sight.newest_head(each.row);
        const TableRow& row = table.at(newest);
        const bool is_wanted = (!query.space || sight.stands_in(newest, *query.space)) &&
                               (!query.kind || row.kind == *query.kind) &&
                               (!query.school || table.school_of(newest) == *query.school);
        if (!is_wanted || sight.newer_than(each.row))
            return true;
        if (page.rows.size() == query.limit) {
            page.next = cursor_of(*last);
            return false;
        }
        RecordRow titled = titled_row(sight, newest);
        if (!query.with_gone && are_words_gone(titled.state))
            return true;
        page.rows.push_back(std::move(titled));
        last = Cursor{each.arrival, table.at(each.row).id};
        return true;
    };
    std::optional<Cursor> cursor;
    if (!query.after.empty()) {
        const auto parsed = parse_cursor(query.after);
        if (!parsed)
            return fail(parsed.error());
        cursor = *parsed;
    }
    const auto visit_from = [&](const ListOrder& order) {
        if (cursor)
            order.visit_after(cursor->arrival, cursor->document, visit);
        else
            order.visit_all(visit);
    };
    if (reader_.sees_all()) {
        if (!library_->order_.is_built())
            library_->order_.build(sight.listed());
        visit_from(library_->order_);
    } else {
        // The view has its own order: records that it does not see must not move the ones that it
        // sees.
        ListOrder order([&](RowNumber row) -> const RevisionId& { return table.at(row).id; });
        order.build(sight.listed());
        visit_from(order);
    }
    return page;
}

std::size_t LibraryView::document_count() const {
    const Sight sight(*library_, reader_);
    return reader_.sees_all() ? library_->documents_ : sight.listed().size();
}

std::size_t LibraryView::uncounted_count() const {
    const Sight sight(*library_, reader_);
    if (reader_.sees_all())
        return library_->uncounted_;
    std::size_t uncounted = 0;
    for (RowNumber row = 0; row < sight.table().size(); ++row)
        uncounted += sight.table().at(row).is_uncounted && sight.is_seen(row) ? 1U : 0U;
    return uncounted;
}

LibraryFigures LibraryView::figures() const {
    const Sight sight(*library_, reader_);
    const RecordTable& table = sight.table();
    LibraryFigures figures;
    for (RowNumber row = 0; row < table.size(); ++row) {
        if (!sight.is_listed(row) || sight.newer_than(row))
            continue;
        const auto heads = sight.heads_in(row);
        ++figures.documents[table.at(heads.front()).kind];
        if (heads.size() > 1)
            ++figures.split;
    }
    return figures;
}

std::vector<RevisionId> LibraryView::split_documents() const {
    const Sight sight(*library_, reader_);
    std::vector<RevisionId> split;
    for (const auto& [document, folded] : library_->folded_)
        if (sight.heads_in(document).size() > 1)
            split.push_back(sight.table().at(document).id);
    std::ranges::sort(split);
    return split;
}

std::vector<RevisionId> LibraryView::documents_of_kind(records::RecordKind kind) const {
    const Sight sight(*library_, reader_);
    const RecordTable& table = sight.table();
    std::vector<RevisionId> found;
    for (RowNumber row = 0; row < table.size(); ++row)
        if (sight.is_listed(row) &&
            table.at(sight.newest_head(row)).kind == static_cast<std::uint32_t>(kind) &&
            !sight.newer_than(row))
            found.push_back(table.at(row).id);
    std::ranges::sort(found);
    return found;
}

// --------------------------------------------------------------------------------------- one
// record

Result<RecordRow> LibraryView::find(const std::string& text) const {
    const Sight sight(*library_, reader_);
    const auto row = resolve(sight, text);
    if (!row)
        return fail(row.error());
    return titled_row(sight, *row);
}

Result<RowNumber> LibraryView::resolve(const Sight& sight, const std::string& text) const {
    const auto pinned = split_pin(text);
    if (!pinned)
        return fail(pinned.error());
    const auto& [typed, pin] = *pinned;
    const std::string prefix = named_id(typed);
    if (!is_id_prefix(prefix))
        return fail(
            Errc::not_found, "\"" + prefix + "\" is not an id; one has 52 characters, 8 are enough."
        );
    const RecordTable& table = sight.table();
    std::set<RevisionId> matches;
    const auto is_named = [&](RowNumber row) {
        return sight.document_of(table.at(row).id).has_value();
    };
    for (const RowNumber row : table.with_prefix(prefix, candidates_max, is_named))
        matches.insert(table.at(row).id);
    // A record that this school took in from an exported file answers to the id that it had before.
    // Another school could claim any origin for its record, so its claim answers for nothing.
    const auto& own_school = library_->own_school_;
    if (matches.empty() && prefix.size() == id_characters && own_school)
        if (const auto copies = with_origin_in(sight, "staffroom:" + prefix, own_school);
            !copies.empty())
            matches.insert(table.at(table.at(copies.front()).document).id);
    if (matches.empty())
        return fail(Errc::not_found, "No record here has the id \"" + prefix + "\".");
    if (matches.size() > 1) {
        std::vector<std::string> candidates;
        candidates.reserve(matches.size());
        for (const RevisionId& id : matches)
            candidates.push_back(to_base32(id));
        return fail(ambiguous(prefix, candidates));
    }
    if (pin == 0)
        return *sight.named_by(*matches.begin());
    const auto order = sight.order_of(*sight.document_of(*matches.begin()));
    if (pin > order.size())
        return fail(
            Errc::not_found,
            "The record has " + std::to_string(order.size()) +
                (order.size() == 1 ? " revision here." : " revisions here.")
        );
    return order[pin - 1];
}

std::optional<BareRow> LibraryView::bare_row_of(const RevisionId& id) const {
    const Sight sight(*library_, reader_);
    const auto row = sight.named_by(id);
    return row ? std::optional(sight.bare_row(*row)) : std::nullopt;
}

std::optional<BareRow> LibraryView::bare_row_of_revision(const RevisionId& id) const {
    const Sight sight(*library_, reader_);
    const auto row = sight.revision_of(id);
    return row ? std::optional(sight.bare_row(*row)) : std::nullopt;
}

std::vector<RevisionId> LibraryView::heads_of(const RevisionId& document) const {
    const Sight sight(*library_, reader_);
    const auto found = sight.document_of(document);
    return found ? library_->ids_of(sight.heads_in(*found)) : std::vector<RevisionId>{};
}

std::vector<RevisionId> LibraryView::first_heads(const RevisionId& document) const {
    const Sight sight(*library_, reader_);
    const auto found = sight.document_of(document);
    return found ? sight.first_heads_in(*found) : std::vector<RevisionId>{};
}

bool LibraryView::is_head(const RevisionId& revision) const {
    const Sight sight(*library_, reader_);
    const auto row = sight.revision_of(revision);
    return row && sight.is_head(*row);
}

bool LibraryView::came_by_link(const RevisionId& revision) const {
    return library_->entries_.origin_of(revision).has_value();
}

std::optional<NetworkId> LibraryView::far_home_of(const RevisionId& revision) const {
    const auto origin = library_->entries_.origin_of(revision);
    return origin ? std::optional(origin->trail.front().network) : std::nullopt;
}

bool LibraryView::is_hidden(const RevisionId& document) const {
    const Sight sight(*library_, reader_);
    const auto found = sight.document_of(document);
    return found && sight.is_taken_back(*found);
}

std::vector<RevisionId> LibraryView::visible_heads(const RevisionId& document) const {
    if (is_hidden(document))
        return {};
    std::vector<RevisionId> heads = first_heads(document);
    std::ranges::sort(heads);
    return heads;
}

// ------------------------------------------------------------------------------ what points at
// what

std::vector<Relation> LibraryView::relations_from(const RevisionId& document) const {
    const Sight sight(*library_, reader_);
    std::vector<Relation> relations;
    const auto found = sight.document_of(document);
    if (!found)
        return relations;
    // A retraction hides the text; the origin of the practice stays visible.
    for (const RowNumber revision :
         sight.is_taken_back(*found) ? sight.order_of(*found) : sight.heads_in(*found)) {
        if (relations.size() >= relations_max)
            break;
        for (const TableEdge& edge : sight.table().about(revision))
            sight.put_relation(relations, edge);
    }
    // The first revision says once in whose place a document was written.
    const RecordTable& table = sight.table();
    if (sight.counts(*found))
        for (const TableEdge& edge : table.about(*found))
            if (edge.relation == static_cast<std::uint32_t>(records::RelationKind::supersedes) &&
                std::ranges::none_of(relations, [&](const Relation& known) {
                    return known.source == table.at(edge.source).id &&
                           known.target == table.at(edge.target).id;
                }))
                sight.put_relation(relations, edge);
    return relations;
}

std::vector<Ancestor> LibraryView::ancestors_of(const RevisionId& document) const {
    const Sight sight(*library_, reader_);
    const RecordTable& table = sight.table();
    std::vector<Ancestor> ancestors;
    const auto found = sight.document_of(document);
    if (!found)
        return ancestors;
    for (const RowNumber revision :
         sight.is_taken_back(*found) ? sight.order_of(*found) : sight.heads_in(*found)) {
        if (ancestors.size() >= relations_max)
            break;
        for (const TableEdge& edge : table.about(revision)) {
            const auto kind = records::parse_relation(edge.relation);
            const auto target = sight.document_of(table.at(edge.target).id);
            if (kind && target)
                ancestors.push_back({table.at(*target).id, *kind});
        }
    }
    return ancestors;
}

std::vector<Relation> LibraryView::relations_to(const RevisionId& document) const {
    const Sight sight(*library_, reader_);
    const RecordTable& table = sight.table();
    const auto found = sight.document_of(document);
    const auto named = found ? std::nullopt : table.find(document);
    const RowNumber stub = named.value_or(no_row);
    std::vector<Relation> relations;
    const auto visit = [&](const TableEdge& edge) {
        if (sight.counts(edge.source) &&
            (sight.is_head(edge.source) || sight.is_taken_back(table.at(edge.source).document)))
            sight.put_relation(relations, edge);
        return relations.size() < relations_max;
    };
    const auto targets = found ? sight.order_of(*found) : std::span(&stub, named ? 1 : 0);
    for (auto target = targets.rbegin(); target != targets.rend(); ++target)
        table.visit_pointing_at(*target, visit);
    std::ranges::reverse(relations);
    return relations;
}

std::vector<Relation> LibraryView::relations_to_school(const SchoolId& school) const {
    const Sight sight(*library_, reader_);
    const RecordTable& table = sight.table();
    std::vector<Relation> relations;
    const auto& edges = table.edges();
    for (auto edge = edges.rbegin(); edge != edges.rend(); ++edge) {
        if (relations.size() >= relations_max)
            break;
        if (sight.is_seen(edge->target) && table.school_of(edge->target) == school &&
            table.school_of(edge->source) != school && sight.counts(edge->source) &&
            sight.is_head(edge->source))
            sight.put_relation(relations, *edge);
    }
    return relations;
}

} // namespace staffroom::services
