#include "node/services/backup/backup_timer.hpp"

#include "node/base/clock.hpp"

namespace staffroom::services {
namespace {

/// A machine that has just been switched on has other things to read.
constexpr std::chrono::seconds first_look{20};
constexpr std::chrono::seconds between_looks{60};

} // namespace

void BackupTimer::start() {
    if (backups_.plan())
        wait(first_look);
}

void BackupTimer::stop() {
    is_stopped_ = true;
    timer_.cancel();
}

void BackupTimer::wait(std::chrono::seconds pause) {
    timer_.expires_after(pause);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error && !is_stopped_)
            look();
    });
}

void BackupTimer::look() {
    wait(between_looks);
    const auto due = backups_.next_ms();
    if (backups_.is_running() || !due || *due > runtime::wall_now().ms)
        return;
    backups_.create(
        {config_.backup_folder, static_cast<std::size_t>(config_.backup_keep)},
        [](const Result<storage::BackupReport>&) {} // it is remembered and traced where it is made
    );
}

} // namespace staffroom::services
