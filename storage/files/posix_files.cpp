#include "storage/files/posix_files.hpp"

#include "storage/files/disk_wait.hpp"
#include "storage/files/posix_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace staffroom::storage {

namespace {

/// Calls open(2), and again after a signal.
int open_descriptor(const std::string& path, int flags) {
    may_wait_for_disk();
    int number = -1;
    do
        number = ::open(path.c_str(), flags | O_CLOEXEC, posix_file_mode);
    while (number < 0 && errno == EINTR);
    return number;
}

int open_flags(OpenMode mode) {
    switch (mode) {
    case OpenMode::read: return O_RDONLY;
    case OpenMode::update: return O_RDWR;
    case OpenMode::append: return O_RDWR | O_CREAT;
    case OpenMode::create: return O_RDWR | O_CREAT | O_TRUNC;
    }
    return O_RDONLY;
}

} // namespace

Result<std::unique_ptr<File>> PosixFileSystem::open(const std::string& path, OpenMode mode) {
    Descriptor descriptor(open_descriptor(path, open_flags(mode)));
    if (descriptor.number() < 0)
        return posix_fail("opening", path);
    return posix_file(std::move(descriptor), path);
}

Result<bool> PosixFileSystem::exists(const std::string& path) {
    struct ::stat status {};
    if (::stat(path.c_str(), &status) == 0)
        return true;
    if (errno == ENOENT || errno == ENOTDIR)
        return false;
    return posix_fail("looking for", path);
}

Result<std::vector<std::string>> PosixFileSystem::list(const std::string& directory) {
    may_wait_for_disk();
    Descriptor descriptor(open_descriptor(directory, O_RDONLY | O_DIRECTORY));
    if (descriptor.number() < 0)
        return posix_fail("listing", directory);
    return posix_names(std::move(descriptor), directory);
}

Result<void> PosixFileSystem::remove(const std::string& path) {
    may_wait_for_disk();
    if (::unlink(path.c_str()) != 0)
        return posix_fail("removing", path);
    return {};
}

Result<void> PosixFileSystem::remove_directory(const std::string& path) {
    if (::rmdir(path.c_str()) != 0)
        return posix_fail("removing", path);
    return {};
}

Result<void> PosixFileSystem::rename(const std::string& from, const std::string& to) {
    may_wait_for_disk();
    if (::rename(from.c_str(), to.c_str()) != 0)
        return posix_fail("renaming", from);
    return {};
}

Result<void> PosixFileSystem::create_directory(const std::string& path) {
    if (::mkdir(path.c_str(), posix_directory_mode) != 0 && errno != EEXIST)
        return posix_fail("creating", path);
    return {};
}

Result<void> PosixFileSystem::sync_directory(const std::string& path) {
    const Descriptor descriptor(open_descriptor(path, O_RDONLY | O_DIRECTORY));
    if (descriptor.number() < 0)
        return posix_fail("opening", path);
    if (::fsync(descriptor.number()) != 0)
        return posix_fail("syncing", path);
    return {};
}

Result<std::unique_ptr<FileLock>> PosixFileSystem::lock(const std::string& path) {
    Descriptor descriptor(open_descriptor(path, O_RDWR | O_CREAT));
    if (descriptor.number() < 0)
        return posix_fail("opening", path);
    return posix_lock(std::move(descriptor), path);
}

} // namespace staffroom::storage
