// Finding documents in the library: pages of a list, ids and prefixes, what points at what.
#include "node/services/library/library.hpp"
#include "node/services/records/names.hpp"
#include "node/services/text/outside_name.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace staffroom::services {
namespace {

// Ten are shown; some may be of revisions that do not count.
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

Result<RecordPage> Library::list(const RecordQuery& query) const {
    const std::lock_guard lock(mutex_);
    build_order();
    RecordPage page;
    std::optional<Cursor> last;
    const auto visit = [&](const ListedDocument& each) {
        const RowNumber newest = newest_head(each.row);
        const TableRow& row = table_.at(newest);
        const bool is_wanted = (!query.space || table_.spaces_of(newest).contains(*query.space)) &&
                               (!query.kind || row.kind == *query.kind) &&
                               (!query.school || table_.school_of(newest) == *query.school);
        if (!is_wanted || newer_than(each.row))
            return true;
        if (page.rows.size() == query.limit) {
            page.next = cursor_of(*last);
            return false;
        }
        page.rows.push_back(titled_row(newest));
        last = Cursor{each.arrival, table_.at(each.row).id};
        return true;
    };
    if (query.after.empty()) {
        order_.visit_all(visit);
        return page;
    }
    const auto cursor = parse_cursor(query.after);
    if (!cursor)
        return fail(cursor.error());
    order_.visit_after(cursor->arrival, cursor->document, visit);
    return page;
}

void Library::build_order() const {
    if (order_.is_built())
        return;
    std::vector<ListedDocument> listed;
    listed.reserve(documents_);
    for (RowNumber row = 0; row < table_.size(); ++row)
        if (table_.at(row).is_listed)
            listed.push_back({arrival_of(row), row});
    order_.build(std::move(listed));
}

std::size_t Library::document_count() const {
    const std::lock_guard lock(mutex_);
    return documents_;
}

std::size_t Library::uncounted_count() const {
    const std::lock_guard lock(mutex_);
    return uncounted_;
}

LibraryFigures Library::figures() const {
    const std::lock_guard lock(mutex_);
    LibraryFigures figures;
    for (RowNumber row = 0; row < table_.size(); ++row) {
        if (!table_.at(row).is_listed || newer_than(row))
            continue;
        const auto heads = heads_in(row);
        ++figures.documents[table_.at(heads.front()).kind];
        if (heads.size() > 1)
            ++figures.split;
    }
    return figures;
}

std::vector<RevisionId> Library::split_documents() const {
    const std::lock_guard lock(mutex_);
    std::vector<RevisionId> split;
    for (const auto& [document, folded] : folded_)
        if (folded.heads.size() > 1)
            split.push_back(table_.at(document).id);
    std::ranges::sort(split);
    return split;
}

std::vector<RevisionId> Library::documents_of_kind(records::RecordKind kind) const {
    const std::lock_guard lock(mutex_);
    std::vector<RevisionId> found;
    for (RowNumber row = 0; row < table_.size(); ++row)
        if (table_.at(row).is_listed &&
            table_.at(newest_head(row)).kind == static_cast<std::uint32_t>(kind) &&
            !newer_than(row))
            found.push_back(table_.at(row).id);
    std::ranges::sort(found);
    return found;
}

// --------------------------------------------------------------------------------------- one
// record

Result<RecordRow> Library::find(const std::string& text) const {
    const std::lock_guard lock(mutex_);
    const auto row = resolve(text);
    if (!row)
        return fail(row.error());
    return titled_row(*row);
}

Result<RowNumber> Library::resolve(const std::string& text) const {
    const auto pinned = split_pin(text);
    if (!pinned)
        return fail(pinned.error());
    const auto& [typed, pin] = *pinned;
    const std::string prefix = named_id(typed);
    if (!is_id_prefix(prefix))
        return fail(
            Errc::not_found, "\"" + prefix + "\" is not an id; one has 52 characters, 8 are enough."
        );
    std::set<RevisionId> matches;
    for (const RowNumber row : table_.with_prefix(prefix, candidates_max))
        if (document_of(table_.at(row).id))
            matches.insert(table_.at(row).id);
    // A record that this school took in from an exported file answers to the id that it had before.
    // What another school says of where its record comes from is a claim, and answers for nothing.
    if (matches.empty() && prefix.size() == id_characters && own_school_)
        if (const auto copies = counted_with_origin("staffroom:" + prefix, own_school_);
            !copies.empty())
            matches.insert(table_.at(table_.at(copies.front()).document).id);
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
        return *named_by(*matches.begin());
    const auto order = order_of(*document_of(*matches.begin()));
    if (pin > order.size())
        return fail(
            Errc::not_found,
            "The record has " + std::to_string(order.size()) +
                (order.size() == 1 ? " revision here." : " revisions here.")
        );
    return order[pin - 1];
}

std::optional<BareRow> Library::bare_row_of(const RevisionId& id) const {
    const std::lock_guard lock(mutex_);
    const auto row = named_by(id);
    return row ? std::optional(bare_row(*row)) : std::nullopt;
}

std::optional<BareRow> Library::bare_row_of_revision(const RevisionId& id) const {
    const std::lock_guard lock(mutex_);
    const auto row = known_revision(id);
    return row ? std::optional(bare_row(*row)) : std::nullopt;
}

std::vector<RevisionId> Library::heads_of(const RevisionId& document) const {
    const std::lock_guard lock(mutex_);
    const auto found = document_of(document);
    return found ? ids_of(heads_in(*found)) : std::vector<RevisionId>{};
}

std::vector<RevisionId> Library::first_heads(const RevisionId& document) const {
    const std::lock_guard lock(mutex_);
    const auto found = document_of(document);
    return found ? first_heads_in(*found) : std::vector<RevisionId>{};
}

bool Library::is_head(const RevisionId& revision) const {
    const std::lock_guard lock(mutex_);
    const auto row = known_revision(revision);
    return row && table_.at(*row).is_head;
}

bool Library::is_hidden(const RevisionId& document) const {
    const std::lock_guard lock(mutex_);
    const auto found = document_of(document);
    return found && is_taken_back(*found);
}

// ------------------------------------------------------------------------------ what points at
// what

void Library::put_relation(std::vector<Relation>& relations, const TableEdge& edge) const {
    if (const auto kind = records::parse_relation(edge.relation))
        relations.push_back(
            {table_.at(edge.source).id,
             table_.at(table_.at(edge.source).document).id,
             table_.at(edge.target).id,
             *kind}
        );
}

std::vector<Relation> Library::relations_from(const RevisionId& document) const {
    const std::lock_guard lock(mutex_);
    std::vector<Relation> relations;
    const auto found = document_of(document);
    if (!found)
        return relations;
    // What a retraction hides is the text; where the practice came from stays visible.
    for (const RowNumber revision : is_taken_back(*found) ? order_of(*found) : heads_in(*found)) {
        if (relations.size() >= relations_max)
            break;
        for (const TableEdge& edge : table_.about(revision))
            put_relation(relations, edge);
    }
    // What a document was written in place of is said once, by its first revision.
    for (const TableEdge& edge : table_.about(*found))
        if (edge.relation == static_cast<std::uint32_t>(records::RelationKind::supersedes) &&
            std::ranges::none_of(relations, [&](const Relation& known) {
                return known.source == table_.at(edge.source).id &&
                       known.target == table_.at(edge.target).id;
            }))
            put_relation(relations, edge);
    return relations;
}

std::vector<Ancestor> Library::ancestors_of(const RevisionId& document) const {
    const std::lock_guard lock(mutex_);
    std::vector<Ancestor> ancestors;
    const auto found = document_of(document);
    if (!found)
        return ancestors;
    for (const RowNumber revision : is_taken_back(*found) ? order_of(*found) : heads_in(*found)) {
        if (ancestors.size() >= relations_max)
            break;
        for (const TableEdge& edge : table_.about(revision)) {
            const auto kind = records::parse_relation(edge.relation);
            const auto target = document_of(table_.at(edge.target).id);
            if (kind && target)
                ancestors.push_back({table_.at(*target).id, *kind});
        }
    }
    return ancestors;
}

std::vector<Relation> Library::relations_to(const RevisionId& document) const {
    const std::lock_guard lock(mutex_);
    const auto found = document_of(document);
    const auto named = found ? std::nullopt : table_.find(document);
    const RowNumber stub = named.value_or(no_row);
    std::vector<Relation> relations;
    const auto visit = [&](const TableEdge& edge) {
        if (counts(edge.source) &&
            (table_.at(edge.source).is_head || is_taken_back(table_.at(edge.source).document)))
            put_relation(relations, edge);
        return relations.size() < relations_max;
    };
    const auto targets = found ? order_of(*found) : std::span(&stub, named ? 1 : 0);
    for (auto target = targets.rbegin(); target != targets.rend(); ++target)
        table_.visit_pointing_at(*target, visit);
    std::ranges::reverse(relations);
    return relations;
}

std::vector<Relation> Library::relations_to_school(const SchoolId& school) const {
    const std::lock_guard lock(mutex_);
    std::vector<Relation> relations;
    const auto& edges = table_.edges();
    for (auto edge = edges.rbegin(); edge != edges.rend(); ++edge) {
        if (relations.size() >= relations_max)
            break;
        if (table_.at(edge->target).is_here && table_.school_of(edge->target) == school &&
            table_.school_of(edge->source) != school && counts(edge->source) &&
            table_.at(edge->source).is_head)
            put_relation(relations, *edge);
    }
    return relations;
}

} // namespace staffroom::services
