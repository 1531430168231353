// config: the settings of a node, also while it is stopped.
#include "cli/options/options_tree.hpp"

namespace staffroom::cli {

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

} // namespace staffroom::cli
