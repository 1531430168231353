// Rules for the C library's free memory. Without them every thread of the pool keeps a heap of its
// own, and the memory that a copy of 100,000 records took stays with the node for ever. Not here:
// the caches of LevelDB and SQLite, which are set where they are opened. Called by main and app.
#pragma once

namespace staffroom::runtime {

/// Keeps two heaps for all threads; freed memory at the end of a heap goes back. Call it before any
/// thread begins.
void keep_heaps_small();
/// Gives back the memory that lies free between used blocks. Takes a millisecond for each 10 MB or
/// so.
void give_back_memory();

} // namespace staffroom::runtime
