// status, doctor, verify, watch, log, config, tls: the care of a node. commands and completions:
// the command line about itself.
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
    auto support = tree.add<SupportCommand>(
        tree.app(),
        "support",
        "A text for whoever helps, without a word of people or records",
        {"support -o node.txt", "support -o node.txt --dry-run"}
    );
    support.app.add_option("-o,--output", support.command.file, "The new file")
        ->required()
        ->type_name("FILE");
    tree.offer_dry_run(support.app);
    tree.offer_yes(support.app);
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

void add_config_commands(Tree& tree) {
    auto& noun = tree.noun("config", "The settings of the node");
    auto show = tree.add<ConfigShowCommand>(
        noun, "show", "Every setting and its value", {"config show", "config show --origin"}
    );
    show.app.add_flag("--origin", show.command.origin, "Where each value comes from");

    auto check = tree.add<ConfigCheckCommand>(
        noun,
        "check",
        "Whether the node would start with these settings",
        {"config check", "config check /etc/staffroom/staffroom.toml"}
    );
    check.app.add_option("FILE", check.command.file, "Instead of the data folder's own")
        ->type_name("");
    tree.leaves().back().needs_folder = false;
}

void add_tls_commands(Tree& tree) {
    auto& noun = tree.noun("tls", "The certificate of the page by HTTPS");
    tree.add<TlsCommand>(
        noun, "show", "Which one it is, until when, and its fingerprint", {"tls show"}
    );

    auto import = tree.add<TlsCommand>(
        noun,
        "import",
        "Serve the page with a certificate of the school's authority",
        {"tls import staffroom.pem staffroom.key", "tls import chain.pem key.pem --dry-run"}
    );
    import.command.act = TlsCommand::Act::import;
    import.app
        .add_option("CERT", import.command.certificate, "PEM: its own first, then who signed it")
        ->required()
        ->type_name("");
    import.app.add_option("KEY", import.command.key, "PEM, without a passphrase")
        ->required()
        ->type_name("");
    tree.offer_dry_run(import.app);

    auto anew = tree.add<TlsCommand>(
        noun, "new", "Let the node make another one for itself, with a new key", {"tls new --yes"}
    );
    anew.command.act = TlsCommand::Act::make_anew;
    tree.offer_dry_run(anew.app);
    tree.offer_yes(anew.app);
}

void add_shell_commands(Tree& tree) {
    tree.add<CommandsCommand>(
        tree.app(), "commands", "Every command in one line each", {"commands", "--json commands"}
    );
    tree.leaves().back().needs_folder = false;

    auto completions = tree.add<CompletionsCommand>(
        tree.app(),
        "completions",
        "Print completions for a shell",
        {"completions bash > /etc/bash_completion.d/staffroom",
         "completions fish > ~/.config/fish/completions/staffroom.fish"}
    );
    tree.leaves().back().needs_folder = false;
    auto* shell = completions.app.add_option("SHELL", completions.command.shell, "Which shell");
    shell->required()->type_name("");
    tree.offer_only(*shell, {"bash", "zsh", "fish"});
}

} // namespace staffroom::cli
