// Decides what becomes of a link once its handshake is done: which of two links to one node stays,
// and whether the other side is this node itself. A copy of a data folder shows itself here.
// Whoever has dialled greets first. Called by dispatch. [C1] [S1]
#pragma once

namespace staffroom::replica {

struct Link;
struct ReplicaParts;

void link_opened(ReplicaParts& parts, Link& link);

} // namespace staffroom::replica
