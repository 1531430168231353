#include "cli/client/client.hpp"
#include "cli/client/event_reader.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"

#include <boost/json.hpp>

namespace staffroom::cli {

namespace {

constexpr std::chrono::milliseconds reconnect_pause{1000};
constexpr std::size_t id_characters_shown = 8;

/// Returns one line that a person can read; an event without a title is named by its id.
std::string readable(const ServerEvent& event, const boost::json::value& data) {
    if (event.type.starts_with("record.")) {
        const auto title = text_at(data, "title");
        const auto school = text_at(data, "school_name");
        return event.type + "  " + text_at(data, "id").substr(0, id_characters_shown) + "  " +
               (title.empty() ? "(no title yet)" : title) +
               (school.empty() ? "" : "  (" + school + ")");
    }
    if (event.type == "neighbour.changed")
        return event.type + "  " + text_at(data, "address") + "  " + text_at(data, "state");
    if (event.type == "membership.changed")
        return event.type + "  " + text_at(data, "network").substr(0, id_characters_shown);
    if (event.type == "gap")
        return "gap  Events before this one are lost.";
    return event.type + "  " + event.data;
}

void print(const ServerEvent& event, Output& output) {
    boost::system::error_code error;
    const auto data = boost::json::parse(event.data, error);
    if (error)
        return; // cut by something in between; the next one is whole again
    if (output.json())
        output.document(boost::json::object{{"id", event.id}, {"event", event.type}, {"data", data}}
        );
    else
        output.line(readable(event, data));
    output.flush();
}

} // namespace

Outcome<ExitCode> run(const WatchCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    EventReader reader;
    bool was_there = false;
    const auto take = [&](std::string_view piece) {
        was_there = true;
        for (const ServerEvent& event : reader.feed(piece))
            print(event, output);
    };
    while (true) {
        const std::string& place = reader.last_id().empty() ? command.since : reader.last_id();
        const auto ended = client.follow("/api/v1/events", place, take);
        if (client.is_interrupted())
            return ExitCode::interrupted;
        // Before the first word a failure is the answer; later it is a node that comes back.
        if (!ended && !was_there)
            return ended.failure();
        if (ended)
            output.say("The node has ended the stream; waiting for it.");
        reader.begin_again();
        if (!client.pause(reconnect_pause))
            return ExitCode::interrupted;
    }
}

} // namespace staffroom::cli
