#include "protocol/base/ensure.hpp"

#include <cstdio>
#include <cstdlib>

namespace staffroom {

void ensure_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "staffroom: broken invariant: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

} // namespace staffroom
