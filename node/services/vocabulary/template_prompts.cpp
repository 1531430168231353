#include "node/services/vocabulary/template_prompts.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

using enum records::FieldCode;

struct Prompt {
    records::FieldCode code;
    std::string_view words;
};

constexpr std::array prompts{
    Prompt{context_phase_mix, "Which year groups, mixed or not?"},
    Prompt{context_size_band, "How big is the school or the class, roughly?"},
    Prompt{context_place, "Town, village, coast? What is the place like?"},
    Prompt{context_need, "What did the pupils need?"},
    Prompt{context_time, "When in the day, week or year, and for how long?"},
    Prompt{context_staff, "Who was there to do it?"},
    Prompt{context, "In which school, with whom, when and with which staff? Counts do not matter."},
    Prompt{joint_with, "Which other schools of your networks wrote it too? They may revise it."},
    Prompt{pupil_detail_check, "Did you read it for names and other details of pupils? Say so."},
    Prompt{licence_note, "Only where the licence needs a word more."},
    Prompt{learning_mode, "Alone, in pairs, as a class, with another school?"},
    Prompt{what_we_do, "What would a visitor see, step by step?"},
    Prompt{why, "Which thought or which research is behind it? Why should it work?"},
    Prompt{how_we_got_here, "Which steps and dead ends led here? Who learned with whom?"},
    Prompt{materials, "What does one need? Name files that lie beside this one."},
    Prompt{who_where_when_how_much, "Who does it, where, how often, how many minutes or weeks?"},
    Prompt{what_matters, "What would a visitor miss? What must not be left out?"},
    Prompt{depends_on_whom, "Would it work without the people who do it now?"},
    Prompt{tailoring, "What do you do differently for whom?"},
    Prompt{what_we_changed_on_the_way, "What did you begin with, and what is different now?"},
    Prompt{what_pupils_did_or_said, "In summary and without names: what did pupils do or say?"},
    Prompt{outcome_for_pupils, "What changed for pupils? How do you know? Nothing counts too."},
    Prompt{outcome_for_adults, "What changed for the adults?"},
    Prompt{lesson_question, "What did you want to find out in this lesson?"},
    Prompt{case_pupils, "Up to three, as A, B and C only: whom does each stand for?"},
    Prompt{predicted_and_seen, "What did you expect of each, and what did you see?"},
    Prompt{pupil_interviews, "In summary: what did they say about the lesson?"},
    Prompt{next_lesson, "What will the next lesson try?"},
    Prompt{where_it_worked, "In which class, subject and time of day did it work?"},
    Prompt{what_to_watch, "What goes wrong at first? What would you warn a colleague of?"},
    Prompt{enquiry_question, "One question that ends in a question mark."},
    Prompt{why_it_matters_here, "Why this question, in this school, now?"},
    Prompt{what_is_already_known, "What did you read or hear from others?"},
    Prompt{what_we_changed, "What did you do differently?"},
    Prompt{how_we_looked, "How did you look, and when?"},
    Prompt{who_took_part, "How many, and how were they asked?"},
    Prompt{situation_before, "How was it before?"},
    Prompt{what_we_found, "What did you find? No difference is a finding."},
    Prompt{what_did_not_work, "What did not work, and what do you think is the reason?"},
    Prompt{enquiry_limits, "How far does it reach? What could be otherwise elsewhere?"},
    Prompt{what_it_means_for_practice, "What will you do on Monday because of it?"},
    Prompt{next_question, "What do you want to know now?"},
    Prompt{ethics_note, "How did people agree to take part? Were you teacher and researcher?"},
    Prompt{focus_asked_for, "What did the author ask you to look at?"},
    Prompt{evidence_reason, "What makes you see the evidence so?"},
    Prompt{travels_to, "To which classes or schools would it travel?"},
    Prompt{what_went_well, "What went well? About the practice, never a mark for a person."},
    Prompt{even_better_if, "What would make it even better?"},
    Prompt{questions, "Questions to the author that open something."},
    Prompt{authors_answer, "The author's answer, if you have it."},
    Prompt{agreed_next_step, "What did you agree to do next?"},
    Prompt{kept, "What did you take over as it was?"},
    Prompt{changed, "What did you do differently here, and why?"},
    Prompt{what_happened, "What happened? No difference and stopping early help others too."},
    Prompt{transposition_note, "From another network: what is it there, what does it mean here?"},
    Prompt{answered_by, "Who answered, with which record?"},
    Prompt{call_outcome, "What came of it?"},
};

} // namespace

std::string_view template_prompt(records::FieldCode code) {
    const auto found = std::ranges::find(prompts, code, &Prompt::code);
    return found == prompts.end() ? std::string_view{} : found->words;
}

std::string_view template_prompt(records::RecordKind kind) {
    if (kind == records::RecordKind::comment)
        return "What do you want to say or ask? At most 4,000 characters.";
    if (kind == records::RecordKind::call)
        return "What do you look for, or what do you offer? At most 1,000 characters.";
    return {};
}

} // namespace staffroom::services
