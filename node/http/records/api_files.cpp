// The handlers of attached files: brought in piece by piece from this machine, and given out by the
// record that names them. A file's name and type come from outside and could run something in a
// browser, so a file is saved, never shown.
#include "node/http/answers/json.hpp"
#include "node/http/records/record_json.hpp"
#include "node/http/records/records_api.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

namespace staffroom::http::api {
namespace {

/// The types that a browser shows without running anything of them; all others are bytes.
constexpr std::array harmless_types{
    std::string_view("image/png"),
    std::string_view("image/jpeg"),
    std::string_view("image/gif"),
    std::string_view("image/webp"),
    std::string_view("application/pdf")};

std::optional<std::uint64_t> number_in(const Request& request, const std::string& name) {
    const auto found = request.query.find(name);
    if (found == request.query.end())
        return std::nullopt;
    const std::string& text = found->second;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

Problem not_here_yet(const std::string& name) {
    return {
        404,
        "file.not-here",
        "Not here yet",
        "The file " + name + " belongs to this record and has not arrived here yet.",
        "run `staffroom sync --wait` while a school that has it is connected.",
        ExitCode::failed};
}

Problem other_content() {
    return {
        422,
        "file.other-content",
        "Other content",
        "What was sent is not the file of this hash.",
        "check that the file is not being changed, and send it again from its beginning.",
        ExitCode::refused};
}

/// Makes a header of the last part of a name: plain letters as they are, the rest percent-encoded
/// (RFC 6266, RFC 8187).
std::string disposition_of(const std::string& name) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const std::string last = name.substr(name.find_last_of("/\\") + 1);
    std::string plain;
    std::string encoded;
    for (const char symbol : last) {
        const auto byte = static_cast<unsigned char>(symbol);
        const bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                              (byte >= '0' && byte <= '9') || symbol == '.' || symbol == '-' ||
                              symbol == '_';
        plain += is_plain ? symbol : '_';
        if (is_plain) {
            encoded += symbol;
        } else {
            encoded += '%';
            encoded += digits[byte >> 4U];
            encoded += digits[byte & 15U];
        }
    }
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

struct GivenFile {
    records::Attachment attachment;
    Result<Bytes> content;
    services::BareRow record;
    std::optional<storage::FoundRevision> owner; // where it is named, when it turned out damaged
};

/// Reads the attachment of this hash, with its content. Errors: not_found (no such record, or it
/// names no such file), and those of the library.
Result<GivenFile> read_file(
    const Services& services,
    const services::LibraryView& library,
    const std::string& id,
    const std::string& hash_text
) {
    const auto shown = library.show(id);
    if (!shown)
        return fail(shown.error());
    const auto hash = id_from_base32<Digest>(hash_text);
    if (!shown->body || !hash)
        return fail(Errc::not_found, "The record names no such file.");
    const auto& all = shown->body->attachments;
    const auto at = std::ranges::find_if(all, [&](const records::Attachment& one) {
        return std::ranges::equal(one.content_hash, hash->raw());
    });
    if (at == all.end())
        return fail(Errc::not_found, "The record names no such file.");
    GivenFile given{*at, services.core.files().read({*hash, at->size}), shown->row, std::nullopt};
    if (!given.content && given.content.error().code == Errc::corrupt) {
        if (auto owner = services.library.entries().find(shown->row.revision))
            given.owner = std::move(*owner);
    }
    return given;
}

Response file_response(const GivenFile& given) {
    const bool is_harmless =
        std::ranges::find(harmless_types, given.attachment.media_type) != harmless_types.end();
    return {
        200,
        is_harmless ? given.attachment.media_type : "application/octet-stream",
        std::string(as_text(*given.content)),
        // A file that another school wrote never runs as a page of this node.
        {{"Content-Disposition", disposition_of(given.attachment.name)},
         {"Content-Security-Policy", "default-src 'none'; sandbox"}}};
}

void answer_file(
    const Services& services,
    const Request& request,
    const Respond& respond,
    const Result<GivenFile>& given
) {
    if (!given) {
        respond(to_response(problem_from_id(given.error()), request.id));
        return;
    }
    const auto hash = Digest::from(given->attachment.content_hash);
    const bool has_place = hash && has_file_place(services, given->record, *hash);
    if (given->content && has_place) {
        respond(file_response(*given));
        return;
    }
    if (given->content)
        return respond(to_response(not_here_yet(given->attachment.name), request.id));
    if (given->owner)
        services.core.ask(
            replica::FetchFiles{given->owner->log, given->owner->position},
            [](const Result<replica::FilesNoted>&) {}
        );
    const Errc code = given->content.error().code;
    if (code == Errc::not_found || code == Errc::corrupt)
        respond(to_response(not_here_yet(given->attachment.name), request.id));
    else
        refuse(request, respond, given->content.error());
}

} // namespace

void show_file(const Services& services, const Request& request, const Respond& respond) {
    read_library<GivenFile>(
        services,
        request.caller,
        [&services, values = request.path_values](const services::LibraryView& library) {
            return read_file(services, library, values.at("id"), values.at("hash"));
        },
        [&services, request, respond](const Result<GivenFile>& given) {
            answer_file(services, request, respond, given);
        }
    );
}

void add_file(const Services& services, const Request& request, const Respond& respond) {
    const auto hash = id_from_base32<Digest>(request.path_values.at("hash"));
    const auto offset = number_in(request, "offset");
    const auto size = number_in(request, "size");
    if (!hash || !offset || !size)
        return respond(to_response(
            bad_request("A file needs its content hash, \"offset\" and \"size\"."), request.id
        ));
    if (request.body.size() > file_call_bytes_max)
        return refuse(
            request, respond, {Errc::too_large, "One call takes at most 1 MiB of a file."}
        );
    if (*size > limits::attachment_bytes_max)
        return refuse(request, respond, {Errc::too_large, "An attached file has at most 25 MiB."});
    using Outcome = Result<storage::AttachmentStore::Incoming>;
    const auto outcome = std::make_shared<std::optional<Outcome>>();
    services.core.run_blocking(
        [&services,
         outcome,
         file = replica::FileName{*hash, *size},
         offset = *offset,
         body = request.body] {
            *outcome = services.core.files().add(file, offset, as_view(body));
        },
        [&services, outcome, request, respond, file = *hash] {
            const Outcome& added = **outcome;
            if (!added && added.error().code == Errc::bad_proof)
                return respond(to_response(other_content(), request.id));
            if (!added)
                return refuse(request, respond, added.error());
            if (added->is_whole)
                services.core.ask(replica::NoteFile{file}, [](const Result<replica::FilesNoted>&) {
                });
            respond(ok(JsonObject{{"held", added->held}, {"here", added->is_whole}}));
        }
    );
}

} // namespace staffroom::http::api
