// Lets the node make its backups by itself. Looks at the clock of the wall every minute, because
// timers do not count the hours that a machine sleeps. Built by app; on the network thread. Not
// here: when one is due (backup_state), making it (backups).
#pragma once

#include "node/base/config.hpp"
#include "node/services/backup/backups.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace staffroom::services {

class BackupTimer {
public:
    BackupTimer(boost::asio::io_context& io, Backups& backups, const node::Config& config)
        : timer_(io)
        , backups_(backups)
        , config_(config) {}

    /// Starts the looks; there are none where the settings name no folder or no time.
    void start();
    void stop();

private:
    void wait(std::chrono::seconds pause);
    void look();

    boost::asio::steady_timer timer_;
    Backups& backups_;
    const node::Config& config_;
    bool is_stopped_ = false;
};

} // namespace staffroom::services
