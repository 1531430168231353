#include "node/base/texts/setting_texts.hpp"

#include "protocol/records/rules.hpp"

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

} // namespace staffroom::node
