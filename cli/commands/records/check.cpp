// check: the lines of a file that may tell who a pupil is. Asks no node; nothing leaves this
// machine.
#include "cli/commands/commands.hpp"
#include "cli/files/text_file.hpp"
#include "node/services/pupil_details/pupil_details.hpp"

#include <boost/json.hpp>

#include <set>

namespace staffroom::cli {

namespace {

using pupil_details::Finding;

boost::json::array lines_json(const std::vector<Finding>& findings) {
    boost::json::array lines;
    for (const Finding& each : findings)
        lines.push_back(boost::json::object{
            {"line", each.line},
            {"rule", each.rule->id},
            {"text", each.text},
            {"words", each.words},
            {"reason", each.rule->reason},
            {"instead", each.rule->instead}});
    return lines;
}

/// The lines, and then once for each rule why it asks and what to write.
void print_lines(const std::vector<Finding>& findings, Output& output) {
    Table table(
        {{"LINE", Shape::fact},
         {"RULE", Shape::fact},
         {"WORDS", Shape::text},
         {"TEXT", Shape::text}}
    );
    for (const Finding& each : findings)
        table.add({std::to_string(each.line), std::string(each.rule->id), each.words, each.text});
    output.table(table);
    std::set<std::string_view> said;
    for (const Finding& each : findings)
        if (said.insert(each.rule->id).second)
            output.say(
                std::string(each.rule->id) + ": " + std::string(each.rule->reason) + " " +
                std::string(each.rule->instead)
            );
}

} // namespace

Outcome<ExitCode> run(const CheckCommand& command, const Options&, Output& output) {
    std::string note;
    const auto text =
        command.file == "-" ? read_typed_text(&note) : read_text_file(command.file, &note);
    if (!text)
        return text.failure();
    if (!note.empty())
        output.say("Note: " + note);
    const auto findings = pupil_details::find_in_text(*text);
    if (output.json())
        output.document(boost::json::object{
            {"file", printable(command.file.string())}, {"lines", lines_json(findings)}});
    else if (findings.empty())
        output.say(
            "No line looks like a detail of a pupil. Patterns find much and not all: read it "
            "yourself as well."
        );
    else
        print_lines(findings, output);
    return findings.empty() ? ExitCode::done : ExitCode::attention;
}

} // namespace staffroom::cli
