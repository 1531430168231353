#include "cli/files/export_folder.hpp"

#include "cli/files/safe_folder.hpp"
#include "node/services/text/file_names.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/key_derivation.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

namespace staffroom::cli {

namespace {

constexpr std::size_t slug_bytes_max = 120;
constexpr std::size_t name_hash_characters = 6;

/// Returns letters and digits in lower case, everything between them as one hyphen.
std::string slug_of(std::string_view title) {
    constexpr std::size_t most = 4096; // a title that long is cut below anyway
    const std::string lower = services::lower_name(title);
    std::string slug;
    for (const char symbol : services::plain_name(lower, "", '-', most))
        if (symbol != '-' || (!slug.empty() && slug.back() != '-'))
            slug += symbol;
    slug = services::plain_name(slug, "-", '-', slug_bytes_max);
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

/// Writes bytes; returns the number of the error, 0 where all was written.
int write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto put = ::write(file, bytes.data(), bytes.size());
        if (put < 0 && errno != EINTR)
            return errno;
        bytes.remove_prefix(put < 0 ? 0 : static_cast<std::size_t>(put));
    }
    return 0;
}

/// Opens the folder that a file is to stand in, and makes it where it is missing. Links are
/// followed in the name that the person gave, and in none below it.
Outcome<SharedFile>
folder_for(const std::filesystem::path& root, const std::filesystem::path& name) {
    std::error_code error;
    std::filesystem::create_directories(root, error);
    if (error)
        return refusal(root, error.message());
    int at = ::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (at < 0)
        return refusal(root, std::generic_category().message(errno));
    auto folder = std::make_shared<OpenFile>(at);
    for (const auto& part : name.parent_path()) {
        constexpr mode_t folder_mode = 0777; // less what the umask takes away
        ::mkdirat(folder->descriptor(), part.c_str(), folder_mode);
        at = ::openat(
            folder->descriptor(), part.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        );
        if (at < 0)
            return refusal(root / name, "the folder " + part.string() + " is a link or no folder");
        folder = std::make_shared<OpenFile>(at);
    }
    return SharedFile(std::move(folder));
}

/// Returns the bytes of a file, nothing when there is none. A link counts by what it is, not by
/// where it leads.
std::optional<std::string> bytes_at(const OpenFile& folder, const std::string& name) {
    struct stat found {};
    if (::fstatat(folder.descriptor(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
        return std::nullopt;
    if (!S_ISREG(found.st_mode))
        return "";
    const int at =
        ::openat(folder.descriptor(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (at < 0)
        return "";
    const OpenFile file(at);
    const auto bytes = file.read(0, file.size());
    return bytes ? *bytes : "";
}

/// Writes under a name that nobody could foresee, never through a file that is there, then gives
/// the file its own name.
std::optional<Failure> put_whole(
    const OpenFile& folder,
    const std::string& name,
    const std::filesystem::path& shown,
    std::string_view bytes
) {
    std::array<unsigned char, 10> random{};
    constexpr mode_t file_mode = 0666; // less what the umask takes away
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
        return refusal(shown, std::generic_category().message(errno));
    const std::string part = name + "." + to_hex(ByteView(random)) + ".part";
    const int at = ::openat(
        folder.descriptor(),
        part.c_str(),
        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
        file_mode
    );
    if (at < 0)
        return refusal(shown, std::generic_category().message(errno));
    int trouble = write_all(at, bytes);
    if (::close(at) != 0 && trouble == 0)
        trouble = errno;
    if (trouble == 0 &&
        ::renameat(folder.descriptor(), part.c_str(), folder.descriptor(), name.c_str()) != 0)
        trouble = errno;
    if (trouble == 0)
        return std::nullopt;
    ::unlinkat(folder.descriptor(), part.c_str(), 0);
    return refusal(shown, std::generic_category().message(trouble));
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
    const std::filesystem::path path = std::filesystem::path(name).lexically_normal();
    const std::string last = path.filename().string();
    std::optional<std::string> held;
    SharedFile folder;
    std::error_code error;
    const auto place = folder_ / path;
    const bool is_there = std::filesystem::is_directory(place.parent_path(), error);
    if (is_there || !is_dry_run_) { // a dry run makes no folder
        auto opened = folder_for(folder_, path);
        if (!opened)
            return opened.failure();
        folder = std::move(*opened);
        held = bytes_at(*folder, last);
    }
    if (held && *held == bytes) {
        ++unchanged_;
        return Written::unchanged;
    }
    if (held && !may_replace_) {
        ++kept_;
        return Written::kept;
    }
    if (!is_dry_run_)
        if (auto failure = put_whole(*folder, last, place, bytes))
            return *failure;
    ++written_;
    return Written::now;
}

} // namespace staffroom::cli
