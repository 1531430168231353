#include "cli/client/node_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace staffroom::cli {

SocketAddress::SocketAddress(const std::filesystem::path& folder)
    : path_(folder / "api.sock") {
    constexpr std::size_t path_bytes_max = 107;
    if (path_.native().size() <= path_bytes_max)
        return;
    folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder_ >= 0)
        path_ = "/proc/self/fd/" + std::to_string(folder_) + "/api.sock";
}

SocketAddress::~SocketAddress() {
    if (folder_ >= 0)
        ::close(folder_);
}

std::optional<Failure> refuse_stranger(int socket, const std::filesystem::path& folder) {
    ucred peer{};
    socklen_t size = sizeof peer;
    struct stat keys {};
    const bool is_known = ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
    const uid_t self = ::geteuid();
    const bool is_owner =
        self == 0 && ::stat((folder / "keys").c_str(), &keys) == 0 && peer.uid == keys.st_uid;
    if (is_known && (peer.uid == self || peer.uid == 0 || is_owner))
        return std::nullopt;
    return Failure{
        "What answers in " + folder.string() +
            " was started by another user of this machine and may not be your node: nothing was "
            "sent to it.",
        "check whose folder this is with `ls -ld " + folder.string() +
            "`, and run the command as the user that runs staffroomd.",
        ExitCode::failed,
        "node.stranger"};
}

} // namespace staffroom::cli
