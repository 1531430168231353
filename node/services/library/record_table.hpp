// The revisions that this node holds, by their headers: one row of a fixed size each, found by id
// and joined by numbers, so that a million of them fit into the memory of an old PC. No word of a
// body stands here. Not here: which of them count and are shown (services/library, the only user).
// Guarded by its user: not safe from several threads.
#pragma once

#include "protocol/log/entry.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace staffroom::services {

/// The place of a row in the table.
using RowNumber = std::uint32_t;
/// The number of no row: an optional would double the size of a row.
inline constexpr RowNumber no_row = std::numeric_limits<RowNumber>::max();

/// One revision, or an id that was only named: by an `about`, a parent or a document.
struct TableRow {
    RevisionId id;
    WallTime clock{0};
    std::uint32_t kind = 0;
    std::uint32_t reach = 0;
    RowNumber document = no_row;
    std::uint32_t number = 0;           // among those of its document that count, from 1
    RowNumber newest_revision = no_row; // of the document of this id: the last that arrived
    RowNumber next_revision = no_row;   // of the same document, the one that arrived before it
    std::uint32_t parents = no_row;     // first of its links to parents
    std::uint32_t about = no_row;       // first of its edges
    std::uint32_t pointed_at = no_row;  // first of the edges that lead here
    std::uint32_t school = 0;
    std::uint32_t spaces = 0;
    std::uint64_t arrival = 0; // greater: it came later; see services/arrivals
    bool is_here : 1 = false;  // else it was only named
    bool is_retraction : 1 = false;
    bool is_uncounted : 1 = false; // of a school that may not revise the document
    bool is_head : 1 = false;
    bool is_listed : 1 = false;  // the document of this id has heads
    bool is_changed : 1 = false; // the document of this id waits to be folded
    bool is_parent : 1 = false;  // some revision builds on it
};

/// One `about` of a header.
struct TableEdge {
    RowNumber source;
    RowNumber target;
    std::uint32_t relation;
    std::uint32_t next_from; // another one of the same source
    std::uint32_t next_to;   // another one of the same target
};

class RecordTable {
public:
    /// Makes a table. Another school could choose ids that share their place in memory and slow
    /// every look-up; the random `seed` prevents that.
    explicit RecordTable(std::uint64_t seed);
    RecordTable(const RecordTable&) = delete;
    RecordTable& operator=(const RecordTable&) = delete;
    RecordTable(RecordTable&&) = delete;
    RecordTable& operator=(RecordTable&&) = delete;
    ~RecordTable() = default;

    /// Puts a revision in its row and joins it to its document, parents and targets. It must not be
    /// here yet.
    RowNumber add(const RevisionId& id, const log::EntryHeader& header, const SpaceId& space);
    /// Forgets all rows.
    void clear();
    /// Adds a space in which the revision stands, too.
    void add_space(RowNumber row, const SpaceId& space);

    [[nodiscard]] std::optional<RowNumber> find(const RevisionId& id) const;
    /// Returns the numbers of rows that are `wanted` and whose ids begin with this text of base 32,
    /// at most `count_max`. Cost: the whole table, unless the text is a whole id.
    [[nodiscard]] std::vector<RowNumber> with_prefix(
        const std::string& prefix,
        std::size_t count_max,
        const std::function<bool(RowNumber)>& wanted
    ) const;

    [[nodiscard]] const TableRow& at(RowNumber row) const { return rows_[row]; }
    [[nodiscard]] TableRow& at(RowNumber row) { return rows_[row]; }
    [[nodiscard]] RowNumber size() const { return static_cast<RowNumber>(rows_.size()); }
    [[nodiscard]] const SchoolId& school_of(RowNumber row) const;
    [[nodiscard]] const std::set<SpaceId>& spaces_of(RowNumber row) const;

    /// Returns the revisions that name this document, as they arrived.
    [[nodiscard]] std::vector<RowNumber> revisions_of(RowNumber document) const;
    [[nodiscard]] std::vector<RevisionId> parents_of(RowNumber revision) const;
    /// Returns the relations in the order of the header.
    [[nodiscard]] std::vector<TableEdge> about(RowNumber source) const;
    /// Visits the relations to a target, the last that arrived first, as long as `visit` answers
    /// that it wants more.
    template <class Visit> void visit_pointing_at(RowNumber target, const Visit& visit) const {
        for (std::uint32_t edge = at(target).pointed_at; edge != no_row;
             edge = edges_[edge].next_to)
            if (!visit(edges_[edge]))
                return;
    }
    [[nodiscard]] const std::deque<TableEdge>& edges() const { return edges_; }

private:
    struct ParentLink {
        RowNumber parent;
        std::uint32_t next;
    };
    struct Hash {
        using is_transparent = void;
        const RecordTable* table;
        std::size_t operator()(RowNumber row) const { return table->hash(table->at(row).id); }
        std::size_t operator()(const RevisionId& id) const { return table->hash(id); }
    };
    struct Equal {
        using is_transparent = void;
        const RecordTable* table;
        bool operator()(RowNumber a, RowNumber b) const { return a == b; }
        bool operator()(RowNumber a, const RevisionId& id) const { return table->at(a).id == id; }
        bool operator()(const RevisionId& id, RowNumber a) const { return table->at(a).id == id; }
    };

    [[nodiscard]] std::size_t hash(const RevisionId& id) const;
    /// Returns the row of an id, made where there is none.
    [[nodiscard]] RowNumber number_of(const RevisionId& id);
    [[nodiscard]] std::uint32_t number_of_spaces(const std::set<SpaceId>& spaces);
    [[nodiscard]] std::uint32_t number_of_school(const SchoolId& school);

    std::uint64_t seed_;
    std::deque<TableRow>
        rows_; // in blocks, since a vector would need twice the room while it grows
    std::deque<TableEdge> edges_;
    std::deque<ParentLink> parents_;
    boost::unordered_flat_set<RowNumber, Hash, Equal> by_id_;
    std::vector<SchoolId> schools_;
    std::map<SchoolId, std::uint32_t> school_numbers_;
    std::vector<std::set<SpaceId>> spaces_; // the combinations that occur
    std::map<std::set<SpaceId>, std::uint32_t> space_numbers_;
};

} // namespace staffroom::services
