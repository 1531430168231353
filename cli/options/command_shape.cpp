#include "cli/options/command_shape.hpp"

#include "cli/options/options_tree.hpp"

#include <algorithm>

namespace staffroom::cli {

namespace {

using Apps = std::vector<const CLI::App*>;

Apps commands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> choices_for(const Tree& tree, const CLI::Option& option) {
    const auto* choices = tree.choices_of(option);
    return choices != nullptr ? choices->words : std::vector<std::string>();
}

OptionShape shape_of(const Tree& tree, const CLI::Option& option) {
    OptionShape shape;
    for (const auto& name : option.get_snames())
        shape.names.push_back("-" + name);
    for (const auto& name : option.get_lnames())
        shape.names.push_back("--" + name);
    if (option.get_items_expected_max() > 0)
        shape.value = option.get_type_name().empty() ? "VALUE" : option.get_type_name();
    shape.what = option.get_description();
    shape.choices = choices_for(tree, option);
    return shape;
}

CommandShape shape_of(const Tree& tree, const CLI::App& app, const std::string& path) {
    CommandShape shape{path, app.get_description(), false, {}, {}, {}, tree.examples_of(app)};
    shape.runs = std::any_of(tree.leaves().begin(), tree.leaves().end(), [&](const Leaf& leaf) {
        return leaf.app == &app;
    });
    for (const auto* option : app.get_options()) {
        if (option->nonpositional())
            shape.options.push_back(shape_of(tree, *option));
        else
            shape.arguments.push_back(
                {option->get_name(true),
                 option->get_required(),
                 option->get_description(),
                 choices_for(tree, *option)}
            );
    }
    for (const auto* command : commands_of(app))
        shape.words.push_back(command->get_name());
    return shape;
}

} // namespace

std::vector<CommandShape> command_shapes() {
    const Tree tree;
    std::vector<CommandShape> shapes{shape_of(tree, tree.app(), "")};
    // There are two levels: a noun and its commands.
    for (const auto* app : commands_of(tree.app())) {
        shapes.push_back(shape_of(tree, *app, app->get_name()));
        for (const auto* command : commands_of(*app)) {
            ensure(commands_of(*command).empty());
            shapes.push_back(shape_of(tree, *command, app->get_name() + " " + command->get_name()));
        }
    }
    return shapes;
}

} // namespace staffroom::cli
