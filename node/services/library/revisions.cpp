#include "node/services/library/revisions.hpp"

#include "protocol/base/ensure.hpp"

#include <algorithm>
#include <queue>
#include <set>
#include <utility>

namespace staffroom::services {
namespace {

using Facts = std::vector<const RevisionFacts*>;

const RevisionFacts* first_of(const Facts& revisions) {
    const auto found = std::ranges::find_if(revisions, [](const RevisionFacts* each) {
        return each->id == each->document;
    });
    return found == revisions.end() ? nullptr : *found;
}

bool contains(const std::vector<SchoolId>& schools, const SchoolId& school) {
    return std::ranges::find(schools, school) != schools.end();
}

bool is_older(const RevisionFacts* a, const RevisionFacts* b) {
    return a->clock != b->clock ? a->clock < b->clock : a->id < b->id;
}

/// An index of revisions by id, for many questions: a document may have tens of thousands.
class ById {
public:
    explicit ById(Facts revisions)
        : sorted_(std::move(revisions)) {
        std::ranges::sort(sorted_, {}, [](const RevisionFacts* each) { return each->id; });
    }
    [[nodiscard]] std::size_t size() const { return sorted_.size(); }
    [[nodiscard]] const RevisionFacts* at(std::size_t place) const { return sorted_[place]; }
    /// Returns its place; `size` when it is not here.
    [[nodiscard]] std::size_t find(const RevisionId& id) const {
        const auto found = std::ranges::lower_bound(sorted_, id, {}, [](const RevisionFacts* each) {
            return each->id;
        });
        const bool is_here = found != sorted_.end() && (*found)->id == id;
        return is_here ? static_cast<std::size_t>(found - sorted_.begin()) : size();
    }

private:
    Facts sorted_;
};

/// Sorts revisions, parents before children; among the free ones the older clock first, then the
/// id. A revision whose parents are not here counts as free.
std::vector<std::size_t> in_order(const ById& revisions) {
    std::vector<std::size_t> waits_for(revisions.size()); // parents here and not yet placed
    std::vector<std::vector<std::size_t>> children(revisions.size());
    for (std::size_t each = 0; each < revisions.size(); ++each) {
        const auto& named = revisions.at(each)->parents;
        const std::set<RevisionId> parents(named.begin(), named.end());
        for (const RevisionId& id : parents) {
            const std::size_t parent = revisions.find(id);
            if (parent == revisions.size() || parent == each)
                continue;
            ++waits_for[each];
            children[parent].push_back(each);
        }
    }
    const auto comes_later = [&](std::size_t a, std::size_t b) {
        return is_older(revisions.at(b), revisions.at(a));
    };
    std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(comes_later)> free(
        comes_later
    );
    for (std::size_t each = 0; each < revisions.size(); ++each)
        if (waits_for[each] == 0)
            free.push(each);
    std::vector<std::size_t> order;
    while (!free.empty()) {
        const std::size_t next = free.top();
        free.pop();
        order.push_back(next);
        for (const std::size_t child : children[next])
            if (--waits_for[child] == 0)
                free.push(child);
    }
    // Revisions name their parents by hash, so there is no circle and each has been free once.
    ensure(order.size() == revisions.size());
    return order;
}

/// Tells whether a revision counts, given those before it that do.
bool counts(
    const RevisionFacts& revision,
    const RevisionFacts* first,
    const ById& revisions,
    const std::vector<bool>& is_counted
) {
    if (first == nullptr || &revision == first)
        return true;
    if (revision.school == first->school)
        return true;
    if (revision.is_retraction)
        return false;
    const auto counted = [&](const RevisionId& id) -> const RevisionFacts* {
        const std::size_t place = revisions.find(id);
        return place < revisions.size() && is_counted[place] ? revisions.at(place) : nullptr;
    };
    // A record that the owner took back only the owner shows again.
    if (std::ranges::any_of(revision.parents, [&](const RevisionId& parent) {
            const RevisionFacts* const found = counted(parent);
            return found != nullptr && found->is_retraction;
        }))
        return false;
    if (contains(first->joint_with, revision.school))
        return true;
    return std::ranges::any_of(revision.parents, [&](const RevisionId& parent) {
        const RevisionFacts* const found = counted(parent);
        return found != nullptr && contains(found->joint_with, revision.school);
    });
}

} // namespace

std::vector<const RevisionFacts*> pointers_to(const std::vector<RevisionFacts>& facts) {
    std::vector<const RevisionFacts*> pointers;
    pointers.reserve(facts.size());
    for (const RevisionFacts& each : facts)
        pointers.push_back(&each);
    return pointers;
}

DocumentView fold_revisions(const Facts& revisions) {
    ensure(!revisions.empty());
    const RevisionFacts* first = first_of(revisions);
    const ById by_id(revisions);
    std::vector<bool> is_counted(by_id.size());
    std::vector<bool> is_built_on(by_id.size());
    DocumentView view{{}, {}, {}, false};
    for (const std::size_t place : in_order(by_id)) {
        const RevisionFacts& each = *by_id.at(place);
        is_counted[place] = counts(each, first, by_id, is_counted);
        (is_counted[place] ? view.order : view.uncounted).push_back(each.id);
        for (const RevisionId& parent : each.parents)
            if (const std::size_t found = by_id.find(parent);
                is_counted[place] && found < by_id.size())
                is_built_on[found] = true;
    }
    Facts heads;
    for (std::size_t place = 0; place < by_id.size(); ++place)
        if (is_counted[place] && !is_built_on[place])
            heads.push_back(by_id.at(place));
    std::ranges::sort(heads, [](const RevisionFacts* a, const RevisionFacts* b) {
        return a->clock != b->clock ? a->clock > b->clock : a->id < b->id;
    });
    for (const RevisionFacts* head : heads) {
        view.heads.push_back(head->id);
        view.is_hidden = view.is_hidden || head->is_retraction;
    }
    ensure(!view.heads.empty());
    return view;
}

std::vector<SchoolId> may_revise(const Facts& revisions, const std::vector<RevisionId>& parents) {
    std::vector<SchoolId> schools;
    const auto add = [&](const SchoolId& school) {
        if (!contains(schools, school))
            schools.push_back(school);
    };
    const RevisionFacts* first = first_of(revisions);
    for (const RevisionFacts* each : revisions) {
        const bool is_parent = std::ranges::find(parents, each->id) != parents.end();
        if (each == first || (first == nullptr && is_parent))
            add(each->school);
        if (each == first || is_parent)
            std::ranges::for_each(each->joint_with, add);
    }
    return schools;
}

} // namespace staffroom::services
