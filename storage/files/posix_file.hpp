// One open file of POSIX, and what whoever opens one needs: a descriptor that closes itself, the
// error of the last call, locks and names. Not here: which paths may be opened (posix_files: any;
// fenced_files: none that leads out of a folder).
#pragma once

#include "storage/files/file_system.hpp"

#include <sys/types.h>

#include <utility>

namespace staffroom::storage {

inline constexpr mode_t posix_file_mode = 0600; // a school's words are read by the node alone
inline constexpr mode_t posix_directory_mode = 0700;

/// Makes the error of the last POSIX call. Call it before anything else can change errno.
[[nodiscard]] Error posix_error(std::string_view doing, const std::string& path);
[[nodiscard]] inline auto posix_fail(std::string_view doing, const std::string& path) {
    return fail(posix_error(doing, path));
}

/// Owns the number of an open file; negative: none.
class Descriptor {
public:
    explicit Descriptor(int number)
        : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&& other) noexcept
        : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor();
    [[nodiscard]] int number() const { return number_; }
    /// Hands it over to whoever closes it then.
    [[nodiscard]] int release() { return std::exchange(number_, -1); }

private:
    int number_;
};

/// Makes a file of an open descriptor. `path` stands in its errors. Errors: io_error.
[[nodiscard]] Result<std::unique_ptr<File>> posix_file(Descriptor descriptor, std::string path);
/// Locks an open file. Errors: in_use, io_error.
[[nodiscard]] Result<std::unique_ptr<FileLock>>
posix_lock(Descriptor descriptor, const std::string& path);
/// Returns the names in an open directory, sorted. Errors: io_error.
[[nodiscard]] Result<std::vector<std::string>>
posix_names(Descriptor directory, const std::string& path);

} // namespace staffroom::storage
