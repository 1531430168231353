#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"

namespace staffroom::cli {

namespace {

constexpr std::string_view people = "/api/v1/people";

std::string person_path(const std::string& name, std::string_view what) {
    return std::string(people) + "/" + path_part(name) + "/" + std::string(what);
}

void print_link(const boost::json::value& answer, Output& output) {
    output.line("Person    " + text_at(field_at(answer, "person"), "name"));
    output.line("Link      " + text_at(answer, "link"));
    output.say("Give the person the address of the page with this link behind it: it works once.");
}

std::string role_text(const boost::json::value& person) {
    const std::string until = text_at(person, "until");
    return text_at(person, "role") + (until.empty() ? "" : " until " + last_day_text(until));
}

/// Prints what the node says of a person that has changed.
Outcome<ExitCode> print_changed(
    const Outcome<boost::json::value>& answer, Output& output, std::string_view sentence
) {
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    const auto& person = field_at(*answer, "person");
    output.say(text_at(person, "name") + " " + std::string(sentence));
    return ExitCode::done;
}

} // namespace

Outcome<ExitCode> run(const UsersAddCommand& command, const Options& options, Output& output) {
    const boost::json::object body{
        {"name", command.name}, {"role", command.role}, {"until", command.until}};
    Client client(options.data);
    const auto answer = client.post(people, boost::json::serialize(body));
    if (!answer)
        return answer.failure();
    if (output.json())
        output.document(*answer);
    else
        print_link(*answer, output);
    return ExitCode::done;
}

Outcome<ExitCode> run(const UsersListCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(people);
    if (!answer)
        return answer.failure();
    Table table({{"ID", Shape::id}, "ROLE", "STATE", {"NAME", Shape::text}});
    for (const auto& person : list_at(*answer, "people")) {
        if (output.json())
            output.document(person);
        table.add(
            {text_at(person, "id"),
             role_text(person),
             text_at(person, "state"),
             text_at(person, "name")}
        );
    }
    if (output.json())
        return ExitCode::done;
    if (table.empty())
        output.say("Nobody has an account yet. Next: see `staffroom users add --help`.");
    else
        output.table(table);
    return ExitCode::done;
}

Outcome<ExitCode> run(const UsersRoleCommand& command, const Options& options, Output& output) {
    const boost::json::object body{{"role", command.role}, {"until", command.until}};
    Client client(options.data);
    const auto answer =
        client.post(person_path(command.name, "role"), boost::json::serialize(body));
    const bool is_waiting = answer && text_at(field_at(*answer, "person"), "state") == "waiting";
    return print_changed(
        answer,
        output,
        "is " + command.role + " now, and signed out everywhere." +
            (is_waiting ? " A link that was made before opens nothing any more: make another one "
                          "with `staffroom users reset \"" +
                              command.name + "\"`."
                        : "")
    );
}

Outcome<ExitCode> run(const UsersResetCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.post(person_path(command.name, "reset"), "{}");
    if (!answer)
        return answer.failure();
    if (output.json())
        output.document(*answer);
    else
        print_link(*answer, output);
    return ExitCode::done;
}

Outcome<ExitCode> run(const UsersLeaveCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const boost::json::object body{{"to", command.to}};
    const auto answer =
        client.post(person_path(command.name, "leave"), boost::json::serialize(body));
    const std::uint64_t count = answer ? count_at(*answer, "handed_over") : 0;
    return print_changed(
        answer,
        output,
        "has left; " + counted(count, "record") + (count == 1 ? " is" : " are") + " with " +
            command.to + " now."
    );
}

Outcome<ExitCode> run(const UsersSessionsCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const std::string target = person_path(command.name, "sessions");
    if (command.end) {
        const auto ended = client.remove(target);
        if (!ended)
            return ended.failure();
        if (output.json())
            output.document(*ended);
        else
            output.say(counted(count_at(*ended, "ended"), "session") + " ended.");
        return ExitCode::done;
    }
    const auto answer = client.get(target);
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    Table table({"ID", "BEGUN", "LAST USED", {"BROWSER", Shape::text}});
    for (const auto& session : list_at(*answer, "sessions"))
        table.add(
            {text_at(session, "id"),
             text_at(session, "begun"),
             text_at(session, "seen"),
             text_at(session, "browser")}
        );
    if (table.empty())
        output.say(command.name + " is signed in nowhere.");
    else
        output.table(table);
    return ExitCode::done;
}

Outcome<ExitCode> run(const UsersTextsCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const std::string target = person_path(command.name, "texts");
    const auto answer = command.remove ? client.remove(target) : client.get(target);
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    const std::string texts = counted(count_at(*answer, "texts"), "unfinished text");
    if (command.remove)
        output.say(texts + " deleted.");
    else
        output.say(command.name + " has left " + texts + ", which nobody else reads.");
    return ExitCode::done;
}

} // namespace staffroom::cli
