#include "node/links/address.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>

namespace staffroom::links {

Result<HostPort> parse_host_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return fail(Errc::invalid_input, "an address needs a port, as in name:7440");
    std::string_view host = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);

    const bool is_bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
    if (is_bracketed) {
        host = host.substr(1, host.size() - 2);
        boost::system::error_code no_address;
        boost::asio::ip::make_address_v6(host, no_address);
        if (no_address)
            return fail(
                Errc::invalid_input, "in brackets stands an IPv6 address, as in [::1]:7440"
            );
    } else if (host.find_first_of(":[]") != std::string_view::npos) {
        return fail(Errc::invalid_input, "an IPv6 address stands in brackets, as in [::1]:7440");
    }
    if (host.empty() || host.size() > 253)
        return fail(Errc::invalid_input, "the host is missing or longer than 253 characters");
    if (host.find_first_of(" \t\r\n/") != std::string_view::npos)
        return fail(Errc::invalid_input, "an address is host:port, without spaces or slashes");

    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size())
        return fail(Errc::invalid_input, "the port is a number from 0 to 65535");
    return HostPort{std::string(host), port};
}

std::string to_text(const HostPort& address) {
    const bool needs_brackets = address.host.find(':') != std::string::npos;
    const std::string host = needs_brackets ? "[" + address.host + "]" : address.host;
    return host + ":" + std::to_string(address.port);
}

std::string remote_group(const boost::asio::ip::address& remote) {
    if (remote.is_v4())
        return remote.to_string();
    boost::asio::ip::address_v6 six = remote.to_v6();
    if (six.is_v4_mapped())
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, six).to_string();
    auto bytes = six.to_bytes();
    for (std::size_t i = 8; i < bytes.size(); ++i)
        bytes[i] = 0;
    return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

namespace {

/// Returns the IPv4 address inside a mapped IPv6 address, so that it is judged as what it is.
boost::asio::ip::address plain_address(const boost::asio::ip::address& address) {
    if (!address.is_v6() || !address.to_v6().is_v4_mapped())
        return address;
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
}

} // namespace

bool is_loopback(const boost::asio::ip::address& address) {
    return plain_address(address).is_loopback();
}

bool is_elsewhere(const boost::asio::ip::address& address) {
    const boost::asio::ip::address plain = plain_address(address);
    if (plain.is_loopback() || plain.is_multicast() || plain.is_unspecified())
        return false;
    if (plain.is_v6()) {
        // ::/96 held IPv4 addresses once, and holds nobody's now.
        const auto six = plain.to_v6().to_bytes();
        const bool is_old_form =
            std::all_of(six.begin(), six.begin() + 12, [](auto byte) { return byte == 0; });
        return !plain.to_v6().is_link_local() && !is_old_form;
    }
    const auto bytes = plain.to_v4().to_bytes();
    const bool is_this_network = bytes[0] == 0;
    const bool is_link_local = bytes[0] == 169 && bytes[1] == 254;
    const bool is_reserved = bytes[0] >= 240; // broadcast with it
    return !is_this_network && !is_link_local && !is_reserved;
}

} // namespace staffroom::links
