#include "node/runtime/memory.hpp"

#include <cstdlib>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace staffroom::runtime {

// Other C libraries have one heap and no such calls.
#if defined(__GLIBC__)

void keep_heaps_small() {
    // Once set, these no longer grow with the largest block that was freed.
    constexpr int mapped_from_bytes = 1024 * 1024;
    constexpr int trimmed_from_bytes = 1024 * 1024;
    constexpr int heaps_max = 2; // the network thread's, and one that the others share
    // NOLINTBEGIN(concurrency-mt-unsafe): before any thread starts
    mallopt(M_ARENA_MAX, heaps_max);
    mallopt(M_MMAP_THRESHOLD, mapped_from_bytes);
    mallopt(M_TRIM_THRESHOLD, trimmed_from_bytes);
    // NOLINTEND(concurrency-mt-unsafe)
}

void give_back_memory() {
    malloc_trim(0);
}

#else

void keep_heaps_small() {}
void give_back_memory() {}

#endif

} // namespace staffroom::runtime
