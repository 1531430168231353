// Finding documents in the library: pages of a list, ids and prefixes, what points at what.
#include "node/services/library.hpp"
#include "node/services/names.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace staffroom::services {
namespace {

constexpr std::size_t candidates_max = 11; // ten are shown

std::string cursor_of(const RecordRow& row) {
    return std::to_string(row.clock.ms) + "." + to_base32(row.document);
}

struct Cursor {
    WallTime clock;
    RevisionId document;
};

Result<Cursor> parse_cursor(std::string_view text) {
    const std::size_t dot = text.find('.');
    std::uint64_t ms = 0;
    if (dot != std::string_view::npos) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + dot, ms);
        auto document = id_from_base32<RevisionId>(text.substr(dot + 1));
        if (error == std::errc() && end == text.data() + dot && document)
            return Cursor{WallTime{ms}, *document};
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

/// The first id that may begin with the prefix; base 32 keeps the order of bytes.
std::optional<RevisionId> lowest_with(std::string prefix) {
    prefix.resize(id_characters, 'a');
    const auto id = id_from_base32<RevisionId>(prefix);
    return id ? std::optional(*id) : std::nullopt;
}

template <class Map>
void collect(const Map& map, const std::string& prefix, std::set<RevisionId>& matches) {
    const auto lowest = lowest_with(prefix);
    if (!lowest)
        return;
    for (auto at = map.lower_bound(*lowest); at != map.end() && matches.size() < candidates_max &&
                                             to_base32(at->first).starts_with(prefix);
         ++at)
        matches.insert(at->first);
}

} // namespace

Result<RecordPage> Library::list(const RecordQuery& query) const {
    const std::lock_guard lock(mutex_);
    auto at = order_.begin();
    if (!query.after.empty()) {
        const auto cursor = parse_cursor(query.after);
        if (!cursor)
            return fail(cursor.error());
        at = order_.upper_bound(OrderKey{~cursor->clock.ms, cursor->document});
    }
    RecordPage page;
    for (; at != order_.end(); ++at) {
        const Document& document = documents_.at(at->second);
        const RecordRow& newest = revisions_.at(document.view.heads.front()).row;
        const bool is_wanted = (!query.space || newest.spaces.contains(*query.space)) &&
                               (!query.kind || newest.kind == *query.kind) &&
                               (!query.school || newest.school == *query.school);
        if (!is_wanted || superseded_by(document))
            continue;
        if (page.rows.size() == query.limit) {
            page.next = cursor_of(page.rows.back());
            break;
        }
        page.rows.push_back(row_at(newest.revision));
    }
    return page;
}

Result<RecordRow> Library::find(const std::string& text) const {
    const std::lock_guard lock(mutex_);
    const auto id = resolve(text);
    if (!id)
        return fail(id.error());
    return row_at(*id);
}

/// A document's id names its newest revision, a later revision's id that revision.
Result<RevisionId> Library::resolve(const std::string& text) const {
    const auto pinned = split_pin(text);
    if (!pinned)
        return fail(pinned.error());
    const auto& [prefix, pin] = *pinned;
    if (!is_id_prefix(prefix))
        return fail(
            Errc::not_found, "\"" + prefix + "\" is not an id; one has 52 characters, 8 are enough."
        );
    std::set<RevisionId> matches;
    collect(revisions_, prefix, matches);
    // A document whose first revision has not arrived is known by its later ones.
    collect(documents_, prefix, matches);
    std::erase_if(matches, [&](const RevisionId& id) { return find_document(id) == nullptr; });
    // A record that came in through an exported file answers to the id that it had before.
    if (const auto copies = origins_.find("staffroom:" + prefix);
        matches.empty() && copies != origins_.end() &&
        counts(revisions_.at(copies->second.front())))
        matches.insert(revisions_.at(copies->second.front()).row.document);
    if (matches.empty())
        return fail(Errc::not_found, "No record here has the id \"" + prefix + "\".");
    if (matches.size() > 1) {
        std::vector<std::string> candidates;
        for (const RevisionId& id : matches)
            candidates.push_back(to_base32(id));
        return fail(ambiguous(prefix, candidates));
    }
    const RevisionId id = *matches.begin();
    const Document& document = *find_document(id);
    if (pin == 0)
        return is_document(id) ? document.view.heads.front() : id;
    if (pin > document.view.order.size())
        return fail(
            Errc::not_found,
            "The record has " + std::to_string(document.view.order.size()) +
                (document.view.order.size() == 1 ? " revision here." : " revisions here.")
        );
    return document.view.order[pin - 1];
}

std::optional<RecordRow> Library::row_of(const RevisionId& id) const {
    const std::lock_guard lock(mutex_);
    const Document* document = find_document(id);
    if (document == nullptr)
        return std::nullopt;
    return row_at(is_document(id) ? document->view.heads.front() : id);
}

std::optional<RecordRow> Library::row_of_revision(const RevisionId& id) const {
    const std::lock_guard lock(mutex_);
    const auto known = revisions_.find(id);
    if (known == revisions_.end() || !counts(known->second))
        return std::nullopt;
    return row_at(id);
}

std::vector<Relation> Library::relations_from(const RevisionId& document) const {
    const std::lock_guard lock(mutex_);
    std::vector<Relation> relations;
    const Document* found = find_document(document);
    if (found == nullptr)
        return relations;
    // What a retraction hides is the text; where the practice came from stays visible.
    for (const RevisionId& id : found->view.order) {
        const Revision& revision = revisions_.at(id);
        const bool is_head = std::ranges::find(found->view.heads, id) != found->view.heads.end();
        if (!is_head && !found->view.is_hidden)
            continue;
        for (const log::About& about : revision.about)
            if (const auto kind = records::parse_relation(about.relation))
                relations.push_back({id, revision.row.document, about.target, *kind});
    }
    return relations;
}

std::vector<Relation> Library::relations_to(const RevisionId& document) const {
    const std::lock_guard lock(mutex_);
    std::vector<RevisionId> targets{document};
    if (const Document* found = find_document(document))
        targets = found->view.order;
    std::vector<Relation> relations;
    for (const RevisionId& target : targets) {
        const auto sources = pointing_at_.find(target);
        if (sources == pointing_at_.end())
            continue;
        for (const RevisionId& id : sources->second) {
            const Revision& source = revisions_.at(id);
            const DocumentView& view = documents_.at(source.row.document).view;
            const bool is_head = std::ranges::find(view.heads, id) != view.heads.end();
            if (!counts(source) || (!is_head && !view.is_hidden))
                continue;
            for (const log::About& about : source.about)
                if (const auto kind = records::parse_relation(about.relation);
                    kind && about.target == target)
                    relations.push_back({id, source.row.document, target, *kind});
        }
    }
    return relations;
}

std::vector<Relation> Library::relations_to_school(const SchoolId& school) const {
    const std::lock_guard lock(mutex_);
    std::vector<Relation> relations;
    for (const auto& [target, sources] : pointing_at_) {
        const auto known = revisions_.find(target);
        if (known == revisions_.end() || known->second.row.school != school)
            continue;
        for (const RevisionId& id : sources) {
            const Revision& source = revisions_.at(id);
            const DocumentView& view = documents_.at(source.row.document).view;
            const bool is_head = std::ranges::find(view.heads, id) != view.heads.end();
            if (source.row.school == school || !counts(source) || !is_head)
                continue;
            for (const log::About& about : source.about)
                if (const auto kind = records::parse_relation(about.relation);
                    kind && about.target == target)
                    relations.push_back({id, source.row.document, target, *kind});
        }
    }
    return relations;
}

std::vector<RevisionId> Library::split_documents() const {
    const std::lock_guard lock(mutex_);
    std::vector<RevisionId> split;
    for (const auto& [id, document] : documents_)
        if (document.view.heads.size() > 1)
            split.push_back(id);
    return split;
}

std::vector<RevisionId> Library::documents_of_kind(records::RecordKind kind) const {
    const std::lock_guard lock(mutex_);
    std::vector<RevisionId> found;
    for (const auto& [id, document] : documents_)
        if (!document.view.heads.empty() &&
            revisions_.at(document.view.heads.front()).row.kind ==
                static_cast<std::uint32_t>(kind) &&
            !superseded_by(document))
            found.push_back(id);
    return found;
}

} // namespace staffroom::services
