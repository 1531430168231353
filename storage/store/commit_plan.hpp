// Turns the batches of one group commit into rows and staged bodies. It reads, but writes nothing:
// the store flushes the segments, writes the rows and only then lets the plan change the log table.
// One plan for each commit.
#pragma once

#include "storage/database/database.hpp"
#include "storage/database/log_table.hpp"
#include "storage/store/segments.hpp"

#include <unordered_map>

namespace staffroom::storage {

class CommitPlan {
public:
    CommitPlan(const Database& database, Segments& segments, const LogTable& table)
        : database_(database)
        , segments_(segments)
        , table_(table) {}

    /// Errors: out_of_range (an append that does not begin where the log ends), not_found (a body
    /// for an entry that is not here), corrupt, io_error. After an error the whole plan is given
    /// up.
    [[nodiscard]] Result<void> add(const replica::StoreBatch& batch);
    /// The rows of everything added, with the segments' new end.
    [[nodiscard]] RowBatch& finish();
    /// After the rows were written.
    void apply(LogTable& table) const;

private:
    [[nodiscard]] KnownLog known(const replica::LogState& state) const;
    [[nodiscard]] Result<void> add_append(const replica::LogAppend& append);
    [[nodiscard]] Result<void> add_state(const replica::LogState& state);
    [[nodiscard]] Result<void> add_entry(const EntryAddress& at, const replica::NewEntry& entry);
    [[nodiscard]] Result<void> add_fill(const replica::BodyFill& fill);
    void add_row(const replica::Row& row);
    void put_log(KnownLog known, const replica::LogState& state);
    void put_entry(const EntryAddress& at, const EntryRow& row);
    void put_payload(const EntryAddress& at, const replica::BodyBytes& body);
    void put_revision(const RevisionId& revision, const EntryAddress& at);
    [[nodiscard]] Result<std::optional<Place>>
    stored_body(const RevisionId& revision, const replica::BodyBytes& body) const;
    [[nodiscard]] Result<Place>
    place_body(const RevisionId& revision, const replica::BodyBytes& body);

    const Database& database_;
    Segments& segments_;
    const LogTable& table_;
    RowBatch rows_;
    Bytes scratch_;
    std::map<LogId, KnownLog> changed_;
    std::optional<LogNumber> highest_new_;
    // Revisions of this commit, which the database does not show yet: where their body lies, if
    // they have one.
    std::unordered_map<RevisionId, std::optional<Place>, FixedBytesHash> revisions_;
    // Entries of this commit without body, which a fill of the same commit may meet.
    std::map<EntryAddress, SharedBytes> bodiless_;
};

} // namespace staffroom::storage
