#include "protocol/records/kind_facts.hpp"

#include "protocol/records/study_facts.hpp"

#include <algorithm>

namespace staffroom::records {
namespace {

using enum FieldCode;
using enum Reach;
using studies::its_context;

// ------------------------------------------------------------------------------- peer review note

constexpr std::array review_fields{
    words(reviewer_relation, "relation", review, VocabularyId::review_relation),
    words(in_house, "in-house", review, VocabularyId::yes_no),
    words(review_protocol, "protocol", review, VocabularyId::review_protocol),
    text(
        focus_asked_for,
        "focus-asked-for",
        review,
        line_characters_max,
        "What did the author ask you to look at?"
    ),
    words(clear_enough_to_try, "clear-enough-to-try", review, VocabularyId::clear_to_try),
    words(evidence_seen, "evidence-seen", review, VocabularyId::evidence_strength),
    text(
        evidence_reason,
        "evidence-reason",
        review,
        line_characters_max,
        "What makes you see the evidence so?"
    ),
    words(would_it_travel, "would-it-travel", review, VocabularyId::would_travel),
    text(
        travels_to,
        "travels-to",
        review,
        line_characters_max,
        "To which classes or schools would it travel?"
    ),
    section(
        what_went_well,
        "what-went-well",
        review,
        "What went well? About the practice, never a mark for a person."
    ),
    section(even_better_if, "even-better-if", review, "What would make it even better?"),
    texts(
        questions,
        "questions",
        review,
        5,
        line_characters_max,
        "Questions to the author that open something."
    ),
    section(
        authors_answer,
        "authors-answer",
        review,
        "The author's answer, if you have it.",
        "author's answer"
    ),
    section(agreed_next_step, "agreed-next-step", review, "What did you agree to do next?"),
    words(agreed_by_both, "agreed-by-both", review, VocabularyId::yes_no),
};

constexpr std::array review_asks{
    Requirement{school, {reviewer_relation}},
    Requirement{school, {review_protocol}},
    Requirement{school, {clear_enough_to_try}},
    Requirement{school, {evidence_seen}},
    Requirement{school, {evidence_reason}},
    Requirement{school, {would_it_travel}},
    Requirement{school, {what_went_well}},
};
constexpr std::array review_targets{RelationKind::reviews};

// --------------------------------------------------------------------------------------- adoption

constexpr std::array adoption_fields{
    words(adoption_stage, "stage", adoption, VocabularyId::adoption_stage),
    words(adoption_mode, "mode", adoption, VocabularyId::adoption_mode),
    section(kept, "kept", adoption, "What did you take over as it was?"),
    section(changed, "changed", adoption, "What did you do differently here, and why?"),
    words(adoption_outcome, "outcome", adoption, VocabularyId::adoption_outcome),
    section(
        what_happened,
        "what-happened",
        adoption,
        "What happened? No difference and stopping early help others too."
    ),
    date(adopted_from_date, "from", adoption),
    date(adopted_until_date, "until", adoption),
    section(
        what_it_is_there,
        "what-it-is-there",
        adoption,
        "From another network: what is it there, for whom and in which place?"
    ),
    section(
        transposition_note,
        "transposition-note",
        adoption,
        "From another network: what does it mean here?"
    ),
};

constexpr std::array adoption_asks{
    its_context(),
    Requirement{school, {adoption_stage}},
    Requirement{school, {adoption_mode}},
    Requirement{school, {kept}},
    Requirement{school, {changed}},
    Requirement{school, {adoption_outcome}},
    Requirement{school, {what_happened}},
    // What was changed is asked of everybody; these two of whoever has it from another network.
    Requirement{.from = school, .any_of = {what_it_is_there}, .across_networks = true},
    Requirement{.from = school, .any_of = {transposition_note}, .across_networks = true},
};
constexpr std::array adoption_targets{RelationKind::tried_in};

// ------------------------------------------------------------------------------- comment and call

constexpr std::array comment_targets{RelationKind::comments_on, RelationKind::answers};

constexpr std::array call_fields{
    words(call_type, "type", call, VocabularyId::call_type),
    date(call_until, "until", call),
    text(answered_by, "answered-by", call, line_characters_max, "Who answered, with which record?"),
    text(call_outcome, "outcome", call, line_characters_max, "What came of it?"),
};

// ------------------------------------------------------------------------------------------- rows

constexpr std::array kind_rows{
    KindFacts{
        .kind = RecordKind::practice_write_up,
        .fields = studies::write_up_fields,
        .asks = studies::write_up_asks,
        .asks_summary = true},
    KindFacts{
        .kind = RecordKind::enquiry_finding,
        .fields = studies::finding_fields,
        .asks = studies::finding_asks,
        .asks_summary = true},
    KindFacts{
        .kind = RecordKind::peer_review_note,
        .fields = review_fields,
        .asks = review_asks,
        .targets = review_targets,
        .schema_type = "Review"},
    KindFacts{
        .kind = RecordKind::adoption,
        .fields = adoption_fields,
        .asks = adoption_asks,
        .targets = adoption_targets},
    KindFacts{
        .kind = RecordKind::comment,
        .targets = comment_targets,
        .text_characters_max = 4000,
        .is_note = true,
        .can_be_answered = true,
        .schema_type = "Comment",
        .prompt = "What do you want to say or ask? At most 4,000 characters."},
    KindFacts{
        .kind = RecordKind::call,
        .fields = call_fields,
        .text_characters_max = 1000,
        .is_note = true,
        .can_be_answered = true,
        .prompt = "What do you look for, or what do you offer? At most 1,000 characters."},
};

} // namespace

std::span<const KindFacts> all_kind_facts() {
    return kind_rows;
}

const KindFacts* find_kind_facts(RecordKind kind) {
    const auto found = std::ranges::find(kind_rows, kind, &KindFacts::kind);
    return found == kind_rows.end() ? nullptr : &*found;
}

const KindFacts& facts_of(RecordKind kind) {
    static constexpr KindFacts of_no_kind{};
    const KindFacts* known = find_kind_facts(kind);
    return known == nullptr ? of_no_kind : *known;
}

} // namespace staffroom::records
