#include "node/services/record_fields.hpp"

#include "protocol/records/fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace staffroom::services {
namespace {

using records::FieldFacts;

// Parts of the envelope, not fields: record_file reads them.
constexpr std::array<std::string_view, 6> envelope_names{
    "title", "summary", "language", "licence", "attribution", "authors"};
constexpr std::array<std::string_view, 17> front_matter_names{
    "title",
    "summary",
    "description",
    "language",
    "lang",
    "licence",
    "license",
    "author",
    "authors",
    "creator",
    "source",
    "date",
    "attribution",
    "created",
    "kind",
    "reach",
    "licence_url"};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

bool has_field(const records::RecordBody& body, const FieldFacts& facts) {
    return records::field_value(body, facts.code) != nullptr;
}

void add_value(records::RecordBody& body, const FieldFacts& facts, std::string value) {
    body.fields.push_back({static_cast<std::uint32_t>(facts.code), std::move(value)});
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Words of a vocabulary may be written together, "primary;secondary"; free words are one value as
/// they stand.
std::vector<std::string> values_in(const FieldFacts& facts, std::string_view written) {
    std::vector<std::string> values;
    if (facts.shape != records::FieldShape::vocabulary)
        return {std::string(written)};
    while (!written.empty()) {
        const std::size_t end = written.find(';');
        if (const auto value = trimmed(written.substr(0, end)); !value.empty())
            values.push_back(
                facts.vocabulary ? canonical_word(*facts.vocabulary, value) : std::string(value)
            );
        written = end == std::string_view::npos ? std::string_view{} : written.substr(end + 1);
    }
    return values;
}

std::string did_you_mean(records::RecordKind kind, std::string_view name) {
    const auto names = records::field_names(kind);
    const std::string_view near = records::nearest_name(name, names);
    return near.empty() ? "" : " Did you mean \"" + std::string(near) + "\"?";
}

/// What a manifest says of phase or focus; a word outside the vocabulary is reported and left out.
void add_import_words(ReadRecord& read, records::FieldCode code, std::string_view written) {
    const FieldFacts* facts = records::find_field(static_cast<std::uint32_t>(code));
    if (facts == nullptr || has_field(read.body, *facts))
        return;
    for (std::string& value : values_in(*facts, written)) {
        if (facts->vocabulary && records::is_in_vocabulary(*facts->vocabulary, value))
            add_value(read.body, *facts, std::move(value));
        else
            read.notes.push_back(
                "\"" + value + "\" is not a value of " + std::string(facts->name) +
                " and is left out."
            );
    }
}

} // namespace

std::string canonical_word(records::VocabularyId vocabulary, std::string_view word) {
    if (!records::is_in_vocabulary(vocabulary, word))
        for (const std::string_view known : records::vocabulary_values(vocabulary))
            if (std::ranges::equal(known, word, {}, lower, lower))
                return std::string(known);
    return std::string(word);
}

std::string FieldReader::front_matter(std::string_view key) const {
    const auto found = std::ranges::find(front_matter_, key, &FrontMatterField::key);
    return found == front_matter_.end() || found->values.empty() ? "" : found->values.front();
}

std::vector<std::string> FieldReader::front_matter_values(std::string_view key) const {
    const auto found = std::ranges::find(front_matter_, key, &FrontMatterField::key);
    return found == front_matter_.end() ? std::vector<std::string>{} : found->values;
}

bool FieldReader::says_nothing(std::string_view key) const {
    const auto found = std::ranges::find(front_matter_, key, &FrontMatterField::key);
    return found != front_matter_.end() && found->values.empty();
}

std::string FieldReader::option(std::string_view key) const {
    const auto found =
        std::ranges::find(options_, key, &std::pair<std::string, std::string>::first);
    return found == options_.end() ? "" : found->second;
}

bool FieldReader::has_option(std::string_view key) const {
    return std::ranges::find(options_, key, &std::pair<std::string, std::string>::first) !=
           options_.end();
}

std::vector<RequestedRelation> FieldReader::relations() const {
    std::vector<RequestedRelation> found;
    for (const FrontMatterField& field : front_matter_) {
        const bool is_relation = records::relation_from_name(field.key).has_value();
        if (!is_relation && field.key != "about")
            continue;
        for (const std::string& value : field.values) {
            const std::size_t space = value.find(' ');
            if (is_relation || space == std::string::npos)
                found.push_back({value, is_relation ? field.key : std::string()});
            else
                found.push_back({value.substr(space + 1), value.substr(0, space)});
        }
    }
    return found;
}

Result<void> FieldReader::fill(ReadRecord& read, const std::optional<ImportFacts>& imported) const {
    if (auto ok = fill_options(read); !ok)
        return ok;
    fill_front_matter(read, !imported);
    if (!imported)
        return {};
    add_import_words(read, records::FieldCode::phases, imported->phase);
    add_import_words(read, records::FieldCode::focus, imported->focus);
    const FieldFacts* form = records::find_field(read.facts.kind, "form");
    if (form != nullptr && !has_field(read.body, *form))
        add_value(read.body, *form, "resource");
    if (!imported->source_kind.empty())
        read.body.fields.push_back(
            {static_cast<std::uint32_t>(records::FieldCode::source_kind), imported->source_kind}
        );
    return {};
}

Result<void> FieldReader::fill_stated(ReadRecord& read) const {
    if (auto ok = fill_options(read); !ok)
        return ok;
    fill_front_matter(read, false);
    return {};
}

Result<void> FieldReader::fill_options(ReadRecord& read) const {
    for (const auto& [name, value] : options_) {
        if (is_one_of(envelope_names, name))
            continue;
        const FieldFacts* facts = records::find_field(read.facts.kind, name);
        if (facts == nullptr)
            return fail(
                Errc::not_allowed,
                "A record of kind " + std::string(records::kind_name(read.facts.kind)) +
                    " has no field \"" + name + "\"." + did_you_mean(read.facts.kind, name)
            );
        // "FIELD=" takes a value away that a revision would inherit.
        if (value.empty())
            continue;
        for (std::string& each : values_in(*facts, value))
            add_value(read.body, *facts, std::move(each));
    }
    return {};
}

void FieldReader::fill_front_matter(ReadRecord& read, bool says_unknown) const {
    // Only what the options gave before; several values of one key belong together.
    const records::RecordBody from_options = read.body;
    for (const FrontMatterField& field : front_matter_) {
        const FieldFacts* facts = records::find_field(read.facts.kind, field.key);
        if (facts != nullptr) {
            if (has_field(from_options, *facts))
                continue;
            for (const std::string& written : field.values)
                for (std::string& value : values_in(*facts, written))
                    add_value(read.body, *facts, std::move(value));
        } else if (!is_one_of(front_matter_names, field.key) && says_unknown &&
                   field.key != "about" && !records::relation_from_name(field.key)) {
            read.notes.push_back(
                "\"" + field.key + "\" in line " + std::to_string(field.line) +
                " is not a field; it is kept in the front matter only." +
                did_you_mean(read.facts.kind, field.key)
            );
        }
    }
}

std::optional<WallTime> day_of(std::string_view text) {
    if (!records::is_real_date(text))
        return std::nullopt;
    const auto number = [&](std::size_t begin, std::size_t length) {
        int value = 0;
        std::from_chars(text.data() + begin, text.data() + begin + length, value);
        return value;
    };
    const std::chrono::sys_days day = std::chrono::year_month_day(
        std::chrono::year(number(0, 4)),
        std::chrono::month(static_cast<unsigned>(number(5, 2))),
        std::chrono::day(static_cast<unsigned>(number(8, 2)))
    );
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(day.time_since_epoch());
    if (ms.count() < 0)
        return std::nullopt;
    return WallTime{static_cast<std::uint64_t>(ms.count())};
}

} // namespace staffroom::services
