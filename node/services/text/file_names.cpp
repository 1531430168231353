#include "node/services/text/file_names.hpp"

#include "protocol/base/text.hpp"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <memory>

namespace staffroom::services {
namespace {

struct FreeMapped {
    void operator()(utf8proc_uint8_t* text) const { std::free(text); } // NOLINT: C allocated it
};

std::string mapped_name(std::string_view name, int options) {
    utf8proc_uint8_t* made = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(name.data()), // NOLINT: bytes are bytes
        static_cast<utf8proc_ssize_t>(name.size()),
        &made,
        static_cast<utf8proc_option_t>(options)
    );
    const std::unique_ptr<utf8proc_uint8_t, FreeMapped> owner(made);
    if (size < 0)
        return std::string(name);
    return {reinterpret_cast<const char*>(made), static_cast<std::size_t>(size)}; // NOLINT
}

/// Takes the next character off `text`; -1 for a byte that is none.
utf8proc_int32_t next_codepoint(std::string_view& text) {
    utf8proc_int32_t code = -1;
    const utf8proc_ssize_t taken = utf8proc_iterate(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()), // NOLINT: bytes are bytes
        static_cast<utf8proc_ssize_t>(text.size()),
        &code
    );
    text.remove_prefix(taken > 0 ? static_cast<std::size_t>(taken) : 1);
    return taken > 0 ? code : -1;
}

bool is_letter_or_digit(utf8proc_category_t category) {
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

bool is_invisible(utf8proc_category_t category) {
    return category == UTF8PROC_CATEGORY_CF;
}

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

bool is_drawn(utf8proc_category_t category) {
    return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_SO;
}

/// Replaces characters; `keeps` decides for those that are not in `kept`.
template <class Keeps>
std::string filtered_name(
    std::string_view name,
    std::string_view kept,
    char other,
    std::size_t bytes_max,
    const Keeps& keeps
) {
    const std::string normal = normal_name(name);
    std::string_view rest = normal;
    std::string out;
    while (!rest.empty()) {
        const std::string_view before = rest;
        const utf8proc_int32_t code = next_codepoint(rest);
        const std::string_view symbol = before.substr(0, before.size() - rest.size());
        const auto category = code < 0 ? UTF8PROC_CATEGORY_CN : utf8proc_category(code);
        const bool is_ours =
            code >= 0 && (keeps(code, category) || kept.find(symbol) != std::string::npos);
        if (!is_ours && code >= 0 && is_invisible(category))
            continue;
        const std::string_view part = is_ours ? symbol : std::string_view(&other, 1);
        if (out.size() + part.size() > bytes_max)
            break;
        out += part;
    }
    return out;
}

} // namespace

std::string normal_name(std::string_view name) {
    return mapped_name(name, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::string folded_name(std::string_view name) {
    return mapped_name(
        name,
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE
    );
}

std::string lower_name(std::string_view name) {
    const std::string normal = normal_name(name);
    std::string_view rest = normal;
    std::string out;
    while (!rest.empty()) {
        const std::string_view before = rest;
        const utf8proc_int32_t code = next_codepoint(rest);
        std::array<utf8proc_uint8_t, 4> bytes{};
        const auto size = code < 0 ? 0 : utf8proc_encode_char(utf8proc_tolower(code), bytes.data());
        if (size <= 0)
            out += before.substr(0, before.size() - rest.size());
        else
            out.append(bytes.begin(), bytes.begin() + size);
    }
    return out;
}

std::string
plain_name(std::string_view name, std::string_view kept, char other, std::size_t bytes_max) {
    return filtered_name(
        name,
        kept,
        other,
        bytes_max,
        [](utf8proc_int32_t, utf8proc_category_t category) { return is_letter_or_digit(category); }
    );
}

std::string
drawn_name(std::string_view name, std::string_view kept, char other, std::size_t bytes_max) {
    return filtered_name(
        name,
        kept,
        other,
        bytes_max,
        [](utf8proc_int32_t code, utf8proc_category_t category) {
            return is_letter_or_digit(category) || (code > 0x7F && is_drawn(category));
        }
    );
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
        if (low < 0) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return first_unreadable_byte(out) ? std::string(text) : out;
}

} // namespace staffroom::services
