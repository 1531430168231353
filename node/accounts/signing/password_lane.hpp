// Where passwords are stretched: at most two at once, because each takes 64 MiB and a Raspberry Pi
// has little, and off the network thread, because each takes a tenth of a second. A bounded queue
// stands before them. Built by app; tests put a lane without threads in its place.
#pragma once

#include <array>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace staffroom::accounts {

inline constexpr std::size_t passwords_at_once = 2;
/// At a tenth of a second each, nobody waits longer than a second or two.
inline constexpr std::size_t passwords_waiting_max = 16;

class PasswordLane {
public:
    PasswordLane() = default;
    PasswordLane(const PasswordLane&) = delete;
    PasswordLane& operator=(const PasswordLane&) = delete;
    PasswordLane(PasswordLane&&) = delete;
    PasswordLane& operator=(PasswordLane&&) = delete;
    virtual ~PasswordLane() = default;

    /// `work` off the network thread, then `then` on it. False: too many wait already, and neither
    /// is called.
    [[nodiscard]] virtual bool run(std::function<void()> work, std::function<void()> then) = 0;
};

class PasswordThreads final : public PasswordLane {
public:
    /// `post` runs its argument on the network thread later; it is called from the lane's threads.
    explicit PasswordThreads(std::function<void(std::function<void()>)> post);
    ~PasswordThreads() override;
    PasswordThreads(const PasswordThreads&) = delete;
    PasswordThreads& operator=(const PasswordThreads&) = delete;
    PasswordThreads(PasswordThreads&&) = delete;
    PasswordThreads& operator=(PasswordThreads&&) = delete;

    [[nodiscard]] bool run(std::function<void()> work, std::function<void()> then) override;

private:
    struct Job {
        std::function<void()> work;
        std::function<void()> then;
    };
    void work_loop();

    std::function<void(std::function<void()>)> post_;
    std::mutex mutex_;
    std::condition_variable wanted_;
    std::deque<Job> waiting_;
    bool is_stopping_ = false;
    std::array<std::thread, passwords_at_once> threads_;
};

} // namespace staffroom::accounts
