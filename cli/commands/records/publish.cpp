#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/files/text_file.hpp"
#include "cli/options/confirm.hpp"
#include "cli/records/dry_run.hpp"
#include "cli/records/record_request.hpp"

namespace staffroom::cli {

Outcome<ExitCode> run(const PublishCommand& command, const Options& options, Output& output) {
    std::string note;
    auto text = read_text_file(command.file, &note);
    if (!text)
        return text.failure();
    if (!note.empty())
        output.say("Note: " + note);
    Client client(options.data);
    auto record = bring_record(client, command, std::move(*text), {}, options, output);
    if (!record)
        return record.failure();
    // The same file once more is most often a slip of the hand: the node names what is there.
    auto& request = record->request;
    request["only_new"] = !options.yes;
    auto answer = client.post("/api/v1/records", boost::json::serialize(request));
    if (!answer && answer.failure().code == "record.same-text") {
        const auto& failure = answer.failure();
        const auto consent =
            ask_first(options, output, failure.sentence + " Publish it a second time?");
        if (consent == Consent::refused)
            return Failure{
                "Nothing has been published.", failure.next, ExitCode::refused, failure.code};
        if (consent == Consent::nobody_to_ask)
            return failure;
        request["only_new"] = false;
        answer = client.post("/api/v1/records", boost::json::serialize(request));
    }
    if (!answer)
        return answer.failure();
    print_written(client, *answer, options, output, "publish");
    return record->is_whole ? ExitCode::done : ExitCode::attention;
}

} // namespace staffroom::cli
