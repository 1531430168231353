#include "node/services/vocabulary/record_template.hpp"

#include "node/services/vocabulary/vocabulary_words.hpp"
#include "protocol/records/requirements.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace staffroom::services {
namespace {

using enum records::FieldCode;
using records::FieldCode;
using records::FieldFacts;
using records::FieldShape;
using records::Reach;
using records::RecordBody;
using records::RecordKind;
using records::Requirement;

constexpr std::size_t columns_max = 96;

/// Set by the node, by an import, or when a record is revised or taken back: never in a new one.
constexpr std::array not_by_hand{
    check_confirmed_by,
    check_confirmed_rules,
    check_confirmed_reason,
    check_confirmed_on,
    why_changed,
    source_kind,
    retraction_reason};
constexpr std::array lesson_only{
    lesson_question, case_pupils, predicted_and_seen, pupil_interviews, next_lesson};
constexpr std::array tip_only{where_it_worked, what_to_watch};
/// The fields that a quick tip offers beside what is asked for: it is written in two minutes.
constexpr std::array tip_extras{phases, subjects, focus, year_groups, form};

template <class Codes> bool is_in(const Codes& codes, FieldCode code) {
    return std::ranges::find(codes, code) != codes.end();
}

/// Returns "Required" from this reach on.
std::string required_from(Reach reach) {
    std::string words = "Required";
    if (reach == Reach::circle)
        words += " beyond the school";
    else if (reach == Reach::network)
        words += " from reach network";
    return words;
}

/// Returns what the rules miss in a record.
std::set<std::string> absent_in(const RecordBody& body, RecordKind kind, Reach reach) {
    std::set<std::string> names;
    for (const records::Problem& problem : records::check(body, {kind, reach, false, {}}))
        if (problem.code == records::ProblemCode::required_missing ||
            problem.code == records::ProblemCode::title_missing)
            names.insert(problem.field);
    return names;
}

/// The wishes for a record of one kind and form.
class Wishes {
public:
    Wishes(RecordKind kind, std::string_view form)
        : kind_(kind) {
        if (!form.empty())
            empty_.fields.push_back({static_cast<std::uint32_t>(FieldCode::form), std::string(form)}
            );
    }

    /// Returns "Required", with the condition; empty when nothing asks for the field.
    [[nodiscard]] std::string words_for(const FieldFacts& facts) const {
        const Requirement* asks = nullptr;
        for (const Requirement& each : records::facts_of(kind_).asks) {
            const bool is_nearer =
                asks == nullptr || std::pair(is_asked_later(each), each.from) <
                                       std::pair(is_asked_later(*asks), asks->from);
            if (is_in(each.any_of, facts.code) && may_apply(each) && is_nearer)
                asks = &each;
        }
        return asks == nullptr ? std::string() : words_of(*asks);
    }

    /// Returns the same of a part of the envelope, found by asking the rules about a record with
    /// nothing in it and about one with this part.
    template <class Fill> [[nodiscard]] std::string words_for_part(const Fill& fill) const {
        for (const Reach reach : {Reach::school, Reach::circle, Reach::network}) {
            RecordBody filled = empty_;
            fill(filled);
            const auto before = absent_in(empty_, kind_, reach);
            const auto after = absent_in(filled, kind_, reach);
            if (std::ranges::any_of(before, [&](const auto& name) {
                    return !after.contains(name);
                }))
                return required_from(reach) + ".";
        }
        return {};
    }

private:
    /// Tells whether a field is asked for only once its author has written something else.
    [[nodiscard]] static bool is_asked_later(const Requirement& asks) {
        return asks.across_networks ||
               (asks.when.field != none && asks.when.field != FieldCode::form);
    }
    [[nodiscard]] bool may_apply(const Requirement& asks) const {
        return asks.when.field != FieldCode::form || records::is_met(asks.when, empty_);
    }

    [[nodiscard]] static std::string words_of(const Requirement& asks) {
        if (asks.across_networks)
            return "Required where you tried a record of another network.";
        if (is_asked_later(asks)) {
            const FieldFacts* field =
                records::find_field(static_cast<std::uint32_t>(asks.when.field));
            return "Required once the " + std::string(field->name) + " is " +
                   std::string(asks.when.values.front()) + ".";
        }
        std::string words = required_from(asks.from);
        if (asks.words.starts_with("context"))
            words += ", one of the context lines at least";
        else if (!asks.words.empty())
            words += ", one of " + std::string(asks.words);
        return words + ".";
    }

    RecordKind kind_;
    RecordBody empty_;
};

/// Writes words as lines of comments, none longer than `columns_max` unless a word is.
void put_comment(std::string& out, std::string_view words) {
    std::string line = "#";
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        if (line.size() + 1 + end > columns_max) {
            out += line + "\n";
            line = "#";
        }
        line += " " + std::string(words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    if (line != "#")
        out += line + "\n";
}

std::string joined(std::span<const std::string_view> words) {
    std::string out;
    for (const std::string_view word : words)
        out += (out.empty() ? "" : ", ") + std::string(word);
    return out;
}

/// Tells whether a list is long: a short list stands one below the other, a long one in running
/// text.
bool is_long(records::VocabularyId vocabulary) {
    constexpr std::size_t listed_max = 8;
    return records::vocabulary_values(vocabulary).size() > listed_max;
}

/// Explains each word of a long list.
std::string explained(records::VocabularyId vocabulary) {
    std::string out;
    for (const std::string_view word : records::vocabulary_values(vocabulary))
        out += (out.empty() ? "" : ", ") + std::string(word) + " (" +
               std::string(records::meaning_of(vocabulary, word)) + ")";
    return out;
}

/// Writes each word of a short list with its meaning, in a line of its own.
void put_words(std::string& out, records::VocabularyId vocabulary) {
    if (!is_long(vocabulary))
        for (const std::string_view word : records::vocabulary_values(vocabulary))
            out += "#   " + std::string(word) + " = " +
                   std::string(records::meaning_of(vocabulary, word)) + "\n";
}

/// Returns the words for the values that a field takes.
std::string shape_words(const FieldFacts& facts) {
    const std::string up_to =
        facts.count_max > 1 ? "up to " + std::to_string(facts.count_max) : std::string();
    // A school's name becomes its id, so its length does not count.
    if (facts.code == joint_with)
        return "In brackets, " + up_to + ", each in double quotes.";
    const std::string limit = std::to_string(facts.characters_max) + " characters";
    switch (facts.shape) {
    case FieldShape::vocabulary: {
        const bool is_text = facts.vocabulary && is_long(*facts.vocabulary);
        return (up_to.empty() ? "One of:" : "In brackets, " + up_to + " of:") +
               (is_text ? " " + explained(*facts.vocabulary) + "." : "");
    }
    case FieldShape::number: return "A whole number; leave it empty where nobody counted.";
    case FieldShape::date: return "A day, as 2026-01-31.";
    case FieldShape::text:
    case FieldShape::section:
        return up_to.empty() ? "At most " + limit + "."
                             : "In brackets, " + up_to + ", each at most " + limit + ".";
    }
    return {};
}

void put_field(std::string& out, const FieldFacts& facts, const Wishes& wishes, bool is_form) {
    std::string comment = wishes.words_for(facts);
    const auto say = [&](std::string_view words) {
        if (!words.empty())
            comment += (comment.empty() ? "" : " ") + std::string(words);
    };
    say(facts.prompt);
    say(shape_words(facts));
    put_comment(out, comment);
    if (facts.vocabulary)
        put_words(out, *facts.vocabulary);
    if (!is_form)
        out += std::string(facts.name) + (facts.count_max > 1 ? ": []\n" : ":\n");
}

void put_line(std::string& out, std::string_view name, const std::string& comment) {
    put_comment(out, comment);
    if (name == "licence")
        put_words(out, records::VocabularyId::licence);
    out += std::string(name) + (name == "authors" ? ": []\n" : ":\n");
}

/// Writes the parts of the envelope that a person fills in.
void put_envelope(std::string& out, RecordKind kind, const Wishes& wishes) {
    const auto part = [&](std::string_view name, auto fill, std::string_view words) {
        const std::string asked = wishes.words_for_part(fill);
        put_line(out, name, asked + (asked.empty() ? "" : " ") + std::string(words));
    };
    const bool is_note = records::facts_of(kind).is_note;
    part(
        "title",
        [&](RecordBody& body) {
            if (!is_note) // the first words of a note are its title
                body.title = "A title";
        },
        is_note ? "Left empty, the first words of the text." : "5 to 200 characters."
    );
    part(
        "summary",
        [](RecordBody& body) { body.summary = "Words"; },
        "What somebody reads first; at most 500 characters."
    );
    part(
        "authors",
        [](RecordBody& body) {
            body.authors.push_back({{}, "A", ""});
        },
        "In brackets, up to 12 names, each in double quotes."
    );
    part(
        "language",
        [](RecordBody& body) { body.language = "en"; },
        "A language tag such as en-GB or cy; left empty, that of this node."
    );
    part(
        "licence",
        [&](RecordBody& body) {
            if (!is_note) // these go out as in-network-only
                body.licence = "CC-BY-4.0";
        },
        "Left empty, that of this node's settings. One of:"
    );
}

bool is_offered(const FieldFacts& facts, RecordKind kind, std::string_view form, bool is_asked) {
    if (!records::belongs_to(facts, kind))
        return false;
    if (is_asked)
        return true;
    if (is_in(not_by_hand, facts.code))
        return false;
    if (form == "quick-tip")
        return is_in(tip_extras, facts.code);
    return !is_in(tip_only, facts.code) &&
           (form == "lesson-study" || !is_in(lesson_only, facts.code));
}

std::string target_words(RecordKind kind) {
    const auto targets = records::facts_of(kind).targets;
    const std::string relation(
        targets.empty() ? std::string_view() : records::relation_name(targets.front())
    );
    const bool is_note = records::facts_of(kind).is_note;
    const std::string enough =
        is_note ? " Only the text below is needed; the lines above it may stay empty." : "";
    return relation.empty()
               ? enough
               : enough + " It has to say what it is about: add --about ID --relation " + relation +
                     " when you publish it.";
}

void put_head(std::string& out, RecordKind kind, std::string_view form, const Wishes& wishes) {
    const std::string name(records::kind_name(kind));
    out += "---\n";
    put_comment(
        out,
        "Fill in what you can. Lines that begin with # are notes for you, and a heading with "
        "nothing "
        "written under it counts as absent. Then: staffroom publish FILE, with --network NAME to "
        "share it." +
            target_words(kind)
    );
    out += "kind: " + name + "\n";
    put_envelope(out, kind, wishes);
    for (const FieldFacts& facts : records::all_fields()) {
        const bool is_asked = records::belongs_to(facts, kind) && !wishes.words_for(facts).empty();
        if (facts.shape == FieldShape::section || !is_offered(facts, kind, form, is_asked))
            continue;
        const bool is_form = facts.code == FieldCode::form;
        put_field(out, facts, wishes, is_form);
        if (is_form)
            out += "form: " + std::string(form) + "\n";
    }
    out += "---\n";
}

void put_prompt(std::string& out, std::string_view words, const std::string& asked) {
    out += "<!-- " + std::string(words) + (words.empty() || asked.empty() ? "" : " ") + asked +
           " -->\n";
}

void put_text(std::string& out, RecordKind kind, std::string_view form, const Wishes& wishes) {
    if (const std::string_view words = records::facts_of(kind).prompt; !words.empty())
        put_prompt(out, words, "");
    for (const FieldFacts& facts : records::all_fields()) {
        const std::string asked =
            records::belongs_to(facts, kind) ? wishes.words_for(facts) : std::string();
        if (facts.shape != FieldShape::section || !is_offered(facts, kind, form, !asked.empty()))
            continue;
        out += "\n## " + heading_of(facts) + "\n\n";
        put_prompt(out, facts.prompt, asked);
    }
}

} // namespace

bool offers_field(const FieldFacts& facts, RecordKind kind, std::string_view form) {
    const bool is_asked =
        records::belongs_to(facts, kind) && !Wishes(kind, form).words_for(facts).empty();
    return is_offered(facts, kind, form, is_asked);
}

std::string heading_of(const FieldFacts& facts) {
    std::string heading(facts.heading.empty() ? facts.name : facts.heading);
    if (facts.heading.empty())
        std::ranges::replace(heading, '-', ' ');
    if (heading.front() >= 'a' && heading.front() <= 'z')
        heading.front() = static_cast<char>(heading.front() - 'a' + 'A');
    return heading;
}

Result<std::string> record_template(RecordKind kind, std::string_view form) {
    if (!records::is_written_here(kind))
        return fail(
            Errc::not_allowed,
            "Records of kind " + std::string(records::kind_name(kind)) +
                " cannot be written by this version."
        );
    const bool has_forms = kind == RecordKind::practice_write_up;
    if (!has_forms && !form.empty())
        return fail(Errc::invalid_input, "Only a practice-write-up has forms.");
    if (has_forms && form.empty())
        form = "write-up";
    if (has_forms && !records::is_in_vocabulary(records::VocabularyId::write_up_form, form))
        return fail(
            Errc::unknown_value,
            "\"" + std::string(form) + "\" is no form; there are " +
                joined(records::vocabulary_values(records::VocabularyId::write_up_form)) + "."
        );
    const Wishes wishes(kind, form);
    std::string out;
    put_head(out, kind, form, wishes);
    put_text(out, kind, form, wishes);
    return out;
}

} // namespace staffroom::services
