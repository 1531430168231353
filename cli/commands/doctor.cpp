#include "cli/answer.hpp"
#include "cli/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/local_checks.hpp"

namespace staffroom::cli {

namespace {

boost::json::array as_json(const std::vector<Check>& checks) {
    boost::json::array out;
    for (const auto& check : checks)
        out.push_back(boost::json::object{
            {"code", check.code},
            {"ok", check.ok},
            {"sentence", check.sentence},
            {"next", check.next}});
    return out;
}

ExitCode print_checks(const boost::json::value& document, Output& output) {
    bool all_ok = true;
    for (const auto& check : list_at(document, "checks")) {
        const bool ok = flag_at(check, "ok");
        all_ok = all_ok && ok;
        if (output.json())
            continue;
        output.verdict(
            ok ? Tone::good : Tone::bad, ok ? "ok       " : "TROUBLE  ", text_at(check, "sentence")
        );
        if (const auto next = text_at(check, "next"); !ok && !next.empty())
            output.line("         Next: " + next);
    }
    if (output.json())
        output.document(document);
    return all_ok ? ExitCode::done : ExitCode::attention;
}

} // namespace

Outcome<ExitCode> run(const DoctorCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get("/api/v1/doctor");
    if (answer)
        return print_checks(*answer, output);
    if (answer.failure().exit != ExitCode::node_not_running)
        return answer.failure();
    const boost::json::object document{{"checks", as_json(check_stopped_node(options.data))}};
    return print_checks(document, output);
}

} // namespace staffroom::cli
