// The accounts on disk: a small database of its own beside the store, for what belongs to this
// school alone and never enters a log. Each value ends in a check; a row that does not pass it is
// left out, and a database that does not open is repaired. Not here: what a row says
// (accounts/people/account_rows).
#pragma once

#include "node/accounts/people/account_rows.hpp"
#include "storage/database/database.hpp"

namespace staffroom::accounts {

class AccountDatabase {
public:
    /// Makes the folder where it is not there. Errors: in_use, io_error, disk_full, corrupt
    /// (repairing did not help).
    [[nodiscard]] static Result<AccountDatabase>
    open(storage::FileSystem& files, const std::string& folder);

    struct Loaded {
        std::vector<AccountThing> things;
        std::size_t damaged = 0; // rows that were left out
    };
    /// Everything. Errors: corrupt, io_error.
    [[nodiscard]] Result<Loaded> load() const;

    /// All of it or nothing, durable when it returns. One thread at a time. Errors: io_error,
    /// disk_full.
    [[nodiscard]] Result<void> write(const AccountRows& rows);

    /// For backups.
    [[nodiscard]] const storage::Database& database() const { return *database_; }

private:
    explicit AccountDatabase(std::unique_ptr<storage::Database> database)
        : database_(std::move(database)) {}

    std::unique_ptr<storage::Database> database_;
};

} // namespace staffroom::accounts
