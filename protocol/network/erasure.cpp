#include "protocol/network/erasure.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>
#include <set>

namespace staffroom::network {
namespace {

/// The votes of coordinators for one entry of a school that is gone.
struct Votes {
    std::set<SchoolId> whole;
    std::set<SchoolId> any;
};

void note(ErasedEntries& erased, const ErasedEntry& entry, ErasureKind kind) {
    ErasureKind& known = erased.try_emplace(entry, kind).first->second;
    if (kind == ErasureKind::whole)
        known = kind;
}

} // namespace

ErasedEntries fold_erasures(std::span<const PlacedOrder> orders, const ErasureRights& rights) {
    ErasedEntries erased;
    std::map<ErasedEntry, Votes> votes;
    for (const PlacedOrder& placed : orders) {
        const ErasureOrder& order = placed.order;
        const bool is_own =
            placed.author == order.school || rights.succeeds(placed.author, order.school);
        // A member, a coordinator too, could else take the words of a school that is there to be
        // asked.
        const bool is_vote =
            !is_own && !rights.is_member(order.school) && rights.is_coordinator(placed.author);
        for (const RevisionId& entry : order.entries) {
            if (is_own)
                note(erased, {order.school, entry}, order.kind);
            if (!is_vote)
                continue;
            Votes& known = votes[{order.school, entry}];
            known.any.insert(placed.author);
            if (order.kind == ErasureKind::whole)
                known.whole.insert(placed.author);
        }
    }
    for (const auto& [entry, cast] : votes) {
        if (cast.whole.size() >= limits::erasure_coordinators_min)
            note(erased, entry, ErasureKind::whole);
        else if (cast.any.size() >= limits::erasure_coordinators_min)
            note(erased, entry, ErasureKind::files_only);
    }
    return erased;
}

bool covers(const ErasureReceipt& receipt, const PlacedOrder& order) {
    return std::any_of(receipt.logs.begin(), receipt.logs.end(), [&](const CarriedOut& each) {
        return each.log == order.log && each.size.value > order.position.value;
    });
}

} // namespace staffroom::network
