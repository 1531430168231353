#include "protocol/network/address_form.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace staffroom::network {
namespace {

constexpr std::size_t address_bytes_max = 255;
constexpr std::size_t host_bytes_max = 253; // of a name
constexpr std::string_view digits = "0123456789";
constexpr std::string_view six_characters = "0123456789abcdefABCDEF:.";
constexpr std::string_view name_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

bool has_only(std::string_view text, std::string_view characters) {
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

bool is_port(std::string_view text) {
    if (!has_only(text, digits) || text.front() == '0')
        return false;
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size();
}

bool is_host(std::string_view text) {
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
        const std::string_view six = text.substr(1, text.size() - 2);
        return has_only(six, six_characters) && std::count(six.begin(), six.end(), ':') >= 2;
    }
    return text.size() <= host_bytes_max && has_only(text, name_characters) &&
           text.front() != '.' && text.front() != '-' && text.find("..") == std::string_view::npos;
}

} // namespace

bool is_dialable(std::string_view address) {
    const std::size_t colon = address.rfind(':');
    return address.size() <= address_bytes_max && colon != std::string_view::npos &&
           is_host(address.substr(0, colon)) && is_port(address.substr(colon + 1));
}

} // namespace staffroom::network
