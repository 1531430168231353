// The words that fields may hold, as one table, each with its meaning. Words are fixed and stored
// as text; labels belong to the page. Not here: which field takes which vocabulary (records/fields,
// records/kind_facts). [R2]
#pragma once

#include <span>
#include <string_view>

namespace staffroom::records {

enum class VocabularyId {
    phase,
    year_group,
    subject,
    focus,
    outcome_aim,
    level_of_learning,
    field_of_knowledge,
    depth,
    evidence_strength,
    value_of_taking_part,
    mobilisation_stage,
    licence,
    write_up_form,
    enquiry_stage,
    enquiry_method,
    review_relation,
    review_protocol,
    clear_to_try,
    would_travel,
    adoption_stage,
    adoption_mode,
    adoption_outcome,
    call_type,
    yes_no,
};

[[nodiscard]] std::string_view vocabulary_name(VocabularyId id);
[[nodiscard]] std::span<const std::string_view> vocabulary_values(VocabularyId id);
[[nodiscard]] bool is_in_vocabulary(VocabularyId id, std::string_view value);
/// Returns the meaning of a word, in a few words; empty for a word that its vocabulary does not
/// have.
[[nodiscard]] std::string_view meaning_of(VocabularyId id, std::string_view word);

} // namespace staffroom::records
