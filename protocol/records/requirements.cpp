#include "protocol/records/requirements.hpp"

#include <algorithm>
#include <array>

namespace staffroom::records {
namespace {

using enum FieldCode;

struct Required {
    RecordKind kind;
    Reach from; // asked for from this reach on
    FieldCode field;
};

constexpr std::array required_fields{
    Required{RecordKind::practice_write_up, Reach::school, what_we_do},
    Required{RecordKind::practice_write_up, Reach::school, why},
    Required{RecordKind::practice_write_up, Reach::network, how_we_got_here},
    Required{RecordKind::practice_write_up, Reach::school, evidence_strength},
    Required{RecordKind::practice_write_up, Reach::school, field_of_knowledge},
    Required{RecordKind::practice_write_up, Reach::school, form},
    Required{RecordKind::enquiry_finding, Reach::school, enquiry_stage},
    Required{RecordKind::enquiry_finding, Reach::school, enquiry_question},
    Required{RecordKind::enquiry_finding, Reach::school, enquiry_limits},
    Required{RecordKind::enquiry_finding, Reach::school, what_it_means_for_practice},
    Required{RecordKind::peer_review_note, Reach::school, reviewer_relation},
    Required{RecordKind::peer_review_note, Reach::school, review_protocol},
    Required{RecordKind::peer_review_note, Reach::school, clear_enough_to_try},
    Required{RecordKind::peer_review_note, Reach::school, evidence_seen},
    Required{RecordKind::peer_review_note, Reach::school, evidence_reason},
    Required{RecordKind::peer_review_note, Reach::school, would_it_travel},
    Required{RecordKind::peer_review_note, Reach::school, what_went_well},
    Required{RecordKind::adoption, Reach::school, adoption_stage},
    Required{RecordKind::adoption, Reach::school, adoption_mode},
    Required{RecordKind::adoption, Reach::school, kept},
    Required{RecordKind::adoption, Reach::school, changed},
    Required{RecordKind::adoption, Reach::school, adoption_outcome},
    Required{RecordKind::adoption, Reach::school, what_happened},
};

// A quick tip needs these and nothing else of a write-up.
constexpr std::array quick_tip{what_we_do, where_it_worked, what_to_watch};

constexpr std::array any_context{
    context,
    context_phase_mix,
    context_size_band,
    context_place,
    context_need,
    context_time,
    context_staff};

bool has(const RecordBody& body, FieldCode code) {
    const std::string* value = field_value(body, code);
    return (value != nullptr && !value->empty()) || !section_text(body, code).empty();
}

template <class Codes> bool has_any(const RecordBody& body, const Codes& codes) {
    return std::ranges::any_of(codes, [&](FieldCode code) { return has(body, code); });
}

void note(std::vector<Problem>& out, std::string_view field) {
    out.push_back(
        {ProblemCode::required_missing,
         std::string(field),
         "The record does not say: " + std::string(field) + "."}
    );
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

/// Write-ups and findings: what others may want to try.
bool is_study(RecordKind kind) {
    return kind == RecordKind::practice_write_up || kind == RecordKind::enquiry_finding;
}

bool is_quick_tip(const RecordBody& body) {
    const std::string* value = field_value(body, form);
    return value != nullptr && *value == "quick-tip";
}

/// A finished enquiry has a method and a finding.
void append_for_finding(std::vector<Problem>& out, const RecordBody& body) {
    const std::string* stage = field_value(body, enquiry_stage);
    if (stage != nullptr && (*stage == "sharing" || *stage == "closed")) {
        note_field(out, body, what_we_found);
        note_unless(out, has_any(body, std::array{how_we_looked, methods}), "how-we-looked");
    }
    const std::string* question = field_value(body, enquiry_question);
    if (question != nullptr && !question->ends_with('?'))
        note(out, "question, ending in a question mark");
}

void append_for_kind(std::vector<Problem>& out, const RecordBody& body, const RecordFacts& facts) {
    if (facts.kind == RecordKind::practice_write_up && is_quick_tip(body)) {
        for (const FieldCode code : quick_tip)
            note_field(out, body, code);
        return;
    }
    for (const Required& row : required_fields)
        if (row.kind == facts.kind && facts.reach >= row.from)
            note_field(out, body, row.field);
    if (facts.kind == RecordKind::practice_write_up &&
        !has_any(body, std::array{outcome_for_pupils, outcome_for_adults, too_early}))
        note(out, "outcome-for-pupils, outcome-for-adults or too-early");
    if (facts.kind == RecordKind::enquiry_finding)
        append_for_finding(out, body);
}

void append_for_envelope(
    std::vector<Problem>& out, const RecordBody& body, const RecordFacts& facts
) {
    // A thank-you of two lines is said by its school; whoever wants to be named is.
    const bool is_note = facts.kind == RecordKind::comment || facts.kind == RecordKind::call;
    note_unless(out, is_note || !body.authors.empty(), "authors");
    if (!is_study(facts.kind))
        return;
    note_unless(out, !body.summary.empty() || is_quick_tip(body), "summary");
    if (facts.reach < Reach::network)
        return;
    note_field(out, body, phases);
    note_field(out, body, focus);
}

/// Practice does not travel without its context; inside the school everybody knows it.
void append_for_context(
    std::vector<Problem>& out, const RecordBody& body, const RecordFacts& facts
) {
    const bool has_own_words = is_quick_tip(body) && has(body, where_it_worked);
    const bool asks = is_study(facts.kind) || facts.kind == RecordKind::adoption;
    if (asks && facts.reach >= Reach::circle && !has_own_words)
        note_unless(
            out,
            has_any(body, any_context),
            "context (place, need, time, staff, size band or phase mix)"
        );
}

/// Which relations make the record be about something; none: the kind needs no target.
std::vector<RelationKind> targets_of(RecordKind kind) {
    if (kind == RecordKind::peer_review_note)
        return {RelationKind::reviews};
    if (kind == RecordKind::adoption)
        return {RelationKind::tried_in};
    if (kind == RecordKind::comment)
        return {RelationKind::comments_on, RelationKind::answers};
    return {};
}

void check_target(std::vector<Problem>& out, const RecordFacts& facts) {
    const std::vector<RelationKind> wanted = targets_of(facts.kind);
    const bool has_target =
        std::ranges::find_first_of(facts.relations, wanted) != facts.relations.end();
    if (wanted.empty() || has_target)
        return;
    out.push_back(
        {ProblemCode::target_missing,
         "about",
         "A record of kind " + std::string(kind_name(facts.kind)) +
             " has to say which record it is about, with the relation " +
             std::string(relation_name(wanted.front())) + "."}
    );
}

} // namespace

void append_absent(std::vector<Problem>& out, const RecordBody& body, const RecordFacts& facts) {
    check_target(out, facts);
    if (facts.imported && field_value(body, evidence_strength) != nullptr)
        out.push_back(
            {ProblemCode::claims_evidence,
             "evidence-strength",
             "An imported record claims no evidence strength."}
        );
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
    append_for_context(out, body, facts);
    append_for_kind(out, body, facts);
}

} // namespace staffroom::records
