#include "protocol/log/tree_shape.hpp"

#include "protocol/base/ensure.hpp"

#include <algorithm>
#include <bit>

namespace staffroom::log {

std::vector<Subtree> cover(LogSize begin, LogSize end) {
    std::vector<Subtree> subtrees;
    while (begin < end) {
        subtrees.push_back(first_of_cover(begin, end));
        begin.value += width_of(subtrees.back());
    }
    return subtrees;
}

Subtree first_of_cover(LogSize begin, LogSize end) {
    ensure(begin < end);
    // countr_zero(0) is 64: position 0 is aligned to every size, so only the bound counts there.
    const int aligned_to = std::countr_zero(begin.value);
    const auto fits = static_cast<int>(std::bit_width(end.value - begin.value)) - 1;
    const auto level = static_cast<unsigned>(std::min(aligned_to, fits));
    return {level, begin.value >> level};
}

std::size_t cover_count(LogSize begin, LogSize end) {
    std::size_t count = 0;
    while (begin < end) {
        begin.value += width_of(first_of_cover(begin, end));
        ++count;
    }
    return count;
}

} // namespace staffroom::log
