// Every field and section of the kinds that this version writes, as one table: stored number, name,
// shape, limit, question. A section is a part of the text under a heading; a field is a value
// beside it; some may be given either way. Not here: which of them a record must have
// (records/kind_facts). [R3]
#pragma once

#include "protocol/records/kinds.hpp"
#include "protocol/records/vocabularies.hpp"

#include <optional>
#include <vector>

namespace staffroom::records {

/// Stored in bodies: never renumber. 1 to 99 belong to several kinds, then a hundred for each kind.
/// 0 is a heading outside the vocabulary.
enum class FieldCode : std::uint32_t {
    none = 0,
    phases = 1,
    subjects = 2,
    focus = 3,
    priorities = 4,
    context_phase_mix = 5,
    context_size_band = 6,
    context_place = 7,
    context_need = 8,
    context_time = 9,
    context_staff = 10,
    licence_note = 11,
    pupil_detail_check = 12,
    check_confirmed_by = 13,
    why_changed = 14,
    source_kind = 15,
    pupils_reached = 16,
    adults_reached = 17,
    class_groups = 18,
    evidence_strength = 19,
    field_of_knowledge = 20,
    depth = 21,
    year_groups = 22,
    context = 23,           // the context in one piece, where an author does not divide it
    joint_with = 24,        // SchoolId in base 32: schools that may revise it as well
    retraction_reason = 25, // in the body of a retraction
    // Of lines that may tell who a pupil is, and that the author meant to stand: the rules, why,
    // when.
    check_confirmed_rules = 26,
    check_confirmed_reason = 27,
    check_confirmed_on = 28,

    what_we_do = 100,
    why = 101,
    how_we_got_here = 102,
    materials = 103,
    who_where_when_how_much = 104,
    what_matters = 105,
    depends_on_whom = 106,
    tailoring = 107,
    what_we_changed_on_the_way = 108,
    what_pupils_did_or_said = 109,
    outcome_for_pupils = 110,
    outcome_for_adults = 111,
    too_early = 112,
    outcome_aim = 113,
    level_of_learning = 114,
    learning_mode = 115,
    form = 116,
    lesson_question = 117,
    case_pupils = 118,
    predicted_and_seen = 119,
    pupil_interviews = 120,
    next_lesson = 121,
    where_it_worked = 122,
    what_to_watch = 123,

    enquiry_stage = 200,
    enquiry_question = 201,
    why_it_matters_here = 202,
    what_is_already_known = 203,
    what_we_changed = 204,
    how_we_looked = 205,
    methods = 206,
    who_took_part = 207,
    situation_before = 208,
    what_we_found = 209,
    what_did_not_work = 210,
    enquiry_limits = 211,
    what_it_means_for_practice = 212,
    next_question = 213,
    partner_schools = 214,
    ethics_note = 215,

    reviewer_relation = 300,
    in_house = 301,
    review_protocol = 302,
    focus_asked_for = 303,
    clear_enough_to_try = 304,
    evidence_seen = 305,
    evidence_reason = 306,
    would_it_travel = 307,
    travels_to = 308,
    what_went_well = 309,
    even_better_if = 310,
    questions = 311,
    authors_answer = 312,
    agreed_next_step = 313,
    agreed_by_both = 314,

    adoption_stage = 400,
    adoption_mode = 401,
    kept = 402,
    changed = 403,
    adoption_outcome = 404,
    what_happened = 405,
    adopted_from_date = 406,
    adopted_until_date = 407,
    transposition_note = 408, // of a record of another network: what it means here
    what_it_is_there = 409,   // and what it is in that network

    call_type = 600,
    call_until = 601,
    answered_by = 602,
    call_outcome = 603,
};

enum class FieldShape {
    text,       // free words, at most `characters_max`
    vocabulary, // one of `vocabulary`
    number,     // whole, from 0; an absent one is "not counted", not zero
    date,       // YYYY-MM-DD
    section,    // a part of the text under `heading`, or free words given as a value
};

struct FieldFacts {
    FieldCode code;
    std::string_view name; // as in front matter and --set
    FieldShape shape;
    std::uint32_t kinds;   // bit set: 1 << RecordKind
    std::size_t count_max; // how many values
    std::size_t characters_max;
    std::optional<VocabularyId> vocabulary;
    std::string_view heading; // English label of a section; empty: the name with spaces for hyphens
    std::string_view prompt;  // the question that a form asks; may be empty
};

/// The words that replace a count of pupils from 1 to 5 beyond the school: such a count could point
/// to single children. `pupils-reached` takes these words as a value beside whole numbers, so that
/// such a record can be written down again. [X1]
inline constexpr std::string_view small_count_words = "fewer than 6";

[[nodiscard]] std::span<const FieldFacts> all_fields();
[[nodiscard]] bool belongs_to(const FieldFacts& facts, RecordKind kind);

/// Finds a field by its stored number. Returns null for one that this version does not know (it is
/// kept and shown by number).
[[nodiscard]] const FieldFacts* find_field(std::uint32_t code);
/// Finds a field of a kind by its name; understands singular forms (phase, subject). Returns null
/// where the kind has no such field.
[[nodiscard]] const FieldFacts* find_field(RecordKind kind, std::string_view name);
/// Finds the section of `kind` whose English label is `heading`; forgives letter case and a
/// trailing colon or question mark. Returns null for a heading outside the vocabulary.
[[nodiscard]] const FieldFacts* find_section(RecordKind kind, std::string_view heading);
/// Returns all names that a kind knows, for "did you mean".
[[nodiscard]] std::vector<std::string_view> field_names(RecordKind kind);

} // namespace staffroom::records
