// What the C library does with memory that is free. Without this every thread of the pool keeps a
// heap of its own, and what a copy of 100,000 records took stays with the node for ever. Not here:
// the caches of LevelDB and SQLite, which are set where they are opened. Called by main and app.
#pragma once

namespace staffroom::runtime {

/// Two heaps for all threads; freed memory at the end of a heap goes back. Before any thread
/// begins.
void keep_heaps_small();
/// Gives back what lies free between what is in use. Takes a millisecond for each 10 MB or so.
void give_back_memory();

} // namespace staffroom::runtime
