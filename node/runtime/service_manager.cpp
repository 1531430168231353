#include "node/runtime/service_manager.hpp"

#include <systemd/sd-daemon.h>

namespace staffroom::runtime {
namespace {

/// Returns the first line. The status ends at a line break: a name in it could otherwise add a
/// message of its own.
std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

} // namespace

ServiceManager::ServiceManager(boost::asio::io_context& io)
    : timer_(io) {
    std::uint64_t patience_us = 0;
    if (::sd_watchdog_enabled(0, &patience_us) > 0 && patience_us > 0)
        interval_ = std::chrono::microseconds(patience_us / 2);
}

void ServiceManager::starting(const std::string& status, std::chrono::seconds more) {
    const auto more_us = std::chrono::microseconds(more).count();
    const std::string message =
        "STATUS=" + first_line(status) + "\nEXTEND_TIMEOUT_USEC=" + std::to_string(more_us);
    ::sd_notify(0, message.c_str());
}

void ServiceManager::ready(const std::string& status) {
    std::string message = "READY=1\nSTATUS=" + first_line(status);
    if (interval_) // `mending` may have stretched it
        message += "\nWATCHDOG_USEC=" + std::to_string(2 * interval_->count());
    ::sd_notify(0, message.c_str());
    if (interval_)
        beat();
}

void ServiceManager::mending(const std::string& status, std::chrono::seconds patience) {
    timer_.cancel();
    std::string message = "STATUS=" + first_line(status);
    if (interval_) // EXTEND_TIMEOUT_USEC says nothing to the watchdog
        message += "\nWATCHDOG_USEC=" + std::to_string(std::chrono::microseconds(patience).count());
    interval_.reset();
    ::sd_notify(0, message.c_str());
}

void ServiceManager::stopping() {
    timer_.cancel();
    interval_.reset();
    ::sd_notify(0, "STOPPING=1\nSTATUS=Stopping");
}

void ServiceManager::beat() {
    if (!interval_)
        return;
    ::sd_notify(0, "WATCHDOG=1");
    timer_.expires_after(*interval_);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            beat();
    });
}

} // namespace staffroom::runtime
