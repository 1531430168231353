#include "cli/records/dry_run.hpp"

namespace staffroom::cli {

void ask_dry_run(boost::json::object& body, const Options& options) {
    if (options.dry_run)
        body["dry_run"] = true;
}

ExitCode report_dry_run(Output& output, const boost::json::value& answer, const std::string& what) {
    if (output.json())
        output.document(answer);
    else
        output.line("Would " + what + ". Nothing has been changed.");
    return ExitCode::done;
}

} // namespace staffroom::cli
