// status, doctor, verify: looking after a node.
#include "cli/options_tree.hpp"

namespace staffroom::cli {

void add_care_commands(Tree& tree) {
    tree.add<StatusCommand>(tree.app(), "status", "How this node is", {"status"});
    tree.add<DoctorCommand>(
        tree.app(),
        "doctor",
        "Look for trouble, also while the node is stopped",
        {"doctor", "--json doctor"}
    );
    tree.add<VerifyCommand>(
        tree.app(), "verify", "Check everything on disk against its hashes", {"verify"}
    );
}

} // namespace staffroom::cli
