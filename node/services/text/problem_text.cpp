#include "node/services/text/problem_text.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

using records::ProblemCode;

/// The sentence of a code. A switch without a default: the compiler asks for a new code's words.
std::string_view text_of(ProblemCode code) {
    switch (code) {
    case ProblemCode::title_missing: return "The record has no title.";
    case ProblemCode::title_length:
        return "The title has {count} characters; it needs {least} to {most}.";
    case ProblemCode::title_long:
        return "The title has {count} characters, more than the {most} of our own records; it is "
               "kept whole.";
    case ProblemCode::text_too_large: return "The text is larger than 256 KiB.";
    case ProblemCode::too_long:
        return "The {field} has {count} characters; {most} are the most it may have.";
    case ProblemCode::too_many: return "The field {field} takes {most} at most.";
    case ProblemCode::unknown_value: return "\"{value}\" is not a value of {field}.";
    case ProblemCode::unknown_field: return "A record of kind {kind} has no field \"{field}\".";
    case ProblemCode::bad_number:
        return "{field} has to be a whole number, such as 28, not \"{value}\".";
    case ProblemCode::bad_date:
        return "{field} has to be a date such as 2026-02-28, not \"{value}\".";
    case ProblemCode::bad_language:
        return "{field} has to be a tag such as en-GB or cy, not \"{value}\".";
    case ProblemCode::target_missing:
        return "A record of kind {kind} has to say which record it is about, with the relation "
               "{relation}.";
    case ProblemCode::claims_evidence: return "An imported record claims no evidence strength.";
    case ProblemCode::required_missing: return "The record does not say: {field}.";
    case ProblemCode::unread_value:
        return "Line {line}: {field} takes words or a list of words; something else stands there.";
    case ProblemCode::trials_missing:
        return "Evidence strength {strength} needs adoptions from {needed} other schools; {here} "
               "are here.";
    case ProblemCode::text_missing: return "The record has no words.";
    }
    return "";
}

} // namespace

std::string filled(std::string_view text, std::span<const records::MessageValue> values) {
    std::string out;
    while (!text.empty()) {
        const std::size_t open = text.find('{');
        const std::size_t close = text.find('}', open == std::string_view::npos ? open : open + 1);
        out += text.substr(0, open);
        if (close == std::string_view::npos)
            return open == std::string_view::npos ? out : out + std::string(text.substr(open));
        const std::string_view name = text.substr(open + 1, close - open - 1);
        const auto value = std::ranges::find(values, name, &records::MessageValue::name);
        if (value != values.end())
            out += value->text;
        text.remove_prefix(close + 1);
    }
    return out;
}

std::string problem_sentence(const records::Problem& problem) {
    auto values = problem.values;
    const std::string_view words = records::value_in(problem, "words");
    values.push_back({"field", words.empty() ? problem.field : std::string(words)});
    std::string sentence = filled(text_of(problem.code), values);
    if (!records::value_in(problem, "near").empty())
        sentence += filled(" Did you mean \"{near}\"?", values);
    else if (!records::value_in(problem, "among").empty())
        sentence += filled(" It is one of: {among}.", values);
    return sentence;
}

std::string absent_words(const records::Problem& problem) {
    if (problem.code == ProblemCode::trials_missing)
        return filled(
            "adoptions by {needed} other schools, which evidence-strength {strength} needs (here: "
            "{here})",
            problem.values
        );
    const std::string_view words = records::value_in(problem, "words");
    return words.empty() ? problem.field : std::string(words);
}

} // namespace staffroom::services
