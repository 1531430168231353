#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"

namespace staffroom::cli {

namespace {
constexpr std::string_view tokens = "/api/v1/tokens";
} // namespace

Outcome<ExitCode> run(const TokensAddCommand& command, const Options& options, Output& output) {
    const boost::json::object body{
        {"name", command.name}, {"scope", command.scope}, {"until", command.until}};
    Client client(options.data);
    const auto answer = client.post(tokens, boost::json::serialize(body));
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    output.line(text_at(*answer, "token"));
    output.say(
        command.scope == "feed"
            ? "A feed is at /feeds/TOKEN/networks/NETWORK, /feeds/TOKEN/subjects/SUBJECT or "
              "/feeds/TOKEN/authors/NAME of the page's address. It is shown this once."
            : "A program sends it as `Authorization: Bearer TOKEN`. It is shown this once."
    );
    return ExitCode::done;
}

Outcome<ExitCode> run(const TokensListCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(tokens);
    if (!answer)
        return answer.failure();
    Table table({"ID", "SCOPE", "UNTIL", {"PERSON", Shape::title}, {"NAME", Shape::text}});
    for (const auto& token : list_at(*answer, "tokens")) {
        if (output.json())
            output.document(token);
        table.add(
            {text_at(token, "id"),
             text_at(token, "scope"),
             last_day_text(text_at(token, "until")),
             text_at(token, "person"),
             text_at(token, "name")}
        );
    }
    if (output.json())
        return ExitCode::done;
    if (table.empty())
        output.say("No program has a token.");
    else
        output.table(table);
    return ExitCode::done;
}

Outcome<ExitCode> run(const TokensEndCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.remove(std::string(tokens) + "/" + path_part(command.id));
    if (!answer)
        return answer.failure();
    if (output.json())
        output.document(*answer);
    else
        output.say("The token " + text_at(*answer, "name") + " opens nothing any more.");
    return ExitCode::done;
}

} // namespace staffroom::cli
