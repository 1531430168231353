#include "cli/options/options_tree.hpp"

#include "protocol/records/kind_facts.hpp"

#include <algorithm>
#include <utility>

namespace staffroom::cli {

namespace {

constexpr const char* first_examples = R"(Examples:
  staffroom --data /srv/school init --school "Hillside Primary" --listen 0.0.0.0:7420
  staffroom --data /srv/school network create "Rivers" --focus literacy-and-oracy
  staffroom --data /srv/school network invite Rivers
  staffroom --data /srv/school network join ABCD-EFGH-JKMN-PQRS rivers.example:7420
  staffroom --data /srv/school publish think-aloud.md --network Rivers
  staffroom --data /srv/school list --network Rivers

The node itself is `staffroomd --data DIR`; most commands talk to it.

)";

/// A formatter that puts examples first: most readers need nothing below them.
class ExamplesFirst : public CLI::Formatter {
public:
    explicit ExamplesFirst(const Tree& tree)
        : tree_(tree) {}

    std::string
    make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
        std::string usual = CLI::Formatter::make_help(app, std::move(name), mode);
        if (app->get_parent() == nullptr)
            return first_examples + usual;
        const auto examples = tree_.examples_of(*app);
        if (examples.empty() || mode == CLI::AppFormatMode::Sub)
            return usual;
        std::string out = "Examples:\n";
        for (const auto& example : examples)
            out += "  staffroom " + example + "\n";
        return out + "\n" + usual;
    }

private:
    const Tree& tree_;
};

std::string refuse_word(const std::string& typed, const std::vector<std::string>& words) {
    if (std::find(words.begin(), words.end(), typed) != words.end())
        return {};
    std::string sentence = "it cannot be '" + typed + "'.";
    if (const auto near = nearest_word(typed, words))
        return sentence + " Did you mean '" + *near + "'?";
    sentence += " It is one of:";
    for (const auto& word : words)
        sentence += (&word == &words.front() ? " " : ", ") + word;
    return sentence + ".";
}

std::vector<std::string> words_of(records::VocabularyId id) {
    const auto values = records::vocabulary_values(id);
    return {values.begin(), values.end()};
}

/// Returns all names of an enumeration whose stored numbers begin at one; a gap ends no list.
template <class Parse, class Name> std::vector<std::string> names_of(Parse parse, Name name) {
    constexpr std::uint64_t numbers_max = 64; // far above what any of them has
    std::vector<std::string> names;
    for (std::uint64_t raw = 1; raw <= numbers_max; ++raw)
        if (const auto value = parse(raw))
            names.emplace_back(name(*value));
    return names;
}

} // namespace

Tree::Tree()
    : app_("Reads and writes what schools share, through the node of a data folder.") {
    app_.name("staffroom");
    app_.formatter(std::make_shared<ExamplesFirst>(*this));
    app_.require_subcommand(0, 1);
    add_global_options();
    add_school_commands(*this);
    add_network_commands(*this);
    add_invitation_commands(*this);
    add_link_commands(*this);
    add_neighbour_commands(*this);
    add_people_commands(*this);
    add_record_commands(*this);
    add_revision_commands(*this);
    add_erasure_commands(*this);
    add_document_commands(*this);
    add_search_commands(*this);
    add_health_commands(*this);
    add_watching_commands(*this);
    add_config_commands(*this);
    add_tls_commands(*this);
    add_shell_commands(*this);
}

void Tree::add_global_options() {
    const std::function<void(const std::string&)> keep_data = [this](const std::string& typed) {
        global_.data = typed;
    };
    app_.add_option_function<std::string>("--data", keep_data, "The node's data folder")
        ->type_name("FOLDER")
        ->envname("STAFFROOM_DATA");
    app_.add_flag("--json", global_.json, "One JSON document; one per line for lists");
    app_.add_flag("--plain", global_.plain, "Tables for cut and awk, also on a terminal");
    const std::function<void(const std::string&)> keep_colour = [this](const std::string& typed) {
        global_.colour = typed == "always"  ? Colour::always
                         : typed == "never" ? Colour::never
                                            : Colour::automatic;
    };
    auto* colour = app_.add_option_function<std::string>("--color", keep_colour, "Use colour");
    colour->type_name("WHEN");
    offer_only(*colour, {"auto", "always", "never"});
    app_.add_flag("--no-input", global_.no_input, "Never ask, also on a terminal");
    app_.add_flag("--yes", global_.yes, "Answer every question with yes");
    app_.add_flag("--dry-run", global_.dry_run, "Say what would happen; change nothing");
    app_.add_flag("--version", wants_version_, "Print the version");
}

CLI::App& Tree::noun(const std::string& name, const std::string& what) {
    CLI::App* noun = app_.add_subcommand(name, what);
    noun->require_subcommand(1);
    noun->fallthrough();
    return *noun;
}

Leaf& Tree::add_leaf(
    CLI::App& parent,
    const std::string& name,
    const std::string& what,
    Examples examples,
    std::function<MadeCommand()> make
) {
    CLI::App* app = parent.add_subcommand(name, what);
    app->fallthrough();
    examples_[app] = std::move(examples);
    leaves_.push_back({app, std::move(make), true});
    return leaves_.back();
}

void Tree::offer_only(CLI::Option& option, std::vector<std::string> words) {
    const auto judge = [words](const std::string& typed) { return refuse_word(typed, words); };
    option.check(CLI::Validator(judge, std::string(), "choice"));
    choices_[&option] = {std::move(words), true};
}

void Tree::offer_only(CLI::Option& option, records::VocabularyId id) {
    offer_only(option, words_of(id));
}

void Tree::offer(CLI::Option& option, std::vector<std::string> words) {
    choices_[&option] = {std::move(words), false};
}

void Tree::offer(CLI::Option& option, records::VocabularyId id) {
    offer(option, words_of(id));
}

void Tree::offer_dry_run(CLI::App& app) {
    app.add_flag("--dry-run", global_.dry_run, "Say what would happen; change nothing");
    with_dry_run_.insert(&app);
}

bool Tree::takes_dry_run(const CLI::App& app) const {
    return with_dry_run_.count(&app) > 0;
}

void Tree::offer_yes(CLI::App& app) {
    app.add_flag("--yes", global_.yes, "Do not ask, go ahead");
}

Examples Tree::examples_of(const CLI::App& app) const {
    if (const auto found = examples_.find(&app); found != examples_.end())
        return found->second;
    // A noun shows the first example of each of its commands.
    Examples all;
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
        if (const auto found = examples_.find(command); found != examples_.end())
            if (!found->second.empty())
                all.push_back(found->second.front());
    return all;
}

const Choices* Tree::choices_of(const CLI::Option& option) const {
    const auto found = choices_.find(&option);
    return found == choices_.end() ? nullptr : &found->second;
}

void add_code_and_address(
    CLI::App& app, std::string& code, std::string& address, const std::string& whose
) {
    app.add_option("CODE", code, "Asked for where it is left out; - reads it from stdin")
        ->type_name("");
    app.add_option("ADDRESS", address, "HOST:PORT of " + whose)->type_name("");
}

bool sort_code_and_address(std::string& code, std::string& address) {
    if (!address.empty())
        return true;
    if (code.find(':') == std::string::npos)
        return false;
    address = std::exchange(code, {});
    return true;
}

std::optional<std::pair<std::string, std::string>> split_field(const std::string& typed) {
    const auto place = typed.find('=');
    if (place == std::string::npos || place == 0)
        return std::nullopt;
    return std::pair(typed.substr(0, place), typed.substr(place + 1));
}

Failure usage(std::string sentence, const std::string& command) {
    return {
        std::move(sentence),
        "see `staffroom" + (command.empty() ? "" : " " + command) + " --help`.",
        ExitCode::usage};
}

std::vector<std::string> kind_names() {
    std::vector<std::string> names;
    for (const records::KindFacts& facts : records::all_kind_facts())
        names.emplace_back(records::kind_name(facts.kind));
    return names;
}

std::vector<std::string> reach_names() {
    return names_of(records::parse_reach, records::reach_name);
}

std::vector<std::string> relation_names() {
    return names_of(records::parse_relation, records::relation_name);
}

} // namespace staffroom::cli
