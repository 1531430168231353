// The HTTP server's doors: a Unix socket, a TCP port and another for TLS, bound, accepted from, and
// closed. Accepted sockets go to http/server/connection. Built by app.
#pragma once

#include "node/services/services.hpp"
#include "node/tls/certificate.hpp"

#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace staffroom::http {

struct ServerOptions {
    std::string token; // of DIR/api.token; empty: nothing but the health checks over TCP
};

struct ServerParts;

class Server {
public:
    /// Makes a server; `services` and everything it refers to outlive it.
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

    /// Binds the door of TLS in the same way; after an error it may be tried again. Errors: those
    /// of listen_web; bad_configuration too where OpenSSL refuses the certificate.
    [[nodiscard]] Result<std::string>
    listen_https(const std::string& address, const tls::Certificate& certificate);
    /// Takes another certificate for whoever comes from now on. Errors: bad_configuration (the one
    /// before stays in use).
    [[nodiscard]] Result<void> use_certificate(const tls::Certificate& certificate);

    /// Drops the answers that are kept by Idempotency-Key.
    void forget_answers();
    /// Begins to accept on the bound doors. Call it once.
    void start();
    /// The same for a door of TLS that was bound later. Call it once.
    void start_https();
    /// Accepts nothing more and closes every connection.
    void stop();

private:
    std::shared_ptr<ServerParts> parts_;
};

} // namespace staffroom::http
