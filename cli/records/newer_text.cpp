#include "cli/records/newer_text.hpp"

#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "node/services/records/exported_part.hpp"
#include "node/services/records/exported_texts.hpp"
#include "node/services/text/newer_text.hpp"

#include <algorithm>

namespace staffroom::cli {

namespace {

constexpr std::uint64_t revisions_looked_at_max = 12;
constexpr std::size_t quoted_bytes_max = 160;

/// A file in a form that can be compared, and the time of the revision from which an export made
/// it.
struct Compared {
    std::string words;
    std::optional<std::uint64_t> modified_ms;
};

Compared compared(std::string_view file) {
    const auto split = services::split_front_matter(file);
    const auto part = services::read_exported_part(split.front_matter);
    if (!part || !*part)
        return {std::string(file), std::nullopt};
    Compared out{(*part)->original + std::string(split.text), std::nullopt};
    for (const auto& field : (*part)->fields)
        if (field.key == "modified" && !field.values.empty())
            if (const auto time = services::parse_time(field.values.front()))
                out.modified_ms = static_cast<std::uint64_t>(time->ms);
    return out;
}

std::string record_words(const boost::json::value& record) {
    return text_at(record, "front_matter") + text_at(record, "text");
}

std::string quoted_lines(const std::vector<std::string>& lines) {
    std::string out = lines.front();
    if (out.size() > quoted_bytes_max) {
        std::size_t end = quoted_bytes_max;
        while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U)
            --end;
        out = out.substr(0, end) + "…";
    }
    return "\"" + out + "\"" +
           (lines.size() > 1 ? " and " + counted(lines.size() - 1, "more line") : "");
}

Outcome<ExitCode> ask_or_refuse(
    const boost::json::value& record,
    const std::string& what,
    const Options& options,
    Output& output
) {
    const std::string id = text_at(record, "id");
    const std::string newest = id + "@" + std::to_string(count_at(record, "revision_number"));
    const std::string sentence = "This file leaves out what " + text_at(record, "school_name") +
                                 " wrote in the newest text, " + newest + ": " + what + ".";
    if (options.yes)
        return ExitCode::done;
    if (can_ask(options)) {
        output.say(sentence);
        if (confirm(options, output, "Replace it all the same?"))
            return ExitCode::done;
    }
    return Failure{
        sentence,
        "take it into your file (`staffroom show " + id +
            "`), or replace it knowingly with --over " + newest + ".",
        ExitCode::refused,
        "record.changed"};
}

} // namespace

Outcome<ExitCode> check_newer_text(
    Client& client,
    const boost::json::value& record,
    std::string_view text,
    const Options& options,
    Output& output
) {
    const std::uint64_t newest = count_at(record, "revision_number");
    if (newest < 2 || list_at(record, "head_revisions").size() > 1)
        return ExitCode::done; // the node asks how several texts are to become one
    const Compared file = compared(text);
    if (file.words == record_words(record))
        return ExitCode::done;
    const std::uint64_t first = newest - std::min(newest - 1, revisions_looked_at_max);
    for (std::uint64_t number = newest - 1; number >= first; --number) {
        const auto older = client.get(
            "/api/v1/records/" + path_part(text_at(record, "id") + "@" + std::to_string(number))
        );
        if (!older)
            return older.failure();
        const bool is_made_from = file.modified_ms &&
                                  *file.modified_ms == count_at(*older, "modified_ms") &&
                                  *file.modified_ms != count_at(record, "modified_ms");
        auto lines =
            services::lines_left_out(file.words, record_words(*older), record_words(record));
        if (lines.empty() && is_made_from)
            lines = {"it was exported from revision " + std::to_string(number)};
        if (!lines.empty())
            return ask_or_refuse(record, quoted_lines(lines), options, output);
    }
    return ExitCode::done;
}

} // namespace staffroom::cli
