// Threads that share the work of one call, so that a folder of documents is prepared on every core.
// They sleep in between and are made when they are first needed. Not here: queues and blocking work
// (runtime/store_pool). Used by services/publishing.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace staffroom::runtime {

class Helpers {
public:
    /// `count_max` threads beside the one that calls.
    explicit Helpers(std::size_t count_max)
        : count_max_(count_max) {}
    Helpers(const Helpers&) = delete;
    Helpers& operator=(const Helpers&) = delete;
    Helpers(Helpers&&) = delete;
    Helpers& operator=(Helpers&&) = delete;
    ~Helpers();

    /// Calls `work` once for each number of [0, count), here and on the helpers, in any order, and
    /// returns when all is done. From one thread at a time.
    void for_each(std::size_t count, const std::function<void(std::size_t)>& work);

private:
    void help();
    void take_part(std::unique_lock<std::mutex>& lock);

    std::size_t count_max_; // fewer where the machine gives no more threads
    std::mutex mutex_;
    std::condition_variable wanted_;
    std::condition_variable done_;
    const std::function<void(std::size_t)>* work_ = nullptr;
    std::size_t next_ = 0;
    std::size_t count_ = 0;
    std::size_t running_ = 0;
    bool is_stopping_ = false;
    std::vector<std::thread> threads_;
};

/// As many as leave no core idle, and no more than a small machine can hold in memory.
[[nodiscard]] std::size_t helpers_of_this_machine();

} // namespace staffroom::runtime
