// Blocking work off the network thread: one thread commits, two load and do other slow jobs
// (Argon2id, listings), two answer what readers ask and what may take long. It knows no store and
// no loop: both come in as functions. Built by app, used by the driver only.
//
//   submit(Store) -> commit thread: all queued = ONE group commit -> mark -> stored(results)
//   submit(Load)  -> either worker -> loaded(result)
//   run_blocking  -> one worker at a time, so that a load never waits for a job -> then()
//   run_reading   -> either reader, in no order, with a sign when to end -> then()
#pragma once

#include "node/runtime/stop_sign.hpp"
#include "protocol/replica/ports/events.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace staffroom::runtime {

/// The functions that the pool's threads call; all three may block. `commit` runs on one thread,
/// `load` on two others.
struct StoreAccess {
    /// Commits all of the batches or none, durable on return.
    std::function<Result<void>(std::span<const replica::StoreBatch* const>)> commit;
    std::function<Result<void>(const std::vector<replica::MarkedLog>&)> write_mark;
    std::function<Result<replica::Loaded>(const replica::Load&)> load;
};

/// The places where results go. `post` is called from the pool's threads and runs its argument on
/// the network thread later; `stored` and `loaded` are only ever called there.
struct PoolReports {
    std::function<void(std::function<void()>)> post;
    /// Takes the results of one group, in the order submitted.
    std::function<void(const std::vector<replica::StoreFinished>&)> stored;
    std::function<void(const replica::LoadFinished&)> loaded;
};

/// A bound above what a replica ever has under way by its own limits: a full queue means that the
/// disk has stopped answering.
inline constexpr std::size_t pool_queue_max = 4096;
/// The most Store effects of one group commit, so that the first of them is not kept waiting for
/// ever.
inline constexpr std::size_t group_stores_max = 256;

/// The time after which a reader gets an answer, even if it is that there is none; waiting counts.
inline constexpr std::chrono::milliseconds reading_time_max{2000};
/// The most questions that wait: as many as could be answered in that time.
inline constexpr std::size_t readings_waiting_max = 256;

class StorePool {
public:
    explicit StorePool(StoreAccess access);
    StorePool(const StorePool&) = delete;
    StorePool& operator=(const StorePool&) = delete;
    StorePool(StorePool&&) = delete;
    StorePool& operator=(StorePool&&) = delete;
    /// Stops the pool, if nobody did.
    ~StorePool();

    /// Starts the threads. Call it once, before anything is submitted.
    void start(PoolReports reports);
    /// Commits everything that is queued, drops the loads that wait, raises the sign for readings
    /// under way, ends the threads. Blocks. Finished results have been posted on return.
    void stop();

    /// Submits a Store or a Load. Errors: busy (the queue is full), closed (stopped). Then nothing
    /// is reported.
    [[nodiscard]] Result<void> submit(replica::Store store);
    [[nodiscard]] Result<void> submit(replica::Load load);
    /// Runs `work` on a worker, then `then` on the network thread. Errors as above.
    [[nodiscard]] Result<void> run_blocking(std::function<void()> work, std::function<void()> then);

    /// Runs `work` on a reader's thread, then `then` on the network thread. The sign that `work` is
    /// given goes up when the pool stops, and `reading_time_max` after this call. Errors as above.
    [[nodiscard]] Result<void>
    run_reading(std::function<void(const runtime::StopSign&)> work, std::function<void()> then);

    /// Says that the caller has seen a failed commit. Stores submitted before this call build on
    /// the one that failed and fail with it; those submitted after it are tried again.
    void acknowledge_failure();

private:
    struct QueuedStore {
        replica::Store store;
        std::uint64_t generation;
    };
    struct Job {
        std::function<void()> work;
        std::function<void()> then;
    };

    struct Reading {
        std::function<void(const runtime::StopSign&)> work;
        std::function<void()> then;
        std::chrono::steady_clock::time_point end;
    };

    void commit_loop();
    void commit_group(const std::vector<QueuedStore>& group);
    void work_loop();
    void read_loop();
    void perform(const replica::Load& load);

    StoreAccess access_;
    PoolReports reports_;
    std::mutex mutex_;
    std::condition_variable commits_wanted_;
    std::condition_variable work_wanted_;
    std::condition_variable readings_wanted_;
    std::deque<QueuedStore> stores_;
    std::deque<replica::Load> loads_;
    std::deque<Job> jobs_;
    std::deque<Reading> readings_;
    std::shared_ptr<std::atomic<bool>> readings_stopped_ =
        std::make_shared<std::atomic<bool>>(false);
    bool is_started_ = false;
    bool is_stopping_ = false;
    bool is_job_running_ = false;
    std::uint64_t generation_ = 1;        // of Stores submitted now
    std::uint64_t failed_generation_ = 0; // Stores up to this one fail unasked
    std::thread commit_thread_;
    std::array<std::thread, 2> workers_;
    std::array<std::thread, 2> readers_;
};

} // namespace staffroom::runtime
