#include "node/services/text/name_text.hpp"

#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace staffroom::services {
namespace {

using NameRune = utf8proc_int32_t;

/// Returns the characters of a text that is known to be UTF-8.
std::vector<NameRune> runes_of_name(std::string_view text) {
    std::vector<NameRune> out;
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data()); // NOLINT: their bytes
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        NameRune rune = 0;
        const auto bytes = utf8proc_iterate(at, left, &rune);
        if (bytes <= 0)
            break;
        out.push_back(rune);
        at += bytes;
        left -= bytes;
    }
    return out;
}

bool is_name_space(NameRune rune) {
    const auto category = utf8proc_category(rune);
    return category == UTF8PROC_CATEGORY_ZS || rune == '\t' || rune == '\n' || rune == '\r';
}

/// Tells whether a letter is drawn as nothing.
bool is_blank_letter(NameRune rune) {
    return rune == 0x115F || rune == 0x1160 || rune == 0x3164 || rune == 0xFFA0 || rune == 0x2800;
}

bool is_name_joiner(NameRune rune) {
    return rune == 0x200C || rune == 0x200D || (rune >= 0xFE00 && rune <= 0xFE0F);
}

bool is_unseen_in_name(NameRune rune) {
    switch (utf8proc_category(rune)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return true;
    default: return is_blank_letter(rune) || rune == 0x034F || rune == 0x17B4 || rune == 0x17B5;
    }
}

/// Tells whether a character is read: letters, digits, and symbols that say something by
/// themselves.
bool is_read_in_name(NameRune rune) {
    const auto category = utf8proc_category(rune);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) ||
           category == UTF8PROC_CATEGORY_SO;
}

std::string folded_words(std::string_view name) {
    const auto options = static_cast<utf8proc_option_t>(
        UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_STABLE
    );
    utf8proc_uint8_t* mapped = nullptr;
    const auto bytes = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(name.data()), // NOLINT: their bytes
        static_cast<utf8proc_ssize_t>(name.size()),
        &mapped,
        options
    );
    if (bytes < 0)
        return std::string(name);
    std::string out(
        reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(bytes) // NOLINT: theirs
    );
    std::free(mapped); // NOLINT(cppcoreguidelines-no-malloc): made by the library
    return out;
}

} // namespace

std::string trimmed_name(std::string_view typed) {
    if (first_unreadable_byte(typed))
        return std::string(typed);
    std::string out;
    bool has_space = false;
    for (const NameRune rune : runes_of_name(typed)) {
        if (is_name_space(rune)) {
            has_space = true;
            continue;
        }
        if (has_space && !out.empty())
            out += ' ';
        has_space = false;
        std::array<utf8proc_uint8_t, 4> bytes{};
        const auto count = utf8proc_encode_char(rune, bytes.data());
        out.append(bytes.begin(), bytes.begin() + count);
    }
    return out;
}

std::optional<std::string> why_not_a_name(std::string_view name, std::string_view what) {
    const std::string begin(what);
    if (first_unreadable_byte(name))
        return begin + " is not UTF-8 text.";
    const auto runes = runes_of_name(name);
    if (runes.empty())
        return begin + " is empty, or only spaces.";
    for (std::size_t i = 0; i < runes.size(); ++i) {
        // Persian, the scripts of India and emoji need joiners between letters of their own.
        constexpr NameRune first_of_such_scripts = 0x0590;
        const bool is_inside = i > 0 && runes[i - 1] >= first_of_such_scripts;
        if (is_name_joiner(runes[i]) && is_inside && !is_name_joiner(runes[i - 1]))
            continue;
        if (is_name_joiner(runes[i]) || is_unseen_in_name(runes[i]))
            return begin +
                   " has a character that cannot be seen or that turns the text around, at "
                   "place " +
                   std::to_string(i + 1) + ".";
    }
    if (std::ranges::none_of(runes, is_read_in_name))
        return begin + " has no letter and no digit.";
    return std::nullopt;
}

bool is_same_name(std::string_view a, std::string_view b) {
    return a == b || folded_words(trimmed_name(a)) == folded_words(trimmed_name(b));
}

std::optional<std::size_t> nearest_of(std::string_view typed, std::span<const std::string> names) {
    std::vector<std::string> all;
    all.reserve(names.size());
    for (const auto& name : names)
        all.push_back(folded_words(name));
    const std::string wanted = folded_words(typed);
    if (const auto same = std::ranges::find(all, wanted); same != all.end())
        return static_cast<std::size_t>(same - all.begin());
    const std::vector<std::string_view> views(all.begin(), all.end());
    if (const auto near = records::nearest_name(wanted, views); !near.empty()) {
        const auto place = std::ranges::find(views, near);
        return static_cast<std::size_t>(place - views.begin());
    }
    // The beginning of a long name is what most people type.
    constexpr std::size_t beginning_bytes_min = 3;
    const auto begun = std::ranges::find_if(all, [&](const std::string& name) {
        return wanted.size() >= beginning_bytes_min && name.find(wanted) != std::string::npos;
    });
    return begun == all.end() ? std::nullopt
                              : std::optional(static_cast<std::size_t>(begun - all.begin()));
}

} // namespace staffroom::services
