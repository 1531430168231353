#include "protocol/records/fields.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace staffroom::records {
namespace {

constexpr std::uint32_t only(RecordKind kind) {
    return 1U << static_cast<std::uint32_t>(kind);
}

constexpr std::uint32_t write_up = only(RecordKind::practice_write_up);
constexpr std::uint32_t finding = only(RecordKind::enquiry_finding);
constexpr std::uint32_t review = only(RecordKind::peer_review_note);
constexpr std::uint32_t adoption = only(RecordKind::adoption);
constexpr std::uint32_t call = only(RecordKind::call);
constexpr std::uint32_t described = write_up | finding | adoption;
constexpr std::uint32_t every =
    write_up | finding | review | adoption | only(RecordKind::comment) | call;

constexpr std::size_t context_characters_max = 600;
constexpr std::size_t line_characters_max = 600;
// A section given as a value: generous, since the limit of the whole text stands behind it.
constexpr std::size_t section_characters_max = 20'000;

constexpr FieldFacts
text(FieldCode code, std::string_view name, std::uint32_t kinds, std::size_t characters_max) {
    return {code, name, FieldShape::text, kinds, 1, characters_max, std::nullopt, ""};
}

constexpr FieldFacts texts(
    FieldCode code,
    std::string_view name,
    std::uint32_t kinds,
    std::size_t count_max,
    std::size_t characters_max
) {
    return {code, name, FieldShape::text, kinds, count_max, characters_max, std::nullopt, ""};
}

constexpr FieldFacts words(
    FieldCode code,
    std::string_view name,
    std::uint32_t kinds,
    VocabularyId vocabulary,
    std::size_t count_max = 1
) {
    return {code, name, FieldShape::vocabulary, kinds, count_max, 64, vocabulary, ""};
}

constexpr FieldFacts number(FieldCode code, std::string_view name, std::uint32_t kinds) {
    return {code, name, FieldShape::number, kinds, 1, 9, std::nullopt, ""};
}

constexpr FieldFacts date(FieldCode code, std::string_view name, std::uint32_t kinds) {
    return {code, name, FieldShape::date, kinds, 1, 10, std::nullopt, ""};
}

constexpr FieldFacts
section(FieldCode code, std::string_view name, std::uint32_t kinds, std::string_view heading = "") {
    return {
        code, name, FieldShape::section, kinds, 1, section_characters_max, std::nullopt, heading};
}

using enum FieldCode;

constexpr std::array all_field_facts{
    words(phases, "phases", every, VocabularyId::phase, 3),
    words(subjects, "subjects", every, VocabularyId::subject, 3),
    words(focus, "focus", every, VocabularyId::focus, 5),
    texts(priorities, "priorities", every, 3, 100),
    text(context_phase_mix, "context-phase-mix", described, context_characters_max),
    text(context_size_band, "context-size-band", described, context_characters_max),
    text(context_place, "context-place", described, context_characters_max),
    text(context_need, "context-need", described, context_characters_max),
    text(context_time, "context-time", described, context_characters_max),
    text(context_staff, "context-staff", described, context_characters_max),
    text(licence_note, "licence-note", every, line_characters_max),
    text(pupil_detail_check, "pupil-detail-check", every, 200),
    text(check_confirmed_by, "check-confirmed-by", every, 200),
    text(why_changed, "why-changed", every, 200),
    text(source_kind, "source-kind", every, 64),
    number(pupils_reached, "pupils-reached", write_up | adoption),
    number(adults_reached, "adults-reached", write_up | adoption),
    number(class_groups, "class-groups", write_up),
    words(
        evidence_strength, "evidence-strength", write_up | finding, VocabularyId::evidence_strength
    ),
    words(
        field_of_knowledge,
        "field-of-knowledge",
        write_up | finding,
        VocabularyId::field_of_knowledge
    ),
    words(depth, "depth", write_up | adoption, VocabularyId::depth),
    words(year_groups, "year-groups", every, VocabularyId::year_group, 15),
    section(context, "context", described),
    texts(joint_with, "joint-with", every, 11, 52),
    text(retraction_reason, "retraction-reason", every, line_characters_max),

    section(what_we_do, "what-we-do", write_up),
    section(why, "why", write_up),
    section(how_we_got_here, "how-we-got-here", write_up),
    section(materials, "materials", write_up),
    section(
        who_where_when_how_much, "who-where-when-how-much", write_up, "who, where, when, how much"
    ),
    section(what_matters, "what-matters", write_up, "what matters when doing it"),
    section(depends_on_whom, "depends-on-whom", write_up),
    section(tailoring, "tailoring", write_up),
    section(what_we_changed_on_the_way, "what-we-changed-on-the-way", write_up),
    section(what_pupils_did_or_said, "what-pupils-did-or-said", write_up),
    section(outcome_for_pupils, "outcome-for-pupils", write_up),
    section(outcome_for_adults, "outcome-for-adults", write_up),
    words(too_early, "too-early", write_up, VocabularyId::yes_no),
    words(outcome_aim, "outcome-aim", write_up, VocabularyId::outcome_aim, 3),
    words(level_of_learning, "level-of-learning", write_up, VocabularyId::level_of_learning),
    text(learning_mode, "learning-mode", write_up, 200),
    words(form, "form", write_up, VocabularyId::write_up_form),
    section(lesson_question, "question", write_up),
    section(case_pupils, "case-pupils", write_up),
    section(predicted_and_seen, "predicted-and-seen", write_up),
    section(pupil_interviews, "pupil-interviews", write_up),
    section(next_lesson, "next-lesson", write_up),
    section(where_it_worked, "where-it-worked", write_up),
    section(what_to_watch, "what-to-watch", write_up),

    words(enquiry_stage, "stage", finding, VocabularyId::enquiry_stage),
    text(enquiry_question, "question", finding, 300),
    section(why_it_matters_here, "why-it-matters-here", finding),
    section(what_is_already_known, "what-is-already-known", finding),
    section(what_we_changed, "what-we-changed", finding),
    section(how_we_looked, "how-we-looked", finding),
    words(methods, "methods", finding, VocabularyId::enquiry_method, 8),
    section(who_took_part, "who-took-part", finding),
    section(situation_before, "what-the-situation-was-before", finding),
    section(what_we_found, "what-we-found", finding),
    section(what_did_not_work, "what-did-not-work", finding),
    section(enquiry_limits, "limits", finding),
    section(what_it_means_for_practice, "what-it-means-for-practice", finding),
    section(next_question, "next-question", finding),
    texts(partner_schools, "partner-schools", finding, 20, 200),
    section(ethics_note, "ethics-note", finding),

    words(reviewer_relation, "relation", review, VocabularyId::review_relation),
    words(in_house, "in-house", review, VocabularyId::yes_no),
    words(review_protocol, "protocol", review, VocabularyId::review_protocol),
    text(focus_asked_for, "focus-asked-for", review, line_characters_max),
    words(clear_enough_to_try, "clear-enough-to-try", review, VocabularyId::clear_to_try),
    words(evidence_seen, "evidence-seen", review, VocabularyId::evidence_strength),
    text(evidence_reason, "evidence-reason", review, line_characters_max),
    words(would_it_travel, "would-it-travel", review, VocabularyId::would_travel),
    text(travels_to, "travels-to", review, line_characters_max),
    section(what_went_well, "what-went-well", review),
    section(even_better_if, "even-better-if", review),
    texts(questions, "questions", review, 5, line_characters_max),
    section(authors_answer, "authors-answer", review, "author's answer"),
    section(agreed_next_step, "agreed-next-step", review),
    words(agreed_by_both, "agreed-by-both", review, VocabularyId::yes_no),

    words(adoption_stage, "stage", adoption, VocabularyId::adoption_stage),
    words(adoption_mode, "mode", adoption, VocabularyId::adoption_mode),
    section(kept, "kept", adoption),
    section(changed, "changed", adoption),
    words(adoption_outcome, "outcome", adoption, VocabularyId::adoption_outcome),
    section(what_happened, "what-happened", adoption),
    date(adopted_from_date, "from", adoption),
    date(adopted_until_date, "until", adoption),
    section(transposition_note, "transposition-note", adoption),

    words(call_type, "type", call, VocabularyId::call_type),
    date(call_until, "until", call),
    text(answered_by, "answered-by", call, line_characters_max),
    text(call_outcome, "outcome", call, line_characters_max),
};

/// What people write for one value of a field that takes several.
struct Singular {
    std::string_view written;
    std::string_view name;
};
constexpr std::array singulars{
    Singular{"phase", "phases"},
    Singular{"subject", "subjects"},
    Singular{"priority", "priorities"},
    Singular{"method", "methods"},
    Singular{"year-group", "year-groups"},
    Singular{"partner-school", "partner-schools"},
};

/// Lower case in ASCII; runs of spaces become one; a closing colon or question mark goes.
std::string plain_heading(std::string_view heading) {
    std::string plain;
    for (const char c : heading) {
        const bool is_space = c == ' ' || c == '\t' || c == '-';
        if (is_space && (plain.empty() || plain.back() == ' '))
            continue;
        if (is_space)
            plain += ' ';
        else
            plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    while (!plain.empty() && (plain.back() == ' ' || plain.back() == ':' || plain.back() == '?'))
        plain.pop_back();
    return plain;
}

} // namespace

std::span<const FieldFacts> all_fields() {
    return all_field_facts;
}

bool belongs_to(const FieldFacts& facts, RecordKind kind) {
    return (facts.kinds & only(kind)) != 0;
}

const FieldFacts* find_field(std::uint32_t code) {
    const auto found =
        std::ranges::find(all_field_facts, static_cast<FieldCode>(code), &FieldFacts::code);
    return found == all_field_facts.end() ? nullptr : &*found;
}

const FieldFacts* find_field(RecordKind kind, std::string_view name) {
    const auto singular = std::ranges::find(singulars, name, &Singular::written);
    const std::string_view wanted = singular == singulars.end() ? name : singular->name;
    const auto found = std::ranges::find_if(all_field_facts, [&](const FieldFacts& facts) {
        return facts.name == wanted && belongs_to(facts, kind);
    });
    return found == all_field_facts.end() ? nullptr : &*found;
}

const FieldFacts* find_section(RecordKind kind, std::string_view heading) {
    const std::string wanted = plain_heading(heading);
    const auto found = std::ranges::find_if(all_field_facts, [&](const FieldFacts& facts) {
        return facts.shape == FieldShape::section && belongs_to(facts, kind) &&
               (plain_heading(facts.name) == wanted || plain_heading(facts.heading) == wanted);
    });
    return wanted.empty() || found == all_field_facts.end() ? nullptr : &*found;
}

std::vector<std::string_view> field_names(RecordKind kind) {
    std::vector<std::string_view> names;
    for (const FieldFacts& facts : all_field_facts)
        if (belongs_to(facts, kind))
            names.push_back(facts.name);
    return names;
}

} // namespace staffroom::records
