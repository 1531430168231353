#include "node/http/server/reply_headers.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace staffroom::http {
namespace {

constexpr std::uint64_t last_second = 253'402'300'799; // of the year 9999

std::string two_digits(std::uint64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

void put_header(Headers& headers, const std::string& name, std::string value) {
    const auto known = std::ranges::find(headers, name, &Headers::value_type::first);
    if (known == headers.end() || name == "Set-Cookie") // one line for each (RFC 6265 3)
        headers.emplace_back(name, std::move(value));
    else
        known->second = std::move(value);
}

} // namespace

std::string http_date(WallTime time) {
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::uint64_t seconds = std::min(time.ms / 1000, last_second);
    const std::chrono::sys_days day{
        std::chrono::days{static_cast<std::chrono::days::rep>(seconds / 86'400)}};
    const std::chrono::year_month_day date{day};
    const std::uint64_t of_day = seconds % 86'400;
    return std::string(days.at(std::chrono::weekday(day).c_encoding())) + ", " +
           two_digits(static_cast<unsigned>(date.day())) + " " +
           months.at(static_cast<unsigned>(date.month()) - 1) + " " +
           std::to_string(static_cast<int>(date.year())) + " " + two_digits(of_day / 3600) + ":" +
           two_digits(of_day / 60 % 60) + ":" + two_digits(of_day % 60) + " GMT";
}

std::string one_line(std::string value) {
    std::ranges::replace_if(
        value,
        [](char letter) {
            const auto code = static_cast<unsigned char>(letter);
            return code < 0x20 || code == 0x7f;
        },
        '_'
    );
    return value;
}

Headers reply_headers(const Response& response, const std::string& request_id, WallTime now) {
    Headers headers{
        {"Date", http_date(now)},
        {"Cache-Control", "no-store"},
        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"X-Request-Id", request_id}};
    if (!response.content_type.empty())
        put_header(headers, "Content-Type", one_line(response.content_type));
    for (const auto& [name, value] : response.headers)
        put_header(headers, name, one_line(value));
    return headers;
}

} // namespace staffroom::http
