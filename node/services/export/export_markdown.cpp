#include "node/services/export/export_markdown.hpp"

#include "node/services/front_matter/small_counts.hpp"
#include "node/services/front_matter/yaml_writer.hpp"
#include "node/services/records/exported_part.hpp"
#include "node/services/records/exported_texts.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <map>

namespace staffroom::services {
namespace {

using Fields = std::vector<FrontMatterField>;

void put(Fields& fields, std::string key, std::string value) {
    if (!value.empty())
        fields.push_back({std::move(key), {std::move(value)}, false, 0});
}

void put_list(Fields& fields, std::string key, std::vector<std::string> values) {
    if (!values.empty())
        fields.push_back({std::move(key), std::move(values), true, 0});
}

void put_fields(Fields& fields, const ExportedRecord& record) {
    // Values by code, so that the file does not depend on the order in which they were given.
    std::map<std::uint32_t, std::vector<std::string>> values;
    for (const records::Field& field : record.shown.body->fields)
        values[field.code].push_back(shown_value(field.code, field.value, record.is_own_school));
    for (auto& [code, list] : values) {
        const records::FieldFacts* facts = records::find_field(code);
        std::string name =
            facts == nullptr ? "field-" + std::to_string(code) : std::string(facts->name);
        const bool takes_several = facts == nullptr || facts->count_max > 1 || list.size() > 1;
        if (takes_several || list.front().empty())
            put_list(fields, std::move(name), std::move(list));
        else
            put(fields, std::move(name), std::move(list.front()));
    }
}

std::vector<std::string> about_texts(const ShownRecord& shown) {
    std::vector<std::string> texts;
    for (const log::About& about : shown.header.about)
        if (const auto relation = records::parse_relation(about.relation))
            texts.push_back(
                std::string(records::relation_name(*relation)) + " " + to_base32(about.target)
            );
    return texts;
}

/// Collects all that the record says beside its text.
Fields facts_of(const ExportedRecord& record) {
    const records::RecordBody& body = *record.shown.body;
    Fields fields;
    put(fields, "kind", kind_text(record.shown));
    put(fields, "title", body.title);
    put(fields, "summary", body.summary);
    put(fields, "language", body.language);
    put(fields, "licence", body.licence);
    put(fields, "attribution", body.attribution);
    put(fields, "origin", exported_origin(record.shown));
    put(fields, "imported", is_imported(body) ? "yes" : "no");
    if (record.shown.row.reach == static_cast<std::uint32_t>(records::Reach::draft))
        put(fields, "reach", "draft");
    std::vector<std::string> authors;
    for (const records::Author& author : body.authors)
        authors.push_back(author_text(author));
    put_list(fields, "authors", std::move(authors));
    put(fields, "created", time_text(body.created));
    put(fields, "modified", time_text(body.modified));
    put_fields(fields, record);
    put_list(fields, "about", about_texts(record.shown));
    std::vector<std::string> attachments;
    for (const records::Attachment& attachment : body.attachments)
        attachments.push_back(attachment_text(attachment));
    put_list(fields, "attachments", std::move(attachments));
    return fields;
}

/// Reads the author's part, if it can stand in the file as it is. Another program may have written
/// lines that would end the block, or no YAML.
std::optional<Fields> parse_original(const std::string& original) {
    if (!original.empty() && !original.ends_with('\n'))
        return std::nullopt;
    const std::string file = "---\n" + original + "---\n";
    if (split_front_matter(file).front_matter.size() != original.size())
        return std::nullopt;
    auto fields = parse_front_matter(original);
    return fields ? std::optional(std::move(*fields)) : std::nullopt;
}

/// Returns the fields that `original` does not already say in the same words; an empty list for a
/// field that it says and the record does not have.
Fields added_fields(const Fields& facts, const Fields& original, const ShownRecord& shown) {
    Fields added;
    for (const FrontMatterField& fact : facts) {
        const auto said = std::ranges::find(original, fact.key, &FrontMatterField::key);
        if (said == original.end() || said->values != fact.values)
            added.push_back(fact);
    }
    const auto kind = records::parse_kind(shown.row.kind);
    for (const FrontMatterField& said : original)
        if (kind && is_exported_name(*kind, said.key) &&
            std::ranges::find(facts, said.key, &FrontMatterField::key) == facts.end())
            added.push_back({said.key, {}, true, 0});
    return added;
}

std::string notice(const ExportedRecord& record, const HiddenWords& hidden) {
    Fields fields;
    put(fields, "retracted", "yes");
    put(fields, "kind", kind_text(record.shown));
    put(fields, "title", record.shown.row.title);
    put(fields, "reason", hidden.reason);
    put(fields, "origin", exported_origin(record.shown));
    if (record.shown.body)
        put(fields, "created", time_text(record.shown.body->created));
    if (hidden.since)
        put(fields, "since", time_text(*hidden.since));
    return "---\n" + std::string(export_marker) + "\n" + to_yaml(fields) + "---\n";
}

} // namespace

Result<std::string> export_markdown(const ExportedRecord& record) {
    if (const auto hidden = hidden_words(record.shown))
        return notice(record, *hidden);
    if (!record.shown.body)
        return fail(Errc::not_found, "The words of this record have not arrived here.");
    const records::RecordBody& body = *record.shown.body;
    std::string original = shown_front_matter(body.front_matter, record.is_own_school);
    const auto said = parse_original(original);
    Fields added = added_fields(facts_of(record), said.value_or(Fields{}), record.shown);
    if (!said)
        put(added, "front-matter", std::exchange(original, {}));
    const std::string yaml = to_yaml(added);
    if (yaml.size() > limits::exported_part_bytes_max)
        return fail(
            Errc::too_large, "The record says more than 320 KiB beside its text; nothing is cut."
        );
    return "---\n" + original + std::string(export_marker) + "\n" + yaml + "---\n" + body.text;
}

} // namespace staffroom::services
