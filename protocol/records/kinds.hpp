// The kinds, reaches and relations of records, with their stored numbers and names. Not here: the
// fields of a kind and its requirements (records/kind_facts, records/fields), their vocabularies
// (records/vocabularies). Read by the rules, by the node's services and by code that writes a
// header. [R1]
#pragma once

#include "protocol/base/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace staffroom::records {

/// The kind of a record. Stored: never renumber. Numbers without a name are reserved for the kinds
/// of the domain that come later.
enum class RecordKind : std::uint32_t {
    practice_write_up = 1,
    enquiry_finding = 2,
    peer_review_note = 3,
    adoption = 4,
    comment = 5,
    call = 6,
    citation = 7,
    group = 8,
    event = 9,
    newsletter = 10,
    survey = 11,
    survey_response = 12,
    person = 13,
    consent = 14,
};

/// The distance that a record may travel, narrow to wide; school and circle are not inside one
/// another. Stored: never renumber.
enum class Reach : std::uint32_t {
    draft = 1,
    school = 2,
    circle = 3,
    network = 4,
    linked = 5,
    open = 6, // named "public"
};

/// The relation of one record to another. Stored: never renumber.
enum class RelationKind : std::uint32_t {
    adapted_from = 1, // without saying how closely
    follows = 2,
    adapts = 3,
    departs_from = 4,
    tried_in = 5,
    reviews = 6,
    answers = 7,
    cites = 8,
    supersedes = 9,
    translation_of = 10,
    part_of = 11,
    happened_at = 12,
    comments_on = 13,
};

/// The retention class of a revision, from its header. Stored: never renumber. [R8]
enum class Retention : std::uint32_t {
    kept = 0,
    retraction = 1, // hides what stands before it
};

[[nodiscard]] std::string_view kind_name(RecordKind kind);
[[nodiscard]] std::string_view reach_name(Reach reach);
[[nodiscard]] std::string_view relation_name(RelationKind relation);

/// Reads the stored number. Errors: unknown_value.
[[nodiscard]] Result<RecordKind> parse_kind(std::uint64_t raw);
[[nodiscard]] Result<Reach> parse_reach(std::uint64_t raw);
[[nodiscard]] Result<RelationKind> parse_relation(std::uint64_t raw);

/// Reads the name that people write. Errors: unknown_value; the detail names the nearest one.
[[nodiscard]] Result<RecordKind> kind_from_name(std::string_view name);
[[nodiscard]] Result<Reach> reach_from_name(std::string_view name);
[[nodiscard]] Result<RelationKind> relation_from_name(std::string_view name);

/// The same without a suggestion, which costs the distance to every name: for words of which nobody
/// has said that they are one.
[[nodiscard]] std::optional<RecordKind> find_kind(std::string_view name);
[[nodiscard]] std::optional<RelationKind> find_relation(std::string_view name);

/// Whether this version writes records of this kind; the others are stored and forwarded only.
[[nodiscard]] bool is_written_here(RecordKind kind);

/// Returns the member of `names` with the fewest edits to `word`, or nothing when none is near
/// (more than a third of the word would change). Ties fall to the first.
[[nodiscard]] std::string_view
nearest_name(std::string_view word, std::span<const std::string_view> names);

} // namespace staffroom::records
