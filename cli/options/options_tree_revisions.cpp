// publish, revise, retract, history, diff, lineage, inbox, report: records as people write and
// follow them; erase, erasure, refuse, draft: those that have to go.
#include "cli/options/options_tree.hpp"

namespace staffroom::cli {

namespace {

/// A record as it is typed: pairs come as two lists or as FIELD=VALUE.
struct TypedRecord {
    PublishCommand command;
    std::vector<std::string> about;
    std::vector<std::string> relations;
    std::vector<std::string> fields;
    std::vector<std::string> joint_with;
    std::string why;
};

struct TypedRevision {
    ReviseCommand command;
    TypedRecord record;
};

/// Makes the command. One --about needs no --relation: the kind says which.
std::variant<PublishCommand, Failure>
make_record(const TypedRecord& typed, const std::string& name) {
    auto command = typed.command;
    const bool is_plain = typed.about.size() == 1 && typed.relations.empty();
    if (!is_plain && typed.about.size() != typed.relations.size())
        return usage("Each --about needs its own --relation.", name);
    for (std::size_t i = 0; i < typed.about.size(); ++i)
        command.about.emplace_back(typed.about[i], is_plain ? "" : typed.relations[i]);
    for (const auto& field : typed.fields) {
        auto pair = split_field(field);
        if (!pair)
            return usage("--set needs FIELD=VALUE, not '" + field + "'.", name);
        command.fields.push_back(std::move(*pair));
    }
    for (const auto& school : typed.joint_with)
        command.fields.emplace_back("joint-with", school);
    if (!typed.why.empty())
        command.fields.emplace_back("why-changed", typed.why);
    return command;
}

MadeCommand make_publish(const TypedRecord& typed) {
    auto made = make_record(typed, "publish");
    if (auto* failure = std::get_if<Failure>(&made))
        return std::move(*failure);
    return CommandOptions(std::get<PublishCommand>(std::move(made)));
}

MadeCommand make_revise(const TypedRevision& typed) {
    auto made = make_record(typed.record, "revise");
    if (auto* failure = std::get_if<Failure>(&made))
        return std::move(*failure);
    auto command = typed.command;
    command.record = std::get<PublishCommand>(std::move(made));
    return CommandOptions(command);
}

void add_record_options(Tree& tree, CLI::App& app, TypedRecord& typed) {
    auto& command = typed.command;
    app.add_option("FILE", command.file, "Markdown, with a title")->required()->type_name("");
    app.add_option("--network", command.network, "For this network, not only the school")
        ->type_name("NET");
    auto* kind = app.add_option("--kind", command.kind, "What it is, e.g. enquiry-finding");
    kind->type_name("KIND");
    tree.offer_only(*kind, kind_names());
    auto* reach = app.add_option("--reach", command.reach, "Who may read it");
    reach->type_name("REACH");
    tree.offer_only(*reach, reach_names());
    app.add_option("--link", command.links, "For the schools of this linked network, too")
        ->take_all()
        ->type_name("LINK");
    add_optional_number(
        app, "--pass-on", command.pass_on, "May be passed on to N networks further (0)"
    );
    app.add_option("--author", command.authors, "An author's name, or NAME @ SCHOOL")
        ->take_all()
        ->type_name("NAME");
    app.add_option("--about", typed.about, "The record that this one is about")
        ->take_all()
        ->type_name("ID");
    auto* relation = app.add_option("--relation", typed.relations, "How, e.g. reviews, tried-in");
    relation->take_all()->type_name("RELATION");
    tree.offer_only(*relation, relation_names());
    app.add_option("--joint-with", typed.joint_with, "A school that may revise it as well")
        ->take_all()
        ->type_name("SCHOOL");
    app.add_option("--set", typed.fields, "A field of the record; FIELD= takes it away")
        ->take_all()
        ->type_name("FIELD=VALUE");
    app.add_option("--below", command.below, "Its files may come from below DIR (its own folder)")
        ->type_name("DIR");
    app.add_flag("--files", command.files, "Send all files that it names, unasked");
    app.add_option(
           "--confirm-pupil-details",
           command.confirm_pupil_details,
           "Why lines that may tell who a pupil is are to stand; readers see it"
    )
        ->type_name("REASON");
    tree.offer_dry_run(app);
    tree.offer_yes(app);
}

void add_publish(Tree& tree) {
    const auto typed = std::make_shared<TypedRecord>();
    auto& app = *tree.add_leaf(
                         tree.app(),
                         "publish",
                         "Publish one Markdown file",
                         {"publish think-aloud.md --network Rivers",
                          "publish note.md --kind peer-review-note --about ujy2gyao"},
                         [typed] { return make_publish(*typed); }
    ).app;
    add_record_options(tree, app, *typed);
}

void add_revise(Tree& tree) {
    const auto typed = std::make_shared<TypedRevision>();
    auto& app = *tree.add_leaf(
                         tree.app(),
                         "revise",
                         "Write a newer text of a record, or share it more widely",
                         {"revise ujy2gyao think-aloud.md --why \"shorter texts\"",
                          "revise ujy2gyao think-aloud.md --network Rivers",
                          "revise ujy2gyao both.md --join"},
                         [typed] { return make_revise(*typed); }
    ).app;
    app.add_option("ID", typed->command.id, "An id, or ID@2 for the text that you started from")
        ->required()
        ->type_name("");
    add_record_options(tree, app, typed->record);
    app.add_option("--why", typed->record.why, "What changed and why, in a line")
        ->type_name("TEXT");
    app.add_option("--over", typed->command.over, "Replace this newest text knowingly, e.g. ID@3")
        ->type_name("ID@N");
    app.add_flag("--join", typed->command.join, "Several versions side by side become this one");
    app.add_flag("--beside", typed->command.beside, "Keep it beside a newer text by somebody else");
}

/// Makes the command: one record, or all that a school has written behind a place.
MadeCommand make_erase(const EraseCommand& typed) {
    if (typed.id.empty() == typed.school.empty())
        return usage("Either the ID of a record or --school says what has to go.", "erase");
    if (typed.school.empty() == typed.after.has_value())
        return usage("--school and --after belong together.", "erase");
    return CommandOptions(typed);
}

void add_erase(Tree& tree) {
    const auto typed = std::make_shared<EraseCommand>();
    auto& app = *tree.add_leaf(
                         tree.app(),
                         "erase",
                         "Order that a record of this school goes, at every school",
                         {"erase ujy2gyao --reason pupil --dry-run",
                          "erase ujy2gyao --reason asked --files-only",
                          "erase --school \"Hillside Primary\" --after 120 --reason flood"},
                         [typed] { return make_erase(*typed); }
    ).app;
    app.add_option("ID", typed->id, "An id or its beginning")->type_name("");
    app.add_option("--school", typed->school, "All that this school has written, behind --after")
        ->type_name("SCHOOL");
    add_optional_number(app, "--after", typed->after, "From this place of each of its logs on");
    auto* reason = app.add_option("--reason", typed->reason, "Why, as a code");
    reason->required()->type_name("CODE");
    tree.offer_only(*reason, {"asked", "pupil", "mistake", "rights", "flood", "retention"});
    app.add_flag("--files-only", typed->files_only, "Its files go, its text stays");
    tree.offer_dry_run(app);
    tree.offer_yes(app);
}

void add_erasure(Tree& tree) {
    auto& noun = tree.noun("erasure", "What was ordered to go, and who has carried it out");
    auto list = tree.add<ErasureListCommand>(
        noun, "list", "Every order", {"erasure list", "erasure list --open"}
    );
    list.app.add_flag("--open", list.command.open, "Those that some school has not carried out");

    auto status = tree.add<ErasureStatusCommand>(
        noun, "status", "Which schools have carried an order out", {"erasure status ujy2gyao"}
    );
    status.app.add_option("ID", status.command.id, "Of the order, or of the record that went")
        ->required()
        ->type_name("");

    auto receipts = tree.add<ErasureReceiptsCommand>(
        noun,
        "receipts",
        "The signed receipts for an order, as a file",
        {"erasure receipts ujy2gyao -o receipts.json"}
    );
    receipts.app.add_option("ID", receipts.command.id, "Of the order, or of the record that went")
        ->required()
        ->type_name("");
    receipts.app.add_option("-o,--out", receipts.command.file, "The file to write")
        ->required()
        ->type_name("FILE");
}

} // namespace

void add_erasure_commands(Tree& tree) {
    add_erase(tree);
    add_erasure(tree);

    auto refuse = tree.add<RefuseCommand>(
        tree.app(),
        "refuse",
        "Hold another school's record here no longer",
        {"refuse ujy2gyao", "refuse ujy2gyao --dry-run"}
    );
    refuse.app.add_option("ID", refuse.command.id, "An id or its beginning")
        ->required()
        ->type_name("");
    tree.offer_dry_run(refuse.app);
    tree.offer_yes(refuse.app);

    auto& draft = tree.noun("draft", "Texts that have not left the school");
    auto remove = tree.add<DraftDeleteCommand>(
        draft,
        "delete",
        "Take a draft off this disk",
        {"draft delete ujy2gyao", "draft delete ujy2gyao --dry-run"}
    );
    remove.app.add_option("ID", remove.command.id, "An id or its beginning")
        ->required()
        ->type_name("");
    tree.offer_dry_run(remove.app);
    tree.offer_yes(remove.app);
}

void add_revision_commands(Tree& tree) {
    add_publish(tree);
    add_revise(tree);

    auto retract = tree.add<RetractCommand>(
        tree.app(),
        "retract",
        "Take a record back: its text is hidden everywhere",
        {"retract ujy2gyao --reason \"the counts were wrong\"", "retract ujy2gyao --undo"}
    );
    retract.app.add_option("ID", retract.command.id, "An id or its beginning")
        ->required()
        ->type_name("");
    auto* reason =
        retract.app.add_option("--reason", retract.command.reason, "Why; it stays visible");
    reason->type_name("TEXT");
    auto* undo = retract.app.add_flag("--undo", retract.command.undo, "Show the text again");
    reason->excludes(undo);
    tree.offer_dry_run(retract.app);

    auto history = tree.add<HistoryCommand>(
        tree.app(), "history", "The revisions of a record", {"history ujy2gyao"}
    );
    history.app.add_option("ID", history.command.id, "An id or its beginning")
        ->required()
        ->type_name("");

    auto diff = tree.add<DiffCommand>(
        tree.app(), "diff", "What changed between two revisions", {"diff ujy2gyao@1 ujy2gyao@2"}
    );
    diff.app.add_option("BEFORE", diff.command.before, "ID@1")->required()->type_name("");
    diff.app.add_option("AFTER", diff.command.after, "ID@2")->required()->type_name("");

    auto lineage = tree.add<LineageCommand>(
        tree.app(),
        "lineage",
        "Where a practice came from, and who tried it",
        {"lineage ujy2gyao", "lineage ujy2gyao --dot"}
    );
    lineage.app.add_option("ID", lineage.command.id, "An id or its beginning")
        ->required()
        ->type_name("");
    lineage.app.add_flag("--dot", lineage.command.dot, "For Graphviz");

    tree.add<InboxCommand>(
        tree.app(), "inbox", "What other schools wrote about this one's records", {"inbox"}
    );
    tree.add<ReportCommand>(
        tree.app(), "report", "What was tried, counted over all that is here", {"report --json"}
    );
}

} // namespace staffroom::cli
