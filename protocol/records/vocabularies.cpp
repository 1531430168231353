#include "protocol/records/vocabularies.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace staffroom::records {
namespace {

using enum VocabularyId;

/// One word of a vocabulary, and its meaning for a teacher who reads it for the first time.
struct Word {
    VocabularyId vocabulary;
    std::string_view word;
    std::string_view meaning;
};

constexpr std::array words{
    Word{phase, "early-years", "up to age 5"},
    Word{phase, "primary", "ages 5 to 11"},
    Word{phase, "middle", "ages 8 to 14"},
    Word{phase, "secondary", "ages 11 to 16"},
    Word{phase, "sixteen-plus", "sixth form and college"},
    Word{phase, "all-through", "one school for all ages"},
    Word{phase, "special", "special schools"},
    Word{phase, "alternative-provision", "units outside the usual school"},
    Word{phase, "adult", "adult learners and staff"},
    Word{phase, "any", "it does not matter"},
    Word{year_group, "N", "nursery"},
    Word{year_group, "R", "reception"},
    Word{year_group, "1", "ages 5 to 6"},
    Word{year_group, "2", "6 to 7"},
    Word{year_group, "3", "7 to 8"},
    Word{year_group, "4", "8 to 9"},
    Word{year_group, "5", "9 to 10"},
    Word{year_group, "6", "10 to 11"},
    Word{year_group, "7", "11 to 12"},
    Word{year_group, "8", "12 to 13"},
    Word{year_group, "9", "13 to 14"},
    Word{year_group, "10", "14 to 15"},
    Word{year_group, "11", "15 to 16"},
    Word{year_group, "12", "16 to 17"},
    Word{year_group, "13", "17 to 18"},
    Word{subject, "english", "language and literature"},
    Word{subject, "mathematics", "number, shape, data"},
    Word{subject, "science", "biology, chemistry, physics"},
    Word{subject, "art-and-design", "drawing, making, looking"},
    Word{subject, "citizenship", "rights, law, democracy"},
    Word{subject, "computing", "programming and using computers"},
    Word{subject, "design-and-technology", "making things, food, textiles"},
    Word{subject, "geography", "places and people"},
    Word{subject, "history", "the past and its sources"},
    Word{subject, "languages", "other than the school's own"},
    Word{subject, "music", "playing, singing, listening"},
    Word{subject, "physical-education", "sport and movement"},
    Word{subject, "religious-education", "religions and world views"},
    Word{subject, "relationships-and-health", "PSHE, sex education, wellbeing"},
    Word{subject, "early-years-areas", "the areas of learning before year 1"},
    Word{subject, "vocational", "for a trade or job"},
    Word{subject, "cross-curricular", "across several subjects"},
    Word{focus, "assessment-and-feedback", "finding out, and saying what next"},
    Word{focus, "attendance-and-presence", "being in school and in lessons"},
    Word{focus, "behaviour-and-routines", "calm lessons, clear habits"},
    Word{focus, "belonging-and-participation", "everybody is part of it"},
    Word{focus, "adaptive-teaching-and-send", "special needs, adapted teaching"},
    Word{focus, "disadvantage", "pupils in poverty or in care"},
    Word{focus, "early-language", "first words and talk"},
    Word{focus, "english-as-additional-language", "pupils new to English"},
    Word{focus, "explanation-and-modelling", "how teachers explain and show"},
    Word{focus, "family-and-community", "parents and the neighbourhood"},
    Word{focus, "homework", "work set for home"},
    Word{focus, "curriculum-and-subject-knowledge", "what is taught, in which order"},
    Word{focus, "literacy-and-oracy", "reading, writing and talk everywhere"},
    Word{focus, "reading", "decoding, understanding, enjoying"},
    Word{focus, "writing", "composing, spelling, handwriting"},
    Word{focus, "mathematics-talk", "reasoning aloud about numbers"},
    Word{focus, "memory-and-retrieval", "remembering what was taught"},
    Word{focus, "metacognition-and-motivation", "planning, checking, wanting to learn"},
    Word{focus, "questioning", "what teachers ask, and how"},
    Word{focus, "remote-and-blended-learning", "learning partly from home"},
    Word{focus, "social-and-emotional", "feelings, friendship, self-control"},
    Word{focus, "student-voice", "what pupils say is heard"},
    Word{focus, "transition", "moving to another class or school"},
    Word{focus, "tutoring-and-small-groups", "extra teaching for a few"},
    Word{focus, "workload-and-wellbeing", "time and health of staff"},
    Word{focus, "leadership", "leading a school or team"},
    Word{focus, "professional-development", "how teachers learn"},
    Word{focus, "research-use", "using what research found"},
    Word{focus, "computing", "teaching with and about computers"},
    Word{outcome_aim, "presence", "being there"},
    Word{outcome_aim, "participation", "taking part and being heard"},
    Word{outcome_aim, "progress", "learning more than before"},
    Word{level_of_learning, "pupil", "pupils learned"},
    Word{level_of_learning, "adult", "single teachers or staff learned"},
    Word{level_of_learning, "leadership", "those who lead learned"},
    Word{level_of_learning, "school-wide", "the whole school learned"},
    Word{level_of_learning, "school-to-school", "two or more schools learned"},
    Word{level_of_learning, "network-to-network", "networks learned from another"},
    Word{field_of_knowledge, "practice", "known from doing it"},
    Word{field_of_knowledge, "public", "from research, books, other places"},
    Word{field_of_knowledge, "new", "found out together here"},
    Word{depth, "shallow", "taking in and repeating"},
    Word{depth, "deep", "understanding and connecting"},
    Word{depth, "profound", "changes how we act"},
    Word{evidence_strength, "0", "an idea, not tried yet"},
    Word{evidence_strength, "1", "described, with reasons for it"},
    Word{evidence_strength, "2", "data show a change"},
    Word{evidence_strength, "3", "compared with similar pupils without it"},
    Word{evidence_strength, "4", "repeated by two other schools"},
    Word{evidence_strength, "5", "works widely, ready for others"},
    Word{value_of_taking_part, "immediate", "good in itself, at once"},
    Word{value_of_taking_part, "potential", "learned something for later"},
    Word{value_of_taking_part, "applied", "used in one's own work"},
    Word{value_of_taking_part, "realised", "it made something better"},
    Word{value_of_taking_part, "reframed", "we see success differently now"},
    Word{mobilisation_stage, "told", "colleagues have heard of it"},
    Word{mobilisation_stage, "discussed", "colleagues have talked about it"},
    Word{mobilisation_stage, "tried", "somebody has tried it"},
    Word{mobilisation_stage, "adapted", "changed to fit this school"},
    Word{mobilisation_stage, "routine", "part of everyday work"},
    Word{licence, "in-network-only", "only schools of the network"},
    Word{licence, "CC-BY-4.0", "anybody may use it, naming you"},
    Word{licence, "CC-BY-SA-4.0", "the same, shared under these terms"},
    Word{licence, "CC-BY-NC-4.0", "naming you, never to earn money"},
    Word{licence, "CC0-1.0", "anybody, without naming you"},
    Word{licence, "OGL-UK-3.0", "UK government material"},
    Word{licence, "all-rights-reserved", "reading only, ask before use"},
    Word{write_up_form, "quick-tip", "written in two minutes"},
    Word{write_up_form, "write-up", "the whole story of a practice"},
    Word{write_up_form, "lesson-study", "lessons planned and watched together"},
    Word{write_up_form, "resource", "material for others to use"},
    Word{write_up_form, "case-study", "one class or school, closely"},
    Word{enquiry_stage, "question", "we have a question"},
    Word{enquiry_stage, "known-already", "reading what others found"},
    Word{enquiry_stage, "plan", "planning what to change"},
    Word{enquiry_stage, "doing", "changing it in class"},
    Word{enquiry_stage, "looking", "looking at what happened"},
    Word{enquiry_stage, "sharing", "telling others what we found"},
    Word{enquiry_stage, "closed", "finished, or given up"},
    Word{enquiry_method, "observation", "somebody watched lessons"},
    Word{enquiry_method, "pupil-work", "books and work looked at"},
    Word{enquiry_method, "test", "a test before or after"},
    Word{enquiry_method, "questionnaire", "written questions to many"},
    Word{enquiry_method, "pupil-conversation", "talks with pupils"},
    Word{enquiry_method, "staff-conversation", "talks with colleagues"},
    Word{enquiry_method, "attendance-data", "registers were counted"},
    Word{enquiry_method, "other", "in another way"},
    Word{review_relation, "peer", "a colleague in another school"},
    Word{review_relation, "critical-friend", "a trusted person who asks questions"},
    Word{review_relation, "researcher", "somebody from a university"},
    Word{review_protocol, "short-note", "read it, wrote a note"},
    Word{review_protocol, "tuning", "warm and cool feedback, in order"},
    Word{review_protocol, "consultancy", "a dilemma talked through together"},
    Word{review_protocol, "lesson-visit", "one lesson was visited"},
    Word{review_protocol, "learning-walk", "short visits to several rooms"},
    Word{review_protocol, "peer-review-visit", "a team visited the school"},
    Word{clear_to_try, "yes", "I could begin tomorrow"},
    Word{clear_to_try, "partly", "some steps are missing"},
    Word{clear_to_try, "no", "I would not know how"},
    Word{would_travel, "yes", "it would work elsewhere"},
    Word{would_travel, "with-changes", "elsewhere, but adapted"},
    Word{would_travel, "not-sure", "I cannot tell"},
    Word{would_travel, "no", "it needs that school"},
    Word{adoption_stage, "planned", "we shall begin"},
    Word{adoption_stage, "trying", "we are in the middle"},
    Word{adoption_stage, "finished", "tried to its end"},
    Word{adoption_stage, "stopped", "ended before its end"},
    Word{adoption_mode, "from", "taken from what they wrote"},
    Word{adoption_mode, "with", "tried together with them"},
    Word{adoption_mode, "on-behalf-of", "tried for them, at their wish"},
    Word{adoption_outcome, "worked-as-described", "as the record says"},
    Word{adoption_outcome, "worked-after-changes", "once we had adapted it"},
    Word{adoption_outcome, "mixed", "for some, not for others"},
    Word{adoption_outcome, "no-difference", "nothing changed"},
    Word{adoption_outcome, "did-not-suit", "wrong for our pupils or school"},
    Word{adoption_outcome, "stopped-early", "ended too soon to know"},
    Word{adoption_outcome, "too-early", "we do not know yet"},
    Word{call_type, "call-for-help", "we look for something"},
    Word{call_type, "offer", "we can give something"},
    Word{call_type, "pledge", "we promise to do something"},
    Word{call_type, "thanks", "a thank-you to somebody"},
    Word{yes_no, "yes", "it is so"},
    Word{yes_no, "no", "it is not so"},
};

using Values = std::map<VocabularyId, std::vector<std::string_view>>;

const Values& all_values() {
    static const Values all = [] {
        Values made;
        for (const Word& each : words)
            made[each.vocabulary].push_back(each.word);
        return made;
    }();
    return all;
}

} // namespace

std::string_view vocabulary_name(VocabularyId id) {
    switch (id) {
    case phase: return "phase";
    case year_group: return "year group";
    case subject: return "subject";
    case focus: return "focus";
    case outcome_aim: return "outcome aim";
    case level_of_learning: return "level of learning";
    case field_of_knowledge: return "field of knowledge";
    case depth: return "depth";
    case evidence_strength: return "evidence strength";
    case value_of_taking_part: return "value of taking part";
    case mobilisation_stage: return "mobilisation stage";
    case licence: return "licence";
    case write_up_form: return "form";
    case enquiry_stage: return "stage of an enquiry";
    case enquiry_method: return "method";
    case review_relation: return "relation of the reviewer";
    case review_protocol: return "protocol";
    case clear_to_try: return "clear enough to try";
    case would_travel: return "would it travel";
    case adoption_stage: return "stage of an adoption";
    case adoption_mode: return "mode";
    case adoption_outcome: return "outcome";
    case call_type: return "type of a call";
    case yes_no: return "yes or no";
    }
    return "";
}

std::span<const std::string_view> vocabulary_values(VocabularyId id) {
    const auto found = all_values().find(id);
    return found == all_values().end() ? std::span<const std::string_view>() : found->second;
}

bool is_in_vocabulary(VocabularyId id, std::string_view value) {
    return !meaning_of(id, value).empty();
}

std::string_view meaning_of(VocabularyId id, std::string_view word) {
    const auto found = std::ranges::find_if(words, [&](const Word& each) {
        return each.vocabulary == id && each.word == word;
    });
    return found == words.end() ? std::string_view() : found->meaning;
}

} // namespace staffroom::records
