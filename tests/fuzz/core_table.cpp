// The table of targets that need protocol and storage alone.
#include "tests/fuzz/target_table.hpp"

namespace staffroom::fuzz {

const Targets& targets() {
    static const Targets all = join(
        {record_targets,
         signed_targets,
         roster_targets,
         erasure_targets,
         agreement_targets,
         channel_targets,
         message_targets,
         proof_targets,
         fork_targets,
         chunk_targets,
         pair_targets,
         recovery_targets,
         member_targets,
         backup_targets,
         disk_targets,
         store_targets}
    );
    return all;
}

} // namespace staffroom::fuzz
