#include "tests/fuzz/targets.hpp"

#include <algorithm>

namespace staffroom::fuzz {

const Targets& targets() {
    static const Targets all = [] {
        Targets joined;
        for (const auto group :
             {record_targets,
              signed_targets,
              roster_targets,
              channel_targets,
              message_targets,
              proof_targets,
              fork_targets,
              chunk_targets,
              pair_targets,
              member_targets,
              disk_targets,
              store_targets}) {
            const Targets more = group();
            joined.insert(joined.end(), more.begin(), more.end());
        }
        return joined;
    }();
    return all;
}

const Target* find_target(std::string_view name) {
    const auto at = std::find_if(targets().begin(), targets().end(), [&](const Target& target) {
        return target.name == name;
    });
    return at == targets().end() ? nullptr : &*at;
}

} // namespace staffroom::fuzz
