#include "cli/text_file.hpp"

#include "cli/output.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"

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
        return Failure{
            path.string() + " is longer than " + readable_bytes(bytes_max) + ".",
            "split the file; a record holds at most " + readable_bytes(limits::text_bytes_max) +
                " of text.",
            ExitCode::refused};
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

std::optional<Failure> why_unreadable(std::string_view bytes, const std::filesystem::path& path) {
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
