#include "protocol/replica/membership/witnesses.hpp"

#include "protocol/replica/membership/own_operations.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

// Most admissions are copied by the first node whose time has come, before others have begun.
constexpr std::uint64_t delay_seconds_min = 60;
constexpr std::uint64_t delay_seconds_spread = 300;
constexpr std::size_t admits_at_once_max = 16;
constexpr unsigned doubled_max = 9; // to about a day

} // namespace

void Witnesses::pump() {
    if (networks_.is_key_ended())
        return;
    for (const auto& [id, network] : networks_.all()) {
        Wish& wish = wishes_[id];
        if (wish.folds != network.folds)
            look(network, wish);
        if (!wish.due || context_.now < *wish.due)
            continue;
        write(network, wish);
        const unsigned in_vain = wish.admits.empty() ? wish.in_vain + 1 : 0;
        wish = Wish{network.folds};
        wish.in_vain = in_vain;
    }
}

void Witnesses::look(const NetworkState& network, Wish& wish) {
    wish.folds = network.folds;
    wish.admits.clear();
    wish.has_acts = false;
    if (!network.roster.may_act(context_.school)) {
        wish.due.reset();
        return;
    }
    wish.admits = network.operations.lone_admits(context_.school);
    // The attack: the one coordinator, which nobody's word binds, is who would void a naming.
    wish.has_acts = network.roster.is_coordinator(context_.school)
                        ? network.operations.has_lone_acts(context_.school)
                        : network.operations.has_lone_names(context_.school);
    if (wish.admits.empty() && !wish.has_acts) {
        wish.due.reset();
        wish.in_vain = 0;
        return;
    }
    // The attack: a member writes so that one *seen* after the other settles nothing, and every
    // node writes one every few minutes, for ever. What it makes wait keeps no admission waiting.
    const unsigned doubled = wish.admits.empty() ? std::min(wish.in_vain, doubled_max) : 0;
    const bool is_late =
        wish.due && !wish.admits.empty() &&
        *wish.due > context_.now + std::chrono::seconds(delay_seconds_min + delay_seconds_spread);
    if (wish.due && !is_late)
        return;
    const auto delay =
        std::chrono::seconds(delay_seconds_min + context_.random.below(delay_seconds_spread));
    wish.due = context_.now + delay * (1U << doubled);
}

void Witnesses::write(const NetworkState& network, const Wish& wish) {
    OwnLogs::Draft draft = own_logs_.draft();
    std::size_t left = admits_at_once_max;
    for (const RevisionId& id : wish.admits) {
        const network::PlacedOperation* placed = network.operations.find(id);
        const auto* admit =
            placed == nullptr ? nullptr : std::get_if<network::Admit>(&placed->operation.act);
        if (admit != nullptr && left-- > 0)
            add_operation(draft, network, context_.school, network::Admit(*admit));
    }
    // A copy names what has been seen; where there is none, nothing else says so.
    if (!draft.has_entries())
        add_operation(draft, network, context_.school, network::Seen{});
    draft.commit();
}

std::optional<Instant> Witnesses::deadline() const {
    std::optional<Instant> next;
    for (const auto& [id, wish] : wishes_)
        if (wish.due)
            next = std::min(next.value_or(*wish.due), *wish.due);
    return next;
}

} // namespace staffroom::replica
