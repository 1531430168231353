// LevelDB's Env over our file interface, with one worker thread for compactions. It syncs the names
// of new files and of renames, which LevelDB's own Env leaves to chance. Database makes and owns
// it; it must outlive the LevelDB handle.
#pragma once

#include "storage/files/file_system.hpp"

#include <leveldb/env.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace staffroom::storage {

class EnvAdapter final : public leveldb::Env {
public:
    explicit EnvAdapter(FileSystem& files)
        : files_(files) {}
    EnvAdapter(const EnvAdapter&) = delete;
    EnvAdapter& operator=(const EnvAdapter&) = delete;
    ~EnvAdapter() override;

    /// Returns when no job waits or runs. The simulator calls it after each store call, so that one
    /// seed gives one trace; it must not be called from a job.
    void wait_idle();

    leveldb::Status
    NewSequentialFile(const std::string& path, leveldb::SequentialFile** result) override;
    leveldb::Status
    NewRandomAccessFile(const std::string& path, leveldb::RandomAccessFile** result) override;
    leveldb::Status
    NewWritableFile(const std::string& path, leveldb::WritableFile** result) override;
    leveldb::Status
    NewAppendableFile(const std::string& path, leveldb::WritableFile** result) override;
    bool FileExists(const std::string& path) override;
    leveldb::Status GetChildren(const std::string& path, std::vector<std::string>* result) override;
    leveldb::Status RemoveFile(const std::string& path) override;
    leveldb::Status CreateDir(const std::string& path) override;
    leveldb::Status RemoveDir(const std::string& path) override;
    leveldb::Status GetFileSize(const std::string& path, std::uint64_t* size) override;
    leveldb::Status RenameFile(const std::string& from, const std::string& to) override;
    leveldb::Status LockFile(const std::string& path, leveldb::FileLock** lock) override;
    leveldb::Status UnlockFile(leveldb::FileLock* lock) override;
    void Schedule(void (*function)(void*), void* argument) override;
    void StartThread(void (*function)(void*), void* argument) override;
    leveldb::Status GetTestDirectory(std::string* path) override;
    leveldb::Status NewLogger(const std::string& path, leveldb::Logger** result) override;
    std::uint64_t NowMicros() override;
    void SleepForMicroseconds(int duration_us) override;

private:
    struct Job {
        void (*function)(void*);
        void* argument;
    };
    void run_jobs();

    FileSystem& files_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    bool is_running_ = false;
    bool is_ending_ = false;
    std::thread worker_; // started with the first job
};

/// Return the failure as LevelDB carries it, and back: disk_full and in_use survive the way through
/// LevelDB.
[[nodiscard]] leveldb::Status to_status(const Error& error);
[[nodiscard]] Error to_error(const leveldb::Status& status);

} // namespace staffroom::storage
