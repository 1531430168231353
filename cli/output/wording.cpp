#include "cli/output/wording.hpp"

#include "cli/output/answer.hpp"
#include "cli/output/output.hpp"
#include "protocol/records/kinds.hpp"
#include "protocol/records/vocabularies.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace staffroom::cli {

namespace {

void append_word(std::string& list, std::string_view word) {
    list += list.empty() ? "" : ", ";
    list += word;
}

/// The words for troubles by the names of Errc, which the node tells scripts.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> trouble_words{{
    {"unreachable", "nobody answers at the address"},
    {"name_unknown", "the name in the address is not known"},
    {"timed_out", "no answer in time"},
    {"closed", "the other side hung up"},
    {"busy", "the other side is busy"},
    {"self_contact", "the address leads back to this node"},
    {"already_exists", "there is a line to that school already"},
    {"not_a_member", "that school is in no network with this one"},
    {"not_allowed", "the other side refuses this school"},
    {"unknown_version", "the other side runs a version that this one cannot read"},
    {"too_large", "the other side sent more than is allowed"},
    {"io_error", "the line broke"},
    {"disk_full", "a disk is full"},
}};

} // namespace

std::string record_state(const boost::json::value& record) {
    std::string out;
    const auto reach = text_at(record, "reach");
    const auto state = text_at(record, "state");
    if (reach == "draft")
        append_word(out, "draft");
    else if (reach == "school")
        append_word(out, "this school only");
    if (const auto gone = gone_word(record); !gone.empty())
        append_word(out, gone);
    else if (state == "retracted")
        append_word(out, "taken back");
    else if (state == "superseded")
        append_word(out, "replaced by a newer one");
    if (const auto heads = count_at(record, "heads"); heads == 2)
        append_word(out, "two versions");
    else if (heads > 2)
        append_word(out, std::to_string(heads) + " versions");
    if (text_at(record, "body_state") == "missing")
        append_word(out, "text not here yet");
    if (flag_at(record, "dated_ahead"))
        append_word(out, "dated ahead");
    return out;
}

std::string gone_word(const boost::json::value& record) {
    const auto words = text_at(record, "body_state");
    if (words == "refused")
        return "refused here";
    if (words != "erased")
        return {};
    return text_at(record, "reach") == "draft" ? "deleted here" : "erased";
}

std::string title_of(const boost::json::value& record) {
    const auto title = text_at(record, "title");
    if (!title.empty())
        return title;
    const auto gone = gone_word(record);
    return gone.empty() ? "(no title yet)" : "(" + gone + ")";
}

std::string giver_of(const boost::json::value& record) {
    const auto& trail = list_at(field_at(record, "from_network"), "trail");
    return trail.empty() ? text_at(record, "school_name") : text_at(trail.front(), "name");
}

std::string named_record(const boost::json::value& record) {
    const auto giver = giver_of(record);
    const auto gone = gone_word(record);
    if (gone == "erased")
        return "an erased record of " + giver;
    if (!gone.empty())
        return "a record of " + giver + ", " + gone;
    const bool is_taken_back = text_at(record, "state") == "retracted";
    return "\"" + title_of(record) + "\", " + giver + (is_taken_back ? " (taken back)" : "");
}

std::optional<std::string> near_focus(const std::string& typed) {
    constexpr auto focus = records::VocabularyId::focus;
    if (records::is_in_vocabulary(focus, typed))
        return std::nullopt;
    const auto near = records::nearest_name(typed, records::vocabulary_values(focus));
    return near.empty() ? std::nullopt : std::optional(std::string(near));
}

std::string trouble_text(std::string_view code) {
    if (code.empty())
        return {};
    const auto found =
        std::ranges::find(trouble_words, code, [](const auto& row) { return row.first; });
    return std::string(
        found != trouble_words.end() ? found->second : "the other side did not keep to the rules"
    );
}

std::string readers_of(const boost::json::value& network) {
    std::size_t schools = 0;
    for (const auto& school : list_at(network, "schools"))
        if (field_at(school, "joined").is_null() || flag_at(school, "joined"))
            ++schools;
    const auto name = text_at(network, "name");
    if (schools <= 1)
        return name + ", where no other school is yet";
    return counted(schools - 1, "school") + " of " + name;
}

std::string network_with_place(const boost::json::value& step) {
    const auto place = text_at(step, "place");
    return text_at(step, "name") + (place.empty() ? "" : " (" + place + ")");
}

} // namespace staffroom::cli
