// The table of targets that need the parsers of node/ and cli/, and neither sockets nor a node.
#include "tests/fuzz/target_table.hpp"

namespace staffroom::fuzz {

const Targets& targets() {
    static const Targets all =
        join({file_targets, certificate_targets, detail_targets, request_targets});
    return all;
}

} // namespace staffroom::fuzz
