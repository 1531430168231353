#include "node/services/vocabulary/vocabulary_words.hpp"

#include "node/services/text/visible_words.hpp"
#include "protocol/records/rules.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

using records::VocabularyId;

char lower_letter(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Returns a word in lower case, with one hyphen for each run of spaces, underlines and hyphens;
/// "&" is "and".
std::string joined_word(std::string_view written) {
    std::string word;
    for (const char c : trimmed_to_visible(written)) {
        const bool is_gap = c == ' ' || c == '_' || c == '-' || c == '\t';
        if (is_gap && (word.empty() || word.back() == '-'))
            continue;
        if (c == '&')
            word += "and";
        else
            word += is_gap ? '-' : lower_letter(c);
    }
    return word;
}

struct Synonym {
    VocabularyId vocabulary;
    std::string_view written; // as joined_word gives it
    std::string_view word;
};

constexpr std::array synonyms{
    Synonym{VocabularyId::subject, "math", "mathematics"},
    Synonym{VocabularyId::subject, "maths", "mathematics"},
    Synonym{VocabularyId::subject, "pe", "physical-education"},
    Synonym{VocabularyId::subject, "p.e.", "physical-education"},
    Synonym{VocabularyId::subject, "sport", "physical-education"},
    Synonym{VocabularyId::subject, "re", "religious-education"},
    Synonym{VocabularyId::subject, "r.e.", "religious-education"},
    Synonym{VocabularyId::subject, "rshe", "relationships-and-health"},
    Synonym{VocabularyId::subject, "pshe", "relationships-and-health"},
    Synonym{VocabularyId::subject, "art", "art-and-design"},
    Synonym{VocabularyId::subject, "dt", "design-and-technology"},
    Synonym{VocabularyId::subject, "d-and-t", "design-and-technology"},
    Synonym{VocabularyId::subject, "dandt", "design-and-technology"},
    Synonym{VocabularyId::subject, "ict", "computing"},
    Synonym{VocabularyId::subject, "computer-science", "computing"},
    Synonym{VocabularyId::subject, "mfl", "languages"},
    Synonym{VocabularyId::subject, "modern-foreign-languages", "languages"},
    Synonym{VocabularyId::subject, "biology", "science"},
    Synonym{VocabularyId::subject, "chemistry", "science"},
    Synonym{VocabularyId::subject, "physics", "science"},
    Synonym{VocabularyId::subject, "cross-curriculum", "cross-curricular"},
    Synonym{VocabularyId::phase, "eyfs", "early-years"},
    Synonym{VocabularyId::phase, "nursery", "early-years"},
    Synonym{VocabularyId::phase, "primary-school", "primary"},
    Synonym{VocabularyId::phase, "secondary-school", "secondary"},
    Synonym{VocabularyId::phase, "sixth-form", "sixteen-plus"},
    Synonym{VocabularyId::phase, "16+", "sixteen-plus"},
    Synonym{VocabularyId::phase, "all", "any"},
    Synonym{VocabularyId::focus, "literacy", "literacy-and-oracy"},
    Synonym{VocabularyId::focus, "oracy", "literacy-and-oracy"},
    Synonym{VocabularyId::focus, "behaviour", "behaviour-and-routines"},
    Synonym{VocabularyId::focus, "attendance", "attendance-and-presence"},
    Synonym{VocabularyId::focus, "assessment", "assessment-and-feedback"},
    Synonym{VocabularyId::focus, "feedback", "assessment-and-feedback"},
    Synonym{VocabularyId::focus, "send", "adaptive-teaching-and-send"},
    Synonym{VocabularyId::focus, "eal", "english-as-additional-language"},
    Synonym{VocabularyId::focus, "cpd", "professional-development"},
    Synonym{VocabularyId::year_group, "reception", "R"},
    Synonym{VocabularyId::year_group, "nursery", "N"},
    Synonym{VocabularyId::licence, "cc0", "CC0-1.0"},
    Synonym{VocabularyId::licence, "cc-0", "CC0-1.0"},
    Synonym{VocabularyId::licence, "cc0-1.0-universal", "CC0-1.0"},
    Synonym{VocabularyId::licence, "ogl-3.0", "OGL-UK-3.0"},
    Synonym{VocabularyId::licence, "ogl-v3.0", "OGL-UK-3.0"},
    Synonym{VocabularyId::licence, "creativecommons.org/licenses/by/4.0", "CC-BY-4.0"},
    Synonym{VocabularyId::licence, "creativecommons.org/licenses/by-sa/4.0", "CC-BY-SA-4.0"},
    Synonym{VocabularyId::licence, "creativecommons.org/licenses/by-nc/4.0", "CC-BY-NC-4.0"},
    Synonym{VocabularyId::licence, "creativecommons.org/publicdomain/zero/1.0", "CC0-1.0"},
    Synonym{VocabularyId::yes_no, "true", "yes"},
    Synonym{VocabularyId::yes_no, "on", "yes"},
    Synonym{VocabularyId::yes_no, "y", "yes"},
    Synonym{VocabularyId::yes_no, "false", "no"},
    Synonym{VocabularyId::yes_no, "off", "no"},
    Synonym{VocabularyId::yes_no, "n", "no"},
    Synonym{VocabularyId::clear_to_try, "true", "yes"},
    Synonym{VocabularyId::clear_to_try, "false", "no"},
    Synonym{VocabularyId::would_travel, "true", "yes"},
    Synonym{VocabularyId::would_travel, "false", "no"},
    Synonym{VocabularyId::call_type, "help", "call-for-help"},
    Synonym{VocabularyId::call_type, "thank-you", "thanks"},
};

/// Returns the year of "Year 9", "Y9" and "year-9": the number stands behind.
std::string_view year_of(std::string_view word) {
    for (const std::string_view before : {"year-", "year", "yr-", "yr", "y"})
        if (word.starts_with(before))
            return word.substr(before.size());
    return word;
}

/// Returns an address without the parts that do not tell licences apart.
std::string_view bare_address(std::string_view word) {
    for (const std::string_view before : {"https://", "http://", "www."})
        if (word.starts_with(before))
            word.remove_prefix(before.size());
    for (const std::string_view after : {"deed.en", "legalcode", "/"})
        while (word.ends_with(after))
            word.remove_suffix(after.size());
    return word;
}

struct Language {
    std::string_view name; // lower case
    std::string_view tag;
};

constexpr std::array languages{Language{"english", "en"},    Language{"british-english", "en-GB"},
                               Language{"welsh", "cy"},      Language{"cymraeg", "cy"},
                               Language{"gaelic", "gd"},     Language{"irish", "ga"},
                               Language{"french", "fr"},     Language{"fran\u00e7ais", "fr"},
                               Language{"german", "de"},     Language{"deutsch", "de"},
                               Language{"spanish", "es"},    Language{"espa\u00f1ol", "es"},
                               Language{"italian", "it"},    Language{"italiano", "it"},
                               Language{"portuguese", "pt"}, Language{"polish", "pl"},
                               Language{"polski", "pl"},     Language{"ukrainian", "uk"},
                               Language{"russian", "ru"},    Language{"arabic", "ar"},
                               Language{"urdu", "ur"},       Language{"punjabi", "pa"},
                               Language{"turkish", "tr"},    Language{"chinese", "zh"},
                               Language{"japanese", "ja"},   Language{"korean", "ko"},
                               Language{"dutch", "nl"},      Language{"nederlands", "nl"},
                               Language{"greek", "el"},      Language{"swedish", "sv"}};

} // namespace

std::string canonical_word(VocabularyId vocabulary, std::string_view written) {
    const std::string_view trimmed = trimmed_to_visible(written);
    if (records::is_in_vocabulary(vocabulary, trimmed))
        return std::string(trimmed);
    const std::string joined = joined_word(trimmed);
    std::string_view word = joined;
    if (vocabulary == VocabularyId::licence)
        word = bare_address(word);
    if (vocabulary == VocabularyId::year_group && word != "nursery")
        word = year_of(word);
    for (const std::string_view known : records::vocabulary_values(vocabulary))
        if (joined_word(known) == word)
            return std::string(known);
    for (const Synonym& each : synonyms)
        if (each.vocabulary == vocabulary && each.written == word)
            return std::string(each.word);
    return std::string(trimmed);
}

std::string canonical_language(std::string_view written) {
    written = trimmed_to_visible(written);
    const std::string joined = joined_word(written.substr(0, written.find_first_of(".@")));
    const auto named = std::ranges::find(languages, joined, &Language::name);
    if (named != languages.end())
        return std::string(named->tag);
    std::string tag = joined;
    // Region in upper case, script with a capital, as they are written. [RFC 5646 2.1.1]
    for (std::size_t begin = tag.find('-'); begin != std::string::npos && begin + 1 < tag.size();
         begin = tag.find('-', begin + 1)) {
        const std::size_t end = std::min(tag.find('-', begin + 1), tag.size());
        const std::size_t length = end - begin - 1;
        const std::size_t raised = length == 2 ? 2 : length == 4 ? 1 : 0;
        for (std::size_t i = begin + 1; i < begin + 1 + raised; ++i)
            if (tag[i] >= 'a' && tag[i] <= 'z')
                tag[i] = static_cast<char>(tag[i] - 'a' + 'A');
    }
    return records::is_language_tag(tag) ? tag : std::string(written);
}

} // namespace staffroom::services
