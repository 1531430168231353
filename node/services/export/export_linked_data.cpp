#include "node/services/export/export_linked_data.hpp"

#include "node/services/records/exported_texts.hpp"
#include "node/services/text/outside_name.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kind_facts.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace staffroom::services {
namespace {

namespace json = boost::json;
using records::FieldCode;
using records::RelationKind;

json::array texts(const std::vector<std::string>& values) {
    return json::array(values.begin(), values.end());
}

void put(json::object& out, std::string_view key, const std::string& value) {
    if (!value.empty())
        out[key] = value;
}

void put_list(json::object& out, std::string_view key, json::array list) {
    if (!list.empty())
        out[key] = std::move(list);
}

/// Returns references to the records to which this one has one of the `wanted` relations.
json::array references(const ShownRecord& shown, std::initializer_list<RelationKind> wanted) {
    json::array out;
    for (const log::About& about : shown.header.about) {
        const auto relation = records::parse_relation(about.relation);
        if (relation && std::ranges::find(wanted, *relation) != wanted.end())
            out.push_back(json::object{{"@id", outside_name(about.target)}});
    }
    return out;
}

json::object creator(const records::Author& author) {
    json::object out{{"@type", "Person"}, {"name", author.name}};
    if (!author.school_name.empty())
        out["affiliation"] = json::object{{"@type", "Organization"}, {"name", author.school_name}};
    return out;
}

void put_people(json::object& out, const ExportedRecord& record) {
    json::array creators;
    for (const records::Author& author : record.shown.body->authors)
        creators.push_back(creator(author));
    put_list(out, "creator", std::move(creators));
    if (!record.school_name.empty())
        out["publisher"] = json::object{{"@type", "Organization"}, {"name", record.school_name}};
    put(out, "creditText", record.shown.body->attribution);
}

/// Returns the types of the resource: the kind, and a write-up's form.
json::array resource_types(const ExportedRecord& record) {
    json::array out{kind_text(record.shown)};
    for (const std::string& form : exported_values(record, FieldCode::form))
        out.push_back(json::value(form));
    return out;
}

json::array educational_levels(const ExportedRecord& record) {
    json::array out = texts(exported_values(record, FieldCode::phases));
    for (const std::string& group : exported_values(record, FieldCode::year_groups))
        out.push_back(json::value("year-group-" + group));
    return out;
}

void put_learning(json::object& out, const ExportedRecord& record) {
    out["learningResourceType"] = resource_types(record);
    put_list(out, "educationalLevel", educational_levels(record));
    put_list(out, "teaches", texts(exported_values(record, FieldCode::focus)));
    json::array subjects;
    for (const std::string& subject : exported_values(record, FieldCode::subjects))
        subjects.push_back(json::object{{"@type", "Thing"}, {"name", subject}});
    put_list(out, "about", std::move(subjects));
    out["educationalUse"] = "professional development";
    out["audience"] =
        json::object{{"@type", "EducationalAudience"}, {"educationalRole", "teacher"}};
    const auto places = exported_values(record, FieldCode::context_place);
    if (!places.empty())
        out["contentLocation"] = json::object{{"@type", "Place"}, {"description", places.front()}};
}

/// Returns the type. A review and a comment have types of their own in the vocabulary, and only
/// they have itemReviewed or parentItem.
std::string_view type_of(const ShownRecord& shown) {
    return records::facts_of(static_cast<records::RecordKind>(shown.row.kind)).schema_type;
}

void put_relations(json::object& out, const ShownRecord& shown) {
    put_list(
        out,
        "isBasedOn",
        references(
            shown,
            {RelationKind::adapted_from,
             RelationKind::follows,
             RelationKind::adapts,
             RelationKind::departs_from,
             RelationKind::tried_in}
        )
    );
    put_list(out, "citation", references(shown, {RelationKind::cites}));
    put_list(out, "translationOfWork", references(shown, {RelationKind::translation_of}));
    const std::string_view type = type_of(shown);
    json::array reviewed = references(shown, {RelationKind::reviews});
    json::array answered = references(shown, {RelationKind::comments_on, RelationKind::answers});
    if (type == "Review")
        put_list(out, "itemReviewed", std::exchange(reviewed, {}));
    if (type == "Comment")
        put_list(out, "parentItem", std::exchange(answered, {}));
    reviewed.insert(reviewed.end(), answered.begin(), answered.end());
    put_list(out, "mentions", std::move(reviewed));
}

void put_date(json::object& out, std::string_view key, WallTime time) {
    const std::string text = time_text(time);
    if (!text.starts_with('@')) // after the year 9999 there is no date of ISO 8601
        out[key] = text;
}

/// Returns an origin that may be opened on the web: an origin is often a path of a repository.
std::optional<std::string> web_origin(const std::string& origin) {
    const bool is_web = origin.starts_with("https://") || origin.starts_with("http://");
    return is_web ? std::optional(origin) : std::nullopt;
}

struct Licence {
    std::string_view code;
    std::string_view url;
};
constexpr std::array licences{
    Licence{"CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"},
    Licence{"CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/"},
    Licence{"CC-BY-NC-4.0", "https://creativecommons.org/licenses/by-nc/4.0/"},
    Licence{"CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"},
    Licence{
        "OGL-UK-3.0", "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"},
};

} // namespace

std::optional<std::string_view> licence_url(std::string_view licence) {
    const auto found = std::ranges::find(licences, licence, &Licence::code);
    return found == licences.end() ? std::nullopt : std::optional(found->url);
}

Result<json::object> export_linked_data(const ExportedRecord& record) {
    const ShownRecord& shown = record.shown;
    json::object out{
        {"@context", "https://schema.org/"},
        {"@id", document_name(shown)},
        {"@type", json::array{json::value(type_of(shown))}},
        {"identifier",
         {{"@type", "PropertyValue"},
          {"propertyID", "staffroom"},
          {"value", to_base32(shown.row.document)}}},
        {"version", shown.row.number}};
    if (const auto hidden = hidden_words(shown)) {
        put(out, "name", shown.row.title);
        out["creativeWorkStatus"] = "Retracted";
        out["description"] = hidden->reason;
        return out;
    }
    if (!shown.body)
        return fail(Errc::not_found, "The words of this record have not arrived here.");
    const records::RecordBody& body = *shown.body;
    put(out, "name", body.title);
    put(out, "description", body.summary);
    put(out, "inLanguage", body.language);
    if (const auto url = licence_url(body.licence))
        out["license"] = *url;
    else if (!body.licence.empty())
        out["license"] = json::object{{"@type", "CreativeWork"}, {"name", body.licence}};
    put_date(out, "dateCreated", body.created);
    put_date(out, "dateModified", body.modified);
    out["isAccessibleForFree"] = true;
    put_people(out, record);
    put_learning(out, record);
    put_relations(out, shown);
    if (const auto origin = web_origin(body.origin))
        out["sameAs"] = *origin;
    return out;
}

} // namespace staffroom::services
