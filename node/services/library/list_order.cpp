#include "node/services/library/list_order.hpp"

#include "protocol/base/ensure.hpp"

#include <algorithm>

namespace staffroom::services {

void ListOrder::build(std::vector<ListedDocument> documents) {
    listed_ = std::move(documents);
    std::ranges::sort(listed_, [this](const ListedDocument& a, const ListedDocument& b) {
        return a.arrival != b.arrival ? a.arrival < b.arrival : id_of_(a.row) > id_of_(b.row);
    });
    is_built_ = true;
}

void ListOrder::forget() {
    is_built_ = false;
    listed_ = {};
}

void ListOrder::insert(const ListedDocument& document) {
    ensure(is_built_);
    listed_.insert(place_of(document.arrival, id_of_(document.row)), document);
}

void ListOrder::remove(const ListedDocument& document) {
    ensure(is_built_);
    const Place place = place_of(document.arrival, id_of_(document.row));
    ensure(place != listed_.end() && place->row == document.row);
    listed_.erase(place);
}

void ListOrder::visit_all(const std::function<bool(const ListedDocument&)>& visit) const {
    visit_before(listed_.end(), visit);
}

void ListOrder::visit_after(
    std::uint64_t arrival,
    const RevisionId& document,
    const std::function<bool(const ListedDocument&)>& visit
) const {
    visit_before(place_of(arrival, document), visit);
}

/// Returns the first document at or before this place in the list.
ListOrder::Place ListOrder::place_of(std::uint64_t arrival, const RevisionId& id) const {
    return std::ranges::partition_point(listed_, [&](const ListedDocument& each) {
        return each.arrival != arrival ? each.arrival < arrival : id_of_(each.row) > id;
    });
}

void ListOrder::visit_before(Place end, const std::function<bool(const ListedDocument&)>& visit)
    const {
    ensure(is_built_);
    for (Place place = end; place != listed_.begin();)
        if (!visit(*--place))
            return;
}

} // namespace staffroom::services
