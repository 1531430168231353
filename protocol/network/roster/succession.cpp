#include "protocol/network/roster/succession.hpp"

namespace staffroom::network {

template <class Visit>
void Succession::visit_newest(SchoolNumber school, const Visit& visit) const {
    const std::vector<Place>& names = facts_.schools()[school].names;
    if (names.empty())
        return;
    std::vector<std::uint64_t> seen(names.back() / 64 + 1);
    // What one sees stands before it, and so does all that this sees.
    for (auto at = names.rbegin(); at != names.rend(); ++at) {
        if (!judge_.is(Question::acts, *at) || (seen[*at / 64] >> (*at % 64) & 1U) != 0)
            continue;
        if (!visit(*at))
            return;
        const auto past = history_.past(*at);
        for (std::size_t word = 0; word < past.size(); ++word)
            seen[word] |= past[word];
    }
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
