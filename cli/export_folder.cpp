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
constexpr std::size_t hash_characters = 6;

/// Letters and digits in lower case, everything between them as one hyphen.
std::string slug_of(std::string_view title) {
    std::string slug;
    std::mbstate_t state{};
    while (!title.empty()) {
        wchar_t symbol = 0;
        const std::size_t taken = std::mbrtowc(&symbol, title.data(), title.size(), &state);
        if (taken == 0 || taken > title.size()) { // NUL, or bytes that are no character
            title.remove_prefix(1);
            state = std::mbstate_t{};
            continue;
        }
        const bool is_word = std::iswalnum(static_cast<std::wint_t>(symbol)) != 0;
        char bytes[16];
        std::mbstate_t out{};
        const std::size_t size = std::wcrtomb(
            bytes, static_cast<wchar_t>(std::towlower(static_cast<std::wint_t>(symbol))), &out
        );
        title.remove_prefix(taken);
        if (!is_word && (slug.empty() || slug.back() == '-'))
            continue;
        const std::string_view more =
            is_word && size <= sizeof bytes ? std::string_view(bytes, size) : std::string_view("-");
        if (slug.size() + more.size() > slug_bytes_max)
            break;
        slug += more;
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
    return slug_of(title) + "-" + hash.substr(0, hash_characters);
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
