#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"

#include <boost/json.hpp>

#include <array>
#include <ctime>

namespace staffroom::cli {

namespace {

constexpr std::chrono::milliseconds look_again_pause{500};

/// Formats a time in UTC with milliseconds, as the node's own trace has it.
std::string readable_instant(std::uint64_t ms) {
    const auto seconds = static_cast<std::time_t>(ms / 1000);
    std::tm parts{};
    std::array<char, 32> text{};
    if (::gmtime_r(&seconds, &parts) == nullptr ||
        std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts) == 0)
        return "?";
    const std::string thousandths = std::to_string(1000 + ms % 1000).substr(1);
    return std::string(text.data()) + "." + thousandths + "Z";
}

void print(const boost::json::value& event, Output& output) {
    if (output.json()) {
        output.document(event);
        return;
    }
    std::string line = readable_instant(count_at(event, "time_ms")) + " " +
                       text_at(event, "level") + " " + text_at(event, "code");
    if (const auto* fields = field_at(event, "fields").if_object())
        for (const auto& [name, value] : *fields)
            line += " " + std::string(name) + "=" + boost::json::serialize(value);
    output.line(line);
}

} // namespace

Outcome<ExitCode> run(const LogCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const std::string level = command.level.empty() ? "" : "&level=" + path_part(command.level);
    std::string lines = std::to_string(command.lines);
    std::uint64_t last = 0;
    std::string boot;
    while (true) {
        const auto answer =
            client.get("/api/v1/log?after=" + std::to_string(last) + "&limit=" + lines + level);
        const bool is_first = boot.empty();
        if (client.is_interrupted())
            return ExitCode::interrupted;
        if (!answer && is_first)
            return answer.failure();
        if (answer && !is_first && text_at(*answer, "boot") != boot) {
            last = 0; // the node was started again, and so were its numbers
            boot = text_at(*answer, "boot");
            continue;
        }
        if (answer) {
            for (const auto& event : list_at(*answer, "events"))
                print(event, output);
            output.flush();
            last = count_at(*answer, "last");
            boot = text_at(*answer, "boot");
            lines = "1000"; // from here on everything that is new
        }
        if (!command.follow)
            return ExitCode::done;
        if (!client.pause(look_again_pause))
            return ExitCode::interrupted;
    }
}

} // namespace staffroom::cli
