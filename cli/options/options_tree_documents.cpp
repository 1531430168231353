// export, files, template, new, check: records as files of their own.
#include "cli/options/options_tree.hpp"

namespace staffroom::cli {

namespace {

MadeCommand make_export(const ExportCommand& typed) {
    if (typed.all != typed.id.empty())
        return usage("Which records? An ID or --all, not both.", "export");
    if (!typed.all && (!typed.network.empty() || !typed.kind.empty()))
        return usage("--network and --kind go with --all.", "export");
    return CommandOptions(typed);
}

void add_export(Tree& tree) {
    const auto typed = std::make_shared<ExportCommand>();
    auto& app = *tree.add_leaf(
                         tree.app(),
                         "export",
                         "Write records as files",
                         {"export ujy2gyao -o shared/",
                          "export --all -o backup/ --format markdown,jsonld,bibtex"},
                         [typed] { return make_export(*typed); }
    ).app;
    app.add_option("ID", typed->id, "An id, its beginning, or ID@2")->type_name("");
    app.add_flag("--all", typed->all, "Every record held here");
    app.add_option("-o,--out", typed->folder, "The folder to write")->required()->type_name("DIR");
    app.add_option("--network", typed->network, "Of this network only")->type_name("NET");
    auto* kind = app.add_option("--kind", typed->kind, "Of this kind only");
    kind->type_name("KIND");
    tree.offer_only(*kind, kind_names());
    auto* formats = app.add_option("--format", typed->formats, "In which forms (markdown)");
    formats->delimiter(',')->take_all()->type_name("FORMAT");
    tree.offer(*formats, {"markdown", "jsonld", "bibtex", "ris"});
    app.add_flag("--force", typed->force, "Replace files that differ");
    tree.offer_dry_run(app);
}

} // namespace

void add_document_commands(Tree& tree) {
    add_export(tree);

    auto files = tree.add<FilesCommand>(
        tree.app(), "files", "The files of a record", {"files ujy2gyao", "files ujy2gyao -o out/"}
    );
    files.app.add_option("ID", files.command.id, "An id, its beginning, or ID@2")
        ->required()
        ->type_name("");
    files.app.add_option("-o,--out", files.command.folder, "Write those that are here to DIR")
        ->type_name("DIR");

    auto form = tree.add<TemplateCommand>(
        tree.app(),
        "template",
        "A file to fill in",
        {"template practice-write-up > silent-start.md",
         "template practice-write-up --form quick-tip"}
    );
    auto made = tree.add<NewCommand>(
        tree.app(), "new", "Write a record in your editor", {"new adoption tried-it.md"}
    );
    const auto offer = [&tree](CLI::App& app, std::string& kind, std::string& write_up_form) {
        std::string all;
        for (const std::string& name : kind_names())
            all += (all.empty() ? "" : ", ") + name;
        auto* kinds = app.add_option("KIND", kind, "What it is: " + all);
        kinds->required()->type_name("");
        tree.offer_only(*kinds, kind_names());
        auto* forms = app.add_option("--form", write_up_form, "Of a write-up, e.g. quick-tip");
        forms->type_name("FORM");
        tree.offer_only(*forms, records::VocabularyId::write_up_form);
    };
    offer(form.app, form.command.kind, form.command.form);
    offer(made.app, made.command.kind, made.command.form);
    made.app.add_option("FILE", made.command.file, "The file to write (new-KIND.md)")
        ->type_name("");
    auto check = tree.add<CheckCommand>(
        tree.app(),
        "check",
        "The lines of a file that may tell who a pupil is",
        {"check think-aloud.md", "check - < think-aloud.md"}
    );
    check.app.add_option("FILE", check.command.file, "Markdown or text; - for standard input")
        ->required()
        ->type_name("");
    for (Leaf& leaf : tree.leaves())
        if (leaf.app == &form.app || leaf.app == &check.app)
            leaf.needs_folder = false;
}

} // namespace staffroom::cli
