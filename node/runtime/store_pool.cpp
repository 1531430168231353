#include "node/runtime/store_pool.hpp"

#include "protocol/base/ensure.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace staffroom::runtime {

StorePool::StorePool(StoreAccess access)
    : access_(std::move(access)) {}

StorePool::~StorePool() {
    stop();
}

void StorePool::start(PoolReports reports) {
    ensure(!is_started_);
    reports_ = std::move(reports);
    is_started_ = true;
    commit_thread_ = std::thread([this] { commit_loop(); });
    for (std::thread& worker : workers_)
        worker = std::thread([this] { work_loop(); });
    for (std::thread& reader : readers_)
        reader = std::thread([this] { read_loop(); });
}

void StorePool::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
        loads_.clear();
        jobs_.clear();
        readings_.clear();
    }
    *readings_stopped_ = true;
    commits_wanted_.notify_all();
    work_wanted_.notify_all();
    readings_wanted_.notify_all();
    if (commit_thread_.joinable())
        commit_thread_.join();
    for (std::thread& worker : workers_)
        if (worker.joinable())
            worker.join();
    for (std::thread& reader : readers_)
        if (reader.joinable())
            reader.join();
}

Result<void> StorePool::submit(replica::Store store) {
    {
        const std::lock_guard lock(mutex_);
        if (is_stopping_)
            return fail(Errc::closed);
        if (stores_.size() >= pool_queue_max)
            return fail(Errc::busy, "too many commits are waiting");
        stores_.push_back(QueuedStore{std::move(store), generation_});
    }
    commits_wanted_.notify_one();
    return {};
}

Result<void> StorePool::submit(replica::Load load) {
    {
        const std::lock_guard lock(mutex_);
        if (is_stopping_)
            return fail(Errc::closed);
        if (loads_.size() >= pool_queue_max)
            return fail(Errc::busy, "too many loads are waiting");
        loads_.push_back(std::move(load));
    }
    work_wanted_.notify_one();
    return {};
}

Result<void> StorePool::run_blocking(std::function<void()> work, std::function<void()> then) {
    {
        const std::lock_guard lock(mutex_);
        if (is_stopping_)
            return fail(Errc::closed);
        if (jobs_.size() >= pool_queue_max)
            return fail(Errc::busy, "too many jobs are waiting");
        jobs_.push_back(Job{std::move(work), std::move(then)});
    }
    work_wanted_.notify_one();
    return {};
}

Result<void> StorePool::run_reading(
    std::function<void(const runtime::StopSign&)> work, std::function<void()> then
) {
    {
        const std::lock_guard lock(mutex_);
        if (is_stopping_)
            return fail(Errc::closed);
        if (readings_.size() >= readings_waiting_max)
            return fail(Errc::busy, "too many readers are waiting");
        readings_.push_back(Reading{
            std::move(work), std::move(then), std::chrono::steady_clock::now() + reading_time_max});
    }
    readings_wanted_.notify_one();
    return {};
}

void StorePool::acknowledge_failure() {
    const std::lock_guard lock(mutex_);
    ++generation_;
}

void StorePool::commit_loop() {
    while (true) {
        std::vector<QueuedStore> group;
        {
            std::unique_lock lock(mutex_);
            commits_wanted_.wait(lock, [this] { return is_stopping_ || !stores_.empty(); });
            if (stores_.empty())
                return;
            const std::size_t count = std::min(stores_.size(), group_stores_max);
            group.reserve(count);
            for (std::size_t i = 0; i < count; ++i) {
                // A group never mixes stores that must fail with stores that may be tried again.
                if (!group.empty() && stores_.front().generation != group.front().generation)
                    break;
                group.push_back(std::move(stores_.front()));
                stores_.pop_front();
            }
        }
        commit_group(group);
    }
}

void StorePool::commit_group(const std::vector<QueuedStore>& group) {
    const std::uint64_t generation = group.front().generation;
    Result<void> outcome = fail(Errc::io_error, "an earlier commit failed");
    Result<void> marked = outcome;
    if (generation > failed_generation_) {
        std::vector<const replica::StoreBatch*> batches;
        batches.reserve(group.size());
        const std::vector<replica::MarkedLog>* mark = nullptr;
        for (const QueuedStore& queued : group) {
            batches.push_back(&queued.store.batch);
            // Each mark names all own logs, so the newest one says everything.
            if (!queued.store.mark.empty())
                mark = &queued.store.mark;
        }
        outcome = access_.commit(batches);
        marked = outcome;
        if (outcome && mark != nullptr)
            marked = access_.write_mark(*mark);
        if (!marked)
            failed_generation_ = generation;
    }
    std::vector<replica::StoreFinished> finished;
    finished.reserve(group.size());
    // Without the mark no head of ours may leave. Entries of others are durable all the same, and
    // the core would ask for them again in vain.
    for (const QueuedStore& queued : group)
        finished.push_back(replica::StoreFinished{
            queued.store.id, queued.store.mark.empty() ? outcome : marked});
    reports_.post([this, finished = std::move(finished)] { reports_.stored(finished); });
}

void StorePool::work_loop() {
    while (true) {
        std::unique_lock lock(mutex_);
        work_wanted_.wait(lock, [this] {
            return is_stopping_ || !loads_.empty() || (!jobs_.empty() && !is_job_running_);
        });
        if (!loads_.empty()) {
            const replica::Load load = std::move(loads_.front());
            loads_.pop_front();
            lock.unlock();
            perform(load);
        } else if (!jobs_.empty() && !is_job_running_) {
            Job job = std::move(jobs_.front());
            jobs_.pop_front();
            is_job_running_ = true;
            lock.unlock();
            job.work();
            reports_.post(std::move(job.then));
            lock.lock();
            is_job_running_ = false;
            lock.unlock();
            // The next job may have been announced while nobody was allowed to take it.
            work_wanted_.notify_one();
        } else {
            return;
        }
    }
}

void StorePool::read_loop() {
    while (true) {
        std::unique_lock lock(mutex_);
        readings_wanted_.wait(lock, [this] { return is_stopping_ || !readings_.empty(); });
        if (readings_.empty())
            return;
        Reading reading = std::move(readings_.front());
        readings_.pop_front();
        lock.unlock();
        reading.work(runtime::StopSign(readings_stopped_, reading.end));
        reports_.post(std::move(reading.then));
    }
}

void StorePool::perform(const replica::Load& load) {
    // Loaded bodies are large; the posted function must not copy them.
    auto finished = std::make_shared<const replica::LoadFinished>(replica::LoadFinished{
        load.id, access_.load(load)});
    reports_.post([this, finished = std::move(finished)] { reports_.loaded(*finished); });
}

} // namespace staffroom::runtime
