#include "node/services/publishing/header_room.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"

#include <limits>

namespace staffroom::services {

bool fits_a_header(const replica::RecordDraft& draft, const SchoolId& school) {
    // Numbers that are not known yet count with all their bytes.
    constexpr std::uint32_t longest = std::numeric_limits<std::uint32_t>::max();
    log::EntryHeader header{.kind = draft.kind, .school = school};
    header.document = draft.document;
    header.parents = draft.parents;
    for (const auto& [target, relation] : draft.about)
        header.about.push_back({target, relation});
    header.reach = draft.reach;
    header.audience.assign(draft.links.size(), Digest(Digest::Raw{}));
    header.pass_on = draft.pass_on;
    header.retention = draft.retention;
    header.clock = WallTime{std::numeric_limits<std::uint64_t>::max()};
    header.clock_counter = longest;
    header.codec = draft.codec;
    header.encoded_length = longest;
    header.plain_length = longest;
    header.attachment_bytes = draft.attachment_bytes;
    header.commitment = Commitment(Commitment::Raw{});
    return header.parents.size() <= limits::header_parents_max &&
           header.about.size() <= limits::header_about_max &&
           log::encode_header(header).size() <= limits::header_bytes_max;
}

} // namespace staffroom::services
