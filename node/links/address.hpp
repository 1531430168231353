// host:port as people and settings write it, and the part of a remote address by which the listener
// counts its caps. No name is looked up here; that is the dialer's work.
#pragma once

#include "protocol/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace boost::asio::ip {
class address;
}

namespace staffroom::links {

struct HostPort {
    std::string host; // a name, or an address without brackets
    std::uint16_t port;
};

/// Parses "name:7440", "192.0.2.1:7440" or "[2001:db8::1]:7440". Errors: invalid_input.
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text);

/// Writes an address as text, IPv6 addresses in brackets.
[[nodiscard]] std::string to_text(const HostPort& address);

/// Returns the group that counts as one remote: an IPv4 address (mapped ones too), or the /64 of an
/// IPv6 address, because a single machine commands all of those.
[[nodiscard]] std::string remote_group(const boost::asio::ip::address& remote);

/// Tells whether the address is this machine itself: 127.0.0.0/8, ::1.
[[nodiscard]] bool is_loopback(const boost::asio::ip::address& address);
/// Tells whether an address may be dialled on hearsay [S10]. A member could make this node call
/// itself or its neighbours on the wire. So the address must lead to a machine of its own: not to
/// this one, not to all on its line, and not to machines on the same wire without a router.
[[nodiscard]] bool is_elsewhere(const boost::asio::ip::address& address);

} // namespace staffroom::links
