#include "node/http/server/request_head.hpp"

#include "node/http/answers/negotiation.hpp"

#include <algorithm>
#include <array>

namespace staffroom::http {
namespace {

/// Of these a second line changes what the first one says, so that two readers may disagree.
constexpr std::array<std::string_view, 9> single_fields{
    "host",
    "authorization",
    "content-type",
    "content-length",
    "cookie",
    "idempotency-key",
    "last-event-id",
    "origin",
    "staffroom-csrf"};

std::size_t lines_of(const RequestHead& head, std::string_view name) {
    return static_cast<std::size_t>(std::ranges::count_if(head.fields, [&](const auto& field) {
        return field.first == name;
    }));
}

/// Tells whether a text is "host:port" and nothing that could be a path, a name of a person or a
/// second host.
bool is_host(std::string_view text) {
    return std::ranges::all_of(text, [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return byte > 0x20 && byte < 0x7f &&
               std::string_view("/\\?#@,\"<>").find(letter) == std::string_view::npos;
    });
}

Problem refused_head(int status, std::string code, std::string sentence, std::string next) {
    return {status, std::move(code), "", std::move(sentence), std::move(next), ExitCode::usage};
}

bool is_whole_address(std::string_view target) {
    const std::string start = bare_type(target.substr(0, 8)); // in small letters
    return start.starts_with("http://") || start.starts_with("https://");
}

std::optional<Problem> framing_problem(const RequestHead& head) {
    const std::string coding = bare_type(field_value(head, "transfer-encoding"));
    if (coding.empty() && lines_of(head, "transfer-encoding") == 0)
        return std::nullopt;
    if (head.version < 11 || lines_of(head, "content-length") > 0)
        return bad_request("Transfer-Encoding goes neither with HTTP/1.0 nor with Content-Length.");
    if (coding == "chunked")
        return std::nullopt;
    return refused_head(
        501,
        "request.transfer-coding",
        "Of the transfer codings only chunked is read.",
        "send the body as it is, with its Content-Length."
    );
}

} // namespace

std::string field_value(const RequestHead& head, std::string_view name) {
    std::string value;
    for (const auto& [each, text] : head.fields)
        if (each == name)
            value += (value.empty() ? "" : ", ") + text;
    return value;
}

std::optional<Problem> head_problem(const RequestHead& head) {
    if (head.version >= 11 && lines_of(head, "host") == 0)
        return bad_request("A request of HTTP/1.1 has a Host.");
    for (const std::string_view name : single_fields)
        if (lines_of(head, name) > 1)
            return bad_request("The header " + std::string(name) + " stands more than once.");
    if (field_value(head, "content-length").find(',') != std::string::npos)
        return bad_request("The header content-length has more than one number.");
    if (!is_host(field_value(head, "host")))
        return bad_request("The Host is no host.");
    if (auto problem = framing_problem(head))
        return problem;
    const bool is_path = head.target.starts_with('/') || head.target == "*";
    if (!is_path && !is_whole_address(head.target) && method_from(head.method) != Method::other)
        return bad_request("The address has to begin with a slash.");
    const std::string expectation = bare_type(field_value(head, "expect"));
    if (!expectation.empty() && expectation != "100-continue")
        return refused_head(
            417,
            "request.expectation",
            "Of the expectations only 100-continue is met.",
            "send the request without Expect."
        );
    const std::string coding = bare_type(field_value(head, "content-encoding"));
    if (!coding.empty() && coding != "identity")
        return refused_head(
            415,
            "request.body-type",
            "A body is read only as it is, not as " + coding + ".",
            "send it without Content-Encoding."
        );
    return std::nullopt;
}

bool names_other_version(std::string_view first_line) {
    constexpr std::string_view name = "HTTP/";
    const std::size_t last = first_line.rfind(' ');
    if (!first_line.ends_with('\r') || last == std::string_view::npos ||
        std::ranges::count(first_line, ' ') != 2)
        return false;
    const std::string_view version = first_line.substr(last + 1, first_line.size() - last - 2);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return version.size() == 8 && version.starts_with(name) && is_digit(version[5]) &&
           version[6] == '.' && is_digit(version[7]) && version != "HTTP/1.1";
}

bool waits_for_continue(const RequestHead& head) {
    return head.version >= 11 && bare_type(field_value(head, "expect")) == "100-continue";
}

Method method_from(std::string_view word) {
    if (word == "GET" || word == "HEAD")
        return Method::get;
    if (word == "POST")
        return Method::post;
    if (word == "PUT")
        return Method::put;
    if (word == "PATCH")
        return Method::patch;
    if (word == "DELETE")
        return Method::remove;
    return word == "OPTIONS" ? Method::options : Method::other;
}

std::string origin_form(std::string_view target) {
    if (!is_whole_address(target))
        return std::string(target);
    const std::size_t slashes = target.find("://") + 3;
    const std::size_t path = target.find_first_of("/?", slashes);
    if (path == std::string_view::npos)
        return "/";
    return (target[path] == '?' ? "/" : "") + std::string(target.substr(path));
}

Request request_from(const RequestHead& head, Caller caller) {
    Request request{
        method_from(head.method),
        origin_form(head.target),
        field_value(head, "authorization"),
        {},
        {},
        caller,
        {},
        {}};
    request.if_match = field_value(head, "if-match");
    request.if_none_match = field_value(head, "if-none-match");
    request.idempotency_key = field_value(head, "idempotency-key");
    request.last_event_id = field_value(head, "last-event-id");
    request.content_type = field_value(head, "content-type");
    request.accept = field_value(head, "accept");
    request.accept_encoding = field_value(head, "accept-encoding");
    request.accept_language = field_value(head, "accept-language");
    request.host = field_value(head, "host");
    request.origin = field_value(head, "origin");
    request.cookie = field_value(head, "cookie");
    request.csrf = field_value(head, "staffroom-csrf");
    request.user_agent = field_value(head, "user-agent");
    request.forwarded_for = field_value(head, "x-forwarded-for");
    request.forwarded_proto = field_value(head, "x-forwarded-proto");
    return request;
}

} // namespace staffroom::http
