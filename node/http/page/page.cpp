#include "node/http/page/page.hpp"

#include "node/http/answers/negotiation.hpp"
#include "node/http/answers/problem.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace staffroom::http {
namespace {

/// Nothing runs, loads or listens but what this node itself serves, and a script may put text into
/// the page only by a policy that is named.
constexpr const char* page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types staffroom";

constexpr std::string_view no_page =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Staffroom</title>"
    "<p>A Staffroom node answers here. It was built without its page; the command "
    "<code>staffroom</code> on its machine does all that the page does.</p></html>\n";

constexpr std::array<std::pair<std::string_view, const char*>, 12> media_types{
    {{".css", "text/css; charset=utf-8"},
     {".html", "text/html; charset=utf-8"},
     {".ico", "image/x-icon"},
     {".jpg", "image/jpeg"},
     {".js", "text/javascript; charset=utf-8"},
     {".json", "application/json"},
     {".png", "image/png"},
     {".svg", "image/svg+xml"},
     {".txt", "text/plain; charset=utf-8"},
     {".webmanifest", "application/manifest+json"},
     {".woff2", "font/woff2"},
     {".wasm", "application/wasm"}}};

/// First segments that belong to programs.
constexpr std::array<std::string_view, 7> other_rooms{
    "api", "assets", "feeds", "healthz", "metrics", "plain", "readyz"};

const char* media_type_of(std::string_view path) {
    const auto known = std::ranges::find_if(media_types, [&](const auto& each) {
        return path.ends_with(each.first);
    });
    return known == media_types.end() ? "application/octet-stream" : known->second;
}

const PageFile* find_file(std::span<const PageFile> files, std::string_view path) {
    const auto found = std::ranges::find(files, path, &PageFile::path);
    return found == files.end() ? nullptr : &*found;
}

/// Whether Accept-Encoding names a coding and does not rule it out (RFC 9110 12.5.3).
bool takes_coding(std::string_view header, std::string_view coding) {
    for (const std::string_view item : list_items(header)) {
        const std::size_t mark = std::min(item.find(';'), item.size());
        if (bare_type(item) != coding)
            continue;
        std::string_view weight = item.substr(mark);
        weight.remove_prefix(std::min(weight.find_first_not_of("; \t"), weight.size()));
        return !weight.starts_with("q=0") || weight.find_first_of("123456789") != weight.npos;
    }
    return false;
}

Response no_asset(const Request& request) {
    return to_response(
        Problem{
            404,
            "request.not-found",
            "",
            "There is no such file of the page.",
            "open the page again: it may have been updated.",
            ExitCode::failed},
        request.id
    );
}

} // namespace

bool is_page_path(std::string_view path) {
    if (!path.starts_with('/') || path.find_first_of("%\\") != std::string_view::npos)
        return false;
    std::string_view rest = path.substr(1);
    const std::string_view first = rest.substr(0, rest.find('/'));
    if (std::ranges::find(other_rooms, first) != other_rooms.end())
        return false;
    while (!rest.empty()) {
        const std::size_t end = rest.find('/');
        const std::string_view segment = rest.substr(0, end);
        if (segment.empty() || segment.find('.') != std::string_view::npos)
            return false;
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    return true;
}

Response page_document(std::span<const PageFile> files) {
    const PageFile* index = find_file(files, "/index.html");
    return {
        200,
        "text/html; charset=utf-8",
        std::string(index == nullptr ? no_page : index->plain),
        {{"Content-Security-Policy", page_policy},
         {"Cross-Origin-Opener-Policy", "same-origin"},
         {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"}}};
}

Response
page_asset(std::span<const PageFile> files, const Request& request, std::string_view path) {
    const PageFile* file = find_file(files, path);
    if (file == nullptr)
        return no_asset(request);
    // Its name has the hash of its content, so it never changes under its name.
    Response response{
        200,
        media_type_of(path),
        std::string(file->plain),
        {{"Cache-Control", "public, max-age=31536000, immutable"}, {"Vary", "Accept-Encoding"}}};
    if (!file->brotli.empty() && takes_coding(request.accept_encoding, "br")) {
        response.body = file->brotli;
        response.headers.emplace_back("Content-Encoding", "br");
    } else if (!file->gzip.empty() && takes_coding(request.accept_encoding, "gzip")) {
        response.body = file->gzip;
        response.headers.emplace_back("Content-Encoding", "gzip");
    }
    return response;
}

namespace api {

void show_page(const services::Services&, const Request&, const Respond& respond) {
    respond(page_document(page_files()));
}

void show_asset(const services::Services&, const Request& request, const Respond& respond) {
    respond(page_asset(page_files(), request, "/assets/" + request.path_values.at("file")));
}

} // namespace api

} // namespace staffroom::http
