// Who may stay when many come: places and memory, shared out over those who have proven nothing
// yet, over schools, and over the links of one school. A stranger never takes a school's place, a
// school with many links never that of one with few. [S10]
#pragma once

#include "protocol/replica/links/links.hpp"

namespace staffroom::replica {

/// Makes room for a newcomer among those who have not proven anything: the oldest goes.
void make_room_for_stranger(Links& links);
/// After this link has said something: it may have become known as a school's, and then it counts
/// among the school's; and what it has left here unfinished counts among all that was.
void keep_room(Links& links, Link& link);

} // namespace staffroom::replica
