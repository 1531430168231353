#include "node/accounts/people/account_database.hpp"

#include "storage/database/row_keys.hpp"

namespace staffroom::accounts {
namespace {

/// A few hundred small rows.
storage::DatabaseOptions small_database() {
    storage::DatabaseOptions options;
    options.write_buffer_bytes = 256 * limits::kib;
    options.block_cache_bytes = 64 * limits::kib;
    return options;
}

} // namespace

Result<AccountDatabase>
AccountDatabase::open(storage::FileSystem& files, const std::string& folder) {
    auto opened = storage::Database::open(files, folder, small_database());
    if (!opened && opened.error().code == Errc::corrupt) {
        if (const auto repaired = storage::Database::repair(files, folder); !repaired)
            return fail(repaired.error());
        opened = storage::Database::open(files, folder, small_database());
    }
    if (!opened)
        return fail(opened.error());
    return AccountDatabase(std::move(*opened));
}

Result<AccountDatabase::Loaded> AccountDatabase::load() const {
    Loaded loaded;
    const auto visit = [&](ByteView key, ByteView value) -> Result<bool> {
        const auto whole = storage::open_sealed_row(key, value);
        auto thing = whole ? read_row(as_text(key), as_text(*whole))
                           : Result<AccountThing>(fail(whole.error()));
        if (thing)
            loaded.things.push_back(std::move(*thing));
        else
            ++loaded.damaged;
        return true;
    };
    if (const auto read = database_->for_each({}, {}, visit); !read)
        return fail(read.error());
    return loaded;
}

Result<void> AccountDatabase::write(const AccountRows& rows) {
    if (database_->needs_reopen())
        if (auto again = database_->reopen(); !again)
            return again;
    storage::RowBatch batch;
    for (const AccountRow& row : rows) {
        if (row.value.empty()) {
            batch.remove(as_view(row.key));
            continue;
        }
        Bytes value = to_bytes(as_view(row.value));
        storage::seal_row(as_view(row.key), value);
        batch.put(as_view(row.key), value);
    }
    return database_->write(batch);
}

} // namespace staffroom::accounts
