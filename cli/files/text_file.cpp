#include "cli/files/text_file.hpp"

#include "cli/output/output.hpp"
#include "node/services/text/text_bytes.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <system_error>

namespace staffroom::cli {

namespace {

constexpr std::size_t record_file_bytes_max =
    limits::text_bytes_max + limits::front_matter_bytes_max + limits::exported_part_bytes_max;

Failure unreadable(const std::filesystem::path& path, const std::string& why) {
    return {
        path.string() + " cannot be read: " + why + ".",
        "check the path and its permissions, then run the command again.",
        ExitCode::failed};
}

Failure too_long(const std::filesystem::path& path, std::size_t bytes_max) {
    return {
        path.string() + " is longer than " + readable_bytes(bytes_max) + ".",
        "split the file; a record holds at most " + readable_bytes(limits::text_bytes_max) +
            " of text.",
        ExitCode::refused};
}

/// Makes the failure of a file that is no text, in a sentence that begins with "The file".
Failure not_text(const std::filesystem::path& path, std::string_view sentence) {
    constexpr std::string_view subject = "The file";
    return {
        path.string() + std::string(sentence.substr(subject.size())),
        "save it as UTF-8 text, then run the command again.",
        ExitCode::refused};
}

/// Returns why a file is no text, by its first bytes: it is a Word document, a picture.
std::optional<Failure> why_no_text(std::string_view head, const std::filesystem::path& path) {
    const std::string kind(services::kind_of_file(head.substr(0, services::file_head_bytes)));
    if (kind.empty())
        return std::nullopt;
    const bool has_words = kind.find("document") != std::string::npos || kind == "a PDF file";
    return Failure{
        path.string() + " is " + kind + ", not a text.",
        has_words ? "save it as Markdown or plain text (.md or .txt), then run the command again."
                  : "name a Markdown or text file; files that belong to it are linked from there.",
        ExitCode::refused};
}

std::string head_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string head(services::file_head_bytes, '\0');
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(file.gcount()));
    return head;
}

} // namespace

Outcome<std::string> read_bytes(const std::filesystem::path& path, std::size_t bytes_max) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        return Failure{
            path.string() + " is a folder.",
            "name a file in it; a whole folder of documents comes in with staffroom import.",
            ExitCode::refused};
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return unreadable(path, std::generic_category().message(errno));
    // Piece by piece: a pipe's size is not known beforehand, and room for the longest file costs
    // more than the reading of most.
    constexpr std::size_t piece_bytes = std::size_t{64} * 1024;
    std::string bytes;
    while (file && bytes.size() <= bytes_max) {
        const std::size_t held = bytes.size();
        bytes.resize(held + piece_bytes);
        file.read(bytes.data() + held, static_cast<std::streamsize>(piece_bytes));
        bytes.resize(held + static_cast<std::size_t>(file.gcount()));
    }
    if (file.bad())
        return unreadable(path, "the disk refused");
    if (bytes.size() > bytes_max)
        return too_long(path, bytes_max);
    return bytes;
}

Outcome<std::string> read_text_file(const std::filesystem::path& path, std::string* note) {
    // The kind of a file is told before its length: a document of 3 MB is not to be split.
    if (auto failure = why_no_text(head_of(path), path))
        return *failure;
    auto bytes = read_bytes(path, record_file_bytes_max);
    return bytes ? text_of_bytes(*bytes, path, note) : bytes;
}

Outcome<std::string> read_typed_text(std::string* note) {
    constexpr std::string_view shown = "Standard input";
    std::string bytes(record_file_bytes_max + 1, '\0');
    std::cin.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(std::cin.gcount()));
    if (auto failure = why_no_text(bytes, shown))
        return *failure;
    if (bytes.size() > record_file_bytes_max)
        return too_long(shown, record_file_bytes_max);
    return text_of_bytes(bytes, shown, note);
}

Outcome<std::string> read_record_bytes(const OpenFile& file, const std::string& shown) {
    auto bytes = file.read(0, std::min<std::uint64_t>(file.size() + 1, record_file_bytes_max + 1));
    if (!bytes)
        return bytes;
    if (auto failure = why_no_text(*bytes, shown))
        return *failure;
    if (bytes->size() > record_file_bytes_max)
        return too_long(shown, record_file_bytes_max);
    return bytes;
}

Outcome<std::string>
text_of_bytes(std::string_view bytes, const std::filesystem::path& shown, std::string* note) {
    auto decoded = services::decode_text(bytes);
    if (!decoded)
        return not_text(shown, decoded.error().detail);
    if (note != nullptr)
        *note = decoded->note;
    return std::move(decoded->text);
}

std::optional<Failure> why_unreadable(std::string_view bytes, const std::filesystem::path& path) {
    if (!first_unreadable_byte(bytes))
        return std::nullopt;
    if (auto failure = why_no_text(bytes, path))
        return failure;
    const auto decoded = services::decode_text(bytes);
    return not_text(path, decoded ? "The file is not UTF-8 text." : decoded.error().detail);
}

} // namespace staffroom::cli
