#include "storage/database/database.hpp"

#include "storage/database/slice.hpp"

#include <leveldb/table.h>

namespace staffroom::storage {

namespace {

constexpr int filter_bits_per_key = 10; // one false answer in a hundred
constexpr int open_tables_max = 500;    // descriptors are shared with links and segments

leveldb::Slice slice_of(ByteView bytes) {
    const std::string_view text = as_text(bytes);
    // LevelDB compares with memcmp, which may not be given a null pointer even for no bytes.
    return text.empty() ? leveldb::Slice() : leveldb::Slice(text.data(), text.size());
}

leveldb::ReadOptions checked_read() {
    leveldb::ReadOptions options;
    options.verify_checksums = true;
    return options;
}

/// A builder that collects each row of a batch as it is read now.
class UndoBuilder final : public leveldb::WriteBatch::Handler {
public:
    explicit UndoBuilder(leveldb::DB& handle)
        : handle_(handle) {}

    void Put(const leveldb::Slice& key, const leveldb::Slice&) override { keep(key); }
    void Delete(const leveldb::Slice& key) override { keep(key); }
    [[nodiscard]] const leveldb::Status& status() const { return status_; }
    [[nodiscard]] RowBatch take() { return std::move(undo_); }

private:
    void keep(const leveldb::Slice& key) {
        std::string value;
        const leveldb::Status got = handle_.Get(checked_read(), key, &value);
        if (got.ok())
            undo_.put(view_of(key), as_view(value));
        else if (got.IsNotFound())
            undo_.remove(view_of(key));
        else
            status_ = got;
    }

    leveldb::DB& handle_;
    leveldb::Status status_;
    RowBatch undo_;
};

/// Tells whether LevelDB may create a database. It would lay a new one over a database that has
/// lost its CURRENT file, so it may only create one where there is nothing yet, or no more than
/// what a first start leaves when it is cut off.
Result<bool> may_create(FileSystem& files, const std::string& path) {
    auto names = files.list(path);
    if (!names && names.error().code == Errc::not_found)
        return true;
    if (!names)
        return fail(names.error());
    for (const std::string& name : *names) {
        if (name != "LOCK" && name != "MANIFEST-000001" && !name.ends_with(".dbtmp"))
            return false;
    }
    return true;
}

Result<void> check_table(const leveldb::Options& options, const std::string& path) {
    std::uint64_t bytes = 0;
    leveldb::RandomAccessFile* opened = nullptr;
    leveldb::Status status = options.env->GetFileSize(path, &bytes);
    if (status.ok())
        status = options.env->NewRandomAccessFile(path, &opened);
    const std::unique_ptr<leveldb::RandomAccessFile> file(opened);
    leveldb::Table* table = nullptr;
    if (status.ok())
        status = leveldb::Table::Open(options, file.get(), bytes, &table);
    const std::unique_ptr<leveldb::Table> owned(table);
    if (status.ok()) {
        const std::unique_ptr<leveldb::Iterator> rows(table->NewIterator(checked_read()));
        rows->SeekToFirst();
        while (rows->Valid())
            rows->Next();
        status = rows->status();
    }
    return status.ok() ? Result<void>() : fail(to_error(status));
}

} // namespace

class Database::User {
public:
    explicit User(const Database& database)
        : database_(database) {
        const std::lock_guard hold(database_.handle_mutex_);
        ++database_.users_;
    }
    User(const User&) = delete;
    User& operator=(const User&) = delete;
    User(User&&) = delete;
    User& operator=(User&&) = delete;
    ~User() {
        const std::lock_guard hold(database_.handle_mutex_);
        if (--database_.users_ == 0)
            database_.unused_.notify_all();
    }

private:
    const Database& database_;
};

void RowBatch::put(ByteView key, ByteView value) {
    batch_.Put(slice_of(key), slice_of(value));
}

void RowBatch::remove(ByteView key) {
    batch_.Delete(slice_of(key));
}

Database::Database(FileSystem& files, std::string path, const DatabaseOptions& options)
    : files_(files)
    , path_(std::move(path))
    , options_(options)
    , env_(files)
    , filter_(leveldb::NewBloomFilterPolicy(filter_bits_per_key))
    , cache_(leveldb::NewLRUCache(options.block_cache_bytes)) {
    leveldb::Logger* logger = nullptr;
    static_cast<void>(env_.NewLogger({}, &logger));
    logger_.reset(logger);
}

Database::~Database() {
    // The handle's last compaction still uses the Env.
    handle_.reset();
}

Result<std::unique_ptr<Database>>
Database::open(FileSystem& files, const std::string& path, const DatabaseOptions& options) {
    std::unique_ptr<Database> database(new Database(files, path, options));
    if (!options.paranoid) {
        if (auto done = database->check_tables(); !done)
            return fail(done.error());
    }
    if (auto done = database->open_handle(); !done)
        return fail(done.error());
    return database;
}

leveldb::Options Database::leveldb_options() const {
    leveldb::Options options;
    options.env = &env_;
    options.info_log = logger_.get();
    // A damaged filter hides rows. LevelDB drops one only when it checks.
    options.filter_policy = options_.paranoid ? filter_.get() : nullptr;
    options.block_cache = cache_.get();
    options.paranoid_checks = options_.paranoid;
    options.write_buffer_size = options_.write_buffer_bytes;
    options.max_open_files = open_tables_max;
    options.reuse_logs = false; // an old log is never written on: its end may be torn
    options.compression = leveldb::kSnappyCompression;
    return options;
}

Result<void> Database::open_handle() {
    auto is_new = may_create(files_, path_);
    if (!is_new)
        return fail(is_new.error());
    leveldb::Options options = leveldb_options();
    options.create_if_missing = *is_new;
    leveldb::DB* handle = nullptr;
    const leveldb::Status status = leveldb::DB::Open(options, path_, &handle);
    handle_.reset(handle);
    if (status.ok())
        return {};
    Error error = to_error(status);
    // A file that LevelDB expects and does not find is damage, as is a folder without its CURRENT.
    if (error.code == Errc::not_found)
        error.code = Errc::corrupt;
    return fail(std::move(error));
}

Result<void> Database::repair(FileSystem& files, const std::string& path) {
    const Database unopened(files, path, {});
    const leveldb::Status status = leveldb::RepairDB(path, unopened.leveldb_options());
    if (!status.ok())
        return fail(to_error(status));
    return {};
}

/// Checks every block of every table against its checksum. Errors: corrupt, io_error.
Result<void> Database::check_tables() const {
    auto names = files_.list(path_);
    if (!names)
        return fail(names.error());
    leveldb::Options options = leveldb_options();
    options.paranoid_checks = true;
    for (const std::string& name : *names) {
        if (!name.ends_with(".ldb") && !name.ends_with(".sst"))
            continue;
        if (auto done = check_table(options, path_ + "/" + name); !done)
            return done;
    }
    return {};
}

Result<void> Database::write(RowBatch& batch) {
    const User use(*this);
    if (needs_reopen_)
        return fail(Errc::io_error, "a write failed; the database must be reopened first");
    leveldb::WriteOptions options;
    options.sync = true;
    const leveldb::Status status = handle_->Write(options, &batch.batch_);
    if (status.ok())
        return {};
    needs_reopen_ = true;
    if (auto kept = remember_undo(batch); !kept)
        return kept;
    return fail(to_error(status));
}

Result<void> Database::remember_undo(const RowBatch& batch) {
    UndoBuilder builder(*handle_);
    const leveldb::Status status = batch.batch_.Iterate(&builder);
    if (!status.ok() || !builder.status().ok()) {
        is_undo_lost_ = true;
        return fail(to_error(status.ok() ? builder.status() : status));
    }
    undo_ = builder.take();
    return {};
}

Result<void> Database::reopen() {
    if (is_undo_lost_)
        return fail(Errc::corrupt, "rows before a failed write could not be read");
    if (auto space = check_space(); !space)
        return space;
    std::unique_lock hold(handle_mutex_);
    unused_.wait(hold, [this] { return users_ == 0; });
    handle_.reset();
    if (auto opened = open_handle(); !opened)
        return opened;
    // The failed batch may have reached the disk whole. Its caller was told that it failed, so it
    // must be gone.
    if (undo_) {
        leveldb::WriteOptions options;
        options.sync = true;
        const leveldb::Status status = handle_->Write(options, &undo_->batch_);
        if (!status.ok()) {
            handle_.reset();
            return fail(to_error(status));
        }
        undo_.reset();
    }
    needs_reopen_ = false;
    return {};
}

Result<void> Database::check_space() const {
    // Opening turns LevelDB's log into a table. Without the space for it the old handle, which
    // still reads, is kept.
    auto names = files_.list(path_);
    if (!names)
        return fail(names.error());
    std::uint64_t wanted = 64UL * 1024;
    for (const std::string& name : *names) {
        auto file = files_.open(path_ + "/" + name, OpenMode::read);
        auto size = file && name.ends_with(".log") ? (*file)->size() : Result<std::uint64_t>(0);
        wanted += size.value_or(0);
    }
    const std::string probe = path_ + "/space.dbtmp";
    {
        auto file = files_.open(probe, OpenMode::create);
        if (!file)
            return fail(file.error());
        auto done = (*file)->append(Bytes(static_cast<std::size_t>(wanted)));
        if (done)
            done = (*file)->sync();
        if (!done) {
            static_cast<void>(files_.remove(probe));
            return done;
        }
    }
    return files_.remove(probe);
}

Result<std::string> Database::get(ByteView key) const {
    const User use(*this);
    if (handle_ == nullptr)
        return fail(Errc::io_error, "the database is closed");
    std::string value;
    const leveldb::Status status = handle_->Get(checked_read(), slice_of(key), &value);
    if (status.ok())
        return value;
    if (status.IsNotFound())
        return fail(Errc::not_found);
    return fail(to_error(status));
}

Result<bool> Database::has(ByteView key) const {
    auto value = get(key);
    if (value)
        return true;
    if (value.error().code == Errc::not_found)
        return false;
    return fail(value.error());
}

Result<void> Database::for_each(ByteView prefix, ByteView first, const Visitor& visitor) const {
    const User use(*this);
    if (handle_ == nullptr)
        return fail(Errc::io_error, "the database is closed");
    const std::unique_ptr<leveldb::Iterator> rows(handle_->NewIterator(checked_read()));
    for (rows->Seek(slice_of(first)); rows->Valid(); rows->Next()) {
        if (!rows->key().starts_with(slice_of(prefix)))
            return {};
        auto goes_on = visitor(view_of(rows->key()), view_of(rows->value()));
        if (!goes_on)
            return fail(goes_on.error());
        if (!*goes_on)
            return {};
    }
    if (!rows->status().ok())
        return fail(to_error(rows->status()));
    return {};
}

} // namespace staffroom::storage
