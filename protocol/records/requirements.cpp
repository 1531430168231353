#include "protocol/records/requirements.hpp"

#include "protocol/base/ensure.hpp"

#include <algorithm>

namespace staffroom::records {
namespace {

using enum FieldCode;

bool has(const RecordBody& body, FieldCode code) {
    const std::string* value = field_value(body, code);
    return (value != nullptr && !value->empty()) || !section_text(body, code).empty();
}

/// `words`: what is missing, where that is more than the name of the field.
void note(std::vector<Problem>& out, std::string_view field, std::string_view words = {}) {
    Problem problem{ProblemCode::required_missing, std::string(field)};
    if (!words.empty())
        problem.values.push_back({"words", std::string(words)});
    out.push_back(std::move(problem));
}

void note_unless(std::vector<Problem>& out, bool is_there, std::string_view field) {
    if (!is_there)
        note(out, field);
}

void note_field(std::vector<Problem>& out, const RecordBody& body, FieldCode code) {
    const FieldFacts* facts = find_field(static_cast<std::uint32_t>(code));
    if (facts != nullptr && !has(body, code))
        note(out, facts->name);
}

void check_requirement(std::vector<Problem>& out, const RecordBody& body, const Requirement& asks) {
    const auto is_there = [&](FieldCode code) { return code != none && has(body, code); };
    if (std::ranges::any_of(asks.any_of, is_there))
        return;
    const FieldFacts* first = find_field(static_cast<std::uint32_t>(asks.any_of.front()));
    ensure(first != nullptr);
    note(out, first->name, asks.words);
}

void append_for_kind(std::vector<Problem>& out, const RecordBody& body, const RecordFacts& facts) {
    for (const Requirement& asks : facts_of(facts.kind).asks)
        if (!asks.across_networks && facts.reach >= asks.from && is_met(asks.when, body))
            check_requirement(out, body, asks);
    const std::string* question =
        facts.kind == RecordKind::enquiry_finding ? field_value(body, enquiry_question) : nullptr;
    if (question != nullptr && !question->ends_with('?'))
        note(out, "question", "question, ending in a question mark");
}

bool is_quick_tip(const RecordBody& body) {
    const std::string* value = field_value(body, form);
    return value != nullptr && *value == "quick-tip";
}

void append_for_envelope(
    std::vector<Problem>& out, const RecordBody& body, const RecordFacts& facts
) {
    // A thank-you of two lines may be said by its school alone; an author who wants to be named is
    // named.
    const KindFacts& kind = facts_of(facts.kind);
    note_unless(out, kind.is_note || !body.authors.empty(), "authors");
    note_unless(out, !kind.asks_summary || !body.summary.empty() || is_quick_tip(body), "summary");
}

void check_target(std::vector<Problem>& out, const RecordFacts& facts) {
    const auto wanted = facts_of(facts.kind).targets;
    const bool has_target =
        std::ranges::find_first_of(facts.relations, wanted) != facts.relations.end();
    if (wanted.empty() || has_target)
        return;
    out.push_back(
        {ProblemCode::target_missing,
         "about",
         {{"kind", std::string(kind_name(facts.kind))},
          {"relation", std::string(relation_name(wanted.front()))}}}
    );
}

} // namespace

bool is_met(const When& when, const RecordBody& body) {
    if (when.field == none)
        return true;
    const std::string* value = field_value(body, when.field);
    const bool is_one = value != nullptr && !value->empty() &&
                        std::ranges::find(when.values, *value) != when.values.end();
    return is_one != when.is_not;
}

void append_absent_across(
    std::vector<Problem>& out, const RecordBody& body, const RecordFacts& facts
) {
    if (facts.imported)
        return;
    for (const Requirement& asks : facts_of(facts.kind).asks)
        if (asks.across_networks && facts.reach >= asks.from && is_met(asks.when, body))
            check_requirement(out, body, asks);
}

void append_absent(std::vector<Problem>& out, const RecordBody& body, const RecordFacts& facts) {
    check_target(out, facts);
    if (facts.imported && field_value(body, evidence_strength) != nullptr)
        out.push_back({ProblemCode::claims_evidence, "evidence-strength"});
    if (facts.reach == Reach::draft)
        return;
    note_unless(out, !body.language.empty(), "language");
    if (facts.reach >= Reach::network)
        note_unless(out, !body.licence.empty(), "licence");
    if (facts.imported) {
        if (facts.reach < Reach::network)
            return;
        note_unless(out, !body.attribution.empty(), "attribution");
        note_field(out, body, phases);
        note_field(out, body, focus);
        return;
    }
    append_for_envelope(out, body, facts);
    append_for_kind(out, body, facts);
}

} // namespace staffroom::records
