// The Unix socket of a node's folder: its address, however long its path, and whether who answers
// there may be trusted. Used by the client alone.
#pragma once

#include "cli/output/failure.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace staffroom::cli {

/// A Unix socket's address holds 107 characters. A longer path is reached through an open handle on
/// its folder, which the kernel shows under a short name.
class SocketAddress {
public:
    explicit SocketAddress(const std::filesystem::path& folder);
    SocketAddress(const SocketAddress&) = delete;
    SocketAddress& operator=(const SocketAddress&) = delete;
    SocketAddress(SocketAddress&&) = delete;
    SocketAddress& operator=(SocketAddress&&) = delete;
    ~SocketAddress();
    [[nodiscard]] const std::string& text() const { return path_.native(); }

private:
    std::filesystem::path path_;
    int folder_ = -1;
};

/// Whoever made a socket in a folder that is open to others may be anybody, and what is sent there
/// may be a code. It has to be our own node, root's, or, for root, the one of the folder's owner.
[[nodiscard]] std::optional<Failure>
refuse_stranger(int socket, const std::filesystem::path& folder);

} // namespace staffroom::cli
