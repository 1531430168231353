// publish, import, list, show: the records themselves.
#include "cli/options_tree.hpp"

namespace staffroom::cli {

namespace {

/// A publish as it is typed: pairs come as two lists or as FIELD=VALUE.
struct TypedPublish {
    PublishCommand command;
    std::vector<std::string> about;
    std::vector<std::string> relations;
    std::vector<std::string> fields;
};

/// "FIELD=VALUE" as a pair; nothing without '=' or with nothing before it.
std::optional<std::pair<std::string, std::string>> split_field(const std::string& typed) {
    const auto place = typed.find('=');
    if (place == std::string::npos || place == 0)
        return std::nullopt;
    return std::pair(typed.substr(0, place), typed.substr(place + 1));
}

MadeCommand make_publish(const TypedPublish& typed) {
    auto command = typed.command;
    if (typed.about.size() != typed.relations.size())
        return usage("Each --about needs its own --relation.", "publish");
    for (std::size_t i = 0; i < typed.about.size(); ++i)
        command.about.emplace_back(typed.about[i], typed.relations[i]);
    for (const auto& field : typed.fields) {
        auto pair = split_field(field);
        if (!pair)
            return usage("--set needs FIELD=VALUE, not '" + field + "'.", "publish");
        command.fields.push_back(std::move(*pair));
    }
    return CommandOptions(command);
}

void add_publish(Tree& tree) {
    const auto typed = std::make_shared<TypedPublish>();
    auto& app = *tree.add_leaf(
                         tree.app(),
                         "publish",
                         "Publish one Markdown file",
                         {"publish think-aloud.md --network Rivers",
                          "publish note.md --kind peer-review-note --about ujy2gyao "
                          "--relation reviews"},
                         [typed] { return make_publish(*typed); }
    ).app;
    auto& command = typed->command;
    app.add_option("FILE", command.file, "Markdown, with a title")->required()->type_name("");
    app.add_option("--network", command.network, "For this network, not only the school")
        ->type_name("NET");
    auto* kind = app.add_option("--kind", command.kind, "What it is, e.g. enquiry-finding");
    kind->type_name("KIND");
    tree.offer_only(*kind, kind_names(true));
    auto* reach = app.add_option("--reach", command.reach, "Who may read it");
    reach->type_name("REACH");
    tree.offer_only(*reach, reach_names());
    app.add_option("--author", command.authors, "An author's name")->take_all()->type_name("NAME");
    app.add_option("--about", typed->about, "The record that this one is about")
        ->take_all()
        ->type_name("ID");
    auto* relation = app.add_option("--relation", typed->relations, "How, e.g. reviews, tried-in");
    relation->take_all()->type_name("RELATION");
    tree.offer_only(*relation, relation_names());
    app.add_option("--set", typed->fields, "A field of the record")
        ->take_all()
        ->type_name("FIELD=VALUE");
    tree.offer_dry_run(app);
}

} // namespace

void add_record_commands(Tree& tree) {
    add_publish(tree);

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
