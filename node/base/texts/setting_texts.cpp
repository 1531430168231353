#include "node/base/texts/setting_texts.hpp"

#include "protocol/records/rules.hpp"

#include <charconv>

namespace staffroom::node {

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& names) {
    const std::string_view near = records::nearest_name(word, names);
    return near.empty() ? "" : " Did you mean \"" + std::string(near) + "\"?";
}

std::vector<std::string> split_at_commas(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = text.find(',');
        if (end != 0)
            parts.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return parts;
}

std::string listed(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words)
        text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

bool is_host_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0)
        return false;
    const std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (port.empty() || error != std::errc() || end != port.data() + port.size() || number > 65535)
        return false;
    if (host.front() == '[')
        return host.size() > 2 && host.back() == ']';
    return host.find_first_of(":[] /") == std::string_view::npos;
}

std::optional<std::chrono::hours> parse_period(std::string_view text) {
    if (text == "never")
        return std::chrono::hours::zero();
    const std::string_view digits = text.substr(0, text.empty() ? 0 : text.size() - 1);
    const char unit = text.empty() ? ' ' : text.back();
    const int hours = unit == 'h' ? 1 : unit == 'd' ? 24 : unit == 'w' ? 7 * 24 : 0;
    std::uint16_t count = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), count);
    if (error != std::errc() || end != digits.end() || count * hours < 1 || count * hours > 31 * 24)
        return std::nullopt;
    return std::chrono::hours(count * hours);
}

std::string environment_name(const std::string& setting) {
    std::string name = "STAFFROOM_";
    for (const char c : setting)
        name += c == '.' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    return name;
}

} // namespace staffroom::node
