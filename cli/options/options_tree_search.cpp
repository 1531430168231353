// search: records by their words.
#include "cli/options/options_tree.hpp"

namespace staffroom::cli {

namespace {

/// The words are typed apart and searched for together.
struct TypedSearch {
    SearchCommand command;
    std::vector<std::string> words;
};

MadeCommand make_search(const TypedSearch& typed) {
    SearchCommand command = typed.command;
    for (const auto& word : typed.words)
        command.words += (command.words.empty() ? "" : " ") + word;
    return CommandOptions(command);
}

} // namespace

void add_search_commands(Tree& tree) {
    const auto typed = std::make_shared<TypedSearch>();
    auto& app = *tree.add_leaf(
                         tree.app(),
                         "search",
                         "Find records by their words",
                         {"search working memory --phase primary",
                          "search '\"exit tickets\"' --in title",
                          "search 'retriev*' --focus memory-and-retrieval"},
                         [typed] { return make_search(*typed); }
    ).app;
    auto& search = typed->command;
    app.add_option("QUERY", typed->words, "Words, '\"a phrase\"', the beginning of a word*")
        ->required()
        ->type_name("");
    auto* part = app.add_option("--in", search.parts, "In which part of a record");
    part->take_all()->allow_extra_args(false)->type_name("PART"); // what follows is searched for
    tree.offer(*part, {"title", "text", "context", "outcome", "author", "school"});
    const auto offer =
        [&](const char* name, std::string& place, const char* what, records::VocabularyId words) {
            auto* option = app.add_option(name, place, what);
            option->type_name("WORD");
            tree.offer(*option, words);
        };
    auto* kind = app.add_option("--kind", search.kind, "Of this kind only");
    kind->type_name("KIND");
    tree.offer_only(*kind, kind_names());
    offer("--phase", search.phase, "Of this phase", records::VocabularyId::phase);
    offer("--subject", search.subject, "In this subject", records::VocabularyId::subject);
    offer("--focus", search.focus, "With this focus", records::VocabularyId::focus);
    app.add_option("--school", search.school, "A school's name, or the beginning of its id")
        ->type_name("SCHOOL");
    app.add_option("--network", search.network, "Of this network only")->type_name("NET");
    app.add_option("--since", search.since, "Written on this day or later")
        ->type_name("YYYY-MM-DD");
    app.add_option("--limit", search.limit, "At most so many results (20)")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1000}))
        ->type_name("N");
}

} // namespace staffroom::cli
