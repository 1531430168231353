#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/wording.hpp"

#include <algorithm>

namespace staffroom::cli {

namespace {

constexpr std::size_t page_rows = 100;

std::string query_of(const SearchCommand& command) {
    std::string query = "/api/v1/search?q=" + path_part(command.words);
    std::string parts;
    for (const auto& part : command.parts)
        parts += (parts.empty() ? "" : ",") + part;
    const auto put = [&](const char* name, const std::string& value) {
        if (!value.empty())
            query += std::string("&") + name + "=" + path_part(value);
    };
    put("in", parts);
    put("kind", command.kind);
    put("phase", command.phase);
    put("subject", command.subject);
    put("focus", command.focus);
    put("school", command.school);
    put("network", command.network);
    put("since", command.since);
    return query;
}

std::vector<Mark> marks_of(const boost::json::value& result) {
    std::vector<Mark> marks;
    for (const auto& pair : list_at(result, "marks")) {
        const auto* ends = pair.if_array();
        if (ends == nullptr || ends->size() != 2)
            continue;
        const auto* begin = (*ends)[0].if_int64();
        const auto* end = (*ends)[1].if_int64();
        if (begin != nullptr && end != nullptr && *begin >= 0 && *end > *begin)
            marks.push_back({static_cast<std::size_t>(*begin), static_cast<std::size_t>(*end)});
    }
    return marks;
}

void add_row(Table& table, const boost::json::value& result, const Terminal& terminal) {
    const std::string id = text_at(result, "id");
    std::string title = title_of(result);
    if (const auto state = record_state(result); terminal.is_terminal && !state.empty())
        title += " [" + state + "]";
    const std::string school = giver_of(result);
    const std::string snippet = printable(text_at(result, "snippet"));
    const std::vector<Mark> marks = marks_of(result);
    if (terminal.is_terminal) // a plain table says it in characters
        table.add({id, title, school, snippet}, marks);
    else
        table.add({id, title, school, marked(snippet, marks, "\xC2\xAB", "\xC2\xBB")});
}

void say_what_is_left(Output& output, const boost::json::value& answer, bool has_more) {
    if (flag_at(answer, "more"))
        output.say("These words are in very many records, so only newer ones were looked through: "
                   "there is more. Add a word or a filter.");
    else if (has_more)
        output.say("There are more; add a word or a filter, or ask for more with --limit.");
    const auto pending = count_at(answer, "pending");
    if (pending > 0)
        output.say(counted(pending, "record") + " still to be indexed; search again later.");
    const auto missing = count_at(answer, "missing");
    if (missing > 0)
        output.say(counted(missing, "record") + " cannot be found: the words have not arrived.");
}

} // namespace

Outcome<ExitCode> run(const SearchCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    Table table(
        {{"ID", Shape::id},
         {"TITLE", Shape::title},
         {"SCHOOL", Shape::text},
         {"WHERE", Shape::detail}}
    );
    const std::string query = query_of(command);
    std::size_t found = 0;
    std::string cursor;
    boost::json::value last;
    do {
        std::string target = query;
        target += "&limit=" + std::to_string(std::min(page_rows, command.limit - found));
        if (!cursor.empty())
            target += "&after=" + path_part(cursor);
        auto answer = client.get(target);
        if (!answer)
            return answer.failure();
        for (const auto& result : list_at(*answer, "results")) {
            ++found;
            if (output.json())
                output.document(result);
            else
                add_row(table, result, output.out_terminal());
        }
        const auto next = text_at(*answer, "next");
        cursor = next == cursor ? std::string() : next;
        last = std::move(*answer);
    } while (!cursor.empty() && found < command.limit);
    if (!table.empty())
        output.table(table);
    if (found == 0)
        output.say("Nothing found. Try fewer words, or the beginning of a word with a star, "
                   "such as retriev*.");
    say_what_is_left(output, last, !cursor.empty());
    return ExitCode::done;
}

} // namespace staffroom::cli
