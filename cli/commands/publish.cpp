#include "cli/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/dry_run.hpp"
#include "cli/record_request.hpp"
#include "cli/text_file.hpp"

namespace staffroom::cli {

Outcome<ExitCode> run(const PublishCommand& command, const Options& options, Output& output) {
    std::string note;
    auto text = read_text_file(command.file, &note);
    if (!text)
        return text.failure();
    if (!note.empty())
        output.say("Note: " + note);
    Client client(options.data);
    auto record = bring_record(client, command, std::move(*text), options, output);
    if (!record)
        return record.failure();
    const auto answer = client.post("/api/v1/records", boost::json::serialize(*record));
    if (!answer)
        return answer.failure();
    print_written(*answer, options, output, "publish");
    return ExitCode::done;
}

} // namespace staffroom::cli
