// The sight of one reader on the library at one moment: each document without the revisions that
// the reader may not see, so that an older one may be its head. Which revisions count does not
// depend on the reader: rights come from all that is here. Holds the library's lock while it lives.
// Made by services/library/library_view for one question.
//
//   all revisions seen: as the library has folded them     some: folded again from those
#pragma once

#include "node/services/library/library.hpp"

#include <mutex>

namespace staffroom::services {

class Sight {
public:
    /// Makes a sight; both arguments outlive it.
    Sight(const Library& library, const Reader& reader);
    Sight(const Sight&) = delete;
    Sight& operator=(const Sight&) = delete;
    Sight(Sight&&) = delete;
    Sight& operator=(Sight&&) = delete;
    ~Sight() = default;

    [[nodiscard]] const RecordTable& table() const { return table_; }

    /// Tells whether the revision is here and seen, even where it does not count.
    [[nodiscard]] bool is_seen(RowNumber revision) const;
    /// Tells whether a revision is seen, and not of a school that may not revise the document.
    [[nodiscard]] bool counts(RowNumber revision) const;
    [[nodiscard]] bool is_head(RowNumber revision) const;

    // Returns a revision by id. Nothing: not here, not seen, or it does not count.
    [[nodiscard]] std::optional<RowNumber> revision_of(const RevisionId& id) const;
    /// Returns a document by its id or that of one of its revisions.
    [[nodiscard]] std::optional<RowNumber> document_of(const RevisionId& id) const;
    /// Returns the revision that an id names: a document's id its newest revision, a later
    /// revision's id that revision.
    [[nodiscard]] std::optional<RowNumber> named_by(const RevisionId& id) const;

    /// Returns the revisions that count, parents before children; none when nothing of it is seen.
    [[nodiscard]] std::span<const RowNumber> order_of(RowNumber document) const;
    /// Returns the heads, newest clock first.
    [[nodiscard]] std::span<const RowNumber> heads_in(RowNumber document) const;
    /// Returns the newest head of a document that is listed.
    [[nodiscard]] RowNumber newest_head(RowNumber document) const;
    [[nodiscard]] std::vector<RevisionId> first_heads_in(RowNumber document) const;
    [[nodiscard]] bool is_listed(RowNumber document) const;
    /// Returns all listed documents, in the order of the table.
    [[nodiscard]] std::vector<ListedDocument> listed() const;
    [[nodiscard]] bool is_taken_back(RowNumber document) const;
    /// Returns the document that its owner wrote in place of this one.
    [[nodiscard]] std::optional<RowNumber> newer_than(RowNumber document) const;
    /// Returns the revision whose school owns the document: the first one, or the first that is
    /// here, seen or not.
    [[nodiscard]] RowNumber owning(RowNumber document) const;
    /// Returns when the last of its heads came.
    [[nodiscard]] std::uint64_t arrival_of(RowNumber document) const;

    [[nodiscard]] bool stands_in(RowNumber revision, const SpaceId& space) const;
    /// Returns the row of a revision that counts.
    [[nodiscard]] BareRow bare_row(RowNumber revision) const;
    void put_relation(std::vector<Relation>& relations, const TableEdge& edge) const;

private:
    struct SeenDocument {
        std::vector<RowNumber> order{};
        std::vector<RowNumber> heads{};
    };
    [[nodiscard]] const SeenDocument& look_at(RowNumber document) const;
    [[nodiscard]] bool is_whole(RowNumber document) const;
    [[nodiscard]] std::optional<RowNumber> find_newer(RowNumber document) const;
    [[nodiscard]] std::size_t number_of(RowNumber revision) const;

    const Library& library_;
    const RecordTable& table_;
    const Reader& reader_;
    std::lock_guard<storage::DiskMutex> lock_;
    mutable std::unordered_map<RowNumber, SeenDocument> looked_at_; // of several revisions
};

} // namespace staffroom::services
