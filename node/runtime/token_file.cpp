#include "node/runtime/token_file.hpp"

#include "protocol/base/ids.hpp"
#include "protocol/base/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace staffroom::runtime {
namespace {

using Token = FixedBytes<struct TokenTag, 32>;

std::optional<std::string> read_token(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return id_from_base32<Token>(line) ? std::optional(line) : std::nullopt;
}

Result<void> failed(const std::filesystem::path& path, int number) {
    const Errc code = number == ENOSPC || number == EDQUOT ? Errc::disk_full : Errc::io_error;
    return fail(code, path.string() + ": " + std::generic_category().message(number));
}

Result<void> write_token(const std::filesystem::path& path, const std::string& token) {
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
    const int file = ::open(path.c_str(), flags, S_IRUSR | S_IWUSR);
    if (file < 0)
        return failed(path, errno);
    const std::string line = token + "\n";
    // Sets the mode first: an older file may have been readable by others.
    const bool is_written =
        ::fchmod(file, S_IRUSR | S_IWUSR) == 0 &&
        ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    const int number = errno;
    ::close(file);
    return is_written ? Result<void>() : failed(path, number);
}

} // namespace

Result<std::string> open_token_file(const std::filesystem::path& path, Random& random) {
    if (auto token = read_token(path)) {
        if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0)
            return fail(failed(path, errno).error());
        return *token;
    }
    const std::string token = to_base32(random.make<Token>());
    if (const auto written = write_token(path, token); !written)
        return fail(written.error());
    return token;
}

} // namespace staffroom::runtime
