#include "node/http/plain/sheets/rows.hpp"

#include <algorithm>

namespace staffroom::http::plain {
namespace {

bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

/// Returns the place of each character of a text, and its end.
std::vector<std::size_t> places_of_characters(std::string_view text) {
    std::vector<std::size_t> places;
    for (std::size_t at = 0; at < text.size(); ++at)
        if (begins_character(text[at]))
            places.push_back(at);
    places.push_back(text.size());
    return places;
}

/// Marks are pairs of places, counted in characters.
Html marked_snippet(const JsonObject& row) {
    const std::string text = text_in(row, "snippet");
    if (text.empty())
        return {};
    const std::vector<std::size_t> places = places_of_characters(text);
    const std::string_view view = text;
    Html out;
    std::size_t written = 0;
    const Json* const marks = row.if_contains("marks");
    if (marks != nullptr && marks->is_array())
        for (const Json& mark : marks->get_array()) {
            if (!mark.is_array() || mark.get_array().size() != 2)
                continue;
            boost::system::error_code error;
            const auto begin = mark.get_array()[0].to_number<std::size_t>(error);
            const auto end = mark.get_array()[1].to_number<std::size_t>(error);
            if (error || begin > end || end >= places.size() || places[begin] < written)
                continue;
            out += html("{}", view.substr(written, places[begin] - written));
            out += html("<mark>{}</mark>", view.substr(places[begin], places[end] - places[begin]));
            written = places[end];
        }
    out += html("{}", view.substr(written));
    return html(R"(<p class="snippet" dir="auto">{}</p>)", out);
}

/// The school, or the network of a record of another one: its schools are named to nobody here.
std::string origin_of(const PageWords& words, const JsonObject& row) {
    const Json* const from = row.if_contains("from_network");
    if (from == nullptr) {
        const std::string school = text_in(row, "school_name");
        return school.empty() ? words.t("school.unknown") : school;
    }
    const JsonObject& first = from->at("trail").at(0).get_object();
    return words.t("record.of-network", {{"name", text_in(first, "name")}});
}

Html row_item(const PageWords& words, const JsonObject& row) {
    Html state;
    if (text_in(row, "reach") == "draft")
        state += html(R"( <span class="word">{}</span>)", words.t("reach.draft"));
    if (text_in(row, "state") == "retracted")
        state += html(R"( <span class="word">{}</span>)", words.t("state.retracted"));
    return html(
        R"(<li><h2><a href="{}"><bdi>{}</bdi></a></h2>)"
        R"(<p class="meta">{} · <bdi>{}</bdi>{}</p>{}</li>)",
        record_address(text_in(row, "id")),
        title_of(words, row),
        words.kind(text_in(row, "kind")),
        origin_of(words, row),
        state,
        marked_snippet(row)
    );
}

} // namespace

std::string record_address(const std::string& id, std::uint64_t number) {
    return "/plain/records/" + query_encoded(id) +
           (number == 0 ? "" : "@" + std::to_string(number));
}

std::string title_of(const PageWords& words, const JsonObject& row) {
    const std::string title = text_in(row, "title");
    if (!title.empty())
        return title;
    const std::string body = text_in(row, "body_state");
    return words.t(
        body == "erased"    ? "record.erased"
        : body == "refused" ? "record.refused"
                            : "record.on-its-way"
    );
}

std::string whose(const PageWords& words, const JsonObject& row) {
    const auto trail = objects_in(object_in(row, "from_network"), "trail");
    if (trail.empty())
        return text_in(row, "school_name");
    const std::string name = text_in(*trail.front(), "name");
    const std::string place = text_in(*trail.front(), "place");
    return place.empty() ? name
                         : words.t("record.network-place", {{"name", name}, {"place", place}});
}

Html record_list(const PageWords& words, const std::vector<const JsonObject*>& rows) {
    Html items;
    for (const JsonObject* row : rows)
        items += row_item(words, *row);
    return html(R"(<ul class="plainlist rows">{}</ul>)", items);
}

Html section(const std::string& heading, const Html& content) {
    if (content.is_empty())
        return {};
    return html(R"(<section class="section"><h2>{}</h2>{}</section>)", heading, content);
}

} // namespace staffroom::http::plain
