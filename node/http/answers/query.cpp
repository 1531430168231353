#include "node/http/answers/query.hpp"

#include "protocol/base/text.hpp"

#include <charconv>

namespace staffroom::http {

std::string query_text(const Request& request, const std::string& name) {
    const auto found = request.query.find(name);
    return found == request.query.end() ? "" : found->second;
}

Result<std::uint64_t> query_whole(
    const Request& request,
    const std::string& name,
    std::uint64_t otherwise,
    std::pair<std::uint64_t, std::uint64_t> range
) {
    const std::string text = query_text(request, name);
    if (text.empty())
        return otherwise;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < range.first ||
        value > range.second)
        return fail(
            Errc::invalid_input,
            "\"" + name + "\" has to be " + std::to_string(range.first) + " to " +
                std::to_string(range.second) + "."
        );
    return value;
}

std::optional<std::string> percent_decoded(std::string_view text, bool is_query) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && is_query) {
            out += ' ';
            continue;
        }
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        unsigned value = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2)
            return std::nullopt;
        out += static_cast<char>(value);
        i += 2;
    }
    return out;
}

std::optional<std::map<std::string, std::string>> parse_query(std::string_view query) {
    std::map<std::string, std::string> values;
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
        const std::size_t equals = pair.find('=');
        auto name = percent_decoded(pair.substr(0, equals), true);
        auto value = percent_decoded(
            equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true
        );
        if (!name || !value || first_unreadable_byte(*name) || first_unreadable_byte(*value))
            return std::nullopt;
        values[std::move(*name)] = std::move(*value);
    }
    return values;
}

} // namespace staffroom::http
