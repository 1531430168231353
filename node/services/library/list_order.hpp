// The order of a list: documents by when their newest text came here, the last one first. A clock
// is its author's, who may claim any time, so arrival decides. Built when it is first asked for and
// kept from then on, so that a copy of many records costs one sorting and a single new record
// almost nothing. Knows no record (services/library, the only user).
#pragma once

#include "protocol/base/ids.hpp"

#include <functional>
#include <vector>

namespace staffroom::services {

struct ListedDocument {
    std::uint64_t arrival; // greater: it came later
    std::uint32_t row;     // in the library's table
};

class ListOrder {
public:
    /// Makes an order; `id_of` decides between equal ones, so that pages never overlap.
    explicit ListOrder(std::function<const RevisionId&(std::uint32_t)> id_of)
        : id_of_(std::move(id_of)) {}

    [[nodiscard]] bool is_built() const { return is_built_; }
    void build(std::vector<ListedDocument> documents);
    /// Forgets the order because too much has changed: it has to be built again.
    void forget();

    // Only while it is built. Cost: that of moving all newer ones by one place.
    void insert(const ListedDocument& document);
    void remove(const ListedDocument& document);

    /// Visits the documents after this place, newest first; `visit` answers whether it wants more.
    void visit_all(const std::function<bool(const ListedDocument&)>& visit) const;
    void visit_after(
        std::uint64_t arrival,
        const RevisionId& document,
        const std::function<bool(const ListedDocument&)>& visit
    ) const;

private:
    using Place = std::vector<ListedDocument>::const_iterator;
    [[nodiscard]] Place place_of(std::uint64_t arrival, const RevisionId& id) const;
    void visit_before(Place end, const std::function<bool(const ListedDocument&)>& visit) const;

    std::function<const RevisionId&(std::uint32_t)> id_of_;
    bool is_built_ = false;
    std::vector<ListedDocument> listed_; // the last in the list first: what is new goes to the end
};

} // namespace staffroom::services
