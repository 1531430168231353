#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"
#include "cli/settings/local_checks.hpp"

namespace staffroom::cli {

namespace {

boost::json::array as_json(const std::vector<Check>& checks) {
    boost::json::array out;
    for (const auto& check : checks)
        out.push_back(boost::json::object{
            {"code", check.code},
            {"level", services::level_name(check.level)},
            {"ok", !check.is_trouble()},
            {"sentence", check.sentence},
            {"next", check.next}});
    return out;
}

/// Prints the checks. Exits with 4 for a fault that a person can mend now, and for nothing else.
ExitCode print_checks(const boost::json::value& document, Output& output) {
    if (output.json())
        output.document(document);
    for (const auto& check : list_at(document, "checks")) {
        if (output.json())
            break;
        const auto level = text_at(check, "level");
        if (level == "ok")
            output.verdict(Tone::good, "ok       ", text_at(check, "sentence"));
        else if (level == "note")
            output.verdict(Tone::notice, "note     ", text_at(check, "sentence"));
        else
            output.verdict(Tone::bad, "TROUBLE  ", text_at(check, "sentence"));
        if (const auto next = text_at(check, "next"); !next.empty())
            output.line("         Next: " + next);
    }
    return text_at(document, "verdict") == "trouble" ? ExitCode::attention : ExitCode::done;
}

} // namespace

Outcome<ExitCode> run(const DoctorCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get("/api/v1/doctor", std::chrono::seconds(20));
    if (answer)
        return print_checks(*answer, output);
    if (answer.failure().exit != ExitCode::node_not_running)
        return answer.failure();
    const auto checks = check_stopped_node(options.data);
    const boost::json::object document{
        {"verdict", services::level_name(services::worst_of(checks))}, {"checks", as_json(checks)}};
    return print_checks(document, output);
}

} // namespace staffroom::cli
