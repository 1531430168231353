// Looks after links at the end of every call of a replica: links that are silent, late or should
// hear from us, and links that have ended. Called by replica.cpp only. [C3]
#pragma once

namespace staffroom::replica {

struct ReplicaParts;

/// Looks after links that are silent, late with their handshake, or should hear from us.
void tend_links(ReplicaParts& parts);
/// Tells every part of the links that have ended.
void sweep_links(ReplicaParts& parts);
/// Tells whether a neighbour has not heard of a change yet.
[[nodiscard]] bool has_stale_link(const ReplicaParts& parts);

} // namespace staffroom::replica
