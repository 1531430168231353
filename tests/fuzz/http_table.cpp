// The table of targets that need a whole node behind its handlers.
#include "tests/fuzz/target_table.hpp"

namespace staffroom::fuzz {

const Targets& targets() {
    static const Targets all = join({http_targets, connection_targets});
    return all;
}

} // namespace staffroom::fuzz
