#include "node/services/text/problem_text.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace records = staffroom::records;
namespace services = staffroom::services;

namespace {

using records::ProblemCode;

/// Every value that any sentence names.
const std::vector<records::MessageValue> all_values{
    {"count", "1"},
    {"least", "2"},
    {"most", "3"},
    {"value", "primery"},
    {"kind", "adoption"},
    {"relation", "tried-in"},
    {"line", "4"},
    {"strength", "5"},
    {"needed", "two"},
    {"here", "6"},
};

} // namespace

TEST_CASE("problem text: each code has a sentence, and no value is left out of it", "[node]") {
    std::set<std::string> sentences;
    for (int i = 0; i <= static_cast<int>(ProblemCode::text_missing); ++i) {
        const auto code = static_cast<ProblemCode>(i);
        const std::string sentence = services::problem_sentence({code, "focus", all_values});
        INFO(records::problem_name(code) << ": " << sentence);
        CHECK(sentence.ends_with('.'));
        CHECK(sentence.find_first_of("{}") == std::string::npos);
        CHECK(sentences.insert(sentence).second);
        // With nothing filled in, the sentence has to read differently where it names a value.
        const bool names_value = services::problem_sentence({code, "focus"}) != sentence;
        const bool is_plain =
            code == ProblemCode::title_missing || code == ProblemCode::text_too_large ||
            code == ProblemCode::claims_evidence || code == ProblemCode::required_missing ||
            code == ProblemCode::text_missing;
        CHECK(names_value != is_plain);
    }
}

TEST_CASE("problem text: a near word is offered, else the list of words", "[node]") {
    CHECK(
        services::problem_sentence(
            {ProblemCode::unknown_value, "phases", {{"value", "primery"}, {"near", "primary"}}}
        ) == "\"primery\" is not a value of phases. Did you mean \"primary\"?"
    );
    CHECK(
        services::problem_sentence(
            {ProblemCode::unknown_value, "in-house", {{"value", "?"}, {"among", "yes, no"}}}
        ) == "\"?\" is not a value of in-house. It is one of: yes, no."
    );
}

TEST_CASE("problem text: what is absent reads in the middle of a sentence", "[node]") {
    CHECK(services::absent_words({ProblemCode::required_missing, "summary"}) == "summary");
    CHECK(
        services::absent_words(
            {ProblemCode::required_missing, "context-place", {{"words", "context (place)"}}}
        ) == "context (place)"
    );
}

TEST_CASE("problem text: what a person typed is never read as a template", "[node]") {
    const std::vector<records::MessageValue> values{{"value", "{field} {value}"}};
    CHECK(services::filled("a {value} b {none}c", values) == "a {field} {value} b c");
    CHECK(services::filled("open { and } {", values) == "open  {");
    CHECK(services::filled("{", values) == "{");
    CHECK(services::filled("", values).empty());
}
