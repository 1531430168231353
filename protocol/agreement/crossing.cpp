#include "protocol/agreement/crossing.hpp"

#include "protocol/crypto/hash.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>

namespace staffroom::agreement {

Digest reader_mark(const SharingId& link, const Commitment& commitment) {
    return crypto::keyed_hash(crypto::HashLabel::link_reader, link.view(), commitment.view());
}

std::optional<Refusal> why_not(const log::EntryHeader& header, std::span<const Step> way) {
    if (way.empty())
        return Refusal::not_agreed;
    if (header.reach != static_cast<std::uint32_t>(records::Reach::linked) || !header.commitment)
        return Refusal::not_for_this_link;
    const Digest mark = reader_mark(way.front().link, *header.commitment);
    if (std::ranges::find(header.audience, mark) == header.audience.end())
        return Refusal::not_for_this_link;
    const bool are_kinds_agreed = std::ranges::all_of(way, [&](const Step& step) {
        return std::ranges::binary_search(step.terms.kinds, header.kind);
    });
    if (!are_kinds_agreed)
        return Refusal::kind_not_agreed;
    if (header.pass_on < way.size() - 1)
        return Refusal::not_passed_on;
    return std::nullopt;
}

} // namespace staffroom::agreement
