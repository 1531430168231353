#include "protocol/records/fields.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

namespace records = staffroom::records;
using records::RecordKind;

TEST_CASE("record kinds: numbers and names lead to one another", "[records]") {
    const std::pair<std::uint64_t, std::string> stored[] = {
        {1, "practice-write-up"},
        {2, "enquiry-finding"},
        {3, "peer-review-note"},
        {4, "adoption"},
        {5, "comment"},
        {6, "call"},
        {7, "citation"},
        {8, "group"},
        {9, "event"},
        {10, "newsletter"}};

    for (const auto& [number, name] : stored) {
        const auto kind = records::parse_kind(number);
        REQUIRE(kind.has_value());
        CHECK(records::kind_name(*kind) == name);
        CHECK(records::kind_from_name(name).value() == *kind);
    }
    CHECK(records::parse_kind(0).error().code == staffroom::Errc::unknown_value);
    CHECK(records::parse_kind(99).error().code == staffroom::Errc::unknown_value);
}

TEST_CASE("reach: the six names run from narrow to wide", "[records]") {
    const std::string names[] = {"draft", "school", "circle", "network", "linked", "public"};

    std::uint64_t number = 1;
    for (const auto& name : names)
        CHECK(records::reach_from_name(name).value() == records::parse_reach(number++).value());
    CHECK(records::parse_reach(7).error().code == staffroom::Errc::unknown_value);
}

TEST_CASE("record kinds: a wrong name is answered with the nearest one", "[records]") {
    CHECK_THAT(
        records::kind_from_name("enquiry-findings").error().detail,
        Catch::Contains("enquiry-finding\"?")
    );
    // Kinds that nobody can write yet are no help.
    for (const char* word : {"lesson", "persn", "surveys", "newsleter"})
        for (const char* later : {"person", "survey", "newsletter"})
            CHECK_THAT(
                records::kind_from_name(word).error().detail,
                !Catch::Contains("\"" + std::string(later) + "\"?")
            );
    CHECK_THAT(records::relation_from_name("adopts").error().detail, Catch::Contains("adapts"));
    CHECK_THAT(records::reach_from_name("zzzzzzzzzz").error().detail, !Catch::Contains("mean"));
}

TEST_CASE("record fields: every number stands once, every name once in a kind", "[records]") {
    std::set<std::uint32_t> numbers;
    std::set<std::pair<int, std::string>> names;

    for (const auto& facts : records::all_fields()) {
        CHECK(numbers.insert(static_cast<std::uint32_t>(facts.code)).second);
        CHECK((facts.shape == records::FieldShape::vocabulary) == facts.vocabulary.has_value());
        for (int kind = 1; kind <= 6; ++kind)
            if (records::belongs_to(facts, static_cast<RecordKind>(kind)))
                CHECK(names.emplace(kind, std::string(facts.name)).second);
    }
}

TEST_CASE("record fields: names, singular forms and headings find their row", "[records]") {
    const auto kind = RecordKind::practice_write_up;

    REQUIRE(records::find_field(kind, "phase") != nullptr);
    CHECK(records::find_field(kind, "phase")->code == records::FieldCode::phases);
    CHECK(records::find_field(RecordKind::comment, "what-we-do") == nullptr);
    CHECK(records::find_field(77'777) == nullptr);
    REQUIRE(records::find_section(kind, "How  we got here:") != nullptr);
    CHECK(records::find_section(kind, "How  we got here:")->name == "how-we-got-here");
    CHECK(
        records::find_section(kind, "What matters when doing it")->code ==
        records::FieldCode::what_matters
    );
    CHECK(records::find_section(kind, "Outcomes") == nullptr);
    CHECK(records::find_section(kind, "") == nullptr);
    CHECK(records::find_section(kind, "form") == nullptr);
}

TEST_CASE("vocabularies: each has a name and values, none twice", "[records]") {
    for (int id = 0; id <= static_cast<int>(records::VocabularyId::yes_no); ++id) {
        const auto values = records::vocabulary_values(static_cast<records::VocabularyId>(id));
        const std::set<std::string_view> distinct(values.begin(), values.end());
        CHECK(!values.empty());
        CHECK(distinct.size() == values.size());
        CHECK(!records::vocabulary_name(static_cast<records::VocabularyId>(id)).empty());
    }
    CHECK(records::is_in_vocabulary(records::VocabularyId::phase, "primary"));
    CHECK(!records::is_in_vocabulary(records::VocabularyId::phase, "Primary"));
}
