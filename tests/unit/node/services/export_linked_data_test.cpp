#include "node/services/export_linked_data.hpp"
#include "tests/support/shown_record.hpp"

#include <catch2/catch.hpp>

#include <set>

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
    const std::string urn = std::string("urn:staffroom:") + id;
    const json::value expected = json::object{
        {"@context", "https://schema.org/"},
        {"@id", urn},
        {"@type", json::array{"LearningResource"}},
        {"identifier", urn},
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
        {"about", json::array{"mathematics"}},
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
    CHECK(services::export_linked_data({shown, "", true})->at("license") == "in-network-only");
}

TEST_CASE("linked data: reviews and comments name what they are about", "[node]") {
    auto shown = a_write_up();
    shown.header.about = {{staffroom::tests::id_of(1), 6}, {staffroom::tests::id_of(1), 13}};

    const auto made = services::export_linked_data({shown, "", true});

    CHECK(made->contains("itemReviewed"));
    CHECK(made->contains("parentItem"));
    CHECK(!made->contains("isBasedOn"));
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
