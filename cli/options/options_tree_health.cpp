// status, doctor, verify, watch, log: the care of a node.
#include "cli/options/options_tree.hpp"

namespace staffroom::cli {

void add_health_commands(Tree& tree) {
    tree.add<StatusCommand>(tree.app(), "status", "How this node is", {"status"});
    tree.add<DoctorCommand>(
        tree.app(),
        "doctor",
        "Look for trouble, also while the node is stopped",
        {"doctor", "--json doctor"}
    );
    auto verify = tree.add<VerifyCommand>(
        tree.app(),
        "verify",
        "Check everything on disk against its hashes, or a file of receipts",
        {"verify", "verify --evidence receipts.json"}
    );
    verify.app.add_option("--evidence", verify.command.evidence, "Check this file, without a node")
        ->type_name("FILE");
}

void add_watching_commands(Tree& tree) {
    auto watch = tree.add<WatchCommand>(
        tree.app(), "watch", "What happens, as it happens", {"watch", "--json watch"}
    );
    watch.app.add_option("--since", watch.command.since, "Begin after this event")
        ->type_name("EVENT");
    auto log = tree.add<LogCommand>(
        tree.app(), "log", "What the node said last", {"log --level warning", "log --follow"}
    );
    log.app.add_flag("--follow", log.command.follow, "And what it says from now on");
    auto* level = log.app.add_option("--level", log.command.level, "Nothing below this level");
    level->type_name("LEVEL");
    tree.offer_only(*level, {"debug", "info", "notice", "warning", "error"});
    log.app.add_option("--lines", log.command.lines, "At most so many (50)")
        ->check(CLI::Range(1U, 1000U))
        ->type_name("N");
}

} // namespace staffroom::cli
