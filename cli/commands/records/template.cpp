#include "cli/commands/commands.hpp"
#include "cli/records/template_text.hpp"

#include <boost/json.hpp>

namespace staffroom::cli {

Outcome<ExitCode> run(const TemplateCommand& command, const Options&, Output& output) {
    const auto text = template_text(command.kind, command.form);
    if (!text)
        return text.failure();
    if (output.json())
        output.document(boost::json::object{
            {"kind", command.kind}, {"form", command.form}, {"text", *text}});
    else
        output.block(*text);
    return ExitCode::done;
}

} // namespace staffroom::cli
