#include "storage/files/fenced_files.hpp"

#include "storage/files/disk_wait.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace staffroom::storage {
namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

/// Calls openat(2), and again after a signal. A link at the name itself is not followed, and a
/// queue is not waited for.
int open_beside(const Descriptor& folder, const std::string& name, int flags) {
    may_wait_for_disk();
    int number = -1;
    do
        number = ::openat(
            folder.number(),
            name.c_str(),
            flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
            posix_file_mode
        );
    while (number < 0 && errno == EINTR);
    if (number < 0 && errno == EWOULDBLOCK)
        errno = EIO; // somebody's lease: not the lock of a backup that is being made
    return number;
}

std::string last_name(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

} // namespace

Result<std::unique_ptr<FencedFileSystem>> FencedFileSystem::open_folder(std::string folder) {
    may_wait_for_disk();
    Descriptor root(::open(folder.c_str(), folder_flags));
    if (root.number() < 0)
        return posix_fail("opening", folder);
    return std::unique_ptr<FencedFileSystem>(
        new FencedFileSystem(std::move(folder), std::move(root))
    );
}

/// Opens a directory name by name: a check of the whole path first would leave a moment in which
/// one of them becomes a link.
Result<Descriptor> FencedFileSystem::walk_to(const std::string& directory) const {
    Descriptor at(::openat(root_.number(), ".", folder_flags));
    std::size_t begin = 0;
    while (at.number() >= 0 && directory != "." && begin <= directory.size()) {
        const std::size_t end = std::min(directory.find('/', begin), directory.size());
        const std::string name = directory.substr(begin, end - begin);
        if (name.empty() || name == "..")
            return fail(Errc::io_error, directory + " leads out of " + folder_);
        Descriptor next(open_beside(at, name, folder_flags));
        if (next.number() < 0)
            return posix_fail("opening", whole(directory));
        at = std::move(next);
        begin = end + 1;
    }
    if (at.number() < 0)
        return posix_fail("opening", folder_);
    return at;
}

Result<Descriptor> FencedFileSystem::open_plain(const std::string& path, int flags) const {
    const auto folder = walk_to(parent_directory(path));
    if (!folder)
        return fail(folder.error());
    Descriptor file(open_beside(*folder, last_name(path), flags));
    if (file.number() < 0)
        return posix_fail("opening", whole(path));
    struct ::stat status {};
    if (::fstat(file.number(), &status) != 0)
        return posix_fail("measuring", whole(path));
    if (!S_ISREG(status.st_mode))
        return fail(Errc::io_error, whole(path) + " is no plain file.");
    return file;
}

Result<std::unique_ptr<File>> FencedFileSystem::open(const std::string& path, OpenMode mode) {
    if (mode == OpenMode::update || mode == OpenMode::append)
        return fail(Errc::io_error, whole(path) + " is written as a whole only.");
    const bool is_new = mode == OpenMode::create;
    if (is_new) {
        // Whatever has the name loses it, and is not written through.
        const auto removed = remove(path);
        if (!removed && removed.error().code != Errc::not_found)
            return fail(removed.error());
    }
    auto file = open_plain(path, is_new ? O_RDWR | O_CREAT | O_EXCL : O_RDONLY);
    if (!file)
        return fail(file.error());
    return posix_file(std::move(*file), whole(path));
}

Result<bool> FencedFileSystem::exists(const std::string& path) {
    const auto folder = walk_to(parent_directory(path));
    if (!folder)
        return folder.error().code == Errc::not_found ? Result<bool>(false) : fail(folder.error());
    struct ::stat status {};
    if (::fstatat(folder->number(), last_name(path).c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
        return true;
    if (errno == ENOENT)
        return false;
    return posix_fail("looking for", whole(path));
}

Result<std::vector<std::string>> FencedFileSystem::list(const std::string& directory) {
    auto folder = walk_to(directory);
    if (!folder)
        return fail(folder.error());
    return posix_names(std::move(*folder), whole(directory));
}

Result<void> FencedFileSystem::remove(const std::string& path) {
    const auto folder = walk_to(parent_directory(path));
    if (!folder)
        return fail(folder.error());
    may_wait_for_disk();
    if (::unlinkat(folder->number(), last_name(path).c_str(), 0) != 0)
        return posix_fail("removing", whole(path));
    return {};
}

Result<void> FencedFileSystem::remove_directory(const std::string& path) {
    const auto folder = walk_to(parent_directory(path));
    if (!folder)
        return fail(folder.error());
    if (::unlinkat(folder->number(), last_name(path).c_str(), AT_REMOVEDIR) != 0)
        return posix_fail("removing", whole(path));
    return {};
}

Result<void> FencedFileSystem::rename(const std::string& from, const std::string& to) {
    const auto source = walk_to(parent_directory(from));
    if (!source)
        return fail(source.error());
    const auto target = walk_to(parent_directory(to));
    if (!target)
        return fail(target.error());
    may_wait_for_disk();
    if (::renameat(
            source->number(), last_name(from).c_str(), target->number(), last_name(to).c_str()
        ) != 0)
        return posix_fail("renaming", whole(from));
    return {};
}

Result<void> FencedFileSystem::create_directory(const std::string& path) {
    const auto folder = walk_to(parent_directory(path));
    if (!folder)
        return fail(folder.error());
    if (::mkdirat(folder->number(), last_name(path).c_str(), posix_directory_mode) != 0 &&
        errno != EEXIST)
        return posix_fail("creating", whole(path));
    return {};
}

Result<void> FencedFileSystem::sync_directory(const std::string& path) {
    const auto folder = walk_to(path);
    if (!folder)
        return fail(folder.error());
    may_wait_for_disk();
    if (::fsync(folder->number()) != 0)
        return posix_fail("syncing", whole(path));
    return {};
}

Result<std::unique_ptr<FileLock>> FencedFileSystem::lock(const std::string& path) {
    auto file = open_plain(path, O_RDWR | O_CREAT);
    if (!file)
        return fail(file.error());
    return posix_lock(std::move(*file), whole(path));
}

} // namespace staffroom::storage
