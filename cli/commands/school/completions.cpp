// `staffroom completions` and `staffroom commands`: the command line about itself.
#include "cli/options/completions.hpp"

#include "cli/commands/commands.hpp"

#include <boost/json.hpp>

namespace staffroom::cli {

namespace {

boost::json::array as_json(const std::vector<std::string>& words) {
    return boost::json::array(words.begin(), words.end());
}

boost::json::object as_json(const CommandShape& shape) {
    boost::json::array options;
    for (const auto& option : shape.options)
        options.push_back(boost::json::object{
            {"names", as_json(option.names)},
            {"value", option.value},
            {"what", option.what},
            {"choices", as_json(option.choices)}});
    boost::json::array arguments;
    for (const auto& argument : shape.arguments)
        arguments.push_back(boost::json::object{
            {"name", argument.name},
            {"required", argument.is_required},
            {"what", argument.what},
            {"choices", as_json(argument.choices)}});
    return {
        {"command", shape.path},
        {"what", shape.what},
        {"runs", shape.runs},
        {"options", std::move(options)},
        {"arguments", std::move(arguments)},
        {"examples", as_json(shape.examples)}};
}

} // namespace

Outcome<ExitCode> run(const CompletionsCommand& command, const Options&, Output& output) {
    const auto shapes = command_shapes();
    const auto script = command.shell == "bash"  ? bash_completions(shapes)
                        : command.shell == "zsh" ? zsh_completions(shapes)
                                                 : fish_completions(shapes);
    if (output.json())
        output.document(boost::json::object{{"shell", command.shell}, {"script", script}});
    else
        output.block(script);
    return ExitCode::done;
}

Outcome<ExitCode> run(const CommandsCommand&, const Options&, Output& output) {
    Table table({"COMMAND", "WHAT"});
    for (const auto& shape : command_shapes()) {
        if (output.json())
            output.document(as_json(shape));
        else if (shape.runs)
            table.add({shape.path, shape.what});
    }
    if (!output.json())
        output.table(table);
    return ExitCode::done;
}

} // namespace staffroom::cli
