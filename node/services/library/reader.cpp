#include "node/services/library/reader.hpp"

#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <iterator>

namespace staffroom::services {

bool Reader::may_see(std::uint32_t reach, const std::set<SpaceId>& spaces) const {
    if (sees_all())
        return true;
    // A reach of a newer version may be narrower than its number says.
    const auto known = records::parse_reach(reach);
    return known && *known >= records::Reach::network &&
           std::ranges::any_of(spaces, [this](const SpaceId& each) { return knows(each); });
}

std::set<SpaceId> Reader::known_of(const std::set<SpaceId>& spaces) const {
    if (sees_all())
        return spaces;
    std::set<SpaceId> known;
    std::ranges::copy_if(spaces, std::inserter(known, known.end()), [this](const SpaceId& each) {
        return knows(each);
    });
    return known;
}

bool Reader::knows(const SpaceId& space) const {
    return sees_all() || spaces_->contains(space);
}

} // namespace staffroom::services
