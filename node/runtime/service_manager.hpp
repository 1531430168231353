// Messages to systemd when it started us: ready, mending, stopping, still alive. Says nothing at
// all otherwise. Built by app; the watchdog beats on the network thread, so a loop that hangs is
// noticed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace staffroom::runtime {

class ServiceManager {
public:
    explicit ServiceManager(boost::asio::io_context& io);

    /// Announces long work at the start (salvage): asks for `more` time and shows `status`.
    void starting(const std::string& status, std::chrono::seconds more);
    /// Announces that everything serves. Starts the watchdog where one is wanted.
    void ready(const std::string& status);
    /// Announces that the store is salvaged in this process, which may take up to `patience`
    /// without a beat. Never use `stopping` for that: systemd would kill the mended node when its
    /// time to stop is over.
    void mending(const std::string& status, std::chrono::seconds patience);
    void stopping();

private:
    void beat();

    boost::asio::steady_timer timer_;
    std::optional<std::chrono::microseconds> interval_;
};

} // namespace staffroom::runtime
