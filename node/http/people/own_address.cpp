#include "node/http/people/own_address.hpp"

#include <boost/asio/ip/address.hpp>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace staffroom::http {
namespace {

std::string small_letters(std::string text) {
    std::ranges::transform(text, text.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return text;
}

/// Without port, brackets and the dot at the end of a full name.
std::string bare_host(const std::string& host) {
    if (host.starts_with('[')) {
        const std::size_t end = host.find(']');
        return end == std::string::npos ? host : host.substr(1, end - 1);
    }
    std::string name = small_letters(host.substr(0, host.find(':')));
    if (name.ends_with('.'))
        name.pop_back();
    return name;
}

std::string machine_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0)
        return {};
    return small_letters(name.data());
}

std::string trimmed_part(std::string_view part) {
    const std::size_t begin = part.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    return std::string(part.substr(begin, part.find_last_not_of(" \t") - begin + 1));
}

/// What stands last in a list is what the nearest proxy has written.
std::string last_of(const std::string& list) {
    const std::size_t comma = list.rfind(',');
    return trimmed_part(comma == std::string::npos ? list : list.substr(comma + 1));
}

bool is_from_proxy(const Request& request, const node::Config& config) {
    return !request.remote.empty() &&
           std::ranges::find(config.web_proxies, request.remote) != config.web_proxies.end();
}

} // namespace

bool is_own_host(const std::string& host, const node::Config& config) {
    const std::string name = bare_host(host);
    if (name.empty())
        return false;
    boost::system::error_code error;
    static_cast<void>(boost::asio::ip::make_address(name, error));
    if (!error || name == "localhost")
        return true;
    const std::string machine = machine_name();
    if (!machine.empty() && (name == machine || name == machine + ".local"))
        return true;
    return std::ranges::any_of(config.web_names, [&](const std::string& each) {
        return small_letters(each) == name;
    });
}

bool is_own_origin(const Request& request) {
    if (request.origin.empty())
        return true;
    const std::string origin = small_letters(request.origin);
    const std::string host = small_letters(request.host);
    // Attack: whoever sits on the line answers for http://HOST and lets that page post to https.
    if (request.is_over_tls)
        return origin == "https://" + host;
    return origin == "http://" + host || origin == "https://" + host;
}

std::string client_address(const Request& request, const node::Config& config) {
    if (is_from_proxy(request, config))
        if (std::string told = last_of(request.forwarded_for); !told.empty())
            return told;
    return request.remote;
}

bool came_by_tls(const Request& request, const node::Config& config) {
    return request.is_over_tls ||
           (is_from_proxy(request, config) && last_of(request.forwarded_proto) == "https");
}

} // namespace staffroom::http
