// What stands below the words of a record: what others made of it, and how it is kept.
#include "node/http/plain/sheets/record_sheet.hpp"
#include "node/http/plain/sheets/rows.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace staffroom::http::plain {
namespace {

/// What a school says that tried a record of another network, a line for each answer.
Html across_lines(const PageWords& words, const JsonObject& story) {
    const auto* interpreted = story.if_contains("interpreted");
    if (interpreted == nullptr)
        return {};
    if (!flag_in(story, "interpreted"))
        return html(R"(<p class="soft">{}</p>)", words.t("adoptions.not-interpreted"));
    using Asked = std::pair<const char*, const char*>;
    constexpr std::array<Asked, 3> all{
        {{"what-it-is-there", "what_it_is_there"},
         {"transposition-note", "what_it_means_here"},
         {"changed", "changed"}}};
    Html lines;
    for (const auto& [field, name] : all)
        if (const std::string answer = text_in(story, name); !answer.empty())
            lines +=
                html("<dt>{}</dt><dd><bdi>{}</bdi></dd>", words.field("adoption", field), answer);
    return html("<dl>{}</dl>", lines);
}

Html tried_elsewhere(const PageWords& words, const JsonObject& lineage) {
    Html items;
    for (const JsonObject* story : objects_in(object_in(lineage, "adoptions"), "stories")) {
        const std::string stage = text_in(*story, "stage");
        const std::string pupils = text_in(*story, "pupils_reached");
        items += html(
            R"(<li><h3><a href="{}"><bdi>{}</bdi></a></h3><p class="meta">{} · {}{}</p>)"
            R"(<p><bdi>{}</bdi></p>{}</li>)",
            record_address(text_in(*story, "id")),
            whose(words, *story),
            words.word("outcome", text_in(*story, "outcome")),
            words.say({"word.stage of an adoption." + stage}, stage),
            pupils.empty() ? "" : " · " + words.t("adoptions.pupils", {{"count", pupils}}),
            text_in(*story, "what_happened"),
            across_lines(words, *story)
        );
    }
    if (items.is_empty())
        return {};
    return section(
        words.t("adoptions.title"),
        html(
            R"(<p class="soft">{}</p><ul class="plainlist">{}</ul>)",
            words.t("adoptions.count"),
            items
        )
    );
}

Html said_by_others(const PageWords& words, const JsonObject& record) {
    Html items;
    for (const JsonObject* answer : objects_in(record, "incoming")) {
        if (text_in(*answer, "relation") == "tried-in" || !flag_in(*answer, "here"))
            continue;
        const std::string document = text_in(*answer, "document");
        items += html(
            R"(<li><h3><a href="{}"><bdi>{}</bdi></a></h3>)"
            R"(<p class="meta">{} · <bdi>{}</bdi>{}{}</p></li>)",
            record_address(document.empty() ? text_in(*answer, "id") : document),
            title_of(words, *answer),
            words.kind(text_in(*answer, "kind")),
            text_in(*answer, "school_name"),
            flag_in(*answer, "has_newer") ? " · " + words.t("answers.newer") : "",
            text_in(*answer, "state") == "retracted" ? " · " + words.t("state.retracted") : ""
        );
    }
    if (items.is_empty())
        return {};
    return section(words.t("answers.title"), html(R"(<ul class="plainlist">{}</ul>)", items));
}

/// Every line says one step in words: what the picture of the page shows.
Html lineage_lines(const PageWords& words, const JsonObject& lineage) {
    std::map<std::string, const JsonObject*> known;
    for (const JsonObject* node : objects_in(lineage, "nodes"))
        known[text_in(*node, "id")] = node;
    const auto named = [&](const std::string& id) {
        const auto found = known.find(id);
        if (found == known.end() || !flag_in(*found->second, "here"))
            return html("{}", words.t("lineage.not-here"));
        return html(
            R"(<a href="{}"><bdi>{}</bdi></a> (<bdi>{}</bdi>))",
            record_address(id),
            title_of(words, *found->second),
            text_in(*found->second, "school_name")
        );
    };
    Html items;
    for (const JsonObject* edge : objects_in(lineage, "edges")) {
        const std::string relation = text_in(*edge, "relation");
        items += html(
            "<li>{} {} {}{}</li>",
            named(text_in(*edge, "from")),
            words.say({"relation." + relation}, relation),
            named(text_in(*edge, "to")),
            edge->contains("interpreted") && !flag_in(*edge, "interpreted")
                ? ", " + words.t("lineage.not-interpreted")
                : ""
        );
    }
    if (items.is_empty())
        return {};
    const auto steps = static_cast<std::int64_t>(number_in(lineage, "steps_back"));
    return section(
        words.t("lineage.title"),
        html(
            R"(<ul>{}</ul><p class="soft">{}</p>)",
            items,
            steps == 0 ? "" : words.t("lineage.steps", {{"count", steps}})
        )
    );
}

Html files_of(const PageWords& words, const JsonObject& record) {
    Html items;
    for (const JsonObject* file : objects_in(record, "attachments")) {
        const std::string name = text_in(*file, "name");
        const std::string address = "/api/v1/records/" + query_encoded(text_in(record, "id")) +
                                    "/files/" + query_encoded(text_in(*file, "hash"));
        const Html named =
            flag_in(*file, "here")
                ? html(R"(<a href="{}" download="{}"><bdi>{}</bdi></a>)", address, name, name)
                : html("<bdi>{}</bdi> ({})", name, words.t("file.on-its-way"));
        const std::string description = text_in(*file, "description");
        items += html(
            "<li>{}, {}{}</li>",
            named,
            words.size(number_in(*file, "size")),
            description.empty() ? Html() : html(": <bdi>{}</bdi>", description)
        );
    }
    return items.is_empty() ? items : section(words.t("record.files"), html("<ul>{}</ul>", items));
}

/// Returns the words under which a record is filed, a line for each vocabulary.
Html filed_under(const PageWords& words, const JsonObject& record) {
    using Filed = std::pair<const char*, const char*>;
    constexpr std::array<Filed, 5> all{
        {{"phases", "phase"},
         {"subjects", "subject"},
         {"focus", "focus"},
         {"year-groups", "year group"},
         {"outcome-aim", "outcome aim"}}};
    Html rows;
    for (const auto& [name, vocabulary] : all) {
        const std::string values = text_in(object_in(record, "fields"), name);
        std::string line;
        for (std::size_t begin = 0; begin < values.size();) {
            const std::size_t end = std::min(values.find(';', begin), values.size());
            line += (line.empty() ? "" : ", ") +
                    words.word(vocabulary, values.substr(begin, end - begin));
            begin = end + 1;
        }
        if (!line.empty())
            rows +=
                html("<dt>{}</dt><dd>{}</dd>", words.field(text_in(record, "kind"), name), line);
    }
    return rows;
}

std::string citation_of(const ToldRecord& told) {
    const JsonObject& record = told.record;
    std::string who;
    for (const JsonObject* author : objects_in(record, "authors"))
        who += (who.empty() ? "" : ", ") + text_in(*author, "name");
    const std::string school = text_in(record, "school_name");
    const std::string number = std::to_string(number_in(record, "revision_number"));
    return (who.empty() ? school : who) + ". " + text_in(record, "title") + ". " + school + ". " +
           told.origin + "/plain/records/" + text_in(record, "document") + "@" + number;
}

Html revisions_of(const PageWords& words, const ToldRecord& told) {
    auto rows = objects_in(told.history, "revisions");
    std::ranges::reverse(rows);
    Html items;
    for (const JsonObject* row : rows) {
        const std::uint64_t number = number_in(*row, "revision_number");
        const std::string why = text_in(*row, "why_changed");
        items += html(
            R"(<li><a href="{}">{}</a>, {}{}</li>)",
            record_address(text_in(told.record, "document"), number),
            words.t("record.revision", {{"number", static_cast<std::int64_t>(number)}}),
            words.day({number_in(*row, "written_ms")}),
            why.empty() ? Html() : html(": <bdi>{}</bdi>", why)
        );
    }
    return items.is_empty() ? items
                            : section(words.t("record.revisions"), html("<ul>{}</ul>", items));
}

Html export_link(const JsonObject& record, std::string_view format, const std::string& label) {
    return html(
        R"(<a href="/api/v1/records/{}/export?format={}" download>{}</a> )",
        query_encoded(text_in(record, "id")),
        format,
        label
    );
}

} // namespace

Html record_answers(const PageWords& words, const ToldRecord& told) {
    Html out = tried_elsewhere(words, told.lineage);
    out += said_by_others(words, told.record);
    out += lineage_lines(words, told.lineage);
    return out;
}

Html record_margin(const PageWords& words, const ToldRecord& told) {
    const JsonObject& record = told.record;
    const std::string reach = text_in(record, "reach");
    const std::string licence = text_in(record, "licence");
    const std::string attribution = text_in(record, "attribution");
    Html facts = filed_under(words, record);
    facts += html(
        "<dt>{}</dt><dd>{}</dd>",
        words.t("record.reach"),
        words.say({"reach." + reach + ".long"}, reach)
    );
    if (!licence.empty())
        facts += html(
            "<dt>{}</dt><dd><bdi>{}</bdi></dd>",
            words.t("record.licence"),
            words.word("licence", licence)
        );
    if (!attribution.empty())
        facts += html(
            R"(<dt>{}</dt><dd class="long"><bdi>{}</bdi></dd>)",
            words.t("record.attribution"),
            attribution
        );
    facts += html(
        R"(<dt>{}</dt><dd class="long"><bdi>{}</bdi></dd>)",
        words.t("record.cite"),
        citation_of(told)
    );
    Html exports = export_link(record, "markdown", "Markdown");
    exports += export_link(record, "bibtex", "BibTeX");
    exports += export_link(record, "ris", "RIS");
    Html out = files_of(words, record);
    out += revisions_of(words, told);
    out += section(words.t("record.margin"), html(R"(<dl class="facts">{}</dl>)", facts));
    out += html(R"(<p class="unprinted">{}</p>)", exports);
    return out;
}

} // namespace staffroom::http::plain
