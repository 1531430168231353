#include "cli/export_folder.hpp"

#include "protocol/base/text.hpp"
#include "protocol/crypto/key_derivation.hpp"

#include <cwchar>
#include <cwctype>
#include <fstream>
#include <iterator>
#include <optional>

namespace staffroom::cli {

namespace {

constexpr std::size_t slug_bytes_max = 120;
constexpr std::size_t name_hash_characters = 6;

/// The first character of `text`, which it is cut off; nothing for a byte that is none.
std::optional<wchar_t> next_character(std::string_view& text) {
    std::mbstate_t state{};
    wchar_t symbol = 0;
    // With a state of its own the call is safe on any thread.
    const std::size_t taken =
        std::mbrtowc(&symbol, text.data(), text.size(), &state); // NOLINT(concurrency-mt-unsafe)
    const bool is_one = taken > 0 && taken <= text.size();
    text.remove_prefix(is_one ? taken : 1);
    return is_one ? std::optional(symbol) : std::nullopt;
}

/// A letter or digit in lower case; empty for anything else.
std::string word_part(wchar_t symbol) {
    const auto code = static_cast<std::wint_t>(symbol); // NOLINT(bugprone-signed-char-misuse)
    std::string bytes(16, '\0');
    std::mbstate_t state{};
    if (std::iswalnum(code) == 0)
        return {};
    const auto lower = static_cast<wchar_t>(std::towlower(code));
    const std::size_t size =
        std::wcrtomb(bytes.data(), lower, &state); // NOLINT(concurrency-mt-unsafe)
    bytes.resize(size <= bytes.size() ? size : 0);
    return bytes;
}

/// Letters and digits, everything between them as one hyphen.
std::string slug_of(std::string_view title) {
    std::string slug;
    while (!title.empty()) {
        const auto symbol = next_character(title);
        std::string part = symbol ? word_part(*symbol) : std::string();
        if (part.empty() && (slug.empty() || slug.back() == '-'))
            continue;
        if (part.empty())
            part = "-";
        if (slug.size() + part.size() > slug_bytes_max)
            break;
        slug += part;
    }
    while (!slug.empty() && slug.back() == '-')
        slug.pop_back();
    return slug.empty() ? "record" : slug;
}

Failure refusal(const std::filesystem::path& path, const std::string& why) {
    return {
        path.string() + " cannot be written: " + why + ".",
        "check the folder and the space left, then run the command again.",
        ExitCode::failed};
}

bool stays_inside(const std::filesystem::path& name) {
    const auto normal = name.lexically_normal();
    return !name.empty() && !name.is_absolute() && !normal.empty() && *normal.begin() != ".." &&
           normal.has_filename();
}

/// Nothing when there is no such file. A link counts by what it is, not by where it leads.
std::optional<std::string> bytes_at(const std::filesystem::path& path) {
    std::error_code error;
    const auto status = std::filesystem::symlink_status(path, error);
    if (!std::filesystem::exists(status))
        return std::nullopt;
    std::string bytes;
    if (std::filesystem::is_regular_file(status)) {
        std::ifstream in(path, std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
    return bytes;
}

std::optional<Failure> put_whole(const std::filesystem::path& path, std::string_view bytes) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    if (error)
        return refusal(path, error.message());
    const std::filesystem::path part = path.string() + ".part";
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out)
        return refusal(path, "the disk refused");
    std::filesystem::rename(part, path, error);
    if (error)
        return refusal(path, error.message());
    return std::nullopt;
}

} // namespace

std::string file_stem(std::string_view title, std::string_view origin, std::string_view text) {
    std::string named(origin);
    named += '\0';
    named += text;
    const std::string hash = to_base32(crypto::sha256(as_view(named)).view());
    return slug_of(title) + "-" + hash.substr(0, name_hash_characters);
}

Outcome<Written> ExportFolder::write(const std::string& name, std::string_view bytes) {
    if (!stays_inside(name))
        return refusal(name, "the name leads out of the folder");
    const std::filesystem::path path = folder_ / name;
    const auto held = bytes_at(path);
    if (held && *held == bytes) {
        ++unchanged_;
        return Written::unchanged;
    }
    if (held && !may_replace_) {
        ++kept_;
        return Written::kept;
    }
    if (!is_dry_run_)
        if (auto failure = put_whole(path, bytes))
            return *failure;
    ++written_;
    return Written::now;
}

} // namespace staffroom::cli
