#include "protocol/records/vocabularies.hpp"

#include <algorithm>
#include <array>

namespace staffroom::records {
namespace {

template <class... Words> constexpr auto words(Words... each) {
    return std::array<std::string_view, sizeof...(each)>{std::string_view(each)...};
}

constexpr auto phase_words = words(
    "early-years",
    "primary",
    "middle",
    "secondary",
    "sixteen-plus",
    "all-through",
    "special",
    "alternative-provision",
    "adult",
    "any"
);
constexpr auto year_group_words =
    words("N", "R", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13");
constexpr auto subject_words = words(
    "english",
    "mathematics",
    "science",
    "art-and-design",
    "citizenship",
    "computing",
    "design-and-technology",
    "geography",
    "history",
    "languages",
    "music",
    "physical-education",
    "religious-education",
    "relationships-and-health",
    "early-years-areas",
    "vocational",
    "cross-curricular"
);
constexpr auto focuses = words(
    "assessment-and-feedback",
    "attendance-and-presence",
    "behaviour-and-routines",
    "belonging-and-participation",
    "adaptive-teaching-and-send",
    "disadvantage",
    "early-language",
    "english-as-additional-language",
    "explanation-and-modelling",
    "family-and-community",
    "homework",
    "curriculum-and-subject-knowledge",
    "literacy-and-oracy",
    "reading",
    "writing",
    "mathematics-talk",
    "memory-and-retrieval",
    "metacognition-and-motivation",
    "questioning",
    "remote-and-blended-learning",
    "social-and-emotional",
    "student-voice",
    "transition",
    "tutoring-and-small-groups",
    "workload-and-wellbeing",
    "leadership",
    "professional-development",
    "research-use",
    "computing"
);
constexpr auto outcome_aims = words("presence", "participation", "progress");
constexpr auto levels_of_learning =
    words("pupil", "adult", "leadership", "school-wide", "school-to-school", "network-to-network");
constexpr auto fields_of_knowledge = words("practice", "public", "new");
constexpr auto depths = words("shallow", "deep", "profound");
constexpr auto evidence_strengths = words("0", "1", "2", "3", "4", "5");
constexpr auto values_of_taking_part =
    words("immediate", "potential", "applied", "realised", "reframed");
constexpr auto mobilisation_stages = words("told", "discussed", "tried", "adapted", "routine");
constexpr auto licences = words(
    "in-network-only",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    "CC0-1.0",
    "OGL-UK-3.0",
    "all-rights-reserved"
);
constexpr auto write_up_forms =
    words("quick-tip", "write-up", "lesson-study", "resource", "case-study");
constexpr auto enquiry_stages =
    words("question", "known-already", "plan", "doing", "looking", "sharing", "closed");
constexpr auto enquiry_methods = words(
    "observation",
    "pupil-work",
    "test",
    "questionnaire",
    "pupil-conversation",
    "staff-conversation",
    "attendance-data",
    "other"
);
constexpr auto review_relations = words("peer", "critical-friend", "researcher");
constexpr auto review_protocols = words(
    "short-note", "tuning", "consultancy", "lesson-visit", "learning-walk", "peer-review-visit"
);
constexpr auto clear_to_try = words("yes", "partly", "no");
constexpr auto would_travel = words("yes", "with-changes", "not-sure", "no");
constexpr auto adoption_stages = words("planned", "trying", "finished", "stopped");
constexpr auto adoption_modes = words("from", "with", "on-behalf-of");
constexpr auto adoption_outcomes = words(
    "worked-as-described",
    "worked-after-changes",
    "mixed",
    "no-difference",
    "did-not-suit",
    "stopped-early",
    "too-early"
);
constexpr auto call_types = words("call-for-help", "offer", "pledge", "thanks");
constexpr auto yes_no = words("yes", "no");

struct Vocabulary {
    std::string_view name;
    std::span<const std::string_view> values;
};

Vocabulary vocabulary(VocabularyId id) {
    switch (id) {
    case VocabularyId::phase: return {"phase", phase_words};
    case VocabularyId::year_group: return {"year group", year_group_words};
    case VocabularyId::subject: return {"subject", subject_words};
    case VocabularyId::focus: return {"focus", focuses};
    case VocabularyId::outcome_aim: return {"outcome aim", outcome_aims};
    case VocabularyId::level_of_learning: return {"level of learning", levels_of_learning};
    case VocabularyId::field_of_knowledge: return {"field of knowledge", fields_of_knowledge};
    case VocabularyId::depth: return {"depth", depths};
    case VocabularyId::evidence_strength: return {"evidence strength", evidence_strengths};
    case VocabularyId::value_of_taking_part: return {"value of taking part", values_of_taking_part};
    case VocabularyId::mobilisation_stage: return {"mobilisation stage", mobilisation_stages};
    case VocabularyId::licence: return {"licence", licences};
    case VocabularyId::write_up_form: return {"form", write_up_forms};
    case VocabularyId::enquiry_stage: return {"stage of an enquiry", enquiry_stages};
    case VocabularyId::enquiry_method: return {"method", enquiry_methods};
    case VocabularyId::review_relation: return {"relation of the reviewer", review_relations};
    case VocabularyId::review_protocol: return {"protocol", review_protocols};
    case VocabularyId::clear_to_try: return {"clear enough to try", clear_to_try};
    case VocabularyId::would_travel: return {"would it travel", would_travel};
    case VocabularyId::adoption_stage: return {"stage of an adoption", adoption_stages};
    case VocabularyId::adoption_mode: return {"mode", adoption_modes};
    case VocabularyId::adoption_outcome: return {"outcome", adoption_outcomes};
    case VocabularyId::call_type: return {"type of a call", call_types};
    case VocabularyId::yes_no: return {"yes or no", yes_no};
    }
    return {"", {}};
}

} // namespace

std::string_view vocabulary_name(VocabularyId id) {
    return vocabulary(id).name;
}

std::span<const std::string_view> vocabulary_values(VocabularyId id) {
    return vocabulary(id).values;
}

bool is_in_vocabulary(VocabularyId id, std::string_view value) {
    const auto values = vocabulary_values(id);
    return std::ranges::find(values, value) != values.end();
}

} // namespace staffroom::records
