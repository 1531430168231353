#include "node/services/library/sight.hpp"

#include <algorithm>
#include <iterator>

namespace staffroom::services {

Sight::Sight(const Library& library, const Reader& reader)
    : library_(library)
    , table_(library.table_)
    , reader_(reader)
    , lock_(library.mutex_) {}

// -------------------------------------------------------------------------------------- revisions

bool Sight::is_seen(RowNumber revision) const {
    const TableRow& row = table_.at(revision);
    return row.is_here &&
           (reader_.sees_all() ||
            reader_.may_see(row.reach, table_.spaces_of(revision), table_.at(row.document).id));
}

bool Sight::counts(RowNumber revision) const {
    return !table_.at(revision).is_uncounted && is_seen(revision);
}

bool Sight::is_head(RowNumber revision) const {
    if (reader_.sees_all())
        return table_.at(revision).is_head;
    const auto heads = heads_in(table_.at(revision).document);
    return std::ranges::find(heads, revision) != heads.end();
}

std::optional<RowNumber> Sight::revision_of(const RevisionId& id) const {
    const auto row = table_.find(id);
    return row && counts(*row) ? row : std::nullopt;
}

bool Sight::stands_in(RowNumber revision, const SpaceId& space) const {
    return reader_.knows(space) && table_.spaces_of(revision).contains(space);
}

// -------------------------------------------------------------------------------------- documents

std::optional<RowNumber> Sight::document_of(const RevisionId& id) const {
    const auto row = table_.find(id);
    if (row && is_listed(*row))
        return row;
    return row && counts(*row) ? std::optional(table_.at(*row).document) : std::nullopt;
}

std::optional<RowNumber> Sight::named_by(const RevisionId& id) const {
    if (!document_of(id))
        return std::nullopt;
    const auto row = table_.find(id);
    return is_listed(*row) ? newest_head(*row) : *row;
}

bool Sight::is_listed(RowNumber document) const {
    return table_.at(document).is_listed && (reader_.sees_all() || !order_of(document).empty());
}

std::vector<ListedDocument> Sight::listed() const {
    std::vector<ListedDocument> listed;
    listed.reserve(library_.documents_);
    for (RowNumber row = 0; row < table_.size(); ++row)
        if (is_listed(row))
            listed.push_back({arrival_of(row), row});
    return listed;
}

/// Tells whether the library's own fold is what the reader sees, or nothing of it is.
bool Sight::is_whole(RowNumber document) const {
    return reader_.sees_all() || library_.order_of(document).size() <= 1;
}

std::span<const RowNumber> Sight::order_of(RowNumber document) const {
    if (!is_whole(document))
        return look_at(document).order;
    const auto order = library_.order_of(document);
    return order.empty() || is_seen(order.front()) ? order : std::span<const RowNumber>();
}

std::span<const RowNumber> Sight::heads_in(RowNumber document) const {
    if (!is_whole(document))
        return look_at(document).heads;
    const auto heads = library_.heads_in(document);
    return heads.empty() || is_seen(heads.front()) ? heads : std::span<const RowNumber>();
}

const Sight::SeenDocument& Sight::look_at(RowNumber document) const {
    const auto [known, is_new] = looked_at_.try_emplace(document);
    SeenDocument& seen = known->second;
    if (!is_new)
        return seen;
    std::set<RowNumber> built_on;
    for (const RowNumber row : library_.order_of(document)) {
        if (!is_seen(row))
            continue;
        seen.order.push_back(row);
        for (const RevisionId& parent : table_.parents_of(row))
            built_on.insert(*table_.find(parent));
    }
    std::ranges::copy_if(seen.order, std::back_inserter(seen.heads), [&](RowNumber row) {
        return !built_on.contains(row);
    });
    std::ranges::sort(seen.heads, [this](RowNumber a, RowNumber b) {
        const TableRow& one = table_.at(a);
        const TableRow& other = table_.at(b);
        return one.clock != other.clock ? one.clock > other.clock : one.id < other.id;
    });
    return seen;
}

RowNumber Sight::newest_head(RowNumber document) const {
    return heads_in(document).front();
}

std::vector<RevisionId> Sight::first_heads_in(RowNumber document) const {
    std::vector<RowNumber> first;
    for (const bool retractions : {true, false})
        for (const RowNumber head : heads_in(document))
            if (first.size() < shown_heads_max && table_.at(head).is_retraction == retractions)
                first.push_back(head);
    return library_.ids_of(first);
}

bool Sight::is_taken_back(RowNumber document) const {
    if (reader_.sees_all())
        return library_.is_taken_back(document);
    return std::ranges::any_of(heads_in(document), [this](RowNumber head) {
        return table_.at(head).is_retraction;
    });
}

std::uint64_t Sight::arrival_of(RowNumber document) const {
    std::uint64_t last = 0;
    for (const RowNumber head : heads_in(document))
        last = std::max(last, table_.at(head).arrival);
    return last;
}

RowNumber Sight::owning(RowNumber document) const {
    return table_.at(document).is_here ? document : library_.order_of(document).front();
}

std::optional<RowNumber> Sight::newer_than(RowNumber document) const {
    const auto order = order_of(document);
    if (order.empty() || (order.size() == 1 && table_.at(order.front()).pointed_at == no_row))
        return std::nullopt;
    if (!reader_.sees_all())
        return find_newer(document);
    const auto [known, is_new] = library_.newer_.try_emplace(document);
    if (is_new)
        known->second = find_newer(document);
    return known->second;
}

std::optional<RowNumber> Sight::find_newer(RowNumber document) const {
    const auto supersedes = static_cast<std::uint32_t>(records::RelationKind::supersedes);
    const auto order = order_of(document);
    const std::uint32_t owner = table_.at(owning(document)).school;
    for (const RowNumber target : order) {
        std::optional<RowNumber> first;
        table_.visit_pointing_at(target, [&](const TableEdge& edge) {
            const RowNumber newer = table_.at(edge.source).document;
            if (edge.relation == supersedes && newer != document && counts(edge.source) &&
                table_.at(edge.source).school == owner && !is_taken_back(newer))
                first = newer;
            return true;
        });
        if (first)
            return first;
    }
    return std::nullopt;
}

// ------------------------------------------------------------------------------------------- rows

std::size_t Sight::number_of(RowNumber revision) const {
    const TableRow& row = table_.at(revision);
    if (is_whole(row.document))
        return row.number;
    const auto order = order_of(row.document);
    return static_cast<std::size_t>(std::ranges::find(order, revision) - order.begin()) + 1;
}

BareRow Sight::bare_row(RowNumber revision) const {
    const TableRow& row = table_.at(revision);
    LifeState life = LifeState::active;
    if (is_taken_back(row.document))
        life = LifeState::retracted;
    else if (newer_than(row.document))
        life = LifeState::superseded;
    return {
        table_.at(row.document).id,
        row.id,
        row.kind,
        row.reach,
        table_.school_of(revision),
        reader_.known_of(table_.spaces_of(revision)),
        row.clock,
        heads_in(row.document).size(),
        life,
        number_of(revision)};
}

void Sight::put_relation(std::vector<Relation>& relations, const TableEdge& edge) const {
    if (const auto kind = records::parse_relation(edge.relation))
        relations.push_back(
            {table_.at(edge.source).id,
             table_.at(table_.at(edge.source).document).id,
             table_.at(edge.target).id,
             *kind}
        );
}

} // namespace staffroom::services
