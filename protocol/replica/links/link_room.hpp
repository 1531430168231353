// The shares of places and memory when many links come. Strangers, or one school with many links,
// could fill all places and keep everybody else out. So places are shared over callers that have
// proven nothing yet, over schools, and over the links of one school. A stranger never takes a
// school's place, and a school with many links never takes that of one with few. [S10]
#pragma once

#include "protocol/replica/links/links.hpp"

namespace staffroom::replica {

/// Closes the oldest link that has not proven anything, to make room for a newcomer.
void make_room_for_stranger(Links& links);
/// Counts this link again after it has said something. It may have become known as a school's and
/// then counts among the school's links; its unfinished bytes count among all that are here.
void keep_room(Links& links, Link& link);

} // namespace staffroom::replica
