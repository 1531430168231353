#include "protocol/network/roster/succession.hpp"

#include <algorithm>

namespace staffroom::network {

template <class Visit>
void Succession::visit_newest(SchoolNumber school, const Visit& visit) const {
    const std::vector<Place>& names = facts_.schools()[school].names;
    if (names.empty())
        return;
    std::vector<std::uint64_t> seen(names.back() / 64 + 1);
    // What one sees stands before it, and so does all that this sees.
    for (auto at = names.rbegin(); at != names.rend(); ++at) {
        if ((seen[*at / 64] >> (*at % 64) & 1U) != 0)
            continue;
        const bool counts = judge_.is(Question::acts, *at);
        if (!counts && is_ended_before(school, *at))
            continue;
        if (counts && !visit(*at))
            return;
        const auto past = history_.past(*at);
        for (std::size_t word = 0; word < past.size(); ++word)
            seen[word] |= past[word];
    }
}

/// The attack: a school has unsaid whom it named, and a coordinator, which it was, suspends it as
/// if unaware: then the newest word has no standing, and the one before it would count again. So a
/// word that only what one alone can write has taken still hides those that it sees; behind a leave
/// or a removal a school unsays nothing.
bool Succession::is_ended_before(SchoolNumber school, Place at) const {
    const std::vector<Place>& effects = facts_.schools()[school].effects;
    return std::ranges::any_of(effects, [&](Place effect) {
        const PlacedOperation& closing = history_[*facts_[effect].closing];
        return !std::holds_alternative<Suspend>(closing.operation.act) &&
               !std::holds_alternative<SetRole>(closing.operation.act) &&
               !history_.sees(effect, at) &&
               (judge_.is(Question::weak, effect) || judge_.is(Question::strong, effect));
    });
}

std::vector<Place> Succession::newest(SchoolNumber school) const {
    std::vector<Place> found;
    visit_newest(school, [&](Place at) {
        found.push_back(at);
        return true;
    });
    return found;
}

NamedSchool Succession::named_at(Place at) const {
    return std::get<NameSuccessor>(history_[at].operation.act).successor;
}

std::set<NamedSchool> Succession::said(SchoolNumber school) const {
    std::set<NamedSchool> found;
    visit_newest(school, [&](Place at) {
        found.insert(named_at(at));
        return found.size() < 2;
    });
    return found;
}

} // namespace staffroom::network
