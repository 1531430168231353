// The facts of each kind of record that this version writes, in one row: its fields, its
// requirements from each reach on, its possible targets, its length, the words that a form shows
// above it. The rules, the forms, the readers of files, the list of kinds and the exports read
// these rows, and name a kind only where it behaves as no other does. A new kind is a row here,
// with the words of its fields in records/vocabularies. Not here: fields that several kinds share
// (records/fields). [R1]
#pragma once

#include "protocol/records/fields.hpp"

#include <array>

namespace staffroom::records {

/// A condition: a field has one of these values, or has none of them.
struct When {
    FieldCode field = FieldCode::none; // none: always
    std::array<std::string_view, 2> values{};
    bool is_not = false;
};

/// A requirement: one of these fields has to be there, as a value or as a section.
struct Requirement {
    Reach from;                        // and every wider reach
    std::array<FieldCode, 7> any_of{}; // none: no further one
    std::string_view words{};          // the words for what is missing; empty: the first name
    When when{};
    bool across_networks = false; // only where what it is about came from another network
};

struct KindFacts {
    RecordKind kind{};
    std::span<const FieldFacts> fields{}; // the fields of no other kind
    std::span<const Requirement> asks{};
    /// The relations by which it is about another record, the usual one first. Empty: it may stand
    /// by itself.
    std::span<const RelationKind> targets{};
    std::size_t text_characters_max = 0; // 0: as any text
    bool is_note = false;                // a short note: first words for a title, no author needed
    bool asks_summary = false;
    bool can_be_answered = false;
    std::string_view schema_type = "LearningResource"; // of schema.org, in exports
    std::string_view prompt{};                         // above the text of an empty form
};

[[nodiscard]] std::span<const KindFacts> all_kind_facts();
/// Finds the facts of a kind. Returns null when this version writes no record of it.
[[nodiscard]] const KindFacts* find_kind_facts(RecordKind kind);
/// Finds the same; a kind of a later version has no fields and asks for nothing.
[[nodiscard]] const KindFacts& facts_of(RecordKind kind);

} // namespace staffroom::records
