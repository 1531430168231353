#include "node/services/vocabulary/written_date.hpp"

#include "node/services/text/visible_words.hpp"
#include "protocol/records/rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <vector>

namespace staffroom::services {
namespace {

constexpr std::array<std::string_view, 12> months{
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december"};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// A run of digits or of letters.
struct Part {
    std::string text; // letters in lower case
    char before;      // the character before it; 0: the first
    bool is_number;
};

std::vector<Part> parts_of(std::string_view text) {
    constexpr std::size_t parts_max = 8;
    std::vector<Part> parts;
    char before = 0;
    for (std::size_t at = 0; at < text.size() && parts.size() < parts_max;) {
        const bool is_number = is_digit(text[at]);
        std::string run;
        const auto belongs = [&](char c) {
            const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            return is_number ? is_digit(c) : is_letter;
        };
        for (; at < text.size() && belongs(text[at]); ++at)
            run += text[at] >= 'A' && text[at] <= 'Z' ? static_cast<char>(text[at] - 'A' + 'a')
                                                      : text[at];
        if (run.empty()) {
            before = text[at++];
            continue;
        }
        parts.push_back({std::move(run), before, is_number});
        before = 0;
    }
    return parts;
}

std::optional<unsigned> small_number(const Part& part) {
    if (!part.is_number || part.text.empty() || part.text.size() > 4)
        return std::nullopt;
    unsigned value = 0;
    for (const char c : part.text)
        value = value * 10 + static_cast<unsigned>(c - '0');
    return value;
}

/// Returns the month of "may" and "May" and "sept", from 1.
std::optional<unsigned> month_of(const Part& part) {
    if (part.is_number || part.text.size() < 3)
        return std::nullopt;
    for (std::size_t i = 0; i < months.size(); ++i)
        if (months[i].starts_with(part.text))
            return static_cast<unsigned>(i) + 1;
    return std::nullopt;
}

bool is_year(const Part& part) {
    return part.is_number && part.text.size() == 4;
}

std::optional<std::string>
day_text(unsigned year, std::optional<unsigned> month, std::optional<unsigned> day) {
    if (!month || !day || *month > 12 || *day > 31)
        return std::nullopt;
    const auto two = [](unsigned number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    std::string text = std::to_string(year);
    text.insert(0, text.size() < 4 ? 4 - text.size() : 0, '0');
    text += "-" + two(*month) + "-" + two(*day);
    return records::is_real_date(text) ? std::optional(text) : std::nullopt;
}

/// Leaves out "th" and its like behind a day, and names of weekdays: they say nothing more.
void leave_out_noise(std::vector<Part>& parts) {
    std::erase_if(parts, [](const Part& part) {
        static constexpr std::array<std::string_view, 11> noise{
            "st", "nd", "rd", "th", "mon", "tue", "wed", "thu", "fri", "sat", "sun"};
        return !part.is_number && (std::ranges::find(noise, part.text) != noise.end() ||
                                   part.text.ends_with("day") || part.text == "of");
    });
}

struct FoundDay {
    std::string day;
    std::size_t parts; // how many it took
};

std::optional<FoundDay> found_day(const std::vector<Part>& parts) {
    const auto found = [](std::optional<std::string> day, std::size_t count) {
        return day ? std::optional(FoundDay{std::move(*day), count}) : std::nullopt;
    };
    if (parts.empty())
        return std::nullopt;
    const std::string& first = parts[0].text;
    if (parts[0].is_number && first.size() == 8) // 20240503
        return found(
            day_text(
                *small_number({first.substr(0, 4), 0, true}),
                small_number({first.substr(4, 2), 0, true}),
                small_number({first.substr(6, 2), 0, true})
            ),
            1
        );
    if (parts.size() < 3)
        return std::nullopt;
    if (is_year(parts[0])) {
        const auto month = parts[1].is_number ? small_number(parts[1]) : month_of(parts[1]);
        return found(day_text(*small_number(parts[0]), month, small_number(parts[2])), 3);
    }
    if (!is_year(parts[2]))
        return std::nullopt;
    const unsigned year = *small_number(parts[2]);
    if (const auto month = month_of(parts[1]))
        return found(day_text(year, month, small_number(parts[0])), 3);
    if (const auto month = month_of(parts[0]))
        return found(day_text(year, month, small_number(parts[1])), 3);
    const auto left = small_number(parts[0]);
    const auto right = small_number(parts[1]);
    if (!left || !right)
        return std::nullopt;
    // A point stands behind a day; between slashes the order is known only if one is no month.
    if (parts[1].before == '.' || *left > 12 || *left == *right)
        return found(day_text(year, right, left), 3);
    if (*right > 12)
        return found(day_text(year, left, right), 3);
    return std::nullopt;
}

/// Returns the minutes east of UTC, from the zone behind the time.
int minutes_east(std::string_view text, std::size_t from) {
    const std::size_t sign = text.find_first_of("+-", from);
    if (sign == std::string_view::npos)
        return 0;
    std::string digits;
    for (std::size_t at = sign + 1; at < text.size() && digits.size() < 4; ++at)
        if (is_digit(text[at]))
            digits += text[at];
        else if (text[at] != ':')
            break;
    if (digits.size() != 2 && digits.size() != 4)
        return 0;
    const int hours = (digits[0] - '0') * 10 + (digits[1] - '0');
    const int minutes = digits.size() == 4 ? (digits[2] - '0') * 10 + (digits[3] - '0') : 0;
    return (text[sign] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

} // namespace

std::optional<std::string> written_day(std::string_view text) {
    std::vector<Part> parts = parts_of(trimmed_to_visible(text).substr(0, 60));
    leave_out_noise(parts);
    const auto found = found_day(parts);
    return found ? std::optional(found->day) : std::nullopt;
}

std::optional<WallTime> written_moment(std::string_view text) {
    text = trimmed_to_visible(text).substr(0, 60);
    const auto day = written_day(text);
    const auto midnight = day ? day_of(*day) : std::nullopt;
    const std::size_t colon = text.find(':');
    if (!midnight || colon == std::string_view::npos || colon < 2 || text.size() < colon + 3 ||
        !is_digit(text[colon - 1]) || !is_digit(text[colon + 1]) || !is_digit(text[colon + 2]))
        return midnight;
    const auto digit = [&](std::size_t at) { return is_digit(text[at]) ? text[at] - '0' : 0; };
    std::int64_t seconds = (digit(colon - 2) * 10 + digit(colon - 1)) * 3600 +
                           (digit(colon + 1) * 10 + digit(colon + 2)) * 60;
    std::size_t end = colon + 3;
    if (text.size() >= colon + 6 && text[colon + 3] == ':') {
        seconds += digit(colon + 4) * 10 + digit(colon + 5);
        end = colon + 6;
    }
    if (seconds >= 24 * 3600)
        return midnight;
    seconds -= std::int64_t{60} * minutes_east(text, end);
    const auto ms = static_cast<std::int64_t>(midnight->ms) + seconds * 1000;
    return ms < 0 ? midnight : std::optional(WallTime{static_cast<std::uint64_t>(ms)});
}

std::optional<WallTime> day_of(std::string_view text) {
    if (!records::is_real_date(text))
        return std::nullopt;
    const auto number = [&](std::size_t begin, std::size_t length) {
        int value = 0;
        std::from_chars(text.data() + begin, text.data() + begin + length, value);
        return value;
    };
    const std::chrono::sys_days day = std::chrono::year_month_day(
        std::chrono::year(number(0, 4)),
        std::chrono::month(static_cast<unsigned>(number(5, 2))),
        std::chrono::day(static_cast<unsigned>(number(8, 2)))
    );
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(day.time_since_epoch());
    if (ms.count() < 0)
        return std::nullopt;
    return WallTime{static_cast<std::uint64_t>(ms.count())};
}

} // namespace staffroom::services
