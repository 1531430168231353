#include "node/services/pupil_details/checks.hpp"
#include "node/services/pupil_details/words_around.hpp"
#include "node/services/vocabulary/given_names.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace staffroom::pupil_details {
namespace {

using services::is_given_name;
using services::may_be_given_name;

constexpr std::array<std::string_view, 26> titles{
    "mr",     "mrs",  "ms",      "miss",  "mx",       "dr",       "sir",    "prof",     "professor",
    "madame", "mme",  "lady",    "st",    "king",     "queen",    "prince", "princess", "saint",
    "lord",   "pope", "teacher", "athro", "athrawes", "pennaeth", "sant",   "g\u0175yl"};

constexpr std::array<std::string_view, 51> adult_roles{
    "teacher",   "teachers",     "lead",         "leader",      "leaders",       "ta",
    "tas",       "tutor",        "head",         "staff",       "mentor",        "coordinator",
    "assistant", "practitioner", "governor",     "deputy",      "senco",         "ect",
    "trainee",   "lecturer",     "instructor",   "researcher",  "author",        "colleague",
    "phd",       "graduate",     "university",   "doctoral",    "undergraduate", "postgraduate",
    "athro",     "athrawes",     "cynorthwyydd", "arweinydd",   "teaching",      "teaches",
    "works",     "taught",       "led",          "leads",       "tried",         "trialled",
    "planned",   "plans",        "observed",     "headteacher", "job",           "team",
    "supports",  "covers",       "mentors"};

constexpr std::array<std::string_view, 44> story_words{
    "romeo",  "hansel",  "goldilocks", "narnia",    "story",      "stories",    "tale",  "tales",
    "novel",  "book",    "books",      "character", "characters", "play",       "poem",  "film",
    "author", "authors", "chapter",    "narrator",  "fairy",      "legend",     "myth",  "bible",
    "rhyme",  "song",    "stori",      "llyfr",     "cymeriad",   "cymeriadau", "nofel", "chwedl",
    "study",  "studied", "studying",   "biography", "life",       "lives",      "topic", "written",
    "hero",   "heroes",  "problem",    "example"};

/// What stands before a list of adults who are thanked, who taught or who wrote.
constexpr std::array<std::string_view, 30> adult_lists{
    "thank",      "thanks",   "by",      "instructors", "instructor", "helpers",
    "helper",     "authors",  "team",    "staff",       "teachers",   "teacher",
    "colleagues", "trainers", "taught",  "organisers",  "organizers", "hosts",
    "co",         "welcome",  "led",     "editors",     "committee",  "workshop",
    "contact",    "ects",     "mentors", "ect",         "diolch",     "gan"};

/// Capitalised words that schools write where a name could stand.
constexpr std::array<std::string_view, 150> school_words{
    "a",           "all",        "an",         "and",       "any",         "are",       "art",
    "as",          "assembly",   "assessment", "at",        "autumn",      "behaviour", "biology",
    "book",        "both",       "boy",        "boys",      "but",         "by",        "chemistry",
    "child",       "children",   "christmas",  "class",     "classes",     "computing", "cymraeg",
    "dance",       "data",       "day",        "display",   "drama",       "each",      "easter",
    "english",     "evaluation", "every",      "everyone",  "example",     "february",  "for",
    "foundation",  "french",     "friday",     "from",      "geography",   "german",    "girl",
    "girls",       "grammar",    "group",      "half",      "handwriting", "he",        "her",
    "high",        "his",        "history",    "homework",  "how",         "if",        "in",
    "it",          "its",        "january",    "july",      "june",        "key",       "learning",
    "lesson",      "lessons",    "literacy",   "low",       "many",        "march",     "maths",
    "mathematics", "may",        "middle",     "monday",    "most",        "music",     "my",
    "none",        "not",        "november",   "number",    "numeracy",    "october",   "of",
    "on",          "one",        "only",       "or",        "our",         "outcome",   "parents",
    "phase",       "phonics",    "physics",    "plan",      "planning",    "poetry",    "practice",
    "primary",     "pupil",      "pupils",     "reading",   "reception",   "room",      "saturday",
    "school",      "science",    "secondary",  "september", "she",         "some",      "spanish",
    "spelling",    "spring",     "staff",      "stage",     "summer",      "sunday",    "support",
    "table",       "tables",     "teacher",    "teachers",  "teaching",    "term",      "test",
    "that",        "the",        "their",      "then",      "there",       "these",     "they",
    "this",        "those",      "three",      "thursday",  "to",          "topic",     "tuesday",
    "two",         "unit",       "we"};
constexpr std::array<std::string_view, 62> more_school_words{
    "wednesday",  "week",      "welsh",    "what",         "when",          "where",
    "which",      "while",     "who",      "with",         "work",          "writing",
    "year",       "years",     "you",      "your",         "april",         "august",
    "december",   "ebacc",     "european", "roman",        "tudor",         "victorian",
    "viking",     "greek",     "egyptian", "anglo",        "saxon",         "british",
    "european",   "london",    "england",  "wales",        "scotland",      "britain",
    "ofsted",     "estyn",     "zoom",     "teams",        "google",        "microsoft",
    "scratch",    "python",    "numicon",  "mathematical", "comprehension", "vocabulary",
    "another",    "also",      "figure",   "version",      "swimming",      "playtime",
    "lunch",      "trip",      "mastery",  "intervention", "provision",     "progress",
    "attainment", "curriculum"};

/// People, and books called after people, whom lessons are about: how their names begin.
constexpr std::array<std::string_view, 115> figures{
    "Adam Smith",
    "Ada Lovelace",
    "Alan Turing",
    "Albert Einstein",
    "Alexander the",
    "Alice in",
    "Amelia Earhart",
    "Andy Goldsworthy",
    "Aneurin Bevan",
    "Anne Frank",
    "Anne of",
    "Anthony Browne",
    "Antoni Gaud",
    "Barbara Hepworth",
    "Benjamin Zephaniah",
    "Betsi Cadwaladr",
    "Charles Darwin",
    "Charles Dickens",
    "Charlie and",
    "Christopher Columbus",
    "Claude Monet",
    "Daniel in",
    "David Attenborough",
    "David Hockney",
    "David Walliams",
    "Dewi Sant",
    "Dylan Thomas",
    "Edward Jenner",
    "Elizabeth Fry",
    "Elizabeth Garrett",
    "Emmeline Pankhurst",
    "Eric Carle",
    "Florence Nightingale",
    "Francis Drake",
    "Frida Kahlo",
    "George Stephenson",
    "Gerallt Gymro",
    "Grace Darling",
    "Greta Thunberg",
    "Guy Fawkes",
    "Hans Christian",
    "Harriet Tubman",
    "Harry Potter",
    "Hedd Wyn",
    "Helen Keller",
    "Henri Matisse",
    "Henri Rousseau",
    "Henry Moore",
    "Henry VIII",
    "Henry Tudor",
    "Isaac Newton",
    "Isambard Kingdom",
    "Jack and",
    "Jacqueline Wilson",
    "James and",
    "Jane Austen",
    "Jane Eyre",
    "Jane Goodall",
    "Jesse Owens",
    "John Lennon",
    "Julia Donaldson",
    "Julius Caesar",
    "Katherine Johnson",
    "Katherine Rundell",
    "Leonardo da",
    "Lewis Carroll",
    "Louis Braille",
    "Louis Pasteur",
    "Mae Jemison",
    "Mahatma Gandhi",
    "Malala Yousafzai",
    "Malorie Blackman",
    "Marcus Rashford",
    "Marie Curie",
    "Martin Luther",
    "Mary Anning",
    "Mary Seacole",
    "Mary Shelley",
    "Michael Faraday",
    "Michael Morpurgo",
    "Michael Rosen",
    "Neil Armstrong",
    "Nelson Mandela",
    "Oliver Cromwell",
    "Oliver Jeffers",
    "Oliver Twist",
    "Owain Glynd",
    "Pablo Picasso",
    "Percy Jackson",
    "Peter Pan",
    "Peter Rabbit",
    "Philip Pullman",
    "Quentin Blake",
    "Roald Dahl",
    "Robert Burns",
    "Robert Louis",
    "Robert Peel",
    "Robin Hood",
    "Rosa Parks",
    "Rosalind Franklin",
    "Samuel Pepys",
    "Stephen Hawking",
    "Ted Hughes",
    "Thomas Edison",
    "Tim Berners",
    "Tim Peake",
    "Tom Sawyer",
    "Vincent van",
    "Walter Raleigh",
    "Walter Tull",
    "William Blake",
    "William Shakespeare",
    "William the",
    "William Wordsworth",
    "Winston Churchill"};

/// Of the curriculum, not of the class.
bool is_figure(const Hit& hit, std::string_view name) {
    const std::string_view from = hit.text.substr(hit.before(name).size());
    return std::ranges::any_of(figures, [&](std::string_view figure) {
        return from.starts_with(figure);
    });
}

bool is_school_word(std::string_view word) {
    return is_word_in(word, school_words) || is_word_in(word, more_school_words);
}

/// What makes a name and a class those of a play or of a lesson: "Peter Pan (Year 3 play)".
constexpr std::array<std::string_view, 30> lesson_things{
    "play",      "story",   "book",     "text",     "novel",  "topic",      "unit",    "lesson",
    "lessons",   "project", "theme",    "assembly", "scheme", "curriculum", "reader",  "history",
    "geography", "science", "maths",    "english",  "music",  "art",        "phonics", "programme",
    "materials", "module",  "sequence", "poem",     "film",   "resource"};

/// Of a teacher or another adult, by what stands before the name and behind it.
bool is_adult(const Hit& hit, std::string_view name) {
    const std::size_t end = static_cast<std::size_t>(name.data() - hit.text.data()) + name.size();
    const std::string_view behind = hit.text.substr(end, std::max(hit.match.end, end) - end);
    return is_word_in(name, titles) || is_word_in(last_word(hit.before(name)), titles) ||
           has_word_in(behind, adult_roles) ||
           has_word_in(first_words(hit.after(), 25), adult_roles);
}

bool is_of_lesson(const Hit& hit) {
    return has_word_in(first_words(hit.after(), 12), lesson_things);
}

/// Somebody whom a lesson or a book tells of.
bool is_told_of(const Hit& hit, std::string_view name) {
    return is_figure(hit, name) || has_word_in(last_words(hit.before(name), 50), story_words);
}

bool is_year(std::string_view text) {
    return text.size() >= 4 && text.substr(0, 4).find_first_not_of("0123456789") == text.npos;
}

/// "(2013)" behind a name makes it a citation's.
bool is_cited(const Hit& hit) {
    const std::string_view after = hit.after();
    return after.starts_with(" et al") || after.starts_with(" (eds") ||
           (after.starts_with(" (") && is_year(after.substr(2))) ||
           (after.starts_with(", ") && is_year(after.substr(2)));
}

bool begins_upper(std::string_view word) {
    return !word.empty() && ((word[0] >= 'A' && word[0] <= 'Z') || word[0] == '\xC3');
}

} // namespace

bool needs_given_name(Check check) {
    return check == is_pupil_name || check == is_likely_name || check == is_known_class_mate ||
           check == is_list_of_names;
}

bool has_given_name(std::string_view text) {
    for (std::string_view word = first_word(text); !word.empty(); word = first_word(text)) {
        if (begins_upper(word) && may_be_given_name(word))
            return true;
        text.remove_prefix(static_cast<std::size_t>(word.data() - text.data()) + word.size());
    }
    return false;
}

bool is_pupil_name(const Hit& hit) {
    const std::string_view name = hit.group(0);
    return is_given_name(name) && !is_adult(hit, name) && !is_told_of(hit, name) && !is_cited(hit);
}

bool is_class_mate(const Hit& hit) {
    static constexpr std::array<std::string_view, 10> no_classes{
        "2D", "3D", "4D", "3G", "4G", "5G", "4K", "8K", "2B", "4X"};
    static constexpr std::array<std::string_view, 8> seasons{
        "April", "May", "June", "March", "August", "Summer", "Autumn", "Spring"};
    const std::string_view name = hit.group(0);
    const std::string_view where = hit.group(1);
    for (const std::string_view season : seasons)
        if (name == season)
            return false;
    if (is_adult(hit, name) || is_cited(hit) || is_school_word(name) || is_of_lesson(hit))
        return false;
    // "White Rose" and "Noah's Ark" are names of things.
    const std::string_view previous = last_word(hit.before(name));
    const bool is_thing =
        name.ends_with("'s") || (begins_upper(previous) && !is_given_name(name) &&
                                 !is_school_word(previous) && hit.before(name).ends_with(" "));
    if (may_be_given_name(name))
        return !is_thing && !is_told_of(hit, name);
    for (const std::string_view code : no_classes)
        if (where == code)
            return false;
    // A name that the list does not have: only a code such as 4B is precise enough, and a word in
    // the plural is none.
    const bool is_code = where.size() >= 2 && where.size() <= 4 && where[0] >= '1' &&
                         where[0] <= '9' && where.back() >= 'A' && where.back() <= 'Z';
    const bool is_plural = name.ends_with("s") || name.ends_with("ing") || name.ends_with("ion");
    static constexpr std::array<std::string_view, 12> openers{
        "the", "a", "an", "our", "this", "that", "my", "each", "every", "in", "on", "room"};
    return is_code && !is_plural && !is_word_in(previous, openers) && !is_told_of(hit, name);
}

bool is_known_class_mate(const Hit& hit) {
    return may_be_given_name(hit.group(0)) && is_class_mate(hit);
}

bool is_likely_name(const Hit& hit) {
    const std::string_view name = hit.group(0);
    return may_be_given_name(name) && !is_adult(hit, name) && !is_told_of(hit, name) &&
           !is_cited(hit);
}

bool is_called(const Hit& hit) {
    const std::string_view name = hit.group(0);
    return !is_school_word(name) && !is_told_of(hit, name);
}

bool is_list_of_names(const Hit& hit) {
    static constexpr std::array<std::string_view, 5> joins{"and", "a", "ac", "with", "gyda"};
    const std::string_view list = hit.group(0);
    static constexpr std::array<std::string_view, 12> children{
        "pupils",
        "children",
        "boys",
        "girls",
        "students",
        "learners",
        "group",
        "pairs",
        "disgyblion",
        "plant",
        "bechgyn",
        "merched"};
    const std::string_view previous = last_word(hit.before(list));
    const bool is_of_children = is_word_in(previous, children);
    if (is_cited(hit) || is_told_of(hit, list) || is_word_in(previous, titles) ||
        (!is_of_children && has_word_in(last_words(hit.before(list), 70), adult_lists)) ||
        has_word_in(first_words(hit.after(), 25), adult_roles))
        return false;
    // A surname behind the last of them: then these are the names of authors or of history.
    const std::string_view after = hit.after();
    if (after.size() > 1 && after[0] == ' ' && begins_upper(after.substr(1)))
        return false;
    std::size_t sure = 0;
    std::size_t words = 0;
    for (std::string_view rest = list; !first_word(rest).empty();) {
        const std::string_view word = first_word(rest);
        rest.remove_prefix(static_cast<std::size_t>(word.data() - rest.data()) + word.size());
        if (is_word_in(word, joins))
            continue;
        if (is_school_word(word))
            return false;
        ++words;
        sure += is_given_name(word) ? 1U : 0U;
    }
    return sure >= 2 && sure * 3 >= words * 2;
}

bool are_initials(const Hit& hit) {
    static constexpr std::array<std::string_view, 34> abbreviations{
        "pe", "re", "ta", "dt", "it", "ai", "uk", "ks", "lo", "wb", "hw", "pp",
        "rs", "rm", "mc", "tv", "pc", "am", "pm", "qa", "hr", "eu", "us", "un",
        "bc", "ad", "id", "ms", "mr", "dr", "ok", "ba", "hl", "sl"};
    const std::string_view letters = hit.group(0);
    std::string plain(letters);
    std::erase_if(plain, [](char c) { return c == '.' || c == ' '; });
    return !is_word_in(plain, abbreviations) && !is_adult(hit, letters);
}

bool is_file_of_pupil(const Hit& hit) {
    std::string name(hit.group(0));
    if (!name.empty() && name[0] >= 'a' && name[0] <= 'z')
        name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return is_given_name(name) && !is_word_in(last_word(hit.before(hit.group(0))), titles);
}

} // namespace staffroom::pupil_details
