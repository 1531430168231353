#include "node/services/export/export_linked_data.hpp"
#include "tests/support/records/shown_record.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <vector>

namespace json = boost::json;
namespace records = staffroom::records;
namespace services = staffroom::services;
using records::FieldCode;
using staffroom::tests::field;
using staffroom::tests::shown_record;

namespace {

constexpr const char* id = "aeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaq";

services::ShownRecord a_write_up() {
    records::RecordBody body;
    body.title = "Grids in Year 8";
    body.summary = "A grid a day.";
    body.authors = {{{}, "A. Teacher", "Oakhill"}, {{}, "B. Alone", ""}};
    body.language = "en-GB";
    body.licence = "CC-BY-4.0";
    body.attribution = "After an idea of others";
    body.created = {1'446'076'800'000};
    body.modified = {1'446'076'800'000};
    body.fields = {
        field(FieldCode::phases, "secondary"),
        field(FieldCode::year_groups, "8"),
        field(FieldCode::focus, "memory-and-retrieval"),
        field(FieldCode::subjects, "mathematics"),
        field(FieldCode::form, "resource"),
        field(FieldCode::pupils_reached, "4"),
        field(FieldCode::context_place, "A port town")};
    auto shown = shown_record(std::move(body));
    shown.header.about = {{staffroom::tests::id_of(1), 3}, {staffroom::tests::id_of(1), 8}};
    return shown;
}

} // namespace

TEST_CASE("linked data: a write-up is the document that the mapping asks for", "[node]") {
    const auto shown = a_write_up();

    const auto made = services::export_linked_data({shown, "Oakhill", false});

    REQUIRE(made.has_value());
    const std::string urn = "urn:uuid:01010101-0101-8010-8404-040404040404";
    const json::value expected = json::object{
        {"@context", "https://schema.org/"},
        {"@id", urn},
        {"@type", json::array{"LearningResource"}},
        {"identifier", {{"@type", "PropertyValue"}, {"propertyID", "staffroom"}, {"value", id}}},
        {"version", 2},
        {"name", "Grids in Year 8"},
        {"description", "A grid a day."},
        {"inLanguage", "en-GB"},
        {"license", "https://creativecommons.org/licenses/by/4.0/"},
        {"dateCreated", "2015-10-29"},
        {"dateModified", "2015-10-29"},
        {"isAccessibleForFree", true},
        {"creator",
         {json::object{
              {"@type", "Person"},
              {"name", "A. Teacher"},
              {"affiliation", {{"@type", "Organization"}, {"name", "Oakhill"}}}},
          json::object{{"@type", "Person"}, {"name", "B. Alone"}}}},
        {"publisher", {{"@type", "Organization"}, {"name", "Oakhill"}}},
        {"creditText", "After an idea of others"},
        {"learningResourceType", {"practice-write-up", "resource"}},
        {"educationalLevel", {"secondary", "year-group-8"}},
        {"teaches", json::array{"memory-and-retrieval"}},
        {"about", json::array{json::object{{"@type", "Thing"}, {"name", "mathematics"}}}},
        {"educationalUse", "professional development"},
        {"audience", {{"@type", "EducationalAudience"}, {"educationalRole", "teacher"}}},
        {"contentLocation", {{"@type", "Place"}, {"description", "A port town"}}},
        {"isBasedOn", json::array{json::object{{"@id", urn}}}},
        {"citation", json::array{json::object{{"@id", urn}}}}};
    CHECK(json::value(*made) == expected);
}

TEST_CASE("linked data: the names of the German AMB profile are used as it has them", "[node]") {
    // Properties of schemas/schema.json, version 20231019 of github.com/dini-ag-kim/amb.
    const std::set<std::string> in_profile{
        "@context",
        "id",
        "type",
        "name",
        "description",
        "about",
        "keywords",
        "inLanguage",
        "image",
        "trailer",
        "creator",
        "contributor",
        "dateCreated",
        "datePublished",
        "dateModified",
        "publisher",
        "funder",
        "isAccessibleForFree",
        "license",
        "conditionsOfAccess",
        "learningResourceType",
        "audience",
        "teaches",
        "assesses",
        "competencyRequired",
        "educationalLevel",
        "interactivityType",
        "isBasedOn",
        "isPartOf",
        "hasPart",
        "mainEntityOfPage",
        "duration",
        "encoding",
        "caption"};
    const auto made = services::export_linked_data({a_write_up(), "Oakhill", true});
    REQUIRE(made.has_value());

    for (const char* shared :
         {"name",
          "description",
          "about",
          "inLanguage",
          "creator",
          "dateCreated",
          "publisher",
          "isAccessibleForFree",
          "license",
          "learningResourceType",
          "audience",
          "teaches",
          "educationalLevel",
          "isBasedOn"}) {
        CHECK(in_profile.contains(shared));
        CHECK(made->contains(shared));
    }
}

TEST_CASE("linked data: licences with a public text are addresses, others their code", "[node]") {
    for (const std::string_view licence :
         records::vocabulary_values(records::VocabularyId::licence)) {
        const bool is_open = licence != "in-network-only" && licence != "all-rights-reserved";
        CHECK(services::licence_url(licence).has_value() == is_open);
    }
    auto shown = a_write_up();
    shown.body->licence = "in-network-only";
    const json::value stated = services::export_linked_data({shown, "", true})->at("license");
    CHECK(stated == json::value{{"@type", "CreativeWork"}, {"name", "in-network-only"}});
}

namespace {

/// The part of the vocabulary that the export uses: schema.org, release 29, "Used on these types"
/// and "Values expected to be one of these types" of each property's page. A text may stand for a
/// term of a vocabulary where Text is among them.
struct Property {
    std::set<std::string> domain;
    std::set<std::string> range;
};
const std::map<std::string, Property> vocabulary{
    {"identifier", {{"Thing"}, {"PropertyValue", "Text", "URL"}}},
    {"name", {{"Thing"}, {"Text"}}},
    {"description", {{"Thing"}, {"Text"}}},
    {"sameAs", {{"Thing"}, {"URL"}}},
    {"version", {{"CreativeWork"}, {"Number", "Text"}}},
    {"inLanguage", {{"CreativeWork"}, {"Text", "Language"}}},
    {"license", {{"CreativeWork"}, {"CreativeWork", "URL"}}},
    {"dateCreated", {{"CreativeWork"}, {"Date", "DateTime"}}},
    {"dateModified", {{"CreativeWork"}, {"Date", "DateTime"}}},
    {"isAccessibleForFree", {{"CreativeWork", "Place", "Event"}, {"Boolean"}}},
    {"creator", {{"CreativeWork"}, {"Person", "Organization"}}},
    {"publisher", {{"CreativeWork"}, {"Person", "Organization"}}},
    {"creditText", {{"CreativeWork"}, {"Text"}}},
    {"creativeWorkStatus", {{"CreativeWork"}, {"Text", "DefinedTerm"}}},
    {"learningResourceType", {{"CreativeWork", "LearningResource"}, {"Text", "DefinedTerm"}}},
    {"educationalLevel",
     {{"CreativeWork", "LearningResource", "EducationEvent"}, {"Text", "DefinedTerm"}}},
    {"teaches", {{"CreativeWork", "LearningResource", "EducationEvent"}, {"Text", "DefinedTerm"}}},
    {"educationalUse", {{"CreativeWork", "LearningResource"}, {"Text", "DefinedTerm"}}},
    {"about", {{"CreativeWork", "Event"}, {"Thing"}}},
    {"audience", {{"CreativeWork", "Event", "Product", "Service"}, {"Audience"}}},
    {"educationalRole", {{"EducationalAudience"}, {"Text"}}},
    {"contentLocation", {{"CreativeWork"}, {"Place"}}},
    {"affiliation", {{"Person"}, {"Organization"}}},
    {"propertyID", {{"PropertyValue"}, {"Text", "URL"}}},
    {"value", {{"PropertyValue"}, {"Text", "Number", "Boolean"}}},
    {"isBasedOn", {{"CreativeWork"}, {"CreativeWork", "Product", "URL"}}},
    {"citation", {{"CreativeWork"}, {"CreativeWork", "Text"}}},
    {"translationOfWork", {{"CreativeWork"}, {"CreativeWork"}}},
    {"mentions", {{"CreativeWork"}, {"Thing"}}},
    {"itemReviewed", {{"Review", "AggregateRating"}, {"Thing"}}},
    {"parentItem", {{"Comment", "Answer", "Question"}, {"Comment", "CreativeWork"}}},
};
const std::map<std::string, std::string> parent_of{
    {"LearningResource", "CreativeWork"},
    {"Review", "CreativeWork"},
    {"Comment", "CreativeWork"},
    {"CreativeWork", "Thing"},
    {"Person", "Thing"},
    {"Organization", "Thing"},
    {"Place", "Thing"},
    {"EducationalAudience", "Audience"},
    {"Audience", "Thing"},
    {"PropertyValue", "Thing"},
    {"Thing", ""}};

bool is_one_of(std::string type, const std::set<std::string>& wanted) {
    for (; !type.empty(); type = parent_of.at(type))
        if (wanted.contains(type))
            return true;
    return false;
}

std::string type_in(const json::object& object) {
    const json::value& type = object.at("@type");
    return std::string(type.is_array() ? type.as_array().at(0).as_string() : type.as_string());
}

void check_object(const json::object& object);

void check_value(const std::string& key, const json::value& value, const Property& property) {
    INFO(key << ": " << json::serialize(value));
    const auto& range = property.range;
    if (value.is_object()) {
        const auto& object = value.as_object();
        if (object.contains("@type")) {
            CHECK(is_one_of(type_in(object), range));
            check_object(object);
        } else {
            CHECK(object.size() == 1); // a reference, which may be of any type of ours
            CHECK(object.contains("@id"));
            CHECK((range.contains("CreativeWork") || range.contains("Thing")));
        }
        return;
    }
    if (value.is_bool())
        CHECK(range.contains("Boolean"));
    else if (value.is_number())
        CHECK(range.contains("Number"));
    else if (range.contains("Date"))
        CHECK(std::string_view(value.as_string()).find('-') == 4);
    else
        CHECK(
            (range.contains("Text") ||
             (range.contains("URL") && std::string_view(value.as_string()).starts_with("http")))
        );
}

void check_object(const json::object& object) {
    const std::string type = type_in(object);
    REQUIRE(parent_of.contains(type));
    for (const auto& [name, value] : object) {
        const std::string key(name);
        if (key.starts_with('@'))
            continue;
        INFO(type << "." << key);
        REQUIRE(vocabulary.contains(key));
        const Property& property = vocabulary.at(key);
        CHECK(is_one_of(type, property.domain));
        if (value.is_array())
            for (const json::value& item : value.as_array())
                check_value(key, item, property);
        else
            check_value(key, value, property);
    }
}

} // namespace

TEST_CASE("linked data: a record of any kind keeps to the vocabulary of schema.org", "[node]") {
    const std::vector<std::pair<records::RecordKind, std::string>> kinds{
        {records::RecordKind::practice_write_up, "LearningResource"},
        {records::RecordKind::enquiry_finding, "LearningResource"},
        {records::RecordKind::peer_review_note, "Review"},
        {records::RecordKind::adoption, "LearningResource"},
        {records::RecordKind::comment, "Comment"},
        {records::RecordKind::call, "LearningResource"}};
    for (const auto& [kind, type] : kinds)
        for (std::uint32_t relation = 0; relation <= 13; ++relation)
            for (const char* licence : {"CC-BY-4.0", "in-network-only", ""}) {
                INFO(records::kind_name(kind) << " " << relation << " " << licence);
                auto shown = a_write_up();
                shown.row.kind = static_cast<std::uint32_t>(kind);
                shown.header.about = {{staffroom::tests::id_of(1), relation}};
                shown.body->licence = licence;
                shown.body->origin = "https://example.org/a";
                if (relation == 3)
                    shown.body->created = {253'402'300'800'000}; // after the year 9999

                const auto made = services::export_linked_data({shown, "Oakhill", true});

                REQUIRE(made.has_value());
                CHECK(type_in(*made) == type);
                check_object(*made);
                // Whatever the record is about stands somewhere.
                const bool is_shown =
                    relation != 0 && relation != 9 && relation != 11 && relation != 12;
                std::string text = json::serialize(*made);
                CHECK((text.find("{\"@id\":\"urn:uuid:") != std::string::npos) == is_shown);
            }
}

TEST_CASE("linked data: a review has what it reviews, a comment what it is on", "[node]") {
    auto shown = a_write_up();
    shown.header.about = {{staffroom::tests::id_of(1), 6}, {staffroom::tests::id_of(1), 13}};
    const auto made_as = [&](records::RecordKind kind) {
        shown.row.kind = static_cast<std::uint32_t>(kind);
        return *services::export_linked_data({shown, "", true});
    };

    CHECK(made_as(records::RecordKind::peer_review_note).contains("itemReviewed"));
    CHECK(made_as(records::RecordKind::comment).contains("parentItem"));
    const auto other = made_as(records::RecordKind::practice_write_up);
    CHECK(!other.contains("itemReviewed"));
    CHECK(!other.contains("parentItem"));
    CHECK(other.at("mentions").as_array().size() == 2);
    CHECK(!other.contains("isBasedOn"));
}

TEST_CASE("linked data: an erased record keeps its id and no word of its body", "[node]") {
    auto shown = a_write_up();
    shown.row.state = staffroom::replica::BodyState::erased;
    const auto made = services::export_linked_data({shown, "Oakhill", true});

    CHECK(made->at("creativeWorkStatus") == "Retracted");
    CHECK(!made->contains("creator"));
    shown.row.state = staffroom::replica::BodyState::missing;
    shown.body.reset();
    CHECK(
        services::export_linked_data({shown, "", true}).error().code == staffroom::Errc::not_found
    );
}
