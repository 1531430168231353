#include "storage/database/env_adapter.hpp"

#include "storage/database/slice.hpp"

#include <chrono>

namespace staffroom::storage {

namespace {

using leveldb::Slice;
using leveldb::Status;

constexpr std::size_t write_buffer_bytes = 64UL * 1024; // LevelDB appends a block or less at a time

Status to_status(const Result<void>& result) {
    return result ? Status::OK() : storage::to_status(result.error());
}

std::span<std::uint8_t> writable(char* scratch, std::size_t bytes) {
    return {static_cast<std::uint8_t*>(static_cast<void*>(scratch)), bytes};
}

class SequentialReader final : public leveldb::SequentialFile {
public:
    explicit SequentialReader(std::unique_ptr<File> file)
        : file_(std::move(file)) {}

    Status Read(std::size_t bytes, Slice* result, char* scratch) override {
        auto got = file_->read_at(offset_, writable(scratch, bytes));
        if (!got)
            return storage::to_status(got.error());
        offset_ += *got;
        *result = Slice(scratch, *got);
        return Status::OK();
    }

    Status Skip(std::uint64_t bytes) override {
        offset_ += bytes;
        return Status::OK();
    }

private:
    std::unique_ptr<File> file_;
    std::uint64_t offset_ = 0;
};

class RandomReader final : public leveldb::RandomAccessFile {
public:
    explicit RandomReader(std::unique_ptr<File> file)
        : file_(std::move(file)) {}

    Status
    Read(std::uint64_t offset, std::size_t bytes, Slice* result, char* scratch) const override {
        auto got = file_->read_at(offset, writable(scratch, bytes));
        if (!got)
            return storage::to_status(got.error());
        *result = Slice(scratch, *got);
        return Status::OK();
    }

private:
    std::unique_ptr<File> file_;
};

class Writer final : public leveldb::WritableFile {
public:
    Writer(FileSystem& files, std::string path, std::unique_ptr<File> file)
        : files_(files)
        , path_(std::move(path))
        , file_(std::move(file)) {
        buffer_.reserve(write_buffer_bytes);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() override {
        // A file that LevelDB did not close is one whose content it gave up.
        if (file_ != nullptr)
            static_cast<void>(flush());
    }

    Status Append(const Slice& data) override {
        if (buffer_.size() + data.size() > write_buffer_bytes) {
            if (auto done = flush(); !done)
                return to_status(done);
        }
        if (data.size() > write_buffer_bytes)
            return to_status(file_->append(view_of(data)));
        append(buffer_, view_of(data));
        return Status::OK();
    }

    Status Close() override {
        auto done = flush();
        file_.reset();
        return to_status(done);
    }

    Status Flush() override { return to_status(flush()); }

    Status Sync() override {
        if (auto done = flush(); !done)
            return to_status(done);
        // The first acknowledged byte of a file is lost with the file's name, so the name goes
        // first.
        if (!name_is_synced_) {
            if (auto done = files_.sync_directory(parent_directory(path_)); !done)
                return to_status(done);
            name_is_synced_ = true;
        }
        return to_status(file_->sync());
    }

private:
    Result<void> flush() {
        if (buffer_.empty())
            return {};
        auto done = file_->append(buffer_);
        buffer_.clear();
        return done;
    }

    FileSystem& files_;
    std::string path_;
    std::unique_ptr<File> file_;
    Bytes buffer_;
    bool name_is_synced_ = false;
};

class HeldLock final : public leveldb::FileLock {
public:
    explicit HeldLock(std::unique_ptr<storage::FileLock> lock)
        : lock_(std::move(lock)) {}

private:
    std::unique_ptr<storage::FileLock> lock_;
};

/// LevelDB's own notes would be a second trace; what matters comes back as a status.
class SilentLogger final : public leveldb::Logger {
public:
    void Logv(const char*, std::va_list) override {}
};

constexpr std::string_view disk_full_mark = "disk full";
constexpr std::string_view in_use_mark = "in use";

} // namespace

Status to_status(const Error& error) {
    if (error.code == Errc::not_found)
        return Status::NotFound(error.detail);
    if (error.code == Errc::disk_full)
        return Status::IOError(std::string(disk_full_mark), error.detail);
    if (error.code == Errc::in_use)
        return Status::IOError(std::string(in_use_mark), error.detail);
    return Status::IOError(error.detail);
}

Error to_error(const Status& status) {
    std::string detail = status.ToString();
    if (status.IsNotFound())
        return {Errc::not_found, std::move(detail)};
    if (!status.IsIOError())
        return {Errc::corrupt, std::move(detail)};
    const std::string_view text = std::string_view(detail).substr(sizeof "IO error: " - 1);
    Errc code = Errc::io_error;
    if (text.substr(0, disk_full_mark.size()) == disk_full_mark)
        code = Errc::disk_full;
    else if (text.substr(0, in_use_mark.size()) == in_use_mark)
        code = Errc::in_use;
    return {code, std::move(detail)};
}

EnvAdapter::~EnvAdapter() {
    {
        const std::lock_guard hold(mutex_);
        is_ending_ = true;
    }
    changed_.notify_all();
    if (worker_.joinable())
        worker_.join();
}

void EnvAdapter::wait_idle() {
    std::unique_lock hold(mutex_);
    changed_.wait(hold, [this] { return jobs_.empty() && !is_running_; });
}

Status EnvAdapter::NewSequentialFile(const std::string& path, leveldb::SequentialFile** result) {
    auto file = files_.open(path, OpenMode::read);
    *result = file ? std::make_unique<SequentialReader>(std::move(*file)).release() : nullptr;
    return file ? Status::OK() : storage::to_status(file.error());
}

Status
EnvAdapter::NewRandomAccessFile(const std::string& path, leveldb::RandomAccessFile** result) {
    auto file = files_.open(path, OpenMode::read);
    *result = file ? std::make_unique<RandomReader>(std::move(*file)).release() : nullptr;
    return file ? Status::OK() : storage::to_status(file.error());
}

Status EnvAdapter::NewWritableFile(const std::string& path, leveldb::WritableFile** result) {
    auto file = files_.open(path, OpenMode::create);
    *result = file ? std::make_unique<Writer>(files_, path, std::move(*file)).release() : nullptr;
    return file ? Status::OK() : storage::to_status(file.error());
}

Status EnvAdapter::NewAppendableFile(const std::string& path, leveldb::WritableFile** result) {
    auto file = files_.open(path, OpenMode::append);
    *result = file ? std::make_unique<Writer>(files_, path, std::move(*file)).release() : nullptr;
    return file ? Status::OK() : storage::to_status(file.error());
}

bool EnvAdapter::FileExists(const std::string& path) {
    return files_.exists(path).value_or(false);
}

Status EnvAdapter::GetChildren(const std::string& path, std::vector<std::string>* result) {
    auto names = files_.list(path);
    if (!names)
        return storage::to_status(names.error());
    *result = std::move(*names);
    return Status::OK();
}

Status EnvAdapter::RemoveFile(const std::string& path) {
    return to_status(files_.remove(path));
}

Status EnvAdapter::CreateDir(const std::string& path) {
    return to_status(files_.create_directory(path));
}

Status EnvAdapter::RemoveDir(const std::string& path) {
    return to_status(files_.remove_directory(path));
}

Status EnvAdapter::GetFileSize(const std::string& path, std::uint64_t* size) {
    auto file = files_.open(path, OpenMode::read);
    if (!file)
        return storage::to_status(file.error());
    auto bytes = (*file)->size();
    if (!bytes)
        return storage::to_status(bytes.error());
    *size = *bytes;
    return Status::OK();
}

Status EnvAdapter::RenameFile(const std::string& from, const std::string& to) {
    if (auto done = files_.rename(from, to); !done)
        return to_status(done);
    // LevelDB removes the old manifest next; the name of the new one must be safe by then.
    if (parent_directory(from) != parent_directory(to)) {
        if (auto done = files_.sync_directory(parent_directory(from)); !done)
            return to_status(done);
    }
    return to_status(files_.sync_directory(parent_directory(to)));
}

Status EnvAdapter::LockFile(const std::string& path, leveldb::FileLock** lock) {
    auto held = files_.lock(path);
    *lock = held ? std::make_unique<HeldLock>(std::move(*held)).release() : nullptr;
    return held ? Status::OK() : storage::to_status(held.error());
}

Status EnvAdapter::UnlockFile(leveldb::FileLock* lock) {
    const std::unique_ptr<leveldb::FileLock> released(lock);
    return Status::OK();
}

void EnvAdapter::Schedule(void (*function)(void*), void* argument) {
    const std::lock_guard hold(mutex_);
    jobs_.push_back({function, argument});
    if (!worker_.joinable())
        worker_ = std::thread([this] { run_jobs(); });
    changed_.notify_all();
}

void EnvAdapter::run_jobs() {
    std::unique_lock hold(mutex_);
    while (true) {
        changed_.wait(hold, [this] { return !jobs_.empty() || is_ending_; });
        if (jobs_.empty())
            return;
        const Job job = jobs_.front();
        jobs_.pop_front();
        is_running_ = true;
        hold.unlock();
        job.function(job.argument);
        hold.lock();
        is_running_ = false;
        changed_.notify_all();
    }
}

void EnvAdapter::StartThread(void (*function)(void*), void* argument) {
    std::thread(function, argument).detach();
}

Status EnvAdapter::GetTestDirectory(std::string*) {
    return Status::NotSupported("no test directory");
}

Status EnvAdapter::NewLogger(const std::string&, leveldb::Logger** result) {
    *result = std::make_unique<SilentLogger>().release();
    return Status::OK();
}

std::uint64_t EnvAdapter::NowMicros() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now).count()
    );
}

void EnvAdapter::SleepForMicroseconds(int duration_us) {
    std::this_thread::sleep_for(std::chrono::microseconds(duration_us));
}

} // namespace staffroom::storage
