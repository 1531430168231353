#include "node/services/lineage/network_border.hpp"

#include "node/services/text/section_words.hpp"
#include "protocol/log/descriptor.hpp"

namespace staffroom::services {
namespace {

/// Whether nobody but the school itself reads what stands there.
bool is_own_space(const BareRow& row) {
    return row.spaces.contains(log::school_space(row.school));
}

} // namespace

Transposition transposition_of(const records::RecordBody& body) {
    return {
        section_words(body, records::FieldCode::what_it_is_there),
        section_words(body, records::FieldCode::transposition_note)};
}

bool comes_from_elsewhere(
    const LibraryView& library, const BareRow& target, const std::set<SpaceId>& spaces
) {
    const auto home = library.far_home_of(target.revision);
    return home && !spaces.contains(log::space_of(*home));
}

bool crosses_border(const LibraryView& library, const BareRow& from, const BareRow& target) {
    const auto home = library.far_home_of(from.revision);
    const auto target_home = library.far_home_of(target.revision);
    if (home && target_home)
        return *home != *target_home;
    if (home)
        return !target.spaces.contains(log::space_of(*home));
    // What a school keeps to itself it has from where it is a member, if it is one there.
    return comes_from_elsewhere(library, target, is_own_space(from) ? target.spaces : from.spaces);
}

} // namespace staffroom::services
