#include "node/http/plain/sheets/record_sheet.hpp"

#include "node/http/plain/sheets/rows.hpp"
#include "node/http/plain/text/prose.hpp"

#include <array>
#include <utility>

namespace staffroom::http::plain {
namespace {

using Names = std::initializer_list<std::string_view>;
/// A field, and the vocabulary of its words; none: its author's own words.
using ToldField = std::pair<const char*, const char*>;

/// Context first, because practice does not travel without it; outcomes have one voice.
constexpr std::array<ToldField, 26> told_fields{
    {{"context", ""},
     {"context-place", ""},
     {"context-need", ""},
     {"context-time", ""},
     {"context-staff", ""},
     {"context-size-band", ""},
     {"context-phase-mix", ""},
     {"outcome", "outcome"},
     {"stage", "stage of an adoption"},
     {"mode", "mode"},
     {"evidence-strength", "evidence strength"},
     {"field-of-knowledge", "field of knowledge"},
     {"clear-enough-to-try", "clear enough to try"},
     {"would-it-travel", "would it travel"},
     {"evidence-seen", "evidence strength"},
     {"relation", "relation of the reviewer"},
     {"protocol", "protocol"},
     {"type", "type of a call"},
     {"question", ""},
     {"evidence-reason", ""},
     {"travels-to", ""},
     {"answered-by", ""},
     {"until", ""},
     {"from", ""},
     {"pupils-reached", ""},
     {"adults-reached", ""}}};

std::string word_of(
    const PageWords& words,
    const JsonObject& record,
    const ToldField& field,
    const std::string& text
) {
    const std::string kind = text_in(record, "kind");
    const std::string_view name = field.first;
    if (*field.second == '\0' || (kind == "call" && name == "outcome"))
        return text;
    if (name == "stage" && kind == "enquiry-finding")
        return words.word("stage of an enquiry", text);
    return words.word(field.second, text);
}

Html context_of(const PageWords& words, const JsonObject& record) {
    const JsonObject& fields = object_in(record, "fields");
    Html rows;
    for (const ToldField& field : told_fields) {
        const std::string text = text_in(fields, field.first);
        if (text.empty())
            continue;
        const std::string name = field.first;
        rows += html(
            "<dt>{}</dt><dd><bdi>{}</bdi></dd>",
            words.say({"read." + name}, words.field(text_in(record, "kind"), name)),
            word_of(words, record, field, text)
        );
    }
    if (text_in(fields, "too-early") == "yes")
        rows +=
            html("<dt>{}</dt><dd>{}</dd>", words.t("record.outcome"), words.t("record.too-early"));
    return rows.is_empty() ? Html() : html(R"(<dl class="facts context">{}</dl>)", rows);
}

/// Returns "A, B · School · 3 March 2026".
Html byline(const PageWords& words, const JsonObject& record) {
    const std::string school = text_in(record, "school_name");
    Html line;
    for (const JsonObject* author : objects_in(record, "authors"))
        if (const std::string name = text_in(*author, "name"); name != school)
            line += html("<bdi>{}</bdi>{}", name, " · ");
    line += html("<bdi>{}</bdi>", school.empty() ? words.t("school.unknown") : school);
    if (const std::uint64_t made = number_in(record, "created_ms"); made != 0)
        line += html("{}<bdi>{}</bdi>", " · ", words.day({made}));
    return html(R"(<p class="byline">{}</p>)", line);
}

Html about_lines(const PageWords& words, const JsonObject& record) {
    Html out;
    for (const JsonObject* to : objects_in(record, "about")) {
        const std::string relation = text_in(*to, "relation");
        const std::string document = text_in(*to, "document");
        const Html target =
            flag_in(*to, "here")
                ? html(
                      R"(<a href="{}"><bdi>{}</bdi></a>, <bdi>{}</bdi>{})",
                      record_address(
                          document.empty() ? text_in(*to, "id") : document,
                          number_in(*to, "revision_number")
                      ),
                      title_of(words, *to),
                      text_in(*to, "school_name"),
                      flag_in(*to, "has_newer") ? " (" + words.t("answers.newer") + ")" : ""
                  )
                : html("{}", words.t("lineage.not-here"));
        out += html(
            R"(<p class="about">{} {}</p>)",
            words.say({"form.about." + relation, "relation." + relation}, relation),
            target
        );
    }
    return out;
}

Html note(const std::string& sentence, const Html& more = {}) {
    return html(R"(<p class="note">{} {}</p>)", sentence, more);
}

Html link_to(const std::string& address, const std::string& words) {
    return html(R"(<a href="{}">{}</a>)", address, words);
}

Html notices(const PageWords& words, const JsonObject& record) {
    const std::string body = text_in(record, "body_state");
    const std::string document = text_in(record, "document");
    Html out;
    const bool is_gone = body == "erased" || body == "refused";
    if (text_in(record, "state") == "retracted" && !is_gone)
        out += html(
            R"(<p class="note warm"><strong>{}</strong> <bdi>{}</bdi></p>)",
            words.t("record.retracted"),
            text_in(object_in(record, "retraction"), "reason")
        );
    else if (body != "have" && body != "none")
        out += note(words.say({"body." + body}, words.t("record.on-its-way")));
    if (const std::string other = text_in(record, "superseded_by"); !other.empty())
        out += note(
            words.t("record.superseded"), link_to(record_address(other), words.t("action.open"))
        );
    if (flag_in(record, "has_newer"))
        out += note(
            words.t(
                "record.older",
                {{"number", static_cast<std::int64_t>(number_in(record, "revision_number"))}}
            ),
            link_to(record_address(document), words.t("record.newest"))
        );
    if (const std::uint64_t heads = number_in(record, "heads"); heads > 1) {
        Html versions;
        for (const JsonObject* version : objects_in(record, "versions"))
            versions += html(
                "{} ",
                link_to(
                    record_address(document, number_in(*version, "revision_number")),
                    title_of(words, *version)
                )
            );
        out += note(
            words.t("record.two-versions", {{"count", static_cast<std::int64_t>(heads)}}), versions
        );
    }
    return out;
}

std::string file_address(const JsonObject& record, const JsonObject& file) {
    return "/api/v1/records/" + query_encoded(text_in(record, "id")) + "/files/" +
           query_encoded(text_in(file, "hash"));
}

Html words_of_record(const PageWords& words, const JsonObject& record) {
    const std::string text = text_in(record, "text");
    if (text.empty())
        return {};
    const std::string language = text_in(record, "language");
    const ProseFiles files{
        [&record](const std::string& name) {
            for (const JsonObject* file : objects_in(record, "attachments"))
                if (text_in(*file, "name") == name && flag_in(*file, "here"))
                    return file_address(record, *file);
            return std::string();
        },
        [&words](const std::string& description, bool is_elsewhere) {
            return words.t(
                is_elsewhere ? "file.elsewhere" : "file.away",
                {{"description", description.empty() ? words.t("file.undescribed") : description}}
            );
        }};
    return html(
        R"(<div class="prose" lang="{}" dir="{}">{}</div>)",
        language,
        PageWords::direction_of(language),
        prose(text, files)
    );
}

} // namespace

Html record_sheet(const PageWords& words, const ToldRecord& told) {
    const JsonObject& record = told.record;
    const std::string summary = text_in(record, "summary");
    const std::string language = text_in(record, "language");
    std::string kicker = words.kind(text_in(record, "kind"));
    if (const std::string form = text_in(object_in(record, "fields"), "form"); !form.empty())
        kicker += " · " + words.word("form", form);
    if (text_in(record, "reach") == "draft")
        kicker += " · " + words.t("reach.draft");
    const Html head = html(
        R"(<p class="kicker">{}</p><h1 lang="{}" dir="{}">{}</h1>{}{}{})",
        kicker,
        language,
        PageWords::direction_of(language),
        title_of(words, record),
        byline(words, record),
        summary.empty() ? Html() : html(R"(<p class="lead"><bdi>{}</bdi></p>)", summary),
        about_lines(words, record)
    );
    return html(
        "<article>{}{}{}{}{}{}</article>",
        head,
        notices(words, record),
        context_of(words, record),
        words_of_record(words, record),
        record_answers(words, told),
        record_margin(words, told)
    );
}

} // namespace staffroom::http::plain
