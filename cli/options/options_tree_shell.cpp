// commands and completions: the command line about itself.
#include "cli/options/options_tree.hpp"

namespace staffroom::cli {

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
