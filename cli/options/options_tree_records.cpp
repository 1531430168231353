// import, list, show: the records themselves.
#include "cli/options/options_tree.hpp"

namespace staffroom::cli {

namespace {

struct TypedImport {
    ImportCommand command;
    std::vector<std::string> fields;
};

MadeCommand make_import(const TypedImport& typed) {
    auto command = typed.command;
    for (const auto& field : typed.fields) {
        auto pair = split_field(field);
        if (!pair)
            return usage("--set needs FIELD=VALUE, not '" + field + "'.", "import");
        command.fields.push_back(std::move(*pair));
    }
    return CommandOptions(command);
}

void add_import(Tree& tree) {
    const auto typed = std::make_shared<TypedImport>();
    auto& app =
        *tree.add_leaf(
                 tree.app(),
                 "import",
                 "Publish a folder, a file or a manifest.tsv",
                 {"import lessons/ --network Rivers --dry-run",
                  "import lessons/ --match '*/ecf/*'",
                  "import lessons/ --network Rivers --set licence=CC-BY-4.0 --set phases=any"},
                 [typed] { return make_import(*typed); }
        ).app;
    app.add_option(
           "PATH", typed->command.path, "A folder of Markdown, one such file, or a manifest.tsv"
    )
        ->required()
        ->type_name("");
    app.add_option("--network", typed->command.network, "For this network")->type_name("NET");
    app.add_option("--link", typed->command.links, "For the schools of this linked network, too")
        ->take_all()
        ->type_name("LINK");
    add_optional_number(app, "--limit", typed->command.limit, "At most so many documents");
    app.add_option("--match", typed->command.match, "Only paths that match, e.g. '*/ecf/*'")
        ->type_name("PATTERN");
    app.add_option("--set", typed->fields, "A field of every document, over what it says itself")
        ->take_all()
        ->type_name("FIELD=VALUE");
    app.add_flag("--files", typed->command.files, "Send all files that they name, unasked");
    app.add_option(
           "--confirm-pupil-details",
           typed->command.confirm_pupil_details,
           "Why lines that may tell who a pupil is are to stand, in all of them"
    )
        ->type_name("REASON");
    tree.offer_dry_run(app);
    tree.offer_yes(app);
}

} // namespace

void add_record_commands(Tree& tree) {
    add_import(tree);

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
    tree.offer_only(*kind, kind_names());
    list.app.add_flag(
        "--gone", list.command.gone, "Also records that were erased, refused or deleted here"
    );

    auto show = tree.add<ShowCommand>(
        tree.app(), "show", "One record with its text", {"show ujy2gyao", "show ujy2gyao@2"}
    );
    show.app.add_option("ID", show.command.id, "An id, its beginning, or ID@2")
        ->required()
        ->type_name("");
}

} // namespace staffroom::cli
