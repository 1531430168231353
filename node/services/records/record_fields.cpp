#include "node/services/records/record_fields.hpp"

#include "node/services/front_matter/field_names.hpp"
#include "node/services/text/problem_text.hpp"
#include "node/services/text/visible_words.hpp"
#include "node/services/vocabulary/vocabulary_words.hpp"
#include "node/services/vocabulary/written_date.hpp"
#include "protocol/records/fields.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

using records::FieldFacts;

// The parts of the envelope, which are no fields: record_file reads them.
constexpr std::array<std::string_view, 6> envelope_options{
    "title", "summary", "language", "licence", "attribution", "authors"};
bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

bool has_field(const records::RecordBody& body, const FieldFacts& facts) {
    return records::field_value(body, facts.code) != nullptr;
}

void add_value(records::RecordBody& body, const FieldFacts& facts, std::string value) {
    body.fields.push_back({static_cast<std::uint32_t>(facts.code), std::move(value)});
}

/// Returns the values in a text. Words of a vocabulary may be written together,
/// "primary;secondary"; a day may be written in several ways; free words are one value as they
/// stand.
std::vector<std::string> values_in(const FieldFacts& facts, std::string_view written) {
    std::vector<std::string> values;
    if (facts.shape == records::FieldShape::date)
        return {written_day(written).value_or(std::string(written))};
    if (facts.shape != records::FieldShape::vocabulary)
        return {std::string(written)};
    while (!written.empty()) {
        const std::size_t end = written.find_first_of(";,");
        if (const auto value = trimmed_to_visible(written.substr(0, end)); !value.empty())
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

/// Adds the words of a manifest for phase or focus; a word outside the vocabulary is reported and
/// left out.
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

/// Returns why a value cannot stand in a field, as a sentence; empty: it can.
std::string why_unfit(const FieldFacts& facts, const std::string& value, records::RecordKind kind) {
    records::RecordBody probe;
    probe.fields.push_back({static_cast<std::uint32_t>(facts.code), value});
    for (const records::Problem& problem :
         records::check(probe, {kind, records::Reach::draft, false, {}}))
        if (problem.field == facts.name && !records::is_absence(problem.code))
            return problem_sentence(problem);
    return {};
}

/// Adds a value that nobody could read as an absent one, so that a draft keeps the words.
void add_unread(ReadRecord& read, const FieldFacts& facts, std::size_t line) {
    const records::Problem unread{
        records::ProblemCode::unread_value,
        std::string(facts.name),
        {{"line", std::to_string(line)}}};
    read.problems.push_back(unread);
    if (std::ranges::none_of(read.notes, [&](const std::string& note) {
            return note.starts_with("Line " + std::to_string(line) + " ");
        }))
        read.notes.push_back(problem_sentence(unread));
}

/// Adds a value of a foreign file where it fits, and says so where it does not.
void add_foreign(ReadRecord& read, const FieldFacts& facts, std::string value) {
    const auto same = [&](const records::Field& field) {
        return field.code == static_cast<std::uint32_t>(facts.code);
    };
    const auto count = static_cast<std::size_t>(std::ranges::count_if(read.body.fields, same));
    std::string why = why_unfit(facts, value, read.facts.kind);
    if (why.empty() && count == facts.count_max)
        why = "\"" + value + "\" is one value of " + std::string(facts.name) + " too many.";
    if (why.empty() && facts.code == records::FieldCode::evidence_strength && read.facts.imported)
        why = "An imported record claims no evidence strength.";
    if (why.empty())
        add_value(read.body, facts, std::move(value));
    else
        read.notes.push_back(why + " It is kept in the front matter only.");
}

/// Returns as much of a long list of names as a sentence can show.
std::string some_of(const std::vector<std::string>& names) {
    constexpr std::size_t shown_max = 12;
    constexpr std::size_t shown_bytes_max = 40;
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), shown_max); ++i)
        out += (i == 0 ? "" : ", ") +
               (names[i].size() <= shown_bytes_max ? names[i] : std::string("a long name"));
    if (names.size() > shown_max)
        out += " and " + std::to_string(names.size() - shown_max) + " more";
    return out;
}

bool is_field_of_any_kind(std::string_view name) {
    for (std::uint64_t raw = 1; const auto kind = records::parse_kind(raw); ++raw)
        if (records::find_field(*kind, name) != nullptr)
            return true;
    return false;
}

} // namespace

const FrontMatterField* FieldReader::find(std::string_view key) const {
    // The name as written first: an exported part and its original may differ in case only.
    auto found = std::ranges::find(front_matter_, key, &FrontMatterField::key);
    if (found == front_matter_.end())
        found = std::ranges::find_if(front_matter_, [&](const FrontMatterField& field) {
            return canonical_name(field.key) == key;
        });
    return found == front_matter_.end() ? nullptr : &*found;
}

std::string FieldReader::front_matter(std::string_view key) const {
    const FrontMatterField* found = find(key);
    return found == nullptr || found->values.empty() ? "" : found->values.front();
}

std::string FieldReader::front_matter_of(std::initializer_list<std::string_view> keys) const {
    for (const std::string_view key : keys)
        if (std::string value = front_matter(key); !value.empty())
            return value;
    return {};
}

std::vector<std::string> FieldReader::front_matter_values(std::string_view key) const {
    const FrontMatterField* found = find(key);
    return found == nullptr ? std::vector<std::string>{} : found->values;
}

bool FieldReader::says_nothing(std::string_view key) const {
    const FrontMatterField* found = find(key);
    return found != nullptr && found->values.empty() && !found->is_unread;
}

bool FieldReader::has_own_field() const {
    return std::ranges::any_of(front_matter_, [](const FrontMatterField& field) {
        const std::string name = canonical_name(field.key);
        return name != "type" && is_field_of_any_kind(name);
    });
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
        const std::string name = canonical_name(field.key);
        const bool is_relation = records::find_relation(name).has_value();
        if (!is_relation && name != "about")
            continue;
        for (const std::string& value : field.values) {
            const std::size_t space = value.find(' ');
            if (is_relation || space == std::string::npos)
                found.push_back({value, is_relation ? name : std::string()});
            else
                found.push_back({value.substr(space + 1), value.substr(0, space)});
        }
    }
    return found;
}

Result<void> FieldReader::fill(
    ReadRecord& read, FileNature nature, const std::optional<ImportFacts>& imported
) const {
    if (auto ok = fill_options(read); !ok)
        return ok;
    fill_front_matter(read, nature);
    if (!imported || nature == FileNature::stated)
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

Result<void> FieldReader::fill_options(ReadRecord& read) const {
    for (const auto& [name, value] : options_) {
        if (is_one_of(envelope_options, name))
            continue;
        const FieldFacts* facts = records::find_field(read.facts.kind, name);
        // A field that a kind does not have need not be taken away from it.
        if (facts == nullptr && value.empty() && is_field_of_any_kind(name))
            continue;
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

void FieldReader::fill_front_matter(ReadRecord& read, FileNature nature) const {
    // The values that the options gave before win; several values of one key belong together.
    const records::RecordBody from_options = read.body;
    std::vector<std::string> kept;
    for (const FrontMatterField& field : front_matter_) {
        const std::string name = canonical_name(field.key);
        const FieldFacts* facts = records::find_field(read.facts.kind, name);
        if (facts != nullptr) {
            if (has_field(from_options, *facts))
                continue;
            if (nature == FileNature::ours && read.facts.imported &&
                facts->code == records::FieldCode::evidence_strength) {
                read.notes.push_back(
                    "An imported record claims no evidence strength; publish the file, complete as "
                    "it says there, to claim it."
                );
                continue;
            }
            // A foreign file gives no other school a right over the record.
            if (nature == FileNature::foreign && facts->code == records::FieldCode::joint_with) {
                kept.push_back(field.key);
                continue;
            }
            if (field.is_unread && nature == FileNature::ours)
                add_unread(read, *facts, field.line);
            else if (field.is_unread)
                kept.push_back(field.key);
            for (const std::string& written : field.values)
                for (std::string& value : values_in(*facts, written)) {
                    if (nature == FileNature::foreign)
                        add_foreign(read, *facts, std::move(value));
                    else
                        add_value(read.body, *facts, std::move(value));
                }
        } else if (!is_envelope_name(name) && !records::find_relation(name)) {
            if (nature == FileNature::ours)
                read.notes.push_back(
                    "\"" + field.key + "\" in line " + std::to_string(field.line) +
                    " is not a field; it is kept in the front matter only." +
                    did_you_mean(read.facts.kind, name)
                );
            kept.push_back(field.key);
        }
    }
    if (nature == FileNature::foreign && !kept.empty())
        read.notes.push_back("Kept in the front matter and not used here: " + some_of(kept) + ".");
}

} // namespace staffroom::services
