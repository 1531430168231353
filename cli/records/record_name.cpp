#include "cli/records/record_name.hpp"

#include "cli/output/answer.hpp"
#include "cli/output/output.hpp"
#include "node/services/records/names.hpp"
#include "node/services/text/name_text.hpp"

#include <algorithm>

namespace staffroom::cli {

namespace {

constexpr std::size_t titles_read_max = 2000; // the newest; enough to find a slip of the hand
constexpr std::size_t short_id_shown = 8;

std::string lower_ascii(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return text;
}

struct TitledRecords {
    std::vector<std::string> ids;
    std::vector<std::string> titles;
};

Outcome<TitledRecords> read_titles(Client& client) {
    TitledRecords out;
    std::string after;
    do {
        const auto page = client.get("/api/v1/records?limit=500" + after);
        if (!page)
            return page.failure();
        for (const auto& row : list_at(*page, "records")) {
            out.ids.push_back(text_at(row, "id"));
            out.titles.push_back(text_at(row, "title"));
        }
        const auto next = text_at(*page, "next");
        after = next.empty() ? "" : "&after=" + path_part(next);
    } while (!after.empty() && out.ids.size() < titles_read_max);
    return out;
}

Failure not_one(const std::string& typed, const std::string& hint, std::string next) {
    return {
        "No record here has the id or the title \"" + typed + "\"" + hint,
        std::move(next),
        ExitCode::failed,
        "id.not-found"};
}

/// Makes a failure that names the record that may have been meant, and the step that uses it.
Failure did_you_mean(const std::string& typed, const std::string& id, const std::string& title) {
    const std::string shown = id.substr(0, short_id_shown);
    return not_one(
        typed,
        "; did you mean \"" + title + "\", " + shown + "?",
        "run the command again with " + shown + " in its place."
    );
}

} // namespace

Outcome<std::string> record_id(Client& client, const std::string& typed) {
    const std::string lower = lower_ascii(typed);
    const std::size_t pin = typed.rfind('@');
    if (services::is_id_prefix(lower.substr(0, lower.rfind('@'))))
        return lower;
    const std::string name = services::trimmed_name(typed.substr(0, pin));
    const std::string rest = pin == std::string::npos ? "" : typed.substr(pin);
    const auto records = read_titles(client);
    if (!records)
        return records.failure();
    const auto& [ids, titles] = *records;
    std::vector<std::size_t> same;
    for (std::size_t i = 0; i < titles.size(); ++i)
        if (services::is_same_name(titles[i], name) || services::is_same_name(titles[i], typed))
            same.push_back(i);
    if (same.size() == 1)
        return ids[same.front()] + (titles[same.front()] == typed ? "" : rest);
    if (same.size() > 1) {
        std::string all;
        for (const std::size_t i : same)
            all += (all.empty() ? "" : ", ") + ids[i].substr(0, short_id_shown);
        return Failure{
            counted(same.size(), "record") + " have the title \"" + name + "\": " + all + ".",
            "run the command again with one of these ids in its place.",
            ExitCode::failed,
            "id.ambiguous"};
    }
    const std::string begin = lower_ascii(name);
    for (std::size_t i = 0; i < ids.size() && begin.size() >= 2; ++i)
        if (ids[i].starts_with(begin))
            return did_you_mean(typed, ids[i], titles[i]);
    if (const auto near = services::nearest_of(name, titles))
        return did_you_mean(typed, ids[*near], titles[*near]);
    return not_one(
        typed, ".", "look its id up with `staffroom list`; 8 characters of it are enough."
    );
}

} // namespace staffroom::cli
