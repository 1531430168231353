#include "node/services/revisions.hpp"

#include "protocol/base/ensure.hpp"

#include <algorithm>
#include <set>

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

/// Parents before children; among the free ones the older clock first, then the id. A revision
/// whose parents are not here counts as free.
Facts in_order(const Facts& revisions) {
    const auto comes_before = [](const RevisionFacts* a, const RevisionFacts* b) {
        return a->clock != b->clock ? a->clock < b->clock : a->id < b->id;
    };
    std::map<RevisionId, std::size_t> waits_for; // how many parents are here and not yet placed
    std::map<RevisionId, Facts> children;
    for (const RevisionFacts* each : revisions)
        waits_for[each->id] = 0;
    for (const RevisionFacts* each : revisions) {
        const std::set<RevisionId> parents(each->parents.begin(), each->parents.end());
        for (const RevisionId& parent : parents)
            if (parent != each->id && waits_for.contains(parent)) {
                ++waits_for[each->id];
                children[parent].push_back(each);
            }
    }
    std::set<const RevisionFacts*, decltype(comes_before)> free(comes_before);
    for (const RevisionFacts* each : revisions)
        if (waits_for[each->id] == 0)
            free.insert(each);
    Facts order;
    while (!free.empty()) {
        const RevisionFacts* next = *free.begin();
        free.erase(free.begin());
        order.push_back(next);
        for (const RevisionFacts* child : children[next->id])
            if (--waits_for[child->id] == 0)
                free.insert(child);
    }
    // Revisions name their parents by hash, so there is no circle and each has been free once.
    ensure(order.size() == revisions.size());
    return order;
}

/// Whether a revision counts, given those before it that do.
bool counts(
    const RevisionFacts& revision,
    const RevisionFacts* first,
    const std::map<RevisionId, const RevisionFacts*>& counted
) {
    if (first == nullptr || &revision == first)
        return true;
    if (revision.school == first->school)
        return true;
    if (revision.is_retraction)
        return false;
    // What the owner took back only the owner shows again.
    if (std::ranges::any_of(revision.parents, [&](const RevisionId& parent) {
            const auto found = counted.find(parent);
            return found != counted.end() && found->second->is_retraction;
        }))
        return false;
    if (contains(first->joint_with, revision.school))
        return true;
    return std::ranges::any_of(revision.parents, [&](const RevisionId& parent) {
        const auto found = counted.find(parent);
        return found != counted.end() && contains(found->second->joint_with, revision.school);
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
    std::map<RevisionId, const RevisionFacts*> counted;
    DocumentView view{{}, {}, {}, false};
    for (const RevisionFacts* each : in_order(revisions)) {
        if (!counts(*each, first, counted)) {
            view.uncounted.push_back(each->id);
            continue;
        }
        counted.emplace(each->id, each);
        view.order.push_back(each->id);
    }
    std::set<RevisionId> built_on;
    for (const auto& [id, each] : counted)
        built_on.insert(each->parents.begin(), each->parents.end());
    Facts heads;
    for (const auto& [id, each] : counted)
        if (!built_on.contains(id))
            heads.push_back(each);
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
