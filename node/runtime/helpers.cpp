#include "node/runtime/helpers.hpp"

#include <algorithm>
#include <system_error>

namespace staffroom::runtime {
namespace {

constexpr std::size_t helpers_max = 3;

} // namespace

std::size_t helpers_of_this_machine() {
    const std::size_t cores = std::thread::hardware_concurrency();
    return std::clamp<std::size_t>(cores, 1, helpers_max + 1) - 1;
}

Helpers::~Helpers() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    wanted_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

void Helpers::for_each(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::unique_lock lock(mutex_);
    // Waking somebody for a single piece costs more than the piece.
    try {
        while (count > 1 && threads_.size() < count_max_)
            threads_.emplace_back([this] { help(); });
    } catch (const std::system_error&) {
        count_max_ = threads_.size(); // this machine gives no more; the caller does the rest
    }
    work_ = &work;
    next_ = 0;
    count_ = count;
    if (count > 1)
        wanted_.notify_all();
    take_part(lock);
    done_.wait(lock, [this] { return running_ == 0; });
    work_ = nullptr;
}

void Helpers::help() {
    std::unique_lock lock(mutex_);
    while (true) {
        wanted_.wait(lock, [this] { return is_stopping_ || next_ < count_; });
        if (is_stopping_)
            return;
        take_part(lock);
        if (running_ == 0)
            done_.notify_one();
    }
}

/// Piece after piece, until none is left to begin.
void Helpers::take_part(std::unique_lock<std::mutex>& lock) {
    while (next_ < count_) {
        const std::size_t mine = next_++;
        ++running_;
        lock.unlock();
        (*work_)(mine);
        lock.lock();
        --running_;
    }
}

} // namespace staffroom::runtime
