// Which record crosses: what its author has said in the header, against what networks have agreed.
// The header is hashed into the author's log, so no carrier can change it. The author's own node
// asks the same question before it publishes, and a far node when the record arrives. [A5]
#pragma once

#include "protocol/agreement/agreement.hpp"
#include "protocol/agreement/refusal.hpp"
#include "protocol/log/entry.hpp"

#include <optional>

namespace staffroom::agreement {

/// How a header names a link as a reader. Every network that a record reaches sees its header; with
/// the bare id it would learn which other links the author's network has. So the id is the key of a
/// hash over the commitment, which nobody else can compute or compare.
[[nodiscard]] Digest reader_mark(const SharingId& link, const Commitment& commitment);

/// The terms by which something went from one network to the next.
struct Step {
    SharingId link;
    const Terms& terms;
};

/// Why a record with this header does not cross the steps of this way, the author's network's own
/// first; none when it does. A record is for one network further with each hop that its author lets
/// it be passed on. Only the first link has to be among its readers: the author knows no other.
[[nodiscard]] std::optional<Refusal>
why_not(const log::EntryHeader& header, std::span<const Step> way);

} // namespace staffroom::agreement
