// import, list, show: the records themselves.
#include "cli/options_tree.hpp"

namespace staffroom::cli {

void add_record_commands(Tree& tree) {
    auto import = tree.add<ImportCommand>(
        tree.app(),
        "import",
        "Publish a folder or a manifest.tsv",
        {"import lessons/ --network Rivers --dry-run", "import lessons/ --match '*/ecf/*'"}
    );
    import.app.add_option("PATH", import.command.path, "A folder of Markdown, or a manifest.tsv")
        ->required()
        ->type_name("");
    import.app.add_option("--network", import.command.network, "For this network")
        ->type_name("NET");
    add_optional_number(import.app, "--limit", import.command.limit, "At most so many documents");
    import.app.add_option("--match", import.command.match, "Only paths that match, e.g. '*/ecf/*'")
        ->type_name("PATTERN");
    tree.offer_dry_run(import.app);
    tree.offer_yes(import.app);

    auto list = tree.add<ListCommand>(
        tree.app(),
        "list",
        "The records held here",
        {"list --network Rivers", "list --kind enquiry-finding"}
    );
    list.app.add_option("--network", list.command.network, "Of this network only")
        ->type_name("NET");
    auto* kind = list.app.add_option("--kind", list.command.kind, "Of this kind only");
    kind->type_name("KIND");
    tree.offer_only(*kind, kind_names(false));

    auto show = tree.add<ShowCommand>(
        tree.app(), "show", "One record with its text", {"show ujy2gyao", "show ujy2gyao@2"}
    );
    show.app.add_option("ID", show.command.id, "An id, its beginning, or ID@2")
        ->required()
        ->type_name("");
}

} // namespace staffroom::cli
