#include "protocol/network/roster/closed.hpp"

#include <algorithm>

namespace staffroom::network {
namespace {

/// Only those that are so, or all where none is.
template <class IsFirst>
std::vector<Place> first_of(const std::vector<Place>& effects, const IsFirst& is_first) {
    std::vector<Place> first;
    std::ranges::copy_if(effects, std::back_inserter(first), is_first);
    return first.empty() ? effects : first;
}

} // namespace

std::optional<ClosedSchool> Closings::closed_school(SchoolNumber school, Gives standing) const {
    if (standing >= Gives::act)
        return std::nullopt;
    const Places effects = judge_.closing_effects(school);
    if (effects.empty())
        return std::nullopt;
    ClosedSchool closed{};
    const bool is_removed = std::ranges::any_of(effects, [&](Place effect) {
        return is_a<Remove>(history_[closing_of(effect)]);
    });
    if (standing == Gives::read)
        closed.how = ClosedBy::role;
    else if (judge_.is_suspended(school))
        closed.how = ClosedBy::suspension;
    else if (!judge_.is_gone(school))
        closed.how = ClosedBy::role;
    else
        closed.how = is_removed ? ClosedBy::removal : ClosedBy::leave;
    std::set<RevisionId> closings;
    for (const Place effect : effects) {
        closings.insert(history_[closing_of(effect)].id);
        closed.told_by.insert(history_[effect].id);
    }
    closed.closings.assign(closings.begin(), closings.end());
    closed.pins = cut_by(deciding(effects));
    return closed;
}

/// [M11]
Closings::Places Closings::deciding(const Places& effects) const {
    const SchoolNumber school = *facts_[effects.front()].subject;
    const auto sees_every_grant = [&](Place effect) {
        return judge_.sees_all_grants(effect, school);
    };
    const auto is_by_others = [&](Place effect) {
        return facts_[closing_of(effect)].author != school;
    };
    const auto is_removal = [&](Place effect) {
        return is_a<Remove>(history_[closing_of(effect)]);
    };
    const Places strongest =
        first_of(first_of(first_of(effects, sees_every_grant), is_by_others), is_removal);
    return first_of(strongest, [&](Place effect) {
        return std::ranges::none_of(strongest, [&](Place other) {
            return closing_of(other) != closing_of(effect) &&
                   history_.sees(closing_of(effect), other);
        });
    });
}

Pins Closings::cut_by(const Places& effects) const {
    std::map<LogId, log::LogPin> largest;
    for (const Place effect : effects) {
        const Pins* pins = pins_of(history_[closing_of(effect)].operation.act);
        if (pins == nullptr)
            continue;
        for (const log::LogPin& pin : *pins) {
            const auto [at, is_new] = largest.try_emplace(pin.log, pin);
            const bool is_larger = pin.size != at->second.size ? pin.size > at->second.size
                                                               : pin.root > at->second.root;
            if (!is_new && is_larger)
                at->second = pin;
        }
    }
    Pins all;
    for (const auto& [log, pin] : largest)
        all.push_back(pin);
    return all;
}

} // namespace staffroom::network
