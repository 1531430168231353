#include "node/services/records/record_envelope.hpp"

#include "node/services/markdown/record_title.hpp"
#include "node/services/text/visible_words.hpp"
#include "node/services/vocabulary/vocabulary_words.hpp"
#include "node/services/vocabulary/written_date.hpp"
#include "protocol/records/kind_facts.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

constexpr std::size_t summary_characters_max = 500;
constexpr std::size_t attribution_characters_max = 500;
constexpr std::size_t imported_title_characters_max = 400;

std::string first_of(std::initializer_list<std::string> candidates) {
    for (const std::string& candidate : candidates)
        if (!candidate.empty())
            return candidate;
    return {};
}

std::vector<std::string> named_authors(const FieldReader& fields) {
    for (const auto* key : {"authors", "author", "creator", "by"})
        if (auto names = fields.front_matter_values(key); !names.empty())
            return names;
    return {};
}

void fill_authors(records::RecordBody& body, const EnvelopeSources& from) {
    std::vector<std::string> names = from.request.authors;
    if (names.empty() && !from.request.imported)
        names = named_authors(from.fields);
    const RecordDefaults& defaults = from.defaults;
    if (names.empty() && defaults.former)
        body.authors = defaults.former->body.authors;
    else if (names.empty() && !defaults.person.empty())
        names.push_back(defaults.person);
    else if (names.empty() && !defaults.school_name.empty())
        names.push_back(defaults.school_name);
    // "Name @ School" names an author of another school.
    for (const std::string& name : names) {
        const std::size_t at = name.rfind(" @ ");
        const Bytes id = name == defaults.person ? defaults.person_id : Bytes();
        body.authors.push_back(
            at == std::string::npos ? records::Author{id, name, defaults.school_name}
                                    : records::Author{{}, name.substr(0, at), name.substr(at + 3)}
        );
    }
}

/// Returns the value of an envelope part by the names that stand for it, the option and the
/// manifest first.
std::string stated(
    const EnvelopeSources& from,
    std::string_view name,
    const std::string& manifest,
    std::initializer_list<std::string_view> others
) {
    return first_of(
        {from.fields.option(name),
         manifest,
         from.fields.front_matter(name),
         from.fields.front_matter_of(others)}
    );
}

std::string title_of(ReadRecord& read, const EnvelopeSources& from, const ImportFacts& facts) {
    const std::string given = one_line(stated(from, "title", facts.title, {}));
    read.states_title = !given.empty();
    const bool is_short = records::facts_of(read.facts.kind).is_note;
    // A title line left empty is a missing title, and none is guessed; a note needs none.
    if (given.empty() && from.fields.says_nothing("title") && !is_short &&
        from.nature != FileNature::foreign)
        return {};
    const std::string former = from.defaults.former ? from.defaults.former->body.title : "";
    std::string title =
        first_of({given, percent_title(read.body.text), from.shape.first_heading, former});
    if (title.empty()) {
        const std::string words = words_title(from.shape.first_paragraph);
        title = first_of({is_short ? words : "", path_title(from.request.path), words, "Untitled"});
    }
    if (!read.facts.imported || records::character_count(title) <= imported_title_characters_max)
        return title;
    read.notes.push_back("The title is longer than 400 characters and is cut there.");
    return shortened(title, imported_title_characters_max - 1);
}

std::string language_of(ReadRecord& read, const EnvelopeSources& from, const ImportFacts& facts) {
    const std::string former = from.defaults.former ? from.defaults.former->body.language : "";
    const std::string usual = first_of({former, from.defaults.language});
    const std::string given =
        canonical_language(stated(from, "language", facts.language, {"lang", "locale"}));
    if (given.empty())
        return usual;
    if (from.nature != FileNature::foreign || records::is_language_tag(given))
        return given;
    read.notes.push_back(
        "\"" + given + "\" is not a language tag such as en-GB or cy; " + usual + " stands instead."
    );
    return usual;
}

/// Returns the licence: for somebody else's text only the stated one, for one's own text the one of
/// the school's settings.
std::string licence_of(ReadRecord& read, const EnvelopeSources& from, const ImportFacts& facts) {
    constexpr auto known = records::VocabularyId::licence;
    const std::string given =
        canonical_word(known, stated(from, "licence", facts.licence, {"license", "rights"}));
    const bool is_foreign_word = from.nature == FileNature::foreign && !given.empty() &&
                                 !records::is_in_vocabulary(known, given) &&
                                 from.fields.option("licence").empty() && facts.licence.empty();
    if (is_foreign_word)
        read.notes.push_back(
            "\"" + shortened(given, summary_characters_max / 5) +
            "\" is not a licence that is known here; it is kept in the front matter only."
        );
    else if (!given.empty())
        return given;
    if (read.facts.imported || from.defaults.former || from.fields.has_option("licence"))
        return {};
    if (from.defaults.licence.empty() && records::facts_of(read.facts.kind).is_note)
        return "in-network-only";
    return from.defaults.licence;
}

std::string attribution_of(const EnvelopeSources& from, const ImportFacts& facts) {
    std::string attribution = stated(from, "attribution", facts.attribution, {});
    if (!attribution.empty() || !from.request.imported)
        return attribution;
    for (const auto* key : {"creator", "author", "authors", "by", "source"})
        for (const std::string& part : from.fields.front_matter_values(key))
            attribution += (attribution.empty() ? "" : "; ") + part;
    if (attribution.empty() && !from.request.path.empty())
        attribution = "From the file " + from.request.path;
    return shortened(attribution, attribution_characters_max);
}

} // namespace

void fill_envelope(ReadRecord& read, const EnvelopeSources& from) {
    const ImportFacts facts = from.request.imported.value_or(ImportFacts{});
    records::RecordBody& body = read.body;
    body.title = title_of(read, from, facts);
    body.summary = stated(from, "summary", "", {"description", "abstract", "excerpt"});
    if (body.summary.empty() && from.request.imported)
        body.summary = from.shape.first_paragraph;
    if (from.nature == FileNature::foreign || from.request.imported)
        body.summary = shortened(body.summary, summary_characters_max);
    body.language = language_of(read, from, facts);
    body.licence = licence_of(read, from, facts);
    body.attribution = attribution_of(from, facts);
    body.origin = from.request.origin;
    fill_authors(body, from);
}

void fill_times(ReadRecord& read, const EnvelopeSources& from) {
    read.body.modified = from.defaults.now;
    read.body.created = from.defaults.now;
    const std::string stated_day = first_of(
        {from.request.imported ? from.request.imported->created : std::string(),
         from.fields.front_matter_of(
             {"date",
              "created",
              "date-created",
              "created-at",
              "pubdate",
              "pub-date",
              "publishdate",
              "publish-date",
              "published-at"}
         )}
    );
    // "published" is a day in one program and a yes or no in the next.
    const std::string published = from.fields.front_matter("published");
    if (const auto moment = written_moment(stated_day))
        read.body.created = *moment;
    else if (!stated_day.empty())
        read.notes.push_back(
            "\"" + stated_day +
            "\" is not a date of the calendar; the time of publishing stands instead."
        );
    else if (const auto other = written_moment(published))
        read.body.created = *other;
    else if (const auto day = written_moment(path_day(from.request.path));
             day && from.request.imported)
        read.body.created = *day;
}

} // namespace staffroom::services
