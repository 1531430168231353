#include "node/http/answers/negotiation.hpp"

#include <algorithm>

namespace staffroom::http {
namespace {

constexpr unsigned all_of_it = 1000;

std::string_view without_spaces(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

std::string in_small_letters(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return out;
}

/// Cuts a value at `separator` outside quoted strings.
std::vector<std::string_view> cut(std::string_view value, char separator) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    bool is_quoted = false;
    for (std::size_t at = 0; at <= value.size(); ++at) {
        const bool is_end = at == value.size();
        if (!is_end && value[at] == '"')
            is_quoted = !is_quoted;
        else if (!is_end && is_quoted && value[at] == '\\')
            ++at;
        if (is_end || at > value.size() || (value[at] == separator && !is_quoted)) {
            parts.push_back(without_spaces(value.substr(begin, at - begin)));
            begin = at + 1;
        }
    }
    return parts;
}

/// Reads a weight: "0.5" as 500; a text that is no weight counts as if none was given.
unsigned weight_of(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1') ||
        (text.size() > 1 && text[1] != '.'))
        return all_of_it;
    unsigned weight = text[0] == '1' ? all_of_it : 0;
    unsigned place = 100;
    for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (digit < '0' || digit > '9')
            return all_of_it;
        weight += static_cast<unsigned>(digit - '0') * place;
        place /= 10;
    }
    return std::min(weight, all_of_it);
}

struct Wish {
    unsigned fit; // 0: not about this type; 1: */*; 2: text/*; 3: the very type
    unsigned weight;
};

Wish read_wish(std::string_view item, std::string_view type) {
    const auto parts = cut(item, ';');
    const std::string range = in_small_letters(parts.front());
    Wish wish{0, all_of_it};
    if (range == "*/*" || range == "*")
        wish.fit = 1;
    else if (range.ends_with("/*") && type.starts_with(range.substr(0, range.size() - 1)))
        wish.fit = 2;
    else if (range == type)
        wish.fit = 3;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::string parameter = in_small_letters(parts[i]);
        if (parameter.starts_with("q="))
            wish.weight = weight_of(std::string_view(parameter).substr(2));
    }
    return wish;
}

} // namespace

std::vector<std::string_view> list_items(std::string_view value) {
    std::vector<std::string_view> items = cut(value, ',');
    std::erase_if(items, [](std::string_view item) { return item.empty(); });
    return items;
}

unsigned wish_for(std::string_view accept, std::string_view media_type) {
    const std::string type = bare_type(media_type);
    Wish best{0, 0};
    const auto items = list_items(accept);
    for (const std::string_view item : items) {
        const Wish wish = read_wish(item, type);
        if (wish.fit > best.fit)
            best = wish;
    }
    return items.empty() ? all_of_it : best.weight;
}

std::optional<std::size_t>
best_of(std::string_view accept, std::span<const std::string_view> offered) {
    std::optional<std::size_t> best;
    unsigned most = 0;
    for (std::size_t i = 0; i < offered.size(); ++i)
        if (const unsigned wish = wish_for(accept, offered[i]); wish > most) {
            most = wish;
            best = i;
        }
    return best;
}

std::string bare_type(std::string_view content_type) {
    return in_small_letters(without_spaces(content_type.substr(0, content_type.find(';'))));
}

bool is_json_type(std::string_view content_type) {
    const auto parts = cut(content_type, ';');
    const std::string type = bare_type(parts.front());
    if (!type.empty() && type != "application/json")
        return false;
    // JSON is UTF-8 (RFC 8259 8.1); a client that says otherwise means other letters.
    return std::ranges::all_of(parts, [](std::string_view part) {
        const std::string parameter = in_small_letters(part);
        return !parameter.starts_with("charset=") || parameter == "charset=utf-8" ||
               parameter == "charset=\"utf-8\"" || parameter == "charset=utf8";
    });
}

} // namespace staffroom::http
