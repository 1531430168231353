#include "storage/search/sqlite.hpp"

#include "protocol/base/ensure.hpp"
#include "storage/search/packed_words.hpp"
#include "storage/search/search_words.hpp"

#include <sqlite3.h>

#include <utility>

namespace staffroom::storage {
namespace {

constexpr int busy_wait_ms = 2000;
constexpr int instructions_between_checks = 50; // one snippet of a long text takes milliseconds

/// The engine's own message may quote what was searched for, so only its code is kept.
Error error_of(int code) {
    const std::string detail = sqlite3_errstr(code);
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_SCHEMA: return {Errc::corrupt, detail};
    case SQLITE_FULL: return {Errc::disk_full, detail};
    case SQLITE_NOMEM: return {Errc::too_large, detail};
    case SQLITE_INTERRUPT: return {Errc::timed_out, detail};
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {Errc::busy, detail};
    case SQLITE_ERROR: return {Errc::malformed, detail};
    default: return {Errc::io_error, detail};
    }
}

/// For statements of ours, which are right when the tables are.
Error error_of_own(int code) {
    Error error = error_of(code);
    if (error.code == Errc::malformed)
        error.code = Errc::corrupt;
    return error;
}

} // namespace

// ------------------------------------------------------------------------------------ statements

void SqlStatement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

void SqlStatement::note(int code) {
    if (bind_error_ == SQLITE_OK)
        bind_error_ = code;
}

SqlStatement& SqlStatement::bind(int place, std::int64_t value) {
    note(sqlite3_bind_int64(statement_.get(), place, value));
    return *this;
}

SqlStatement& SqlStatement::bind(int place, std::string_view text) {
    // A null pointer would be bound as NULL.
    const char* const begin = text.empty() ? "" : text.data();
    note(sqlite3_bind_text64(
        statement_.get(), place, begin, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8
    ));
    return *this;
}

SqlStatement& SqlStatement::bind(int place, ByteView blob) {
    const void* const begin = blob.empty() ? static_cast<const void*>("") : blob.data();
    note(sqlite3_bind_blob64(statement_.get(), place, begin, blob.size(), SQLITE_TRANSIENT));
    return *this;
}

Result<bool> SqlStatement::step() {
    const int code = std::exchange(bind_error_, SQLITE_OK);
    if (code != SQLITE_OK) {
        reset();
        return fail(error_of_own(code));
    }
    const int outcome = sqlite3_step(statement_.get());
    if (outcome == SQLITE_ROW)
        return true;
    reset();
    if (outcome == SQLITE_DONE)
        return false;
    return fail(error_of(outcome));
}

Result<void> SqlStatement::run() {
    while (true) {
        const auto more = step();
        if (!more)
            return fail(more.error());
        if (!*more)
            return {};
    }
}

void SqlStatement::reset() {
    // Its code repeats what the last step has said already.
    sqlite3_reset(statement_.get());
}

std::int64_t SqlStatement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

double SqlStatement::real(int column) const {
    return sqlite3_column_double(statement_.get(), column);
}

std::string_view SqlStatement::text(int column) const {
    const unsigned char* const begin = sqlite3_column_text(statement_.get(), column);
    if (begin == nullptr)
        return {};
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return as_text(ByteView(begin, static_cast<std::size_t>(size)));
}

ByteView SqlStatement::blob(int column) const {
    const void* const begin = sqlite3_column_blob(statement_.get(), column);
    if (begin == nullptr)
        return {};
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return {static_cast<const std::uint8_t*>(begin), static_cast<std::size_t>(size)};
}

// ------------------------------------------------------------------------------------ connections

MemoryLimit::MemoryLimit(std::uint64_t bytes) {
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + static_cast<std::int64_t>(bytes));
}

MemoryLimit::~MemoryLimit() {
    sqlite3_hard_heap_limit64(0);
}

void SqlConnection::Close::operator()(sqlite3* connection) const {
    sqlite3_close_v2(connection);
}

SqlConnection::SqlConnection(sqlite3* connection)
    : deadline_(std::make_unique<Deadline>())
    , connection_(connection) {
    sqlite3_extended_result_codes(connection, 1);
    sqlite3_busy_timeout(connection, busy_wait_ms);
    // Whatever a damaged file claims, it cannot make the engine run functions that do more than
    // unpack words, or write into its own tables.
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_progress_handler(
        connection,
        instructions_between_checks,
        [](void* context) {
            const auto* const deadline = static_cast<const Deadline*>(context);
            return deadline->is_set && std::chrono::steady_clock::now() > deadline->end ? 1 : 0;
        },
        deadline_.get()
    );
}

Result<SqlConnection> SqlConnection::open(const std::string& path) {
    sqlite3* raw = nullptr;
    constexpr int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    if (raw == nullptr)
        return fail(Errc::io_error, sqlite3_errstr(code));
    SqlConnection connection(raw);
    if (code != SQLITE_OK)
        return fail(error_of_own(code));
    if (auto added = register_word_splitter(raw); !added)
        return fail(added.error());
    if (auto added = register_packed_words(raw); !added)
        return fail(added.error());
    return connection;
}

Result<void> SqlConnection::execute(const std::string& sql) {
    const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return fail(error_of_own(code));
    return {};
}

Result<SqlStatement> SqlConnection::prepare(std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(
        connection_.get(),
        sql.data(),
        static_cast<int>(sql.size()),
        SQLITE_PREPARE_PERSISTENT,
        &raw,
        nullptr
    );
    if (code != SQLITE_OK)
        return fail(error_of_own(code));
    ensure(raw != nullptr);
    return SqlStatement(raw);
}

Result<std::int64_t> SqlConnection::integer(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement)
        return fail(statement.error());
    const auto found = statement->step();
    if (!found)
        return fail(found.error().code == Errc::malformed ? Errc::corrupt : found.error().code);
    if (!*found)
        return fail(Errc::not_found);
    return statement->integer(0);
}

std::int64_t SqlConnection::last_row() const {
    return sqlite3_last_insert_rowid(connection_.get());
}

std::int64_t SqlConnection::changes() const {
    return sqlite3_total_changes64(connection_.get());
}

void SqlConnection::roll_back() {
    if (sqlite3_get_autocommit(connection_.get()) == 0)
        sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void SqlConnection::limit_time(std::chrono::milliseconds time) {
    deadline_->is_set = time.count() > 0;
    deadline_->end = std::chrono::steady_clock::now() + time;
}

} // namespace staffroom::storage
