#include "node/http/server.hpp"

#include "node/http/guard.hpp"
#include "node/http/router.hpp"
#include "node/links/address.hpp"
#include "protocol/base/text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace staffroom::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::use_awaitable;
using Generic = asio::generic::stream_protocol;
using Stream = beast::basic_stream<Generic>;
using Parser = beast::http::request_parser<beast::http::string_body>;
using BeastResponse = beast::http::response<beast::http::string_body>;

constexpr std::uint32_t header_bytes_max = 16 * 1024;
constexpr std::size_t web_body_bytes_max = 1024; // over TCP nothing but reads is answered
constexpr std::chrono::seconds transfer_time_max{60};
// Longer than the longest wait that a command may ask for.
constexpr std::chrono::seconds answer_time_max{3700};
constexpr std::chrono::milliseconds accept_pause{250};

enum class Door { local, loopback, far };

/// One answer on its way from a handler to the connection that waits for it.
struct Pending {
    explicit Pending(const asio::any_io_executor& executor)
        : timer(executor) {}
    asio::steady_timer timer;
    std::optional<Response> response;
};

struct Connection {
    explicit Connection(Generic::socket socket, Door came_by)
        : stream(std::move(socket))
        , door(came_by) {}
    Stream stream;
    beast::flat_buffer buffer;
    Door door;
    std::shared_ptr<Pending> pending; // while a handler works
};

Door door_of(const asio::ip::tcp::socket& socket) {
    beast::error_code error;
    const auto remote = socket.remote_endpoint(error);
    return !error && remote.address().is_loopback() ? Door::loopback : Door::far;
}

Door door_of(const asio::local::stream_protocol::socket&) {
    return Door::local;
}

Method method_of(beast::http::verb verb) {
    if (verb == beast::http::verb::get)
        return Method::get;
    return verb == beast::http::verb::post ? Method::post : Method::other;
}

std::string text_of(beast::string_view text) {
    return std::string(text.data(), text.size());
}

Request to_request(const Parser& parser, Door door, std::string id) {
    const auto& message = parser.get();
    return {
        method_of(message.method()),
        text_of(message.target()),
        text_of(message[beast::http::field::authorization]),
        message.body(),
        std::move(id),
        door == Door::local,
        door == Door::loopback,
        {},
        {}};
}

BeastResponse to_beast(Response response, const Request& request, bool keep_alive) {
    BeastResponse out(static_cast<beast::http::status>(response.status), 11);
    out.set(beast::http::field::content_type, response.content_type);
    out.set(beast::http::field::cache_control, "no-store");
    out.set("X-Content-Type-Options", "nosniff");
    out.set("X-Request-Id", request.id);
    if (!response.disposition.empty()) {
        // What another school wrote never runs as a page of this node.
        out.set(beast::http::field::content_disposition, response.disposition);
        out.set("Content-Security-Policy", "default-src 'none'; sandbox");
    }
    out.body() = std::move(response.body);
    out.keep_alive(keep_alive);
    out.prepare_payload();
    return out;
}

Problem broken_inside() {
    return {
        500,
        "internal",
        "Failed",
        "Something went wrong inside the node.",
        "look at the node's trace for the request's id.",
        Exit::failed};
}

} // namespace

/// Kept alive by the server and by every coroutine of it.
struct ServerParts {
    ServerParts(asio::io_context& context, const services::Services& all, ServerOptions given)
        : io(context)
        , services(all)
        , options(std::move(given))
        , local(context)
        , web(context) {}

    asio::io_context& io;
    const services::Services& services;
    ServerOptions options;
    asio::local::stream_protocol::acceptor local;
    asio::ip::tcp::acceptor web;
    std::filesystem::path local_path;
    std::set<std::shared_ptr<Connection>> connections;
    bool is_stopped = false;
};

namespace {

using PartsPointer = std::shared_ptr<ServerParts>;
using ConnectionPointer = std::shared_ptr<Connection>;

std::string new_request_id(ServerParts& parts) {
    std::array<std::uint8_t, 8> raw{};
    parts.services.core.random().fill(raw);
    return to_hex(raw);
}

/// The root of each request: what a library throws becomes an answer.
void answer(ServerParts& parts, const Request& request, const std::shared_ptr<Pending>& pending) {
    const Respond respond = [pending](Response response) {
        if (pending->response)
            return;
        pending->response = std::move(response);
        pending->timer.cancel();
    };
    if (const auto problem = refusal(request, parts.options.token)) {
        respond(to_response(*problem, request.id));
        return;
    }
    try {
        dispatch(parts.services, request, respond);
    } catch (const std::exception& error) {
        parts.options.trace.event(
            node::TraceLevel::error,
            "http.request.failed",
            {{"request", request.id}, {"what", error.what()}}
        );
        respond(to_response(broken_inside(), request.id));
    }
}

asio::awaitable<bool>
write_response(ConnectionPointer connection, std::shared_ptr<BeastResponse> response) {
    connection->stream.expires_after(transfer_time_max);
    const auto outcome = co_await beast::http::async_write(
        connection->stream, *response, asio::as_tuple(use_awaitable)
    );
    co_return !std::get<0>(outcome) && response->keep_alive();
}

/// One request and its answer; false when the connection is to be closed.
asio::awaitable<bool> serve_one(PartsPointer parts, ConnectionPointer connection) {
    Parser parser;
    parser.header_limit(header_bytes_max);
    parser.body_limit(connection->door == Door::local ? body_bytes_max : web_body_bytes_max);
    connection->stream.expires_after(std::chrono::seconds(parts->services.config.web_idle_seconds));
    const auto head = co_await beast::http::async_read_header(
        connection->stream, connection->buffer, parser, asio::as_tuple(use_awaitable)
    );
    auto error = std::get<0>(head);
    if (!error) {
        connection->stream.expires_after(transfer_time_max);
        const auto rest = co_await beast::http::async_read(
            connection->stream, connection->buffer, parser, asio::as_tuple(use_awaitable)
        );
        error = std::get<0>(rest);
    }
    const bool is_too_large = error == beast::http::error::body_limit;
    if (error && !is_too_large)
        co_return false;
    Request request = to_request(parser, connection->door, new_request_id(*parts));
    if (is_too_large) {
        auto refused = std::make_shared<BeastResponse>(
            to_beast(to_response(request_too_large(), request.id), request, false)
        );
        co_await write_response(connection, std::move(refused));
        co_return false;
    }
    connection->stream.expires_never();
    auto pending = std::make_shared<Pending>(connection->stream.get_executor());
    pending->timer.expires_after(answer_time_max);
    connection->pending = pending;
    answer(*parts, request, pending);
    if (!pending->response) {
        // Ends when the handler answers, which cancels the timer.
        co_await pending->timer.async_wait(asio::as_tuple(use_awaitable));
    }
    connection->pending.reset();
    if (!pending->response || parts->is_stopped)
        co_return false;
    auto response = std::make_shared<BeastResponse>(
        to_beast(std::move(*pending->response), request, parser.get().keep_alive())
    );
    const bool is_kept = co_await write_response(connection, std::move(response));
    co_return is_kept;
}

asio::awaitable<void> serve(PartsPointer parts, ConnectionPointer connection) {
    bool is_open = true;
    while (is_open && !parts->is_stopped)
        is_open = co_await serve_one(parts, connection);
    beast::error_code ignored;
    connection->stream.socket().shutdown(Generic::socket::shutdown_both, ignored);
    connection->stream.close();
}

void take(const PartsPointer& parts, Generic::socket socket, Door door) {
    // Counted apart, so that strangers on the network cannot keep this machine's own commands out.
    const auto most = parts->services.config.web_connections;
    const auto same_side =
        std::ranges::count_if(parts->connections, [&](const ConnectionPointer& other) {
            return (other->door == Door::local) == (door == Door::local);
        });
    if (same_side >= most)
        return; // closes: a client tries again, and memory stays bounded
    auto connection = std::make_shared<Connection>(std::move(socket), door);
    parts->connections.insert(connection);
    asio::co_spawn(
        parts->io,
        serve(parts, connection),
        [parts, connection](std::exception_ptr failure) {
            parts->connections.erase(connection);
            if (failure)
                parts->options.trace.event(node::TraceLevel::warning, "http.connection.failed");
        }
    );
}

/// Instantiated once for each kind of acceptor; what it accepts goes to one coroutine.
template <class Acceptor>
asio::awaitable<void> accept_loop(PartsPointer parts, Acceptor& acceptor) {
    asio::steady_timer pause(parts->io);
    while (!parts->is_stopped) {
        auto outcome = co_await acceptor.async_accept(asio::as_tuple(use_awaitable));
        auto& [error, socket] = outcome;
        if (parts->is_stopped)
            co_return;
        if (!error) {
            const Door door = door_of(socket);
            take(parts, Generic::socket(std::move(socket)), door);
            continue;
        }
        // Most often no descriptor is left: resting keeps the loop from spinning.
        pause.expires_after(accept_pause);
        co_await pause.async_wait(asio::as_tuple(use_awaitable));
    }
}

template <class Acceptor> void begin(const PartsPointer& parts, Acceptor& acceptor) {
    if (!acceptor.is_open())
        return;
    asio::co_spawn(parts->io, accept_loop(parts, acceptor), [parts](std::exception_ptr failure) {
        if (failure)
            parts->options.trace.event(node::TraceLevel::error, "http.accept.failed");
    });
}

/// Whether somebody answers at a socket file; a file that nobody answers is left over from a node
/// that died.
bool is_answered(asio::io_context& io, const asio::local::stream_protocol::endpoint& where) {
    asio::local::stream_protocol::socket probe(io);
    beast::error_code error;
    probe.connect(where, error);
    return !error;
}

} // namespace

Server::Server(asio::io_context& io, const services::Services& services, ServerOptions options)
    : parts_(std::make_shared<ServerParts>(io, services, std::move(options))) {}

Server::~Server() {
    stop();
}

Result<void> Server::listen_local(const std::filesystem::path& path) {
    // The kernel's own limit on the path of a socket.
    constexpr std::size_t path_bytes_max = 107;
    const std::string text = path.string();
    if (text.size() > path_bytes_max)
        return fail(
            Errc::bad_configuration,
            "The path of the data folder is too long for its socket: " + text + "."
        );
    const asio::local::stream_protocol::endpoint where(text);
    std::error_code unused;
    if (std::filesystem::is_socket(path, unused)) {
        if (is_answered(parts_->io, where))
            return fail(Errc::in_use, text);
        std::filesystem::remove(path, unused);
    }
    beast::error_code error;
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
    auto where = links::parse_host_port(address);
    if (!where)
        return fail(where.error());
    beast::error_code error;
    const std::string host = where->host == "localhost" ? "127.0.0.1" : where->host;
    const auto ip = asio::ip::make_address(host, error);
    const std::string name = "node.web = " + address;
    if (error)
        return fail(Errc::bad_configuration, name + " has to be an address of this machine.");
    const asio::ip::tcp::endpoint endpoint(ip, where->port);
    parts_->web.open(endpoint.protocol(), error);
    if (!error)
        parts_->web.set_option(asio::socket_base::reuse_address(true), error);
    if (!error)
        parts_->web.bind(endpoint, error);
    if (!error)
        parts_->web.listen(asio::socket_base::max_listen_connections, error);
    if (error == asio::error::address_in_use)
        return fail(Errc::in_use, address);
    if (error)
        return fail(Errc::bad_configuration, name + ": " + error.message() + ".");
    where->port = parts_->web.local_endpoint().port();
    return links::to_text(*where);
}

void Server::start() {
    begin(parts_, parts_->local);
    begin(parts_, parts_->web);
}

void Server::stop() {
    if (parts_->is_stopped)
        return;
    parts_->is_stopped = true;
    beast::error_code ignored;
    parts_->local.close(ignored);
    parts_->web.close(ignored);
    std::error_code unused;
    if (!parts_->local_path.empty())
        std::filesystem::remove(parts_->local_path, unused);
    for (const ConnectionPointer& connection : parts_->connections) {
        connection->stream.close();
        if (connection->pending)
            connection->pending->timer.cancel();
    }
}

} // namespace staffroom::http
