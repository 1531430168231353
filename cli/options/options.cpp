#include "cli/options/options.hpp"

#include "cli/options/options_tree.hpp"
#include "node/base/default_folder.hpp"
#include "node/base/version.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <filesystem>

namespace staffroom::cli {

namespace {

/// Finds an argument that is not UTF-8: words are sent as JSON, which is UTF-8 (RFC 8259 8.1); only
/// a file may have another name.
std::optional<Failure> find_unreadable(const std::vector<std::string>& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::error_code error;
        if (first_unreadable_byte(arguments[i]) && !std::filesystem::exists(arguments[i], error))
            return Failure{
                "Word " + std::to_string(i + 1) + " behind staffroom is not UTF-8 text.",
                "set the terminal to UTF-8 (LANG=C.UTF-8) and type it again.",
                ExitCode::usage};
    }
    return std::nullopt;
}

/// Returns the deepest command that the arguments named.
CLI::App* deepest(CLI::App& app) {
    CLI::App* at = &app;
    while (!at->get_subcommands().empty())
        at = at->get_subcommands().front();
    return at;
}

/// Returns every word that could stand where `app` met an unknown one.
std::vector<std::string> known_words(CLI::App& app) {
    std::vector<std::string> words;
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
        words.push_back(command->get_name());
    for (const CLI::App* at = &app; at != nullptr; at = at->get_parent())
        for (const auto* option : at->get_options())
            if (option->nonpositional())
                words.push_back(option->get_name());
    return words;
}

/// Returns the words that lead to `app`, "network create"; empty for staffroom itself.
std::string path_of(const CLI::App& app) {
    std::string path;
    for (const CLI::App* step = &app; step->get_parent() != nullptr; step = step->get_parent())
        path = step->get_name() + (path.empty() ? "" : " ") + path;
    return path;
}

/// Returns the words between "staffroom" and the command's own name: " network" for `network
/// create`.
std::string path_before(const CLI::App& app) {
    const auto path = path_of(*app.get_parent());
    return path.empty() ? "" : " " + path;
}

/// Ends a sentence of CLI11's as ours are.
std::string ended(std::string sentence) {
    if (sentence.empty() || sentence.find_last_of(".?!") != sentence.size() - 1)
        sentence += '.';
    return sentence;
}

Failure explain(CLI::App& app, const CLI::ParseError& error) {
    auto* at = deepest(app);
    const std::string path = path_of(*at);
    if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr)
        return usage(ended(error.what()), path);
    const std::string said = error.what();
    if (const auto end = said.find(": At Most 1 required"); end != std::string::npos)
        return usage(said.substr(0, end) + " was given more than once; it takes one value.", path);
    const auto left = app.remaining(true);
    const auto wrong = std::find_if(left.begin(), left.end(), [](const std::string& word) {
        return !word.empty() && word != "--";
    });
    if (wrong == left.end())
        return usage(
            ended(std::string(error.what()) + (path.empty() ? "" : " (" + path + ")")), path
        );
    const std::string name = wrong->substr(0, wrong->find('='));
    const auto known = known_words(*at);
    if (name.starts_with('-') && std::find(known.begin(), known.end(), name) != known.end())
        return {
            "'" + name + "' stands before the command that it belongs to, `" + path + "`.",
            "put it behind the command: `staffroom " + path + " " + name + " ...`.",
            ExitCode::usage};
    std::string sentence =
        "There is no '" + *wrong + "' in `staffroom" + (path.empty() ? "" : " " + path) + "`.";
    if (const auto near = nearest_word(name, known))
        sentence += " Did you mean '" + *near + "'?";
    return usage(std::move(sentence), path);
}

} // namespace

std::variant<Options, Information, Failure> parse_options(const std::vector<std::string>& arguments
) {
    if (auto failure = find_unreadable(arguments))
        return *std::move(failure);
    Tree tree;
    try {
        // CLI11 takes the arguments from the back.
        tree.app().parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
        const auto* at = deepest(tree.app());
        const bool is_root = at->get_parent() == nullptr;
        const std::string before = is_root ? "" : "staffroom" + path_before(*at);
        return Information{at->help(before)};
    } catch (const CLI::ParseError& error) {
        return explain(tree.app(), error);
    }
    if (tree.wants_version())
        return Information{"staffroom " + std::string(node::version()) + "\n"};
    const auto leaf =
        std::find_if(tree.leaves().begin(), tree.leaves().end(), [](const Leaf& each) {
            return each.app->parsed();
        });
    if (leaf == tree.leaves().end())
        return Information{tree.app().help()};
    GlobalOptions global = tree.global();
    if (global.data.empty())
        global.data = node::default_data_folder();
    if (leaf->needs_folder && global.data.empty())
        return usage("Which node? Neither --data nor STAFFROOM_DATA names a data folder.");
    if (tree.global().dry_run && !tree.takes_dry_run(*leaf->app))
        return usage(
            "`staffroom " + path_of(*leaf->app) + "` cannot be tried with --dry-run.",
            path_of(*leaf->app)
        );
    auto command = leaf->make();
    if (const auto* failure = std::get_if<Failure>(&command))
        return *failure;
    return Options{std::move(global), std::move(std::get<CommandOptions>(command))};
}

std::optional<std::string>
nearest_word(const std::string& typed, const std::vector<std::string>& known) {
    std::optional<std::string> best;
    std::size_t best_distance = typed.size() / 3 + 2; // more changes than this is another word
    for (const auto& word : known) {
        const std::size_t distance = edits_between(typed, word);
        if (distance < best_distance) {
            best_distance = distance;
            best = word;
        }
    }
    return best;
}

} // namespace staffroom::cli
