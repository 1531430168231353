// What systemd is told when it started us: ready, stopping, still alive. Says nothing at all
// otherwise. Built by app; the watchdog beats on the network thread, so a loop that hangs is
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

    /// Before long work at the start (salvage): asks for `more` time and shows `status`.
    void starting(const std::string& status, std::chrono::seconds more);
    /// Everything serves. Starts the watchdog where one is wanted.
    void ready(const std::string& status);
    void stopping();

private:
    void beat();

    boost::asio::steady_timer timer_;
    std::optional<std::chrono::microseconds> interval_;
};

} // namespace staffroom::runtime
