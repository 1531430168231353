// The lineage of a practice: where it came from and where it went, a walk along relations, through
// schools, with a stub for a record that is not here. Also the inbox of a school and the counts of
// what was tried. Reads the library only; called by http. [domain 2.6, 3.8-3.11]
#pragma once

#include "node/runtime/stop_sign.hpp"
#include "node/services/library/library.hpp"

#include <string>
#include <vector>

namespace staffroom::services {

inline constexpr std::size_t lineage_nodes_max = 500;
inline constexpr std::size_t lineage_edges_max = 5'000; // hostile records may name 100 others each
/// The most relations; many of them may say the same again.
inline constexpr std::size_t lineage_relations_max = 10'000;

/// A document, or a place for one that is not here.
struct LineageNode {
    RevisionId id;                // of the document; of the revision named, when it is not here
    std::optional<RecordRow> row; // none: a stub
    std::size_t steps;            // from the record asked for
    bool is_origin;               // the record asked for comes from it, over any steps
};

/// An edge: one record is about another.
struct LineageEdge {
    RevisionId from; // document
    RevisionId to;   // document or stub
    records::RelationKind relation;
    RevisionId seen;         // the revision that its author saw
    std::size_t seen_number; // 0: not here
    bool has_newer;          // a newer revision than the one seen exists
    /// Whether who tried it says what it means in the other network; none: it crosses no border.
    std::optional<bool> is_interpreted{};
};

struct Lineage {
    std::vector<LineageNode> nodes; // the record asked for first, then nearest first
    std::vector<LineageEdge> edges;
    bool is_cut; // there are more than `lineage_nodes_max` or one of its neighbours
};

/// Walks the lineage of `document`, which is here. Hostile records may form circles, so each
/// document is visited once. It is cut where the sign goes up.
[[nodiscard]] Lineage lineage_of(
    const LibraryView& library, const RevisionId& document, const runtime::StopSign& sign = {}
);

/// Writes the lineage in Graphviz's language, each label one line of printable characters.
[[nodiscard]] std::string to_dot(const Lineage& lineage);

} // namespace staffroom::services
