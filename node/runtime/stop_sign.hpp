// The sign that work on another thread should end before it is done: the node stops, or the caller
// has waited long enough. Made by runtime/store_pool, asked in the loops of work that may take
// long.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>

namespace staffroom::runtime {

class StopSign {
public:
    /// Makes a sign that is never up.
    StopSign() = default;
    StopSign(
        std::shared_ptr<const std::atomic<bool>> stopped, std::chrono::steady_clock::time_point end
    )
        : stopped_(std::move(stopped))
        , end_(end) {}

    [[nodiscard]] bool is_up() const {
        return stopped_ && (stopped_->load() || std::chrono::steady_clock::now() >= end_);
    }

private:
    std::shared_ptr<const std::atomic<bool>> stopped_;
    std::chrono::steady_clock::time_point end_;
};

} // namespace staffroom::runtime
