// The fields of write-ups and findings, which other schools may want to try, and their
// requirements. Part of the table of kinds: included by records/kind_facts.cpp only.
#pragma once

#include "protocol/records/field_rows.hpp"
#include "protocol/records/kind_facts.hpp"

namespace staffroom::records::studies {

using enum FieldCode;
using enum Reach;

inline constexpr When finding_is_shared{enquiry_stage, {"sharing", "closed"}};
inline constexpr When quick_tip{form, {"quick-tip"}};
inline constexpr When no_quick_tip{form, {"quick-tip"}, true};

// Practice does not travel without its context; inside the school everybody knows it.
inline constexpr std::string_view context_words =
    "context (place, need, time, staff, size band or phase mix)";
constexpr Requirement its_context(When when = {}) {
    return {
        circle,
        {context,
         context_phase_mix,
         context_size_band,
         context_place,
         context_need,
         context_time,
         context_staff},
        context_words,
        when};
}

// ------------------------------------------------------------------------------ practice write-up

inline constexpr std::array write_up_fields{
    section(what_we_do, "what-we-do", write_up, "What would a visitor see, step by step?"),
    section(
        why, "why", write_up, "Which thought or which research is behind it? Why should it work?"
    ),
    section(
        how_we_got_here,
        "how-we-got-here",
        write_up,
        "Which steps and dead ends led here? Who learned with whom?"
    ),
    section(
        materials, "materials", write_up, "What does one need? Name files that lie beside this one."
    ),
    section(
        who_where_when_how_much,
        "who-where-when-how-much",
        write_up,
        "Who does it, where, how often, how many minutes or weeks?",
        "who, where, when, how much"
    ),
    section(
        what_matters,
        "what-matters",
        write_up,
        "What would a visitor miss? What must not be left out?",
        "what matters when doing it"
    ),
    section(
        depends_on_whom,
        "depends-on-whom",
        write_up,
        "Would it work without the people who do it now?"
    ),
    section(tailoring, "tailoring", write_up, "What do you do differently for whom?"),
    section(
        what_we_changed_on_the_way,
        "what-we-changed-on-the-way",
        write_up,
        "What did you begin with, and what is different now?"
    ),
    section(
        what_pupils_did_or_said,
        "what-pupils-did-or-said",
        write_up,
        "In summary and without names: what did pupils do or say?"
    ),
    section(
        outcome_for_pupils,
        "outcome-for-pupils",
        write_up,
        "What changed for pupils? How do you know? Nothing counts too."
    ),
    section(outcome_for_adults, "outcome-for-adults", write_up, "What changed for the adults?"),
    words(too_early, "too-early", write_up, VocabularyId::yes_no),
    words(outcome_aim, "outcome-aim", write_up, VocabularyId::outcome_aim, 3),
    words(level_of_learning, "level-of-learning", write_up, VocabularyId::level_of_learning),
    text(
        learning_mode,
        "learning-mode",
        write_up,
        200,
        "Alone, in pairs, as a class, with another school?"
    ),
    words(form, "form", write_up, VocabularyId::write_up_form),
    section(lesson_question, "question", write_up, "What did you want to find out in this lesson?"),
    section(
        case_pupils,
        "case-pupils",
        write_up,
        "Up to three, as A, B and C only: whom does each stand for?"
    ),
    section(
        predicted_and_seen,
        "predicted-and-seen",
        write_up,
        "What did you expect of each, and what did you see?"
    ),
    section(
        pupil_interviews,
        "pupil-interviews",
        write_up,
        "In summary: what did they say about the lesson?"
    ),
    section(next_lesson, "next-lesson", write_up, "What will the next lesson try?"),
    section(
        where_it_worked,
        "where-it-worked",
        write_up,
        "In which class, subject and time of day did it work?"
    ),
    section(
        what_to_watch,
        "what-to-watch",
        write_up,
        "What goes wrong at first? What would you warn a colleague of?"
    ),
};

inline constexpr std::array write_up_asks{
    Requirement{network, {phases}},
    Requirement{network, {focus}},
    its_context(no_quick_tip),
    // A quick tip needs these and nothing else of a write-up.
    Requirement{school, {what_we_do}, "", quick_tip},
    Requirement{school, {where_it_worked}, "", quick_tip},
    Requirement{school, {what_to_watch}, "", quick_tip},
    Requirement{school, {what_we_do}, "", no_quick_tip},
    Requirement{school, {why}, "", no_quick_tip},
    Requirement{network, {how_we_got_here}, "", no_quick_tip},
    Requirement{school, {evidence_strength}, "", no_quick_tip},
    Requirement{school, {field_of_knowledge}, "", no_quick_tip},
    Requirement{school, {form}},
    Requirement{
        school,
        {outcome_for_pupils, outcome_for_adults, too_early},
        "outcome-for-pupils, outcome-for-adults or too-early",
        no_quick_tip},
};

// -------------------------------------------------------------------------------- enquiry finding

inline constexpr std::array finding_fields{
    words(enquiry_stage, "stage", finding, VocabularyId::enquiry_stage),
    text(enquiry_question, "question", finding, 300, "One question that ends in a question mark."),
    section(
        why_it_matters_here,
        "why-it-matters-here",
        finding,
        "Why this question, in this school, now?"
    ),
    section(
        what_is_already_known,
        "what-is-already-known",
        finding,
        "What did you read or hear from others?"
    ),
    section(what_we_changed, "what-we-changed", finding, "What did you do differently?"),
    section(how_we_looked, "how-we-looked", finding, "How did you look, and when?"),
    words(methods, "methods", finding, VocabularyId::enquiry_method, 8),
    section(who_took_part, "who-took-part", finding, "How many, and how were they asked?"),
    section(situation_before, "what-the-situation-was-before", finding, "How was it before?"),
    section(
        what_we_found, "what-we-found", finding, "What did you find? No difference is a finding."
    ),
    section(
        what_did_not_work,
        "what-did-not-work",
        finding,
        "What did not work, and what do you think is the reason?"
    ),
    section(
        enquiry_limits,
        "limits",
        finding,
        "How far does it reach? What could be otherwise elsewhere?"
    ),
    section(
        what_it_means_for_practice,
        "what-it-means-for-practice",
        finding,
        "What will you do on Monday because of it?"
    ),
    section(next_question, "next-question", finding, "What do you want to know now?"),
    texts(partner_schools, "partner-schools", finding, 20, 200),
    section(
        ethics_note,
        "ethics-note",
        finding,
        "How did people agree to take part? Were you teacher and researcher?"
    ),
};

inline constexpr std::array finding_asks{
    Requirement{network, {phases}},
    Requirement{network, {focus}},
    its_context(),
    Requirement{school, {enquiry_stage}},
    Requirement{school, {enquiry_question}},
    Requirement{school, {enquiry_limits}},
    Requirement{school, {what_it_means_for_practice}},
    Requirement{school, {what_we_found}, "", finding_is_shared},
    Requirement{school, {how_we_looked, methods}, "how-we-looked", finding_is_shared},
};

} // namespace staffroom::records::studies
