#include "protocol/base/limits.hpp"
#include "protocol/records/kind_facts.hpp"
#include "protocol/records/requirements.hpp"
#include "protocol/records/rules.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

namespace records = staffroom::records;
using records::FieldCode;
using records::ProblemCode;
using records::Reach;
using records::RecordKind;

namespace {

const records::RecordFacts network_write_up{
    RecordKind::practice_write_up, Reach::network, false, {}};
const records::RecordFacts network_import{RecordKind::practice_write_up, Reach::network, true, {}};

records::RecordBody titled(std::string title) {
    records::RecordBody body;
    body.title = std::move(title);
    return body;
}

bool reports(
    const records::RecordBody& body,
    const records::RecordFacts& facts,
    ProblemCode code,
    std::string_view field = ""
) {
    const auto problems = records::check(body, facts);
    return std::ranges::any_of(problems, [&](const records::Problem& problem) {
        return problem.code == code && (field.empty() || problem.field == field);
    });
}

/// Refused for what it says, not for what it lacks.
bool is_refused(const records::RecordBody& body, const records::RecordFacts& facts) {
    const auto problems = records::check(body, facts);
    return std::ranges::any_of(problems, [](const records::Problem& problem) {
        return records::refuses(problem.code) && !records::is_absence(problem.code);
    });
}

records::Field field(FieldCode code, std::string value) {
    return {static_cast<std::uint32_t>(code), std::move(value)};
}

} // namespace

TEST_CASE("record rules: every absence is told at once and refuses", "[records]") {
    const auto body = titled("Retrieval grids");

    CHECK(!is_refused(body, network_write_up));
    CHECK(records::refuses(ProblemCode::required_missing));
    CHECK(!records::refuses(ProblemCode::title_long));
    CHECK(reports(body, network_write_up, ProblemCode::required_missing, "what-we-do"));
    CHECK(reports(body, network_write_up, ProblemCode::required_missing, "how-we-got-here"));
    CHECK(reports(body, network_write_up, ProblemCode::required_missing, "licence"));
}

TEST_CASE("record rules: authored titles have 5 to 200 characters", "[records]") {
    CHECK(reports(titled(""), network_write_up, ProblemCode::title_missing));
    CHECK(is_refused(titled("abcd"), network_write_up));
    CHECK(!is_refused(titled("abcde"), network_write_up));
    CHECK(!is_refused(titled(std::string(200, 'a')), network_write_up));
    CHECK(is_refused(titled(std::string(201, 'a')), network_write_up));
}

TEST_CASE("record rules: a long imported title is kept and noted", "[records]") {
    CHECK(!is_refused(titled("a"), network_import));
    CHECK(reports(titled(std::string(201, 'a')), network_import, ProblemCode::title_long));
    CHECK(!is_refused(titled(std::string(400, 'a')), network_import));
    CHECK(is_refused(titled(std::string(401, 'a')), network_import));
}

TEST_CASE("record rules: characters are counted, not bytes", "[records]") {
    std::string title;
    for (int i = 0; i < 200; ++i)
        title += "\xD8\xA8"; // one Arabic letter of two bytes

    CHECK(records::character_count(title) == 200);
    CHECK(!is_refused(titled(title), network_write_up));
}

TEST_CASE("record rules: a word outside its vocabulary names the nearest one", "[records]") {
    auto body = titled("Retrieval grids");
    body.fields = {field(FieldCode::phases, "primery")};

    const auto problems = records::check(body, network_write_up);

    const auto found =
        std::ranges::find(problems, ProblemCode::unknown_value, &records::Problem::code);
    REQUIRE(found != problems.end());
    CHECK(records::value_in(*found, "near") == "primary");
    CHECK(is_refused(body, network_write_up));
}

TEST_CASE("record rules: each value has to fit its field", "[records]") {
    const auto with = [](records::Field value) {
        auto body = titled("Retrieval grids");
        body.fields = {std::move(value)};
        return body;
    };

    CHECK(!is_refused(with(field(FieldCode::pupils_reached, "30")), network_write_up));
    CHECK(is_refused(with(field(FieldCode::pupils_reached, "-1")), network_write_up));
    CHECK(is_refused(with(field(FieldCode::pupils_reached, "")), network_write_up));
    CHECK(is_refused(with(field(FieldCode::enquiry_limits, "few")), network_write_up));
    CHECK(is_refused(with({5555, "new"}), network_write_up));
    CHECK(!is_refused(with(field(FieldCode::why_changed, std::string(200, 'w'))), network_write_up)
    );
    CHECK(is_refused(with(field(FieldCode::why_changed, std::string(201, 'w'))), network_write_up));
}

TEST_CASE("record rules: more values than a field takes are refused", "[records]") {
    auto body = titled("Retrieval grids");
    body.fields.assign(3, field(FieldCode::phases, "primary"));
    CHECK(!is_refused(body, network_write_up));

    body.fields.push_back(field(FieldCode::phases, "any"));

    CHECK(reports(body, network_write_up, ProblemCode::too_many, "phases"));
}

TEST_CASE("record rules: each field takes as much as its table says, no more", "[records]") {
    const auto kinds = records::all_kind_facts();
    for (const records::FieldFacts& row : records::all_fields()) {
        INFO(row.name);
        const auto kind = std::ranges::find_if(kinds, [&](const records::KindFacts& each) {
            return records::belongs_to(row, each.kind);
        });
        REQUIRE(kind != kinds.end());
        const records::RecordFacts facts{kind->kind, Reach::draft, false, {}};
        const auto with = [&](std::size_t count, const std::string& value) {
            auto body = titled("A title");
            for (std::size_t i = 0; i < count; ++i)
                body.fields.push_back(field(row.code, value));
            return body;
        };
        const bool is_free =
            row.shape == records::FieldShape::text || row.shape == records::FieldShape::section;
        const bool is_number = row.shape == records::FieldShape::number;
        std::string most(row.characters_max, is_number ? '1' : 'w');
        if (row.vocabulary)
            most = records::vocabulary_values(*row.vocabulary).front();
        else if (row.shape == records::FieldShape::date)
            most = "2026-02-28";

        CHECK(!reports(with(row.count_max, most), facts, ProblemCode::too_many));
        CHECK(!reports(with(row.count_max, most), facts, ProblemCode::too_long));
        CHECK(reports(with(row.count_max + 1, most), facts, ProblemCode::too_many, row.name));
        if (is_free || is_number)
            CHECK(reports(with(1, most + "1"), facts, ProblemCode::too_long, row.name));
    }
}

TEST_CASE("record rules: dates have to be in the calendar", "[records]") {
    CHECK(records::is_real_date("2024-02-29"));
    for (const auto* wrong :
         {"2023-02-29",
          "2023-13-01",
          "2023-1-1",
          "2023-01-00",
          "20230-1-01",
          "",
          "2023-01-0a",
          "----------"})
        CHECK(!records::is_real_date(wrong));
}

TEST_CASE("record rules: language tags have the shape of BCP 47", "[records]") {
    for (const auto* right : {"en", "en-GB", "cy", "zh-Hant-TW", "es-419", "de-1996"})
        CHECK(records::is_language_tag(right));
    for (const auto* wrong : {"", "e", "en_GB", "en-", "-en", "en--GB", "englishlanguage", "12-GB"})
        CHECK(!records::is_language_tag(wrong));
}

TEST_CASE(
    "record rules: a review note, an adoption and a comment are about something", "[records]"
) {
    const auto body = titled("What we saw");
    const auto facts = [](RecordKind kind, std::vector<records::RelationKind> relations) {
        return records::RecordFacts{kind, Reach::draft, true, std::move(relations)};
    };

    for (const auto kind :
         {RecordKind::peer_review_note, RecordKind::adoption, RecordKind::comment})
        CHECK(reports(body, facts(kind, {}), ProblemCode::target_missing));
    CHECK(!is_refused(body, facts(RecordKind::peer_review_note, {records::RelationKind::reviews})));
    CHECK(is_refused(body, facts(RecordKind::peer_review_note, {records::RelationKind::cites})));
}

TEST_CASE("record rules: an import is asked for little and claims no evidence", "[records]") {
    auto body = titled("Workshop in Brussels");
    body.language = "en";
    body.licence = "CC-BY-4.0";
    body.attribution = "A. Author";
    body.fields = {
        field(FieldCode::phases, "adult"), field(FieldCode::focus, "professional-development")};

    CHECK(records::check(body, network_import).empty());
    body.fields.push_back(field(FieldCode::evidence_strength, "3"));
    CHECK(is_refused(body, network_import));
}

TEST_CASE("record rules: what is asked over a border is asked there alone", "[records]") {
    auto body = titled("Cards tried in York");
    const auto lacking = [&](const records::RecordFacts& facts) {
        std::vector<std::string> names;
        std::vector<records::Problem> problems;
        records::append_absent_across(problems, body, facts);
        for (const auto& problem : problems)
            names.push_back(problem.field);
        return names;
    };
    const records::RecordFacts tried{RecordKind::adoption, Reach::school, false, {}};
    const std::vector<std::string> both{"what-it-is-there", "transposition-note"};

    CHECK(lacking(tried) == both);
    CHECK(lacking({RecordKind::adoption, Reach::draft, false, {}}).empty());
    CHECK(lacking({RecordKind::adoption, Reach::linked, true, {}}).empty());
    CHECK(lacking({RecordKind::comment, Reach::linked, false, {}}).empty());
    CHECK_FALSE(reports(body, tried, ProblemCode::required_missing, "what-it-is-there"));
    body.fields = {field(FieldCode::transposition_note, "One table at a time.")};
    CHECK(lacking(tried) == std::vector<std::string>{"what-it-is-there"});
}

TEST_CASE("record rules: a section in the text counts as given", "[records]") {
    auto body = titled("Retrieval grids");
    body.text = "# Why\nIt works.\n";
    body.sections = {{static_cast<std::uint32_t>(FieldCode::why), 0, 6, 16}};

    CHECK(!reports(body, network_write_up, ProblemCode::required_missing, "why"));
    body.sections[0].end = 6;
    CHECK(reports(body, network_write_up, ProblemCode::required_missing, "why"));
}

TEST_CASE("record rules: a quick tip needs three things", "[records]") {
    auto body = titled("Name the silence");
    body.fields = {
        field(FieldCode::form, "quick-tip"),
        field(FieldCode::what_we_do, "We wait."),
        field(FieldCode::where_it_worked, "Year 4"),
        field(FieldCode::what_to_watch, "Not too long.")};

    CHECK(!reports(body, network_write_up, ProblemCode::required_missing, "evidence-strength"));
    body.fields.pop_back();
    CHECK(reports(body, network_write_up, ProblemCode::required_missing, "what-to-watch"));
}

TEST_CASE(
    "record rules: a small count of pupils may stand in words, no other count may", "[records]"
) {
    auto body = titled("Retrieval grids");
    body.fields = {field(FieldCode::pupils_reached, std::string(records::small_count_words))};
    CHECK(!is_refused(body, network_write_up));

    for (const char* wrong : {"fewer than 7", "fewer", "4 "}) {
        body.fields = {field(FieldCode::pupils_reached, wrong)};
        CHECK(reports(body, network_write_up, ProblemCode::bad_number));
    }
    body.fields = {field(FieldCode::adults_reached, std::string(records::small_count_words))};
    CHECK(reports(body, network_write_up, ProblemCode::bad_number));
}
