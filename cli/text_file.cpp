#include "cli/text_file.hpp"

#include "cli/output.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace staffroom::cli {

namespace {

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

struct KnownForm {
    std::string_view beginning;
    std::string_view is;
};
using namespace std::string_view_literals;
constexpr std::array known_forms{
    KnownForm{"PK\3\4"sv, "a Word, OpenDocument or other packed file"},
    KnownForm{"\xd0\xcf\x11\xe0"sv, "an old Word or office document"},
    KnownForm{"{\\rtf"sv, "a rich text (RTF)"},
    KnownForm{"%PDF-"sv, "a PDF"},
    KnownForm{"\x89PNG"sv, "a picture"},
    KnownForm{"\xff\xd8\xff"sv, "a picture"},
    KnownForm{"GIF8"sv, "a picture"},
};

/// A file that a program other than an editor has written: the bytes help nobody.
std::optional<Failure> why_other_form(std::string_view bytes, const std::filesystem::path& path) {
    const auto* form = std::ranges::find_if(known_forms, [&](const KnownForm& each) {
        return bytes.starts_with(each.beginning);
    });
    if (form == known_forms.end())
        return std::nullopt;
    return Failure{
        path.string() + " is " + std::string(form->is) + ", not Markdown text.",
        "save it as Markdown or plain text in the program that made it, then name that file.",
        ExitCode::refused};
}

} // namespace

Outcome<std::string> read_bytes(const std::filesystem::path& path, std::size_t bytes_max) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        return unreadable(path, "it is a folder");
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return unreadable(path, std::generic_category().message(errno));
    // One byte more than allowed shows a longer file, also where its size is not known beforehand.
    std::string bytes(bytes_max + 1, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (file.bad())
        return unreadable(path, "the disk refused");
    const auto held = static_cast<std::size_t>(file.gcount());
    if (held > bytes_max)
        return too_long(path, bytes_max);
    bytes.resize(held);
    return bytes;
}

Outcome<std::string> read_text_file(const std::filesystem::path& path) {
    auto bytes = read_bytes(
        path,
        limits::text_bytes_max + limits::front_matter_bytes_max + limits::exported_part_bytes_max
    );
    if (!bytes)
        return bytes;
    if (auto failure = why_unreadable(*bytes, path))
        return *failure;
    return bytes;
}

Outcome<std::string> read_text_file(const OpenFile& file, const std::string& shown) {
    constexpr std::size_t most =
        limits::text_bytes_max + limits::front_matter_bytes_max + limits::exported_part_bytes_max;
    auto bytes = file.read(0, std::min<std::uint64_t>(file.size() + 1, most + 1));
    if (!bytes)
        return bytes;
    if (bytes->size() > most)
        return too_long(shown, most);
    if (auto failure = why_unreadable(*bytes, shown))
        return *failure;
    return bytes;
}

std::optional<Failure> why_unreadable(std::string_view bytes, const std::filesystem::path& path) {
    if (auto other = why_other_form(bytes, path))
        return other;
    const auto place = first_unreadable_byte(bytes);
    if (!place)
        return std::nullopt;
    const bool is_nul = bytes[*place] == '\0';
    return Failure{
        path.string() + (is_nul ? " holds a NUL at byte " : " is not UTF-8 text: byte ") +
            std::to_string(*place) + (is_nul ? "." : " cannot stand there."),
        "save the file as UTF-8 text, then run the command again.",
        ExitCode::refused};
}

} // namespace staffroom::cli
