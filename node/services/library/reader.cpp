#include "node/services/library/reader.hpp"

#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <iterator>

namespace staffroom::services {

bool Reader::may_see(
    std::uint32_t reach, const std::set<SpaceId>& spaces, const RevisionId& document
) const {
    if (sees_all())
        return true;
    // A reach of a newer version may be narrower than its number says.
    const auto known = records::parse_reach(reach);
    if (!known)
        return false;
    if (is_staff() && *known == records::Reach::draft)
        return held_->contains(document);
    if (is_staff() && *known == records::Reach::school)
        return true;
    return *known >= records::Reach::network &&
           std::ranges::any_of(spaces, [this](const SpaceId& each) { return knows(each); });
}

std::set<SpaceId> Reader::known_of(const std::set<SpaceId>& spaces) const {
    if (sees_all() || is_staff())
        return spaces;
    std::set<SpaceId> known;
    std::ranges::copy_if(spaces, std::inserter(known, known.end()), [this](const SpaceId& each) {
        return knows(each);
    });
    return known;
}

bool Reader::knows(const SpaceId& space) const {
    return sees_all() || is_staff() || spaces_->contains(space);
}

} // namespace staffroom::services
