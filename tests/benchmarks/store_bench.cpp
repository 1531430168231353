// Measures how fast the store takes records, beside bare LevelDB on the same disk in the same run.
// Usage: store_bench [directory] [records] [store]; with the last word bare LevelDB is left out.
// Prints a table; asserts nothing about time.
#include "storage/files/posix_files.hpp"
#include "tests/support/store/store_builder.hpp"

#include <leveldb/db.h>
#include <leveldb/write_batch.h>
#include <sodium.h>

#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>

namespace {

using staffroom::storage::PosixFileSystem;
using staffroom::storage::Store;

constexpr std::size_t header_bytes = 250;
constexpr std::size_t body_bytes = 1750; // with the header 2 KB
constexpr std::size_t value_bytes = 2000;
constexpr std::size_t batch_records = 128;
constexpr std::size_t bare_batch_records = 100;

double seconds_of(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Time of a whole run without what making the records took. Compactions in the background count.
class Stopwatch {
public:
    void pause() {
        paused_wall_ = seconds_of(CLOCK_MONOTONIC);
        paused_cpu_ = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    }
    void go_on() {
        wall_begin_ += seconds_of(CLOCK_MONOTONIC) - paused_wall_;
        cpu_begin_ += seconds_of(CLOCK_THREAD_CPUTIME_ID) - paused_cpu_;
    }
    [[nodiscard]] double wall() const { return seconds_of(CLOCK_MONOTONIC) - wall_begin_; }
    [[nodiscard]] double cpu() const { return seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu_begin_; }

private:
    double wall_begin_ = seconds_of(CLOCK_MONOTONIC);
    double cpu_begin_ = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    double paused_wall_ = 0;
    double paused_cpu_ = 0;
};

void print(const char* what, std::size_t records, const Stopwatch& watch) {
    const auto count = static_cast<double>(records);
    std::printf(
        "%-28s %8.0f records/s  %6.2f us CPU/record\n",
        what,
        count / watch.wall(),
        watch.cpu() / count * 1e6
    );
}

std::string random_text(std::mt19937_64& random, std::size_t bytes) {
    staffroom::Bytes raw;
    while (raw.size() < bytes)
        staffroom::append_u64_be(raw, random());
    return std::string(staffroom::as_text(raw).substr(0, bytes));
}

bool bench_bare(const std::string& path, std::size_t records) {
    leveldb::Options options;
    options.create_if_missing = true;
    leveldb::DB* handle = nullptr;
    if (!leveldb::DB::Open(options, path, &handle).ok())
        return false;
    const std::unique_ptr<leveldb::DB> database(handle);
    std::mt19937_64 random(7);
    Stopwatch watch;
    for (std::size_t done = 0; done < records; done += bare_batch_records) {
        leveldb::WriteBatch batch;
        for (std::size_t i = 0; i < bare_batch_records; ++i) {
            watch.pause();
            const std::string key = random_text(random, 32);
            const std::string value = random_text(random, value_bytes);
            watch.go_on();
            batch.Put(key, value);
        }
        leveldb::WriteOptions write;
        write.sync = true;
        if (!database->Write(write, &batch).ok())
            return false;
    }
    print("bare LevelDB, write", records, watch);
    return true;
}

bool bench_reads(const Store& store, const staffroom::LogId& log, std::size_t records) {
    Stopwatch watch;
    std::uint64_t begin = 0;
    while (begin < records) {
        auto chunk = store.load_chunk({
            .log = log,
            .begin = {begin},
            .end = {records},
            .prove_to = {records},
            .entries_max = 512,
            .bytes_max = 192UL * 1024,
            .with_bodies = true,
        });
        if (!chunk)
            return false;
        begin += chunk->entries.size();
    }
    print("store, load in chunks", records, watch);
    return true;
}

bool bench_store(const std::string& path, std::size_t records) {
    PosixFileSystem files;
    auto store = Store::open(files, path);
    if (!store)
        return false;
    staffroom::tests::LogBuilder log(
        {.seed = 3, .header_bytes = header_bytes, .body_bytes = body_bytes}
    );
    Stopwatch watch;
    std::size_t done = 0;
    while (done < records) {
        const std::size_t count = std::min(batch_records, records - done);
        watch.pause();
        const auto batch = staffroom::tests::batch_of(log.append(count));
        watch.go_on();
        if (!(*store)->commit(batch))
            return false;
        done += count;
    }
    print("store, commit", records, watch);
    return bench_reads(**store, log.id(), records);
}

} // namespace

int main(int count, char** words) {
    if (sodium_init() < 0)
        return 1;
    const std::string directory = count > 1 ? words[1] : "store_bench.data";
    const std::size_t records = count > 2 ? std::stoul(words[2]) : 100'000;
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    const bool with_bare = count <= 3;
    const bool is_good = (!with_bare || bench_bare(directory + "/bare", records)) &&
                         bench_store(directory + "/store", records);
    if (!is_good)
        std::puts("failed");
    return is_good ? 0 : 1;
}
