// The commands lineage, inbox, report: the origin of a practice, the words of others about ours,
// the things that were tried.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/output/wording.hpp"
#include "cli/records/record_name.hpp"

#include <map>

namespace staffroom::cli {

namespace {

using Names = std::map<std::string, std::string>; // id to what people read

std::string short_id(const std::string& id) {
    return id.substr(0, 8);
}

/// Returns the school, or of another network's record that network with its place.
std::string whose(const boost::json::value& row) {
    const auto& trail = list_at(field_at(row, "from_network"), "trail");
    return trail.empty() ? text_at(row, "school_name") : network_with_place(trail.front());
}

std::string label_of(const boost::json::value& node) {
    if (!flag_at(node, "here"))
        return "[not here: " + short_id(text_at(node, "id")) + "]";
    return named_record(node) + "  " + short_id(text_at(node, "id"));
}

std::string edge_text(const boost::json::value& edge) {
    std::string text = text_at(edge, "relation");
    if (const auto seen = count_at(edge, "seen_number"); seen > 0)
        text += " @" + std::to_string(seen);
    if (flag_at(edge, "has_newer"))
        text += ", a newer text exists";
    if (field_at(edge, "interpreted").is_bool() && !flag_at(edge, "interpreted"))
        text += ", not yet interpreted";
    return text;
}

/// What a school says that tried a record of another network.
void print_transposition(Output& output, const boost::json::value& story) {
    if (!field_at(story, "interpreted").is_bool())
        return;
    if (!flag_at(story, "interpreted")) {
        output.line("    Not yet interpreted: nobody has said what it means in the other network.");
        return;
    }
    if (const auto there = text_at(story, "what_it_is_there"); !there.empty())
        output.line("    What it is there: " + there);
    output.line("    What it means here: " + text_at(story, "what_it_means_here"));
    output.line("    What was changed: " + text_at(story, "changed"));
}

void print_adoptions(Output& output, const boost::json::value& adoptions) {
    if (count_at(adoptions, "count") == 0)
        return;
    output.line("");
    output.line("Tried in " + counted(count_at(adoptions, "count"), "place") + ":");
    for (const auto& story : list_at(adoptions, "stories")) {
        const auto pupils = text_at(story, "pupils_reached");
        output.line(
            "  " + whose(story) + ": " + text_at(story, "outcome") +
            (pupils.empty() ? ", pupils not counted" : ", " + pupils + " pupils")
        );
        output.line("    " + text_at(story, "what_happened"));
        print_transposition(output, story);
    }
    if (const auto pupils = text_at(adoptions, "pupils_reached"); !pupils.empty())
        output.line("  Together " + pupils + " pupils.");
}

void print_lineage(Output& output, const boost::json::value& lineage) {
    Names names;
    for (const auto& node : list_at(lineage, "nodes"))
        names[text_at(node, "id")] = label_of(node);
    const auto own = text_at(lineage, "id");
    output.line(names[own]);
    // Prints nearest first; each line says what stands behind it.
    for (const auto& node : list_at(lineage, "nodes")) {
        const auto from = text_at(node, "id");
        for (const auto& edge : list_at(lineage, "edges")) {
            if (text_at(edge, "from") != from)
                continue;
            const std::string indent(2 * (count_at(node, "steps") + 1), ' ');
            const auto to = text_at(edge, "to");
            if (from == own)
                output.line(indent + edge_text(edge) + " -> " + names[to]);
            else
                output.line(indent + names[from] + "  " + edge_text(edge) + " -> " + names[to]);
        }
    }
    if (const auto steps = count_at(lineage, "steps_back"); steps > 0)
        output.line("Back to the first record: " + counted(steps, "step") + ".");
    if (flag_at(lineage, "is_cut"))
        output.say("There are more than 500 records in this lineage; the nearest are shown.");
    print_adoptions(output, field_at(lineage, "adoptions"));
}

} // namespace

Outcome<ExitCode> run(const LineageCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto id = record_id(client, command.id);
    if (!id)
        return id.failure();
    const auto answer = client.get("/api/v1/records/" + path_part(*id) + "/lineage");
    if (!answer)
        return answer.failure();
    if (output.json())
        output.document(*answer);
    else if (command.dot)
        output.block(text_at(*answer, "dot"));
    else
        print_lineage(output, *answer);
    return ExitCode::done;
}

Outcome<ExitCode> run(const InboxCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get("/api/v1/inbox");
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    for (const auto& row : list_at(*answer, "to_join"))
        output.line(
            "Two versions of \"" + title_of(row) + "\" stand side by side: `staffroom show " +
            short_id(text_at(row, "id")) + "`"
        );
    Table table(
        {"WHEN",
         {"SCHOOL", Shape::text},
         "HOW",
         {"ABOUT", Shape::text},
         {"ID", Shape::id},
         {"TITLE", Shape::title}}
    );
    for (const auto& row : list_at(*answer, "news"))
        table.add(
            {time_text(count_at(row, "written_ms")),
             whose(row),
             text_at(row, "relation"),
             title_of(field_at(row, "about")),
             text_at(row, "id"),
             title_of(row)}
        );
    if (table.empty() && list_at(*answer, "to_join").empty())
        output.say("Nobody has written about this school's records yet.");
    else if (!table.empty())
        output.table(table);
    return ExitCode::done;
}

Outcome<ExitCode> run(const ReportCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get("/api/v1/reports/adoptions");
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    Table table({"WHAT", "COUNT"});
    const auto put = [&](const char* name, std::string_view key) {
        const auto& value = field_at(*answer, key);
        table.add(
            {name,
             value.is_null() ? "fewer than three adoptions, not summed"
                             : std::to_string(count_at(*answer, key))}
        );
    };
    put("adoptions", "adoptions");
    put("with a pupil count", "with_pupil_count");
    put("pupils reached", "pupils_reached");
    put("adults reached", "adults_reached");
    put("across schools", "across_schools");
    put("across networks", "across_networks");
    put("across areas", "across_areas");
    put("across trusts or none", "across_trusts_or_none");
    put("longest chain, steps", "longest_chain");
    const auto& outcomes = field_at(*answer, "outcomes");
    if (const auto* object = outcomes.if_object())
        for (const auto& outcome : *object)
            table.add(
                {"outcome " + std::string(outcome.key()),
                 std::to_string(count_at(outcomes, outcome.key()))}
            );
    output.table(table);
    if (flag_at(*answer, "more"))
        output.say("There are more adoptions than could be counted in time.");
    return ExitCode::done;
}

} // namespace staffroom::cli
