#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/output/wording.hpp"
#include "cli/records/dry_run.hpp"

namespace staffroom::cli {

namespace {
constexpr std::string_view neighbours = "/api/v1/neighbours";
}

Outcome<ExitCode> run(const NeighbourAddCommand& command, const Options& options, Output& output) {
    boost::json::object body{{"address", command.address}, {"network", command.network}};
    ask_dry_run(body, options);
    Client client(options.data);
    const auto answer = client.post(neighbours, boost::json::serialize(body));
    if (!answer)
        return answer.failure();
    if (options.dry_run)
        return report_dry_run(output, *answer, "dial " + command.address + " from now on");
    if (output.json())
        output.document(*answer);
    else
        output.say(
            "This node calls " + command.address +
            " from now on. Next: see how it goes with `staffroom neighbour list`."
        );
    return ExitCode::done;
}

Outcome<ExitCode>
run(const NeighbourRemoveCommand& command, const Options& options, Output& output) {
    boost::json::object body{{"address", command.address}};
    ask_dry_run(body, options);
    Client client(options.data);
    const auto answer =
        client.post(std::string(neighbours) + "/remove", boost::json::serialize(body));
    if (!answer)
        return answer.failure();
    if (options.dry_run)
        return report_dry_run(output, *answer, "dial " + command.address + " no longer");
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    output.say(command.address + " will not be dialled any more.");
    if (flag_at(*answer, "is_published"))
        output.say("Its school publishes this address too, so it stays on the list for that.");
    return ExitCode::done;
}

Outcome<ExitCode> run(const NeighbourListCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(neighbours);
    if (!answer)
        return answer.failure();
    Table table({"ADDRESS", "STATE", {"SCHOOL", Shape::title}, "LAST HEARD", {"WHY", Shape::text}});
    for (const auto& neighbour : list_at(*answer, "neighbours")) {
        if (output.json())
            output.document(neighbour);
        std::string why = trouble_text(text_at(neighbour, "reason"));
        if (const auto seconds = count_at(neighbour, "next_try_s"); seconds > 0)
            why += (why.empty() ? "tries again in " : "; tries again in ") +
                   counted(seconds, "second");
        const auto heard = count_at(neighbour, "last_heard_ms");
        table.add(
            {text_at(neighbour, "address"),
             text_at(neighbour, "state"),
             text_at(field_at(neighbour, "school"), "name"),
             heard == 0 ? "never" : time_text(heard),
             why}
        );
    }
    if (output.json())
        return ExitCode::done;
    if (table.empty())
        output.say("This node knows no neighbour yet.");
    else
        output.table(table);
    return ExitCode::done;
}

} // namespace staffroom::cli
