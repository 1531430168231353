// Connects when the replica asks: looks the name up, tries each address in turn, gives up after one
// deadline. It speaks to nobody; the open socket goes back to the driver. Everything runs on the
// network thread.
#pragma once

#include "node/base/trace.hpp"
#include "protocol/base/result.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace staffroom::links {

/// The time for look-up and connecting together.
inline constexpr std::chrono::seconds dial_time_max{10};

/// The machines that a dial may lead to. An address that a person added may lead anywhere. A
/// published address must never lead to this machine or its wire, whatever its name resolves to,
/// except between nodes that all run on one machine.
enum class DialReach { anywhere, elsewhere, elsewhere_or_loopback };

using Dialled = std::function<void(Result<boost::asio::ip::tcp::socket>)>;

/// Calls `dialled` exactly once, later, on the network thread; not at all when the loop stops
/// first. `address` is host:port; IPv6 in brackets. Errors: invalid_input, unreachable, timed_out;
/// the detail is the system's word for it. `trace` outlives the running of `io`.
void dial(
    boost::asio::io_context& io,
    const std::string& address,
    DialReach reach,
    const node::Trace& trace,
    Dialled dialled
);

} // namespace staffroom::links
