// The HTTP server: connections over the Unix socket and over TCP through one coroutine, with
// deadlines, a body limit and keep-alive. It knows HTTP and no handler; its .cpp is the only file
// that includes Beast. Built by app.
//
//   accept -> read header -> guard -> read body -> dispatch -> wait for the answer -> write -> read
//   ...
#pragma once

#include "node/services/services.hpp"
#include "node/trace.hpp"
#include "protocol/base/limits.hpp"

#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace staffroom::http {

inline constexpr std::size_t body_bytes_max = 2 * limits::kib * limits::kib;

struct ServerOptions {
    std::string token; // of DIR/api.token; empty: nothing but the health check over TCP
    const node::Trace& trace;
};

struct ServerParts;

class Server {
public:
    /// `services` and everything it refers to outlive the server.
    Server(boost::asio::io_context& io, const services::Services& services, ServerOptions options);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    Server(Server&&) = delete;
    Server& operator=(Server&&) = delete;
    ~Server();

    /// Makes the socket with mode 0600; a socket file that nobody answers is replaced.
    /// Errors: in_use (another node serves there), bad_configuration (the path is too long),
    /// io_error.
    [[nodiscard]] Result<void> listen_local(const std::filesystem::path& path);

    /// Binds and returns HOST:PORT as bound. Errors: in_use (the port is taken; the detail is the
    /// address), bad_configuration (not an address of this machine).
    [[nodiscard]] Result<std::string> listen_web(const std::string& address);

    /// Begins to accept on what is bound. Once.
    void start();
    /// Accepts nothing more and closes every connection.
    void stop();

private:
    std::shared_ptr<ServerParts> parts_;
};

} // namespace staffroom::http
