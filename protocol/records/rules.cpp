#include "protocol/records/rules.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/records/kind_facts.hpp"
#include "protocol/records/requirements.hpp"

#include <algorithm>
#include <chrono>
#include <map>

namespace staffroom::records {
namespace {

constexpr std::size_t title_characters_min = 5;
constexpr std::size_t title_characters_max = 200;
constexpr std::size_t imported_title_characters_max = 400; // the longest real one has 168
constexpr std::size_t summary_characters_max = 500;
constexpr std::size_t attribution_characters_max = 600;
constexpr std::size_t authors_max = 12;
constexpr std::size_t name_characters_max = 200;

using Problems = std::vector<Problem>;

/// A word as it was typed, cut where nobody reads on.
std::string shown(std::string_view word) {
    constexpr std::size_t shown_max = 60;
    return word.size() <= shown_max ? std::string(word)
                                    : std::string(word.substr(0, shown_max)) + "...";
}

std::string listed(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words)
        text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

void check_length(
    Problems& out,
    // NOLINTNEXTLINE(bugprone-easily-swappable-parameters): a field, then its value
    std::string_view field,
    std::string_view value,
    std::size_t characters_max
) {
    const std::size_t count = character_count(value);
    if (count > characters_max)
        out.push_back(
            {ProblemCode::too_long,
             std::string(field),
             {{"count", std::to_string(count)}, {"most", std::to_string(characters_max)}}}
        );
}

void check_word(
    Problems& out, std::string_view field, VocabularyId vocabulary, std::string_view value
) {
    const auto values = vocabulary_values(vocabulary);
    if (is_in_vocabulary(vocabulary, value))
        return;
    Problem problem{ProblemCode::unknown_value, std::string(field), {{"value", shown(value)}}};
    constexpr std::size_t listed_max = 30;
    if (const std::string_view near = nearest_name(value, values); !near.empty())
        problem.values.push_back({"near", std::string(near)});
    else if (values.size() <= listed_max)
        problem.values.push_back({"among", listed(values)});
    out.push_back(std::move(problem));
}

/// Tells whether the title may be short: the title of a note is only its first words.
bool has_short_title(const RecordFacts& facts) {
    return facts.imported || facts_of(facts.kind).is_note;
}

void check_title(Problems& out, const RecordBody& body, const RecordFacts& facts) {
    const std::size_t count = character_count(body.title);
    if (count == 0) {
        out.push_back({ProblemCode::title_missing, "title"});
        return;
    }
    const std::size_t most = facts.imported ? imported_title_characters_max : title_characters_max;
    const std::size_t least = has_short_title(facts) ? 1 : title_characters_min;
    const bool fits = count >= least && count <= most;
    if (!fits)
        out.push_back(
            {ProblemCode::title_length,
             "title",
             {{"count", std::to_string(count)},
              {"least", std::to_string(least)},
              {"most", std::to_string(most)}}}
        );
    else if (count > title_characters_max)
        out.push_back(
            {ProblemCode::title_long,
             "title",
             {{"count", std::to_string(count)}, {"most", std::to_string(title_characters_max)}}}
        );
}

void check_envelope(Problems& out, const RecordBody& body) {
    check_length(out, "summary", body.summary, summary_characters_max);
    check_length(out, "attribution", body.attribution, attribution_characters_max);
    if (body.authors.size() > authors_max)
        out.push_back({ProblemCode::too_many, "authors", {{"most", std::to_string(authors_max)}}});
    for (const Author& author : body.authors)
        check_length(out, "authors", author.name, name_characters_max);
    if (!body.language.empty() && !is_language_tag(body.language))
        out.push_back({ProblemCode::bad_language, "language", {{"value", shown(body.language)}}});
    if (!body.licence.empty())
        check_word(out, "licence", VocabularyId::licence, body.licence);
}

void check_text(Problems& out, const RecordBody& body, RecordKind kind) {
    if (body.text.size() > limits::text_bytes_max)
        out.push_back({ProblemCode::text_too_large, "text"});
    if (const std::size_t most = facts_of(kind).text_characters_max; most > 0)
        check_length(out, "text", body.text, most);
}

void check_value(Problems& out, const FieldFacts& facts, std::string_view value) {
    const bool is_whole =
        !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    switch (facts.shape) {
    case FieldShape::text:
    case FieldShape::section: break;
    case FieldShape::vocabulary:
        if (facts.vocabulary)
            check_word(out, facts.name, *facts.vocabulary, value);
        return;
    case FieldShape::number:
        if (facts.code == FieldCode::pupils_reached && value == small_count_words)
            return;
        if (!is_whole)
            out.push_back(
                {ProblemCode::bad_number, std::string(facts.name), {{"value", shown(value)}}}
            );
        break;
    case FieldShape::date:
        if (!is_real_date(value))
            out.push_back(
                {ProblemCode::bad_date, std::string(facts.name), {{"value", shown(value)}}}
            );
        return;
    }
    check_length(out, facts.name, value, facts.characters_max);
}

void check_fields(Problems& out, const RecordBody& body, RecordKind kind) {
    std::map<std::uint32_t, std::size_t> counts;
    for (const Field& field : body.fields) {
        const FieldFacts* facts = find_field(field.code);
        if (facts == nullptr || !belongs_to(*facts, kind)) {
            const std::string name =
                facts == nullptr ? std::to_string(field.code) : std::string(facts->name);
            out.push_back(
                {ProblemCode::unknown_field, name, {{"kind", std::string(kind_name(kind))}}}
            );
            continue;
        }
        if (++counts[field.code] == facts->count_max + 1)
            out.push_back(
                {ProblemCode::too_many,
                 std::string(facts->name),
                 {{"most", std::to_string(facts->count_max)}}}
            );
        check_value(out, *facts, field.value);
    }
}

} // namespace

std::vector<Problem> check(const RecordBody& body, const RecordFacts& facts) {
    Problems out;
    check_title(out, body, facts);
    check_envelope(out, body);
    check_text(out, body, facts.kind);
    check_fields(out, body, facts.kind);
    append_absent(out, body, facts);
    return out;
}

std::string_view value_in(const Problem& problem, std::string_view name) {
    const auto found = std::ranges::find(problem.values, name, &MessageValue::name);
    return found == problem.values.end() ? std::string_view() : std::string_view(found->text);
}

bool refuses(ProblemCode code) {
    return code != ProblemCode::title_long;
}

bool is_absence(ProblemCode code) {
    return code == ProblemCode::required_missing || code == ProblemCode::unread_value ||
           code == ProblemCode::trials_missing;
}

std::string_view problem_name(ProblemCode code) {
    switch (code) {
    case ProblemCode::title_missing: return "title-missing";
    case ProblemCode::title_length: return "title-length";
    case ProblemCode::title_long: return "title-long";
    case ProblemCode::text_too_large: return "text-too-large";
    case ProblemCode::too_long: return "too-long";
    case ProblemCode::too_many: return "too-many";
    case ProblemCode::unknown_value: return "unknown-value";
    case ProblemCode::unknown_field: return "unknown-field";
    case ProblemCode::bad_number: return "bad-number";
    case ProblemCode::bad_date: return "bad-date";
    case ProblemCode::bad_language: return "bad-language";
    case ProblemCode::target_missing: return "target-missing";
    case ProblemCode::claims_evidence: return "claims-evidence";
    case ProblemCode::required_missing: return "required-missing";
    case ProblemCode::unread_value: return "unread-value";
    case ProblemCode::trials_missing: return "trials-missing";
    case ProblemCode::text_missing: return "text-missing";
    }
    return "";
}

std::size_t character_count(std::string_view text) {
    // Every byte but a continuation byte (10xxxxxx) begins a code point.
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

bool is_real_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return false;
    int parts[3] = {0, 0, 0};
    std::size_t part = 0;
    for (const char c : text) {
        if (c == '-')
            ++part;
        else if (c >= '0' && c <= '9')
            parts[part] = parts[part] * 10 + (c - '0');
        else
            return false;
        if (part > 2)
            return false;
    }
    return std::chrono::year_month_day(
               std::chrono::year(parts[0]),
               std::chrono::month(static_cast<unsigned>(parts[1])),
               std::chrono::day(static_cast<unsigned>(parts[2]))
    )
        .ok();
}

bool is_language_tag(std::string_view text) {
    constexpr std::size_t tag_characters_max = 35; // RFC 5646 section 4.4.1
    if (text.empty() || text.size() > tag_characters_max)
        return false;
    std::size_t length = 0;
    bool is_first = true;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const char c = i < text.size() ? text[i] : '-';
        if (c == '-') {
            if (length < (is_first ? 2U : 1U) || length > 8)
                return false;
            length = 0;
            is_first = false;
            continue;
        }
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool is_digit = c >= '0' && c <= '9';
        if (!is_letter && (is_first || !is_digit))
            return false;
        ++length;
    }
    return true;
}

} // namespace staffroom::records
