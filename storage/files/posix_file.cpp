#include "storage/files/posix_file.hpp"

#include "storage/files/disk_wait.hpp"

#include <dirent.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace staffroom::storage {
namespace {

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

} // namespace

Error posix_error(std::string_view doing, const std::string& path) {
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
    return {code, std::move(detail)};
}

Descriptor::~Descriptor() {
    if (number_ >= 0)
        ::close(number_);
}

Result<std::unique_ptr<File>> posix_file(Descriptor descriptor, std::string path) {
    struct ::stat status {};
    if (::fstat(descriptor.number(), &status) != 0)
        return posix_fail("measuring", path);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    return std::make_unique<PosixFile>(std::move(path), std::move(descriptor), size);
}

Result<std::unique_ptr<FileLock>> posix_lock(Descriptor descriptor, const std::string& path) {
    // flock belongs to the open file, so a second lock inside this process is refused as well.
    if (::flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0)
        return posix_fail("locking", path);
    return std::make_unique<PosixLock>(std::move(descriptor));
}

Result<std::vector<std::string>> posix_names(Descriptor directory, const std::string& path) {
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::fdopendir(directory.number()), ::closedir);
    if (open == nullptr)
        return posix_fail("listing", path);
    (void)directory.release(); // closedir closes it
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
        return posix_fail("listing", path);
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace staffroom::storage
