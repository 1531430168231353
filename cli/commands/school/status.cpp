#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/output/wording.hpp"

namespace staffroom::cli {

namespace {

void print_backup(Output& output, const boost::json::value& backup) {
    const auto last = count_at(backup, "last_ms");
    const auto next = count_at(backup, "next_ms");
    if (last == 0 && next == 0)
        return; // the checks below say so
    output.line(
        "Backup    " +
        (last == 0 ? std::string("none yet")
                   : time_text(last) + " in " + text_at(backup, "last_folder")) +
        (flag_at(backup, "running") ? "; one is being made"
         : next == 0                ? std::string()
                                    : "; the next is due " + time_text(next))
    );
}

void print_status(Output& output, const boost::json::value& status) {
    const auto& school = field_at(status, "school");
    const auto& store = field_at(status, "store");
    output.line("School    " + text_at(school, "name") + "  " + text_at(school, "id"));
    output.line(
        "Node      version " + text_at(status, "version") + ", running for " +
        readable_time(count_at(status, "uptime_s"))
    );
    output.line(
        "Listens   " + text_at(status, "listen") + " for neighbours, " + text_at(status, "web") +
        " for the web"
    );
    output.line(
        "Holds     " + counted(count_at(store, "records"), "record") + ", " +
        readable_bytes(count_at(store, "bytes"))
    );
    print_backup(output, field_at(status, "backup"));
    for (const auto& network : list_at(status, "networks"))
        output.line(
            "Network   " + text_at(network, "name") + ": " +
            counted(list_at(network, "schools").size(), "school") + ", " +
            counted(count_at(network, "records"), "record")
        );
    for (const auto& neighbour : list_at(status, "neighbours")) {
        const auto name = text_at(field_at(neighbour, "school"), "name");
        const auto reason = trouble_text(text_at(neighbour, "reason"));
        const auto address = text_at(neighbour, "address");
        const auto state = text_at(neighbour, "state");
        const auto heard = count_at(neighbour, "last_heard_ms");
        const bool is_met = state == "in sync" || state == "connected";
        output.line(
            "Neighbour " + name + (name.empty() || address.empty() ? "" : ", ") + address + ": " +
            state + (reason.empty() ? "" : " (" + reason + ")") +
            (is_met || heard == 0 ? "" : ", last heard " + time_text(heard))
        );
    }
}

} // namespace

Outcome<ExitCode> run(const StatusCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get("/api/v1/status", std::chrono::seconds(10));
    if (!answer)
        return answer.failure();
    const auto& attention = list_at(*answer, "attention");
    if (output.json()) {
        output.document(*answer);
    } else {
        print_status(output, *answer);
        const bool has_trouble = text_at(*answer, "verdict") == "trouble";
        if (!has_trouble)
            output.verdict(Tone::good, "All is well.", "");
        for (const auto& item : attention) {
            const bool is_trouble = text_at(item, "level") == "trouble";
            output.verdict(
                is_trouble ? Tone::bad : Tone::notice,
                is_trouble ? "TROUBLE   " : "Note      ",
                text_at(item, "sentence")
            );
            if (const auto next = text_at(item, "next"); is_trouble && !next.empty())
                output.line("          Next: " + next);
        }
    }
    return ExitCode::done;
}

} // namespace staffroom::cli
