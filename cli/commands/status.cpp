#include "cli/answer.hpp"
#include "cli/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/wording.hpp"

namespace staffroom::cli {

namespace {

std::string readable_time(std::uint64_t seconds) {
    if (seconds < 120)
        return counted(seconds, "second");
    if (seconds < std::uint64_t{2} * 3600)
        return counted(seconds / 60, "minute");
    if (seconds < std::uint64_t{2} * 86400)
        return counted(seconds / 3600, "hour");
    return counted(seconds / 86400, "day");
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
    for (const auto& network : list_at(status, "networks"))
        output.line(
            "Network   " + text_at(network, "name") + ": " +
            counted(list_at(network, "schools").size(), "school") + ", " +
            counted(count_at(network, "records"), "record")
        );
    for (const auto& neighbour : list_at(status, "neighbours")) {
        const auto name = text_at(field_at(neighbour, "school"), "name");
        const auto reason = trouble_text(text_at(neighbour, "reason"));
        output.line(
            "Neighbour " + (name.empty() ? "" : name + ", ") + text_at(neighbour, "address") +
            ": " + text_at(neighbour, "state") + (reason.empty() ? "" : " (" + reason + ")")
        );
    }
}

} // namespace

Outcome<ExitCode> run(const StatusCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get("/api/v1/status");
    if (!answer)
        return answer.failure();
    const auto& attention = list_at(*answer, "attention");
    if (output.json()) {
        output.document(*answer);
    } else {
        print_status(output, *answer);
        if (attention.empty())
            output.verdict(Tone::good, "All is well.", "");
        for (const auto& item : attention)
            output.verdict(Tone::notice, "Attention ", text_at(item, "sentence"));
    }
    return ExitCode::done;
}

} // namespace staffroom::cli
