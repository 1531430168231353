#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"

namespace staffroom::cli {

namespace {

/// Judges the outcome of the wait, once the node has answered.
Outcome<ExitCode> judge(const boost::json::value& answer, Output& output) {
    const auto reached = count_at(answer, "reached");
    const auto& lagging = list_at(answer, "lagging");
    const auto& unreached = list_at(answer, "unreached");
    if (!unreached.empty())
        output.say("Not reached: " + names_of(unreached) + ".");
    if (flag_at(answer, "in_sync") && reached > 0) {
        output.say("In sync with " + counted(reached, "neighbour") + ".");
        return ExitCode::done;
    }
    if (reached == 0 && lagging.empty())
        return Failure{
            "No neighbour was reached.",
            "see `staffroom neighbour list` for the reason of each.",
            ExitCode::unreachable};
    return Failure{
        "Not in sync yet: " + (lagging.empty() ? std::string("some") : names_of(lagging)) +
            (lagging.size() == 1 ? " lags behind." : " lag behind."),
        "run `staffroom sync --wait` again, with a longer --timeout on a slow line.",
        ExitCode::attention};
}

} // namespace

Outcome<ExitCode> run(const SyncCommand& command, const Options& options, Output& output) {
    const boost::json::object body{{"wait", command.wait}, {"timeout_s", command.timeout_s}};
    // The node keeps the time; the extra is for its answer to arrive.
    constexpr std::chrono::seconds extra{30};
    Client client(options.data);
    const auto answer = client.post(
        "/api/v1/sync",
        boost::json::serialize(body),
        std::chrono::seconds(command.timeout_s) + extra
    );
    if (!answer)
        return answer.failure();
    if (output.json())
        output.document(*answer);
    if (!command.wait) {
        output.say("Comparing with every neighbour.");
        return ExitCode::done;
    }
    return judge(*answer, output);
}

} // namespace staffroom::cli
