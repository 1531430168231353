#include "storage/files/posix_files.hpp"

#include "storage/files/disk_wait.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace staffroom::storage {

namespace {

constexpr mode_t file_mode = 0600; // a school's words are read by the node alone
constexpr mode_t directory_mode = 0700;

/// Makes the error of the last POSIX call. Call it before anything else can change errno.
auto posix_fail(std::string_view doing, const std::string& path) {
    const int number = errno;
    Errc code = Errc::io_error;
    if (number == ENOENT)
        code = Errc::not_found;
    else if (number == ENOSPC || number == EDQUOT || number == EFBIG)
        code = Errc::disk_full;
    else if (number == EWOULDBLOCK)
        code = Errc::in_use;
    std::string detail(doing);
    detail += " " + path + ": " + std::generic_category().message(number);
    return fail(code, std::move(detail));
}

class Descriptor {
public:
    explicit Descriptor(int number)
        : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&& other) noexcept
        : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (number_ >= 0)
            ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

/// Calls open(2), and again after a signal.
int open_descriptor(const std::string& path, int flags) {
    may_wait_for_disk();
    int number = -1;
    do
        number = ::open(path.c_str(), flags | O_CLOEXEC, file_mode);
    while (number < 0 && errno == EINTR);
    return number;
}

class PosixFile final : public File {
public:
    PosixFile(std::string path, Descriptor descriptor, std::uint64_t size)
        : path_(std::move(path))
        , descriptor_(std::move(descriptor))
        , size_(size) {}

    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
        may_wait_for_disk();
        std::size_t done = 0;
        while (done < out.size()) {
            const auto got = ::pread(
                descriptor_.number(),
                out.data() + done,
                out.size() - done,
                static_cast<off_t>(offset + done)
            );
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                return posix_fail("reading", path_);
            if (got == 0)
                break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

    Result<void> append(ByteView bytes) override {
        auto done = write_at(size_, bytes);
        if (!done) {
            // The part that was written lies behind `size_` now; the next append starts at the true
            // end.
            struct ::stat status {};
            if (::fstat(descriptor_.number(), &status) == 0)
                size_ = static_cast<std::uint64_t>(status.st_size);
            return done;
        }
        size_ += bytes.size();
        return {};
    }

    Result<void> overwrite_at(std::uint64_t offset, ByteView bytes) override {
        if (offset > size_ || bytes.size() > size_ - offset)
            return fail(Errc::out_of_range, "overwriting beyond the end of " + path_);
        return write_at(offset, bytes);
    }

    Result<void> truncate(std::uint64_t size) override {
        may_wait_for_disk();
        if (::ftruncate(descriptor_.number(), static_cast<off_t>(size)) != 0)
            return posix_fail("truncating", path_);
        size_ = size;
        return {};
    }

    Result<void> sync() override {
        may_wait_for_disk();
        if (::fdatasync(descriptor_.number()) != 0)
            return posix_fail("syncing", path_);
        return {};
    }

    Result<std::uint64_t> size() const override {
        // Asks the system: another handle may have made the file longer.
        struct ::stat status {};
        if (::fstat(descriptor_.number(), &status) != 0)
            return posix_fail("measuring", path_);
        return static_cast<std::uint64_t>(status.st_size);
    }

private:
    Result<void> write_at(std::uint64_t offset, ByteView bytes) {
        may_wait_for_disk();
        while (!bytes.empty()) {
            const auto put = ::pwrite(
                descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset)
            );
            if (put < 0 && errno == EINTR)
                continue;
            if (put < 0)
                return posix_fail("writing", path_);
            bytes = bytes.subspan(static_cast<std::size_t>(put));
            offset += static_cast<std::uint64_t>(put);
        }
        return {};
    }

    std::string path_;
    Descriptor descriptor_;
    std::uint64_t size_;
};

class PosixLock final : public FileLock {
public:
    explicit PosixLock(Descriptor descriptor)
        : descriptor_(std::move(descriptor)) {}

private:
    Descriptor descriptor_;
};

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
    struct ::stat status {};
    if (::fstat(descriptor.number(), &status) != 0)
        return posix_fail("measuring", path);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    return std::make_unique<PosixFile>(path, std::move(descriptor), size);
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
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), ::closedir);
    if (open == nullptr)
        return posix_fail("listing", directory);
    std::vector<std::string> names;
    errno = 0;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): safe as long as each thread has its own DIR
    while (const dirent* entry = ::readdir(open.get())) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..")
            names.push_back(name);
        errno = 0;
    }
    if (errno != 0)
        return posix_fail("listing", directory);
    std::sort(names.begin(), names.end());
    return names;
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
    if (::mkdir(path.c_str(), directory_mode) != 0 && errno != EEXIST)
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
    // flock belongs to the open file, so a second lock inside this process is refused as well.
    if (::flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0)
        return posix_fail("locking", path);
    return std::make_unique<PosixLock>(std::move(descriptor));
}

} // namespace staffroom::storage
