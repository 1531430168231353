// SQLite behind Result: a connection that splits words as ours do, a prepared statement. Knows no
// table. Used by the search index alone; what must never be lost stands in LevelDB and segments. A
// connection belongs to one thread at a time: its owner holds the lock.
#pragma once

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace staffroom::storage {

/// Places of parameters count from 1, columns from 0. What was bound and read is gone after `reset`
/// or the next `step`. Errors of `step` and `run`: corrupt, malformed (a MATCH expression that the
/// engine does not understand), timed_out, too_large (MemoryLimit), busy, disk_full, io_error.
class SqlStatement {
public:
    SqlStatement& bind(int place, std::int64_t value);
    SqlStatement& bind(int place, std::string_view text);
    SqlStatement& bind(int place, ByteView blob);

    /// True: there is a row to read. False: done, and the statement is ready to be bound again.
    [[nodiscard]] Result<bool> step();
    /// For a statement without rows, or whose rows do not matter.
    [[nodiscard]] Result<void> run();
    /// Ends reading early. A statement left in the middle of its rows keeps the log from shrinking.
    void reset();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] ByteView blob(int column) const;

private:
    friend class SqlConnection;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    explicit SqlStatement(sqlite3_stmt* statement)
        : statement_(statement) {}
    void note(int code);

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bind_error_ = 0;
};

/// While it lives the engine takes no more than so much memory beyond what it has: what needs more
/// fails with too_large. It is the whole engine's, so one at a time.
class MemoryLimit {
public:
    explicit MemoryLimit(std::uint64_t bytes);
    ~MemoryLimit();
    MemoryLimit(const MemoryLimit&) = delete;
    MemoryLimit& operator=(const MemoryLimit&) = delete;
    MemoryLimit(MemoryLimit&&) = delete;
    MemoryLimit& operator=(MemoryLimit&&) = delete;
};

class SqlConnection {
public:
    /// Makes the file when it is absent. Errors: io_error, corrupt.
    [[nodiscard]] static Result<SqlConnection> open(const std::string& path);

    /// One or several statements without parameters. Errors: as SqlStatement::step; corrupt also
    /// for tables that are not as our own statements expect them.
    [[nodiscard]] Result<void> execute(const std::string& sql);
    /// Errors: corrupt (the tables are not as the statement expects them), io_error.
    [[nodiscard]] Result<SqlStatement> prepare(std::string_view sql);
    /// The first column of the first row. Errors: as execute; not_found without a row.
    [[nodiscard]] Result<std::int64_t> integer(std::string_view sql);

    [[nodiscard]] std::int64_t last_row() const;
    /// Rows changed since the connection was opened.
    [[nodiscard]] std::int64_t changes() const;
    /// Takes back what a failed transaction has left, if one is open.
    void roll_back();

    /// From now on each call to `step` that goes on beyond `time` from this moment fails with
    /// timed_out; zero: no limit.
    void limit_time(std::chrono::milliseconds time);

private:
    struct Close {
        void operator()(sqlite3* connection) const;
    };
    struct Deadline {
        bool is_set = false;
        std::chrono::steady_clock::time_point end;
    };
    explicit SqlConnection(sqlite3* connection);

    std::unique_ptr<Deadline> deadline_; // outlives the connection, which holds its address
    std::unique_ptr<sqlite3, Close> connection_;
};

} // namespace staffroom::storage
