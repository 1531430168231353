// Functions that make the rows of the two tables of fields, and the sets of kinds that share them.
// Included by records/fields and records/kind_facts only.
#pragma once

#include "protocol/records/fields.hpp"

namespace staffroom::records {

constexpr std::uint32_t only(RecordKind kind) {
    return 1U << static_cast<std::uint32_t>(kind);
}

inline constexpr std::uint32_t write_up = only(RecordKind::practice_write_up);
inline constexpr std::uint32_t finding = only(RecordKind::enquiry_finding);
inline constexpr std::uint32_t review = only(RecordKind::peer_review_note);
inline constexpr std::uint32_t adoption = only(RecordKind::adoption);
inline constexpr std::uint32_t call = only(RecordKind::call);
inline constexpr std::uint32_t described = write_up | finding | adoption;
inline constexpr std::uint32_t every = ~std::uint32_t{0};

inline constexpr std::size_t context_characters_max = 600;
inline constexpr std::size_t line_characters_max = 600;
/// The limit of a section given as a value: generous, since the limit of the whole text stands
/// behind it.
inline constexpr std::size_t section_characters_max = 20'000;

// Each row has: number, name, kinds, the details of its shape, the question that a form asks.

constexpr FieldFacts texts(
    FieldCode code,
    std::string_view name,
    std::uint32_t kinds,
    std::size_t count_max,
    std::size_t characters_max,
    std::string_view prompt = ""
) {
    return {code, name, FieldShape::text, kinds, count_max, characters_max, {}, "", prompt};
}

constexpr FieldFacts text(
    FieldCode code,
    std::string_view name,
    std::uint32_t kinds,
    std::size_t characters_max,
    std::string_view prompt = ""
) {
    return texts(code, name, kinds, 1, characters_max, prompt);
}

constexpr FieldFacts words(
    FieldCode code,
    std::string_view name,
    std::uint32_t kinds,
    VocabularyId vocabulary,
    std::size_t count_max = 1
) {
    return {code, name, FieldShape::vocabulary, kinds, count_max, 64, vocabulary, "", ""};
}

constexpr FieldFacts number(FieldCode code, std::string_view name, std::uint32_t kinds) {
    return {code, name, FieldShape::number, kinds, 1, 9, {}, "", ""};
}

constexpr FieldFacts date(FieldCode code, std::string_view name, std::uint32_t kinds) {
    return {code, name, FieldShape::date, kinds, 1, 10, {}, "", ""};
}

/// Makes the row of a section. `heading` is its English label, where that is not the name with
/// spaces for hyphens.
constexpr FieldFacts section(
    FieldCode code,
    std::string_view name,
    std::uint32_t kinds,
    std::string_view prompt,
    std::string_view heading = ""
) {
    return {code, name, FieldShape::section, kinds, 1, section_characters_max, {}, heading, prompt};
}

} // namespace staffroom::records
