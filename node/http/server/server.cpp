#include "node/http/server/server.hpp"

#include "node/http/line/tls_line.hpp"
#include "node/http/server/connection.hpp"
#include "node/links/address.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace staffroom::http {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using ErrorCode = boost::system::error_code;
using Generic = asio::generic::stream_protocol;

constexpr std::chrono::milliseconds accept_pause{250};

Door door_of(const asio::ip::tcp::socket& socket) {
    ErrorCode error;
    const auto remote = socket.remote_endpoint(error);
    return !error && remote.address().is_loopback() ? Door::loopback : Door::far;
}

Door door_of(const asio::local::stream_protocol::socket&) {
    return Door::local;
}

std::string remote_of(const asio::ip::tcp::socket& socket) {
    ErrorCode error;
    const auto remote = socket.remote_endpoint(error);
    return error ? "unknown" : remote.address().to_string();
}

std::string remote_of(const asio::local::stream_protocol::socket&) {
    return {};
}

} // namespace

/// The parts of a server, kept alive by it and by every coroutine of it.
struct ServerParts {
    ServerParts(asio::io_context& context, const services::Services& all, ServerOptions options)
        : io(context)
        , services(all)
        , front(all, std::move(options.token))
        , connections(context, all, front)
        , local(context)
        , web(context)
        , https(context) {}

    asio::io_context& io;
    const services::Services& services;
    Reception front;
    Connections connections;
    asio::local::stream_protocol::acceptor local;
    asio::ip::tcp::acceptor web;
    asio::ip::tcp::acceptor https;
    TlsDoor tls;
    std::filesystem::path local_path;
    bool is_stopped = false;
};

namespace {

using PartsPointer = std::shared_ptr<ServerParts>;

/// Accepts on one kind of acceptor; every accepted socket goes to one coroutine.
template <class Acceptor>
asio::awaitable<void> accept_loop(PartsPointer parts, Acceptor& acceptor, const TlsDoor* tls) {
    asio::steady_timer pause(parts->io);
    while (!parts->is_stopped) {
        auto outcome = co_await acceptor.async_accept(asio::as_tuple(use_awaitable));
        auto& [error, socket] = outcome;
        if (parts->is_stopped)
            co_return;
        if (!error) {
            const Door door = door_of(socket);
            std::string remote = remote_of(socket);
            Generic::socket taken(std::move(socket));
            if (tls != nullptr) // the messages of a handshake are small and wait for nothing
                taken.set_option(asio::ip::tcp::no_delay(true), error);
            parts->connections.take(std::move(taken), door, std::move(remote), tls);
            continue;
        }
        // Accepting fails most often because no descriptor is left: resting keeps the loop from
        // spinning.
        pause.expires_after(accept_pause);
        co_await pause.async_wait(asio::as_tuple(use_awaitable));
    }
}

template <class Acceptor>
void begin(const PartsPointer& parts, Acceptor& acceptor, const TlsDoor* tls = nullptr) {
    if (!acceptor.is_open())
        return;
    asio::co_spawn(
        parts->io,
        accept_loop(parts, acceptor, tls),
        [parts](const std::exception_ptr& failure) {
            if (failure)
                parts->services.instruments.trace.event(
                    node::TraceLevel::error, "http.accept.failed"
                );
        }
    );
}

/// A short path to a socket. Its address holds 107 bytes; a longer path is reached through an open
/// handle on its folder, which the kernel shows under a short name.
class ShortPath {
public:
    explicit ShortPath(const std::filesystem::path& path)
        : text_(path.string()) {
        constexpr std::size_t path_bytes_max = 107;
        if (text_.size() <= path_bytes_max)
            return;
        folder_ = ::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (folder_ >= 0)
            text_ = "/proc/self/fd/" + std::to_string(folder_) + "/" + path.filename().string();
    }
    ShortPath(const ShortPath&) = delete;
    ShortPath& operator=(const ShortPath&) = delete;
    ShortPath(ShortPath&&) = delete;
    ShortPath& operator=(ShortPath&&) = delete;
    ~ShortPath() {
        if (folder_ >= 0)
            ::close(folder_);
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
    int folder_ = -1;
};

/// Tells whether somebody answers at a socket file; a file that nobody answers is left over from a
/// node that died.
bool is_answered(asio::io_context& io, const asio::local::stream_protocol::endpoint& where) {
    asio::local::stream_protocol::socket probe(io);
    ErrorCode error;
    probe.connect(where, error);
    return !error;
}

/// Binds and listens. `setting` is what chose the address, as a settings file begins the line.
Result<std::string>
listen_at(asio::ip::tcp::acceptor& door, const std::string& address, const std::string& setting) {
    auto where = links::parse_host_port(address);
    if (!where)
        return fail(where.error());
    ErrorCode error;
    const std::string host = where->host == "localhost" ? "127.0.0.1" : where->host;
    const auto ip = asio::ip::make_address(host, error);
    const std::string name = setting + address;
    if (error)
        return fail(Errc::bad_configuration, name + " has to be an address of this machine.");
    const asio::ip::tcp::endpoint endpoint(ip, where->port);
    door.open(endpoint.protocol(), error);
    if (!error)
        door.set_option(asio::socket_base::reuse_address(true), error);
    if (!error)
        door.bind(endpoint, error);
    if (!error)
        door.listen(asio::socket_base::max_listen_connections, error);
    if (error) { // it may be tried again
        ErrorCode ignored;
        door.close(ignored);
    }
    if (error == asio::error::address_in_use)
        return fail(Errc::in_use, address);
    if (error)
        return fail(Errc::bad_configuration, name + ": " + error.message() + ".");
    where->port = door.local_endpoint().port();
    return links::to_text(*where);
}

} // namespace

Server::Server(asio::io_context& io, const services::Services& services, ServerOptions options)
    : parts_(std::make_shared<ServerParts>(io, services, std::move(options))) {}

Server::~Server() {
    stop();
}

Result<void> Server::listen_local(const std::filesystem::path& path) {
    const std::string text = path.string();
    const ShortPath short_path(path);
    if (short_path.text().size() >= sizeof(sockaddr_un::sun_path))
        return fail(Errc::bad_configuration, text + " is too long for the name of a socket");
    const asio::local::stream_protocol::endpoint where(short_path.text());
    std::error_code unused;
    if (std::filesystem::is_socket(path, unused)) {
        if (is_answered(parts_->io, where))
            return fail(Errc::in_use, text);
        std::filesystem::remove(path, unused);
    }
    ErrorCode error;
    parts_->local.open(where.protocol(), error);
    // Nobody else may connect, not even in the moment between bind and chmod.
    const mode_t before = umask(S_IXUSR | S_IRWXG | S_IRWXO);
    if (!error)
        parts_->local.bind(where, error);
    umask(before);
    if (!error)
        parts_->local.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return fail(Errc::io_error, text + ": " + error.message());
    parts_->local_path = path;
    return {};
}

Result<std::string> Server::listen_web(const std::string& address) {
    return listen_at(parts_->web, address, "node.web = ");
}

Result<std::string>
Server::listen_https(const std::string& address, const tls::Certificate& certificate) {
    if (auto used = parts_->tls.use(certificate); !used)
        return fail(used.error());
    return listen_at(parts_->https, address, "https.listen = ");
}

Result<void> Server::use_certificate(const tls::Certificate& certificate) {
    return parts_->tls.use(certificate);
}

void Server::forget_answers() {
    parts_->front.forget_answers();
}

void Server::start() {
    begin(parts_, parts_->local);
    begin(parts_, parts_->web);
    start_https();
}

void Server::start_https() {
    begin(parts_, parts_->https, &parts_->tls);
}

void Server::stop() {
    if (parts_->is_stopped)
        return;
    parts_->is_stopped = true;
    ErrorCode ignored;
    parts_->local.close(ignored);
    parts_->web.close(ignored);
    parts_->https.close(ignored);
    std::error_code unused;
    if (!parts_->local_path.empty())
        std::filesystem::remove(parts_->local_path, unused);
    parts_->connections.stop();
}

} // namespace staffroom::http
