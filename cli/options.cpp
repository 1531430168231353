#include "cli/options.hpp"

#include "node/version.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <numeric>

namespace staffroom::cli {

namespace {

constexpr const char* examples = R"(Examples:
  staffroom --data /srv/school init --school "Hillside Primary" --listen 0.0.0.0:7420
  staffroom --data /srv/school network create "Rivers" --focus literacy-and-oracy
  staffroom --data /srv/school network invite Rivers
  staffroom --data /srv/school network join ABCD-EFGH-JKMN-PQRS rivers.example:7420
  staffroom --data /srv/school publish think-aloud.md --network Rivers
  staffroom --data /srv/school list --network Rivers

The node itself is `staffroomd --data DIR`; most commands talk to it.

)";

/// Examples first: most readers need nothing below them.
class ExamplesFirst : public CLI::Formatter {
public:
    std::string
    make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
        const std::string usual = CLI::Formatter::make_help(app, std::move(name), mode);
        return app->get_parent() == nullptr ? examples + usual : usual;
    }
};

/// What the options of all commands are bound to while CLI11 works.
struct Typed {
    std::string data;
    bool json = false;
    bool version = false;
    std::vector<std::string> about;
    std::vector<std::string> relations;
    std::vector<std::string> fields;
    std::uint64_t limit = 0;
    unsigned hours = 0;
    std::string code_or_id;
    std::string address;
    std::string network;
    InitCommand init;
    NetworkCreateCommand create;
    SyncCommand sync{false, 60};
    PublishCommand publish;
    ImportCommand import;
    ListCommand list;
    FilesCommand files;
};

struct Parser {
    CLI::App app{"Reads and writes what schools share, through the node of a data folder."};
    Typed typed;
    /// One per command that can be run: the command as a value, once everything is parsed.
    std::vector<std::pair<CLI::App*, std::function<std::variant<CommandOptions, Failure>()>>>
        leaves;
};

Failure usage(std::string sentence, const std::string& command = {}) {
    return {
        std::move(sentence),
        "see `staffroom" + (command.empty() ? "" : " " + command) + " --help`.",
        ExitCode::usage};
}

template <class Make>
CLI::App* add_leaf(
    Parser& parser, CLI::App& parent, const std::string& name, const std::string& what, Make make
) {
    CLI::App* leaf = parent.add_subcommand(name, what);
    leaf->fallthrough();
    parser.leaves.emplace_back(leaf, [make]() -> std::variant<CommandOptions, Failure> {
        return make();
    });
    return leaf;
}

void add_init(Parser& parser) {
    auto& init = parser.typed.init;
    auto* leaf =
        add_leaf(parser, parser.app, "init", "Make a new school in the data folder", [&init] {
            return CommandOptions(init);
        });
    leaf->add_option("--school", init.school, "The school's name")->required();
    leaf->add_option("--id", init.numbers, "A number of the school, as SCHEME:VALUE")->take_all();
    leaf->add_option("--place", init.place, "Where the school is");
    leaf->add_option("--person", init.person, "Who publishes when no author is named");
    leaf->add_option("--listen", init.listen, "Where neighbours reach this node, HOST:PORT");
    leaf->add_option("--web", init.web, "Where the web page is served, HOST:PORT");
    leaf->add_option("--address", init.addresses, "An address to tell the network, HOST:PORT")
        ->take_all();
    leaf->add_option("--phrase-out", init.phrase_out, "Write the recovery phrase to a new file");
}

void add_network(Parser& parser) {
    auto* network = parser.app.add_subcommand("network", "Networks of schools");
    network->require_subcommand(1);
    network->fallthrough();
    auto& typed = parser.typed;
    auto* create = add_leaf(parser, *network, "create", "Found a network", [&typed] {
        return CommandOptions(typed.create);
    });
    create->add_option("NAME", typed.create.name)->required();
    create->add_option("--focus", typed.create.focus, "What the network is for")->required();
    create->add_option("--charter", typed.create.charter, "A text file with the charter");
    add_leaf(parser, *network, "list", "The networks of this school", [] {
        return CommandOptions(NetworkListCommand{});
    });
    auto* show =
        add_leaf(parser, *network, "show", "One network: schools, records, digest", [&typed] {
            return CommandOptions(NetworkShowCommand{typed.network});
        });
    show->add_option("NET", typed.network)->required();
    auto* invite = network->add_subcommand("invite", "Make a one-use code for another school");
    invite->fallthrough();
    invite->add_option("NET", typed.network)->required();
    auto* hours = invite->add_option("--hours", typed.hours, "When the code ends (168)");
    parser.leaves.emplace_back(invite, [&typed, hours] {
        NetworkInviteCommand command{typed.network, std::nullopt};
        if (hours->count() > 0)
            command.hours = typed.hours;
        return CommandOptions(command);
    });
    auto* join = add_leaf(parser, *network, "join", "Join by a code and an address", [&typed] {
        return CommandOptions(NetworkJoinCommand{typed.code_or_id, typed.address});
    });
    join->add_option("CODE", typed.code_or_id)->required();
    join->add_option("ADDRESS", typed.address, "HOST:PORT of the school that invites")->required();
}

void add_neighbour(Parser& parser) {
    auto* neighbour = parser.app.add_subcommand("neighbour", "The nodes that this node talks to");
    neighbour->require_subcommand(1);
    neighbour->fallthrough();
    auto& typed = parser.typed;
    auto* add = add_leaf(parser, *neighbour, "add", "Dial an address from now on", [&typed] {
        return CommandOptions(NeighbourAddCommand{typed.address, typed.network});
    });
    add->add_option("ADDRESS", typed.address, "HOST:PORT")->required();
    add->add_option("--network", typed.network, "The network in common")->required();
    add_leaf(parser, *neighbour, "list", "Who is connected, and who is not and why", [] {
        return CommandOptions(NeighbourListCommand{});
    });
    auto* sync = add_leaf(parser, parser.app, "sync", "Compare with every neighbour now", [&typed] {
        return CommandOptions(typed.sync);
    });
    sync->add_flag("--wait", typed.sync.wait, "Until all have said that nothing is new");
    sync->add_option("--timeout", typed.sync.timeout_s, "Seconds to wait (60)")
        ->check(CLI::Range(1U, 86400U));
}

/// "FIELD=VALUE" as a pair; nothing without '=' or with nothing before it.
std::optional<std::pair<std::string, std::string>> split_field(const std::string& typed) {
    const auto place = typed.find('=');
    if (place == std::string::npos || place == 0)
        return std::nullopt;
    return std::pair(typed.substr(0, place), typed.substr(place + 1));
}

std::variant<CommandOptions, Failure> make_publish(const Typed& typed) {
    auto command = typed.publish;
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

void add_records(Parser& parser) {
    auto& typed = parser.typed;
    auto* publish = parser.app.add_subcommand("publish", "Publish one Markdown file");
    publish->fallthrough();
    parser.leaves.emplace_back(publish, [&typed] { return make_publish(typed); });
    publish->add_option("FILE", typed.publish.file)->required();
    publish->add_option(
        "--network", typed.publish.network, "For this network, not only the school"
    );
    publish->add_option("--kind", typed.publish.kind, "practice-write-up, enquiry-finding, ...");
    publish->add_option("--reach", typed.publish.reach, "draft, school or network");
    publish->add_option("--author", typed.publish.authors, "An author's name")->take_all();
    publish->add_option("--about", typed.about, "The record that this one is about")->take_all();
    publish->add_option("--relation", typed.relations, "How, e.g. reviews, tried-in")->take_all();
    publish->add_option("--set", typed.fields, "A field as FIELD=VALUE")->take_all();

    auto* import = parser.app.add_subcommand("import", "Publish a folder or a manifest.tsv");
    import->fallthrough();
    import->add_option("PATH", typed.import.path, "A folder of Markdown, or a manifest.tsv")
        ->required();
    import->add_option("--network", typed.import.network, "For this network");
    auto* limit = import->add_option("--limit", typed.limit, "At most so many documents");
    import->add_option("--match", typed.import.match, "Only paths that match, e.g. '*/ecf/*'");
    parser.leaves.emplace_back(import, [&typed, limit] {
        auto command = typed.import;
        if (limit->count() > 0)
            command.limit = typed.limit;
        return CommandOptions(command);
    });

    auto* list = add_leaf(parser, parser.app, "list", "The records held here", [&typed] {
        return CommandOptions(typed.list);
    });
    list->add_option("--network", typed.list.network, "Of this network only");
    list->add_option("--kind", typed.list.kind, "Of this kind only");
    auto* show = add_leaf(parser, parser.app, "show", "One record with its text", [&typed] {
        return CommandOptions(ShowCommand{typed.code_or_id});
    });
    show->add_option("ID", typed.code_or_id, "An id, its beginning, or ID@2")->required();
    auto* files = add_leaf(parser, parser.app, "files", "The files of a record", [&typed] {
        return CommandOptions(typed.files);
    });
    files->add_option("ID", typed.files.id, "An id, its beginning, or ID@2")->required();
    files->add_option("-o,--out", typed.files.folder, "Write those that are here to this folder");
}

void add_care(Parser& parser) {
    add_leaf(parser, parser.app, "status", "How this node is", [] {
        return CommandOptions(StatusCommand{});
    });
    add_leaf(parser, parser.app, "doctor", "Look for trouble, also while the node is stopped", [] {
        return CommandOptions(DoctorCommand{});
    });
    add_leaf(parser, parser.app, "verify", "Check everything on disk against its hashes", [] {
        return CommandOptions(VerifyCommand{});
    });
}

void build(Parser& parser) {
    auto& app = parser.app;
    app.name("staffroom");
    app.formatter(std::make_shared<ExamplesFirst>());
    app.add_option("--data", parser.typed.data, "The node's data folder")
        ->envname("STAFFROOM_DATA");
    app.add_flag("--json", parser.typed.json, "One JSON document; one per line for lists");
    app.add_flag("--version", parser.typed.version, "Print the version");
    app.require_subcommand(0, 1);
    add_init(parser);
    add_network(parser);
    add_neighbour(parser);
    add_records(parser);
    add_care(parser);
}

/// The deepest command that the arguments named.
CLI::App* deepest(CLI::App& app) {
    CLI::App* at = &app;
    while (!at->get_subcommands().empty())
        at = at->get_subcommands().front();
    return at;
}

/// Every word that could stand where `app` met one that it does not know.
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

Failure explain(CLI::App& app, const CLI::ParseError& error) {
    auto* at = deepest(app);
    std::string path;
    for (const CLI::App* step = at; step->get_parent() != nullptr; step = step->get_parent())
        path = step->get_name() + (path.empty() ? "" : " ") + path;
    const auto left = app.remaining(true);
    const auto wrong = std::find_if(left.begin(), left.end(), [](const std::string& word) {
        return !word.empty() && word != "--";
    });
    if (wrong == left.end())
        return usage(
            std::string(error.what()) + (path.empty() ? "" : " (" + path + ")") + ".", path
        );
    std::string sentence =
        "There is no '" + *wrong + "' in `staffroom" + (path.empty() ? "" : " " + path) + "`.";
    if (const auto near = nearest_word(*wrong, known_words(*at)))
        sentence += " Did you mean '" + *near + "'?";
    return usage(std::move(sentence), path);
}

} // namespace

std::variant<Options, Information, Failure> parse_options(const std::vector<std::string>& arguments
) {
    Parser parser;
    build(parser);
    try {
        // CLI11 takes the arguments from the back.
        parser.app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
        return Information{deepest(parser.app)->help()};
    } catch (const CLI::ParseError& error) {
        return explain(parser.app, error);
    }
    if (parser.typed.version)
        return Information{"staffroom " + std::string(node::version()) + "\n"};
    const auto leaf =
        std::find_if(parser.leaves.begin(), parser.leaves.end(), [](const auto& each) {
            return each.first->parsed();
        });
    if (leaf == parser.leaves.end())
        return Information{parser.app.help()};
    if (parser.typed.data.empty())
        return usage("Which node? Neither --data nor STAFFROOM_DATA names a data folder.");
    auto command = leaf->second();
    if (const auto* failure = std::get_if<Failure>(&command))
        return *failure;
    return Options{
        parser.typed.data, parser.typed.json, std::move(std::get<CommandOptions>(command))};
}

std::optional<std::string>
nearest_word(const std::string& typed, const std::vector<std::string>& known) {
    std::optional<std::string> best;
    std::size_t best_distance = typed.size() / 3 + 2; // more changes than this is another word
    for (const auto& word : known) {
        // Levenshtein's distance, one row at a time.
        std::vector<std::size_t> row(word.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 0; i < typed.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i + 1;
            for (std::size_t j = 0; j < word.size(); ++j) {
                const std::size_t change = diagonal + (typed[i] == word[j] ? 0U : 1U);
                diagonal = row[j + 1];
                row[j + 1] = std::min({change, row[j] + 1, diagonal + 1});
            }
        }
        if (row.back() < best_distance) {
            best_distance = row.back();
            best = word;
        }
    }
    return best;
}

} // namespace staffroom::cli
