#include "cli/commands/network/link_text.hpp"

#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/output/wording.hpp"
#include "node/services/crossing/link_terms.hpp"

#include <algorithm>

namespace staffroom::cli {

namespace {

using boost::json::value;

std::vector<std::string> texts_of(const boost::json::array& items) {
    std::vector<std::string> texts;
    for (const auto& item : items)
        if (item.is_string())
            texts.emplace_back(item.get_string());
    return texts;
}

/// " to Northside and 4ohq6zxk alone"; nothing where any network may have them.
std::string onward_text(const value& terms) {
    const std::vector<std::string> ids = texts_of(list_at(terms, "onward"));
    const std::vector<std::string> names = texts_of(list_at(terms, "onward_names"));
    std::string text;
    for (std::size_t at = 0; at < ids.size(); ++at) {
        const bool has_name = at < names.size() && !names[at].empty();
        text += (at == 0                ? " to "
                 : at + 1 == ids.size() ? " and "
                                        : ", ") +
                (has_name ? names[at] : ids[at].substr(0, 8));
    }
    return text.empty() ? text : text + " alone";
}

/// "findings and adoptions; Forest may pass them on"
std::string terms_text(const value& terms, const std::string& receiver) {
    std::string text = services::kinds_text(texts_of(list_at(terms, "kinds")));
    if (flag_at(terms, "passed_on"))
        text += ", also what other networks have passed on to it";
    if (!flag_at(terms, "pass_on"))
        return text + "; " + receiver + " may not pass them on";
    return text + "; " + receiver + " may pass them on" + onward_text(terms);
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size() + 2, width), ' ');
    return text;
}

} // namespace

void put_side(boost::json::object& body, const std::string& prefix, const LinkTermsOptions& side) {
    if (!side.kinds.empty())
        body[prefix + "kinds"] = boost::json::array(side.kinds.begin(), side.kinds.end());
    if (!side.pass_on.empty())
        body[prefix + "pass_on"] = side.pass_on == "yes";
    if (side.onward == std::vector<std::string>{"any"})
        body[prefix + "onward"] = boost::json::array();
    else if (!side.onward.empty())
        body[prefix + "onward"] = boost::json::array(side.onward.begin(), side.onward.end());
    if (!side.passed_on.empty())
        body[prefix + "passed_on"] = side.passed_on == "yes";
}

void print_terms(Output& output, const AgreementText& agreement) {
    const std::string ours = agreement.ours + " gives";
    const std::string theirs = agreement.theirs + " gives";
    const std::size_t width = std::max({ours.size(), theirs.size(), std::size_t{10}}) + 2;
    output.line(
        padded(ours, width) + terms_text(field_at(agreement.answer, "ours"), agreement.theirs)
    );
    output.line(
        padded(theirs, width) + terms_text(field_at(agreement.answer, "theirs"), agreement.ours)
    );
    output.line(padded("Last day", width) + last_day_text(count_at(agreement.answer, "until_ms")));
    output.line(
        padded("Review", width) + "by " + last_day_text(count_at(agreement.answer, "review_ms"))
    );
}

void print_network_card(Output& output, const value& card) {
    output.line("Network   " + text_at(card, "name") + "  " + text_at(card, "id"));
    output.line("Focus     " + text_at(card, "focus"));
    if (const auto place = text_at(card, "place"); !place.empty())
        output.line("Place     " + place);
}

void print_charter(Output& output, const std::string& name, const std::string& charter) {
    if (charter.empty())
        return;
    output.line("Charter of " + name);
    output.block(charter);
}

void print_preview(Output& output, const value& preview, bool is_agreed) {
    const auto count = count_at(preview, "count");
    const auto named = count_at(preview, "named");
    const std::string days = "the last " + std::to_string(count_at(preview, "days")) + " days";
    if (is_agreed)
        output.line(
            counted(named, "record") + " of " + days + (named == 1 ? " names" : " name") +
            " this link among the readers, of " + std::to_string(count) + " that could."
        );
    else
        output.line(
            "With this agreement " + counted(count, "record") + " of " + days +
            " could have crossed from here, where an author had said so" + (count == 0 ? "." : ":")
        );
    Table table(
        {{"ID", Shape::id},
         {"CROSSES", Shape::fact},
         {"TITLE", Shape::title},
         {"SCHOOL", Shape::text},
         {"KIND", Shape::fact}}
    );
    for (const auto& record : list_at(preview, "records"))
        table.add(
            {text_at(record, "id"),
             flag_at(record, "named") ? "yes" : "if named",
             title_of(record),
             text_at(record, "school_name"),
             text_at(record, "kind")}
        );
    if (!table.empty())
        output.table(table);
    const value& staying = field_at(preview, "staying");
    if (!staying.is_object())
        return;
    for (const auto& each : staying.get_object())
        output.line(
            "Stays     " + services::kind_plural(each.key()) + ": " +
            std::to_string(each.value().to_number<std::uint64_t>()) +
            ", which the agreement does not let cross"
        );
}

std::string words_text(const value& answer) {
    std::string words;
    for (const auto& word : list_at(answer, "words"))
        words +=
            (words.empty() ? "" : " ") + (word.is_string() ? std::string(word.get_string()) : "");
    return words;
}

} // namespace staffroom::cli
