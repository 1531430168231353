#include "node/services/records/record_file.hpp"
#include "node/services/vocabulary/record_template.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/records/kind_facts.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace records = staffroom::records;
namespace services = staffroom::services;
using records::FieldFacts;
using records::RecordKind;
using staffroom::Errc;

namespace {

// "Who?" is also a school of the network, so that the words for a sample can stand in joint-with.
const services::RecordDefaults defaults{
    "",
    "Oakhill",
    "",
    {1'800'000'000'000},
    "",
    {{staffroom::SchoolId(staffroom::SchoolId::Raw{1}), "Who?"}}};

struct Made {
    RecordKind kind;
    std::string form;
    std::string text;
};

std::vector<Made> all_templates() {
    std::vector<Made> all;
    for (const records::KindFacts& facts : records::all_kind_facts())
        if (facts.kind != RecordKind::practice_write_up)
            all.push_back({facts.kind, "", services::record_template(facts.kind, "").value()});
    for (const std::string_view form :
         records::vocabulary_values(records::VocabularyId::write_up_form))
        all.push_back(
            {RecordKind::practice_write_up,
             std::string(form),
             services::record_template(RecordKind::practice_write_up, form).value()}
        );
    return all;
}

/// What a record of this kind is usually about something by.
records::RelationKind target_of(RecordKind kind) {
    const auto targets = records::facts_of(kind).targets;
    return targets.empty() ? records::RelationKind::comments_on : targets.front();
}

services::RecordRequest network_request(std::string file) {
    services::RecordRequest request;
    request.file = std::move(file);
    request.path = "new.md";
    request.network = "Rivers";
    return request;
}

std::string sample(RecordKind kind, const std::string& name) {
    if (name == "title" || name == "summary")
        return "Words that say it";
    if (name == "language")
        return "cy";
    if (name == "licence")
        return "CC-BY-4.0";
    if (name == "authors")
        return "[\"A. Teacher\"]";
    const FieldFacts* facts = records::find_field(kind, name);
    REQUIRE(facts != nullptr);
    std::string value = "\"Who?\"";
    if (facts->shape == records::FieldShape::vocabulary)
        value = records::vocabulary_values(*facts->vocabulary).back();
    else if (facts->shape == records::FieldShape::number)
        value = "6";
    else if (facts->shape == records::FieldShape::date)
        value = "2026-09-01";
    return facts->count_max > 1 ? "[" + value + "]" : value;
}

/// Every empty line of the front matter with a value, every comment of the text with words.
std::string filled(const Made& made) {
    std::istringstream in(made.text);
    std::string out;
    int fences = 0;
    for (std::string line; std::getline(in, line);) {
        fences += line == "---" ? 1 : 0;
        const bool is_key = fences == 1 && !line.starts_with('#') && line != "---";
        const std::size_t colon = line.find(':');
        const std::string rest = is_key ? line.substr(colon + 1) : "";
        if (is_key && (rest.empty() || rest == " []"))
            out += line.substr(0, colon) + ": " + sample(made.kind, line.substr(0, colon)) + "\n";
        else if (line.starts_with("<!--"))
            out += "We did it and saw it.\n";
        else
            out += line + "\n";
    }
    return out;
}

} // namespace

TEST_CASE("templates: published as they are they name everything that is missing", "[node]") {
    for (const Made& made : all_templates()) {
        INFO(records::kind_name(made.kind) << " " << made.form);

        const auto read = services::read_record(network_request(made.text), defaults);

        REQUIRE(read.has_value());
        records::RecordBody empty;
        empty.authors.push_back({{}, "Oakhill", ""}); // the school stands in for a name
        if (!made.form.empty())
            empty.fields.push_back({static_cast<std::uint32_t>(records::FieldCode::form), made.form}
            );
        std::vector<records::Problem> expected;
        // A comment and a call need their words only.
        const bool is_note = records::facts_of(made.kind).is_note;
        if (is_note)
            expected.push_back({records::ProblemCode::text_missing, "text"});
        for (const auto& problem :
             records::check(empty, {made.kind, records::Reach::network, false, {}}))
            if (!is_note || problem.code == records::ProblemCode::target_missing ||
                problem.field == "language") // which these tests' node does not have
                expected.push_back(problem);
        CHECK(!expected.empty());
        CHECK(read->problems == expected);
    }
}

TEST_CASE("templates: with every prompt filled in they pass the rules at network reach", "[node]") {
    for (const Made& made : all_templates()) {
        const std::string file = filled(made);
        INFO(file);
        auto request = network_request(file);
        const bool has_target = made.kind == RecordKind::peer_review_note ||
                                made.kind == RecordKind::adoption ||
                                made.kind == RecordKind::comment;
        if (has_target)
            request.about.push_back(
                {"aaaaaaaa", std::string(records::relation_name(target_of(made.kind)))}
            );

        const auto read = services::read_record(request, defaults);

        INFO((read ? "" : read.error().detail));
        REQUIRE(read.has_value());
        CHECK(read->problems.empty());
        CHECK(read->notes.empty());
    }
}

TEST_CASE("templates: every field of a kind is offered, with its values and its reach", "[node]") {
    const std::string text = services::record_template(RecordKind::adoption, "").value();

    CHECK_THAT(
        text,
        Catch::Contains("# Required. One of:\n#   planned = we shall begin\n#   trying = ") &&
            Catch::Contains("\n#   on-behalf-of = tried for them, at their wish\nmode:\n")
    );
    CHECK_THAT(text, Catch::Contains("# Required beyond the school, one of the context lines"));
    CHECK_THAT(text, Catch::Contains("## Context\n"));
    CHECK_THAT(text, Catch::Contains("\njoint-with: []\n"));
    CHECK_THAT(text, Catch::Contains("--relation tried-in"));
    CHECK_THAT(text, Catch::Contains("## What happened\n"));
    CHECK(text.size() < staffroom::limits::front_matter_bytes_max);
    const std::string tip =
        services::record_template(RecordKind::practice_write_up, "quick-tip").value();
    CHECK_THAT(tip, Catch::Contains("## What to watch"));
    CHECK_THAT(
        tip,
        Catch::Contains("# Required from reach network. In brackets, up to 3 of: early-years (")
    );
    CHECK(tip.find("context") == std::string::npos); // where it worked says it
    CHECK(tip.find("## Why") == std::string::npos);
    const std::string plain = services::record_template(RecordKind::practice_write_up, "").value();
    CHECK(plain.find("## Case pupils") == std::string::npos);
    CHECK_THAT(plain, Catch::Contains("What would a visitor miss?"));
    CHECK_THAT(
        services::record_template(RecordKind::enquiry_finding, "").value(),
        Catch::Contains("Required once the stage is sharing.")
    );
}

TEST_CASE("templates: what belongs to later revisions is never asked for", "[node]") {
    for (const Made& made : all_templates()) {
        INFO(made.text);
        CHECK(made.text.find("retraction-reason") == std::string::npos);
        CHECK(made.text.find("why-changed") == std::string::npos);
    }
}

TEST_CASE("templates: every section has a question of its own", "[node]") {
    for (const FieldFacts& facts : records::all_fields()) {
        INFO(facts.name);
        if (facts.shape == records::FieldShape::section)
            CHECK(!facts.prompt.empty());
    }
}

TEST_CASE("templates: a kind or form that is not there is refused", "[node]") {
    CHECK(services::record_template(RecordKind::consent, "").error().code == Errc::not_allowed);
    CHECK(
        services::record_template(RecordKind::practice_write_up, "tip").error().code ==
        Errc::unknown_value
    );
    CHECK(
        services::record_template(RecordKind::call, "quick-tip").error().code == Errc::invalid_input
    );
}
