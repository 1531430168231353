#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/records/dry_run.hpp"

namespace staffroom::cli {

namespace {
constexpr std::string_view invitations = "/api/v1/invitations";
}

Outcome<ExitCode> run(const InvitationListCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(invitations);
    if (!answer)
        return answer.failure();
    Table table(
        {{"ID", Shape::id},
         {"STATE", Shape::fact},
         {"ENDS", Shape::fact},
         {"NETWORK", Shape::text},
         {"MADE BY", Shape::text}}
    );
    for (const auto& invitation : list_at(*answer, "invitations")) {
        if (output.json())
            output.document(invitation);
        table.add(
            {text_at(invitation, "id"),
             text_at(invitation, "state"),
             time_text(count_at(invitation, "ends_ms")),
             text_at(field_at(invitation, "network"), "name"),
             text_at(field_at(invitation, "made_by"), "name")}
        );
    }
    if (output.json())
        return ExitCode::done;
    if (table.empty())
        output.say("No code has been made in any network of this school.");
    else
        output.table(table);
    return ExitCode::done;
}

Outcome<ExitCode> run(const InvitationEndCommand& command, const Options& options, Output& output) {
    boost::json::object body;
    ask_dry_run(body, options);
    Client client(options.data);
    const auto answer = client.post(
        std::string(invitations) + "/" + path_part(command.id) + "/end",
        boost::json::serialize(body)
    );
    if (!answer)
        return answer.failure();
    const auto network = text_at(field_at(*answer, "network"), "name");
    if (options.dry_run)
        return report_dry_run(output, *answer, "end this code for " + network);
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    output.say("This code for " + network + " admits nobody any more.");
    output.say(
        "A school that has used it meanwhile, elsewhere, is shown by `staffroom network show`."
    );
    return ExitCode::done;
}

} // namespace staffroom::cli
