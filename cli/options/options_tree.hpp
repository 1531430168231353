// The parser behind the command line: CLI11's commands and options, with the parts that CLI11 does
// not keep: examples, choices, and how a parsed command becomes a value. One function a noun, each
// in its own options_tree_*.cpp. Read by options.cpp (parsing) and command_shape.cpp (completions).
#pragma once

#include "cli/options/options.hpp"
#include "protocol/records/vocabularies.hpp"

#include <CLI/CLI.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace staffroom::cli {

using MadeCommand = std::variant<CommandOptions, Failure>;
using Examples = std::vector<std::string>;

/// A command that can be run.
struct Leaf {
    CLI::App* app;
    std::function<MadeCommand()> make; // called once everything is parsed
    bool needs_folder;                 // whether --data has to be given
};

/// The words that an option takes.
struct Choices {
    std::vector<std::string> words;
    bool only = false; // false: other words are allowed as well
};

class Tree {
public:
    /// Builds the whole tree; nothing is parsed yet.
    Tree();
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;
    Tree(Tree&&) = delete;
    Tree& operator=(Tree&&) = delete;
    ~Tree() = default;

    [[nodiscard]] CLI::App& app() { return app_; }
    [[nodiscard]] const CLI::App& app() const { return app_; }

    /// Adds a word that only groups commands, such as `network`.
    CLI::App& noun(const std::string& name, const std::string& what);

    /// Adds a command of `parent`. `Command` is held until it is parsed: bind options to its
    /// fields. `examples` are the texts behind "staffroom ".
    template <class Command> struct Added {
        CLI::App& app;
        Command& command;
    };
    template <class Command>
    Added<Command>
    add(CLI::App& parent, const std::string& name, const std::string& what, const Examples& examples
    ) {
        auto command = std::make_shared<Command>();
        auto& leaf = add_leaf(parent, name, what, examples, [command]() -> MadeCommand {
            return CommandOptions(*command);
        });
        return {*leaf.app, *command};
    }

    /// Adds a command whose options have to be put together before they are a value.
    Leaf& add_leaf(
        CLI::App& parent,
        const std::string& name,
        const std::string& what,
        Examples examples,
        std::function<MadeCommand()> make
    );

    /// Lets `option` take these words and no other; a wrong one is answered with the nearest.
    void offer_only(CLI::Option& option, std::vector<std::string> words);
    void offer_only(CLI::Option& option, records::VocabularyId id);
    /// Lets `option` take any word; completions show these.
    void offer(CLI::Option& option, std::vector<std::string> words);
    void offer(CLI::Option& option, records::VocabularyId id);

    /// Gives `app` the flag --dry-run; commands read `Options::dry_run`.
    void offer_dry_run(CLI::App& app);
    /// Tells whether `app` can say what it would do; the option is understood before every command.
    [[nodiscard]] bool takes_dry_run(const CLI::App& app) const;
    /// Gives `app` the flag --yes; commands read `Options::yes`.
    void offer_yes(CLI::App& app);

    [[nodiscard]] const std::deque<Leaf>& leaves() const { return leaves_; }
    [[nodiscard]] std::deque<Leaf>& leaves() { return leaves_; }
    [[nodiscard]] Examples examples_of(const CLI::App& app) const;
    /// Returns nothing where any word is as good as another.
    [[nodiscard]] const Choices* choices_of(const CLI::Option& option) const;

    /// Returns what the options of all commands are bound to; the command itself is missing.
    [[nodiscard]] const GlobalOptions& global() const { return global_; }
    [[nodiscard]] bool wants_version() const { return wants_version_; }

private:
    void add_global_options();

    CLI::App app_;
    GlobalOptions global_;
    bool wants_version_ = false;
    std::deque<Leaf> leaves_;
    std::set<const CLI::App*> with_dry_run_;
    std::map<const CLI::App*, Examples> examples_;
    std::map<const CLI::Option*, Choices> choices_;
};

/// Returns a number that was given, or nothing: CLI11 alone leaves a zero where nothing was typed.
template <class Number>
CLI::Option* add_optional_number(
    CLI::App& app, const std::string& name, std::optional<Number>& place, const std::string& what
) {
    const std::function<void(const Number&)> keep = [&place](const Number& number) {
        place = number;
    };
    return app.add_option_function<Number>(name, keep, what)->type_name("N");
}

/// Adds the words CODE and ADDRESS, of which the first may be left out: every user of the machine
/// can read a command line, so the code is asked for. `whose` ends "HOST:PORT of".
void add_code_and_address(
    CLI::App& app, std::string& code, std::string& address, const std::string& whose
);
/// Moves one word alone to `address`, where it belongs. Returns false where it is no address.
[[nodiscard]] bool sort_code_and_address(std::string& code, std::string& address);

/// "FIELD=VALUE" as a pair; nothing without '=' or with nothing before it.
[[nodiscard]] std::optional<std::pair<std::string, std::string>>
split_field(const std::string& typed);

/// Returns a failure that `staffroom COMMAND --help` explains.
[[nodiscard]] Failure usage(std::string sentence, const std::string& command = {});

/// Returns the words of protocol/records, in the order of their stored numbers; kinds that are not
/// written here are left out.
[[nodiscard]] std::vector<std::string> kind_names();
[[nodiscard]] std::vector<std::string> reach_names();
[[nodiscard]] std::vector<std::string> relation_names();

/// Add the commands of one noun each.
void add_school_commands(Tree& tree);
void add_network_commands(Tree& tree);
void add_invitation_commands(Tree& tree);
void add_link_commands(Tree& tree);
void add_neighbour_commands(Tree& tree);
void add_people_commands(Tree& tree);
void add_record_commands(Tree& tree);
void add_revision_commands(Tree& tree);
void add_erasure_commands(Tree& tree);
void add_document_commands(Tree& tree);
void add_search_commands(Tree& tree);
void add_health_commands(Tree& tree);
void add_watching_commands(Tree& tree);
void add_config_commands(Tree& tree);
void add_tls_commands(Tree& tree);
void add_shell_commands(Tree& tree);

} // namespace staffroom::cli
