#include "node/accounts/signing/password_lane.hpp"

#include <utility>

namespace staffroom::accounts {

PasswordThreads::PasswordThreads(std::function<void(std::function<void()>)> post)
    : post_(std::move(post)) {
    for (std::thread& thread : threads_)
        thread = std::thread([this] { work_loop(); });
}

PasswordThreads::~PasswordThreads() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
        waiting_.clear();
    }
    wanted_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

bool PasswordThreads::run(std::function<void()> work, std::function<void()> then) {
    {
        const std::lock_guard lock(mutex_);
        if (is_stopping_ || waiting_.size() >= passwords_waiting_max)
            return false;
        waiting_.push_back({std::move(work), std::move(then)});
    }
    wanted_.notify_one();
    return true;
}

void PasswordThreads::work_loop() {
    for (;;) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            wanted_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
            if (is_stopping_)
                return;
            job = std::move(waiting_.front());
            waiting_.pop_front();
        }
        job.work();
        post_(std::move(job.then));
    }
}

} // namespace staffroom::accounts
