#include "cli/files/safe_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace staffroom::cli {

namespace {

/// Tells whether a folder is a node's: a program that reads here reads its keys.
bool holds_keys(int folder) {
    struct stat found {};
    return ::fstatat(folder, "keys", &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(found.st_mode);
}

bool is_file_at(const std::filesystem::path& path) {
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode);
}

/// Tells whether a place lies in a data folder. Above the folder `keys` alone says nothing: where
/// all may write, anybody may put one.
bool lies_in_data_folder(const std::filesystem::path& place) {
    if (is_file_at(place / "keys"))
        return true;
    for (auto at = place.parent_path(); at != at.parent_path(); at = at.parent_path())
        if (is_file_at(at / "keys") && is_file_at(at / "identity"))
            return true;
    return false;
}

bool is_link(int folder, const std::string& name) {
    struct stat found {};
    return ::fstatat(folder, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISLNK(found.st_mode);
}

Closed closed_by(int number) {
    switch (number) {
    case EACCES:
    case EPERM: return Closed::refused;
    case ELOOP: return Closed::link;
    case ENOENT:
    case ENAMETOOLONG: return Closed::missing;
    default: return Closed::no_file;
    }
}

std::optional<Closed> why_not_a_name(const std::string& part) {
    if (part == "..")
        return Closed::outside;
    return part.starts_with('.') ? std::optional(Closed::hidden) : std::nullopt;
}

EntryKind kind_of(int folder, const dirent& entry) {
    struct stat found {};
    switch (entry.d_type) {
    case DT_REG: return EntryKind::file;
    case DT_DIR: return EntryKind::folder;
    case DT_LNK: return EntryKind::link;
    case DT_UNKNOWN: break;
    default: return EntryKind::other;
    }
    if (::fstatat(folder, entry.d_name, &found, AT_SYMLINK_NOFOLLOW) != 0)
        return EntryKind::other;
    return S_ISREG(found.st_mode)   ? EntryKind::file
           : S_ISDIR(found.st_mode) ? EntryKind::folder
           : S_ISLNK(found.st_mode) ? EntryKind::link
                                    : EntryKind::other;
}

} // namespace

OpenFile::~OpenFile() {
    ::close(descriptor_);
}

std::uint64_t OpenFile::size() const {
    struct stat found {};
    return ::fstat(descriptor_, &found) == 0 ? static_cast<std::uint64_t>(found.st_size) : 0;
}

Outcome<std::string> OpenFile::read(std::uint64_t offset, std::uint64_t count) const {
    std::string bytes(static_cast<std::size_t>(count), '\0');
    std::size_t held = 0;
    while (held < bytes.size()) {
        const auto got = ::pread(
            descriptor_, bytes.data() + held, bytes.size() - held, static_cast<off_t>(offset + held)
        );
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return Failure{
                "A file cannot be read: " + std::generic_category().message(errno) + ".",
                "check the disk and the permissions, then run the command again.",
                ExitCode::failed};
        if (got == 0)
            break;
        held += static_cast<std::size_t>(got);
    }
    bytes.resize(held);
    return bytes;
}

std::string_view why_closed(Closed why) {
    switch (why) {
    case Closed::missing: return "is not there";
    case Closed::hidden: return "is hidden: a part of its path begins with a dot";
    case Closed::outside: return "lies outside the folder";
    case Closed::link: return "is a link or lies behind one, and links are not followed";
    case Closed::data_folder: return "lies in the data folder of a node";
    case Closed::no_file: return "is no plain file";
    case Closed::many_names: return "is a hard link: the same file stands under another name, too";
    case Closed::refused: return "may not be read by this user";
    }
    return "";
}

std::vector<std::string> path_parts(std::string_view path) {
    std::vector<std::string> parts;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (const auto part = path.substr(0, end); !part.empty() && part != ".")
            parts.emplace_back(part);
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return parts;
}

Outcome<SafeFolder> SafeFolder::open(const std::filesystem::path& path) {
    const int root = ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    const int number = errno;
    std::error_code error;
    auto place = std::filesystem::canonical(path, error);
    if (root < 0 || error)
        return Failure{
            path.string() + " cannot be read: " +
                (root < 0 ? std::generic_category().message(number) : error.message()) + ".",
            "check the path and its permissions, then run the command again.",
            ExitCode::failed};
    SafeFolder made(std::make_shared<OpenFile>(root), std::move(place));
    if (lies_in_data_folder(made.place_))
        return Failure{
            path.string() + " lies in the data folder of a node; nothing is read there.",
            "copy what you want to share to a folder of its own.",
            ExitCode::refused};
    return made;
}

std::variant<SharedFile, Closed> SafeFolder::folder(const std::vector<std::string>& parts) const {
    SharedFile at = root_;
    for (const std::string& part : parts) {
        if (const auto why = why_not_a_name(part))
            return *why;
        const int next =
            ::openat(at->descriptor(), part.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        const int number = errno;
        if (next < 0)
            return is_link(at->descriptor(), part) ? Closed::link
                   : number == ENOTDIR             ? Closed::missing
                                                   : closed_by(number);
        at = std::make_shared<OpenFile>(next);
        if (holds_keys(next))
            return Closed::data_folder;
    }
    return at;
}

std::variant<SharedFile, Closed> SafeFolder::file(std::string_view relative) const {
    auto parts = path_parts(relative);
    if (parts.empty() || relative.starts_with('/'))
        return relative.starts_with('/') ? Closed::outside : Closed::no_file;
    const std::string name = std::move(parts.back());
    parts.pop_back();
    const auto within = folder(parts);
    if (const auto* why = std::get_if<Closed>(&within))
        return *why;
    if (const auto why = why_not_a_name(name))
        return *why;
    const int at = std::get<SharedFile>(within)->descriptor();
    struct stat found {};
    if (::fstatat(at, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
        return closed_by(errno);
    if (!S_ISREG(found.st_mode)) // a device must not even be opened
        return S_ISLNK(found.st_mode) ? Closed::link : Closed::no_file;
    const int file =
        ::openat(at, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0)
        return closed_by(errno);
    auto opened = std::make_shared<OpenFile>(file);
    if (::fstat(file, &found) != 0 || !S_ISREG(found.st_mode))
        return Closed::no_file;
    if (found.st_nlink > 1)
        return Closed::many_names;
    return SharedFile(std::move(opened));
}

std::variant<std::vector<Entry>, Closed> SafeFolder::entries(std::string_view relative) const {
    const auto within = folder(path_parts(relative));
    if (const auto* why = std::get_if<Closed>(&within))
        return *why;
    const int at = std::get<SharedFile>(within)->descriptor();
    const int readable = ::openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (readable < 0)
        return closed_by(errno);
    DIR* stream = ::fdopendir(readable);
    if (stream == nullptr) {
        ::close(readable);
        return Closed::refused;
    }
    std::vector<Entry> found;
    while (const dirent* entry = ::readdir(stream)) { // NOLINT(concurrency-mt-unsafe): our own
        const std::string name = entry->d_name;
        if (name != "." && name != "..")
            found.push_back({name, kind_of(readable, *entry)});
    }
    ::closedir(stream);
    std::ranges::sort(found, {}, &Entry::name);
    return found;
}

} // namespace staffroom::cli
