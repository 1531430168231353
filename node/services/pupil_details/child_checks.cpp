#include "node/services/pupil_details/checks.hpp"
#include "node/services/pupil_details/words_around.hpp"

#include <array>

namespace staffroom::pupil_details {
namespace {

/// What makes "pupil" the first word of a thing.
constexpr std::array<std::string_view, 38> things_of_pupils{
    "premium",       "voice",      "work",     "progress",   "outcomes",  "outcome",
    "books",         "book",       "led",      "council",    "data",      "numbers",
    "understanding", "learning",   "needs",    "attainment", "behaviour", "engagement",
    "participation", "writing",    "drawings", "drawing",    "feedback",  "responses",
    "development",   "protection", "care",     "s",          "tables",    "questionnaire",
    "survey",        "thinking",   "hands",    "outputs",    "teacher",   "teachers",
    "performance",   "achievement"};

} // namespace

bool is_few(const Hit& hit) {
    static constexpr std::array<std::string_view, 34> numbered{
        "year",  "years", "y",        "yr",     "class", "stage",    "ks",    "grade",   "set",
        "group", "table", "unit",     "phase",  "band",  "tier",     "level", "chapter", "lesson",
        "week",  "term",  "step",     "figure", "part",  "section",  "than",  "under",   "least",
        "wave",  "page",  "question", "below",  "over",  "blwyddyn", "na"};
    // "Two ways to support pupils": what is counted are no pupils.
    static constexpr std::array<std::string_view, 30> other_things{
        "for",     "to",        "about",  "that",    "which",   "how",     "some",     "each",
        "reason",  "challenge", "with",   "in",      "where",   "all",     "many",     "when",
        "of",      "groups",    "adults", "support", "schools", "classes", "teachers", "staff",
        "lessons", "sessions",  "weeks",  "ways",    "tas",     "ta"};
    return !is_word_in(last_word(last_words(hit.before(hit.group(0)), 20)), numbered) &&
           !has_word_in(hit.group(1), other_things) && is_one_child(hit);
}

bool is_one_child(const Hit& hit) {
    static constexpr std::array<std::string_view, 8> children{
        "pupil", "pupils", "child", "student", "students", "learner", "boy", "girl"};
    return !is_word_in(last_word(hit.words()), children) ||
           !is_word_in(first_word(first_words(hit.after(), 24)), things_of_pupils) ||
           hit.after().starts_with(",") || hit.after().starts_with(" (");
}

bool is_picture(const Hit& hit) {
    static constexpr std::array<std::string_view, 16> no_photographs{
        "clear",
        "build",
        "building",
        "accurate",
        "whole",
        "overall",
        "fuller",
        "full",
        "complete",
        "better",
        "bigger",
        "big",
        "drawing",
        "diagram",
        "chart",
        "cartoon"};
    return !is_word_in(first_word(first_words(hit.after(), 24)), things_of_pupils) &&
           !hit.after().starts_with("'") &&
           !has_word_in(last_words(hit.before(), 30), no_photographs);
}

bool is_alt_of_children(const Hit& hit) {
    static constexpr std::array<std::string_view, 42> no_photographs{
        "diagram", "drawing", "drawings", "chart",      "table",     "cartoon",   "illustration",
        "icon",    "logo",    "graph",    "screenshot", "cover",     "poster",    "work",
        "book",    "books",   "map",      "worksheet",  "display",   "slide",     "clip",
        "model",   "example", "premium",  "template",   "sheet",     "card",      "cards",
        "writing", "text",    "form",     "plan",       "timetable", "questions", "results",
        "data",    "survey",  "progress", "figure",     "flowchart", "paper",     "artwork"};
    // What the image shows stands before the children, or makes one word with them.
    const std::string_view after = hit.group(2);
    return !has_word_in(hit.group(0), no_photographs) && !after.starts_with("'") &&
           !is_word_in(first_word(after), no_photographs) &&
           !is_word_in(first_word(after), things_of_pupils);
}

} // namespace staffroom::pupil_details
