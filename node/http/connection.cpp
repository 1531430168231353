#include "node/http/connection.hpp"

#include "node/http/outgoing_stream.hpp"
#include "node/http/router.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <optional>

namespace staffroom::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::use_awaitable;
using beast::http::field;
using Generic = asio::generic::stream_protocol;
using Stream = beast::basic_stream<Generic>;
using Parser = beast::http::request_parser<beast::http::string_body>;
using BeastResponse = beast::http::response<beast::http::string_body>;

constexpr std::uint32_t header_bytes_max = 16 * 1024;
constexpr std::size_t web_body_bytes_max = 1024; // over TCP nothing but reads is answered
constexpr std::chrono::seconds transfer_time_max{60};
// Longer than the longest wait that a command may ask for.
constexpr std::chrono::seconds answer_time_max{3700};
constexpr std::string_view sign_of_life = ": still here\n\n";

/// One answer on its way from a handler to the connection that waits for it.
struct Pending {
    explicit Pending(const asio::any_io_executor& executor)
        : timer(executor) {}
    asio::steady_timer timer;
    std::optional<Response> response;
};

Method method_of(beast::http::verb verb) {
    switch (verb) {
    case beast::http::verb::get: return Method::get;
    case beast::http::verb::post: return Method::post;
    case beast::http::verb::put: return Method::put;
    case beast::http::verb::patch: return Method::patch;
    case beast::http::verb::delete_: return Method::remove;
    default: return Method::other;
    }
}

std::string text_of(beast::string_view text) {
    return std::string(text.data(), text.size());
}

Request to_request(Parser& parser, Door door, std::string id) {
    auto& message = parser.get();
    const auto header = [&message](auto name) { return text_of(message[name]); };
    return {
        method_of(message.method()),
        text_of(message.target()),
        header(field::authorization),
        std::move(message.body()),
        std::move(id),
        door == Door::local,
        door == Door::loopback,
        {},
        {},
        header(field::if_match),
        header(field::if_none_match),
        header("Idempotency-Key"),
        header("Last-Event-ID"),
        header(field::content_type),
        header(field::accept)};
}

/// A file name of another school may stand in a header; it must not be able to begin one.
std::string one_line(std::string value) {
    std::ranges::replace_if(
        value,
        [](char letter) {
            const auto code = static_cast<unsigned char>(letter);
            return code < 0x20 || code == 0x7f;
        },
        '_'
    );
    return value;
}

template <class Message>
void put_headers(Message& out, const Response& response, const std::string& request_id) {
    if (!response.content_type.empty())
        out.set(field::content_type, response.content_type);
    out.set(field::cache_control, "no-store");
    out.set("X-Content-Type-Options", "nosniff");
    out.set("X-Request-Id", request_id);
    for (const auto& [name, value] : response.headers)
        out.set(name, one_line(value));
}

BeastResponse to_beast(Response response, const std::string& request_id, bool keep_alive) {
    BeastResponse out(static_cast<beast::http::status>(response.status), 11);
    put_headers(out, response, request_id);
    out.body() = std::move(response.body);
    out.keep_alive(keep_alive);
    out.prepare_payload();
    if (out.result() == beast::http::status::not_modified)
        out.erase(field::content_length); // of the answer that was not sent, RFC 9110 8.6
    return out;
}

Problem too_large(std::size_t bytes_max) {
    return {
        413,
        "limit.too-large",
        "Too large",
        "The request is too large; " + std::to_string(bytes_max) + " bytes are the most.",
        "send less in one call.",
        Exit::refused};
}

Problem unreadable() {
    return {
        400,
        "request.unreadable",
        "Not understood",
        "The request is no HTTP/1.1, or its header is over 16 KiB.",
        "read /api/v1/openapi.json.",
        Exit::failed};
}

/// Of the parser's own errors; who hangs up or says nothing is told nothing.
bool is_no_http(const beast::error_code& error) {
    static const auto& of_parser = make_error_code(beast::http::error::bad_method).category();
    return error.category() == of_parser && error != beast::http::error::end_of_stream &&
           error != beast::http::error::partial_message && error != beast::http::error::body_limit;
}

Problem too_slow() {
    return {
        504,
        "node.no-answer",
        "No answer",
        "The node has found no answer in an hour.",
        "see `staffroom status`.",
        Exit::failed};
}

} // namespace

struct Connection {
    explicit Connection(Generic::socket socket, Door came_by)
        : stream(std::move(socket))
        , door(came_by) {}
    Stream stream;
    beast::flat_buffer buffer;
    Door door;
    std::shared_ptr<Pending> pending;         // while a handler works
    std::shared_ptr<OutgoingStream> outgoing; // while a stream is written
};

struct Connections::Shared {
    asio::io_context& io;
    const services::Services& services;
    Reception& front;
    std::set<std::shared_ptr<Connection>> open{};
    bool is_stopped = false;
};

namespace {

using ConnectionPointer = std::shared_ptr<Connection>;

/// What the coroutines need to know while connections come and go.
struct Serving {
    const services::Services& services;
    Reception& front;
    const bool& is_stopped; // of the shared state, which the coroutine's handler keeps alive
};

asio::awaitable<bool>
write_response(ConnectionPointer connection, std::shared_ptr<BeastResponse> response) {
    connection->stream.expires_after(transfer_time_max);
    const auto outcome = co_await beast::http::async_write(
        connection->stream, *response, asio::as_tuple(use_awaitable)
    );
    co_return !std::get<0>(outcome) && response->keep_alive();
}

asio::awaitable<bool> refuse_as(ConnectionPointer connection, Problem problem, std::string id) {
    auto refused = std::make_shared<BeastResponse>(to_beast(to_response(problem, id), id, false));
    co_await write_response(connection, std::move(refused));
    co_return false;
}

/// Whoever reads a stream says nothing more; whatever arrives, a goodbye as a rule, ends it.
void end_when_reader_goes(const ConnectionPointer& connection) {
    connection->stream.socket().async_wait(
        Generic::socket::wait_read,
        [connection, outgoing = connection->outgoing](const beast::error_code& error) {
            if (!error)
                outgoing->leave();
        }
    );
}

/// Writes what the stream gives, and a sign of life while it gives nothing.
asio::awaitable<void> write_pieces(ConnectionPointer connection, std::chrono::seconds heartbeat) {
    const auto outgoing = connection->outgoing;
    const auto quiet = std::make_shared<asio::steady_timer>(connection->stream.get_executor());
    const std::weak_ptr<Connection> written = connection; // which holds the stream itself
    outgoing->on_change([quiet, written] {
        quiet->cancel();
        const auto still_there = written.lock();
        if (still_there && still_there->outgoing->is_dropped())
            still_there->stream.close(); // ends a write that waits for its reader, too
    });
    end_when_reader_goes(connection);
    while (outgoing->is_open() || outgoing->has_waiting()) {
        std::string piece = outgoing->take();
        if (piece.empty()) {
            quiet->expires_after(heartbeat);
            const auto waited = co_await quiet->async_wait(asio::as_tuple(use_awaitable));
            if (std::get<0>(waited))
                continue; // something has changed
            piece = sign_of_life;
        }
        connection->stream.expires_after(transfer_time_max);
        const auto outcome = co_await asio::async_write(
            connection->stream, asio::buffer(piece), asio::as_tuple(use_awaitable)
        );
        connection->stream.expires_never();
        if (std::get<0>(outcome))
            break;
    }
    outgoing->on_change({});
    outgoing->leave();
}

asio::awaitable<void>
write_stream(ConnectionPointer connection, Response response, std::string request_id) {
    using Head = beast::http::response<beast::http::empty_body>;
    const auto head = std::make_shared<Head>(static_cast<beast::http::status>(response.status), 11);
    put_headers(*head, response, request_id);
    head->keep_alive(false); // without a length the end of the connection is the end of the stream
    connection->stream.expires_after(transfer_time_max);
    const auto written =
        co_await beast::http::async_write(connection->stream, *head, asio::as_tuple(use_awaitable));
    connection->stream.expires_never();
    if (std::get<0>(written))
        response.stream->leave();
}

std::size_t body_limit_of(const Parser& parser, Door door) {
    if (door != Door::local)
        return web_body_bytes_max;
    const auto& head = parser.get();
    const RouteFacts* route = find_route(method_of(head.method()), text_of(head.target()));
    return route == nullptr ? body_bytes_max : route->body_bytes_max;
}

/// Reads one request into the parser. An error of its own is body_limit; others end the connection.
asio::awaitable<beast::error_code>
read_request(ConnectionPointer connection, Parser& parser, std::chrono::seconds patience) {
    parser.header_limit(header_bytes_max);
    parser.body_limit(boost::none); // known once the header has been read
    connection->stream.expires_after(patience);
    const auto head = co_await beast::http::async_read_header(
        connection->stream, connection->buffer, parser, asio::as_tuple(use_awaitable)
    );
    if (std::get<0>(head))
        co_return std::get<0>(head);
    const std::size_t limit = body_limit_of(parser, connection->door);
    parser.body_limit(limit);
    if (parser.content_length() && *parser.content_length() > limit)
        co_return make_error_code(beast::http::error::body_limit);
    connection->stream.expires_after(transfer_time_max);
    const auto rest = co_await beast::http::async_read(
        connection->stream, connection->buffer, parser, asio::as_tuple(use_awaitable)
    );
    co_return std::get<0>(rest);
}

/// One request and its answer; false when the connection is to be closed.
asio::awaitable<bool> serve_one(Serving serving, ConnectionPointer connection) {
    Parser parser;
    const auto& config = serving.services.config;
    const auto error =
        co_await read_request(connection, parser, std::chrono::seconds(config.web_idle_seconds));
    const bool is_too_large = error == beast::http::error::body_limit;
    const bool is_unreadable = is_no_http(error);
    if ((error && !is_too_large && !is_unreadable) || serving.is_stopped)
        co_return false;
    const std::string id = serving.front.new_request_id();
    if (is_unreadable)
        co_return co_await refuse_as(connection, unreadable(), id);
    if (is_too_large) {
        Problem problem = too_large(body_limit_of(parser, connection->door));
        co_return co_await refuse_as(connection, std::move(problem), id);
    }
    const bool is_kept = parser.get().keep_alive();
    connection->stream.expires_never();
    auto pending = std::make_shared<Pending>(connection->stream.get_executor());
    pending->timer.expires_after(answer_time_max);
    connection->pending = pending;
    serving.front.answer(to_request(parser, connection->door, id), [pending](Response response) {
        pending->response = std::move(response);
        pending->timer.cancel();
    });
    if (!pending->response) {
        // Ends when the handler answers, which cancels the timer.
        co_await pending->timer.async_wait(asio::as_tuple(use_awaitable));
    }
    connection->pending.reset();
    if (serving.is_stopped)
        co_return false;
    if (!pending->response) {
        Problem problem = too_slow();
        co_return co_await refuse_as(connection, std::move(problem), id);
    }
    if (pending->response->stream) {
        connection->outgoing = pending->response->stream;
        co_await write_stream(connection, std::move(*pending->response), id);
        co_await write_pieces(connection, std::chrono::seconds(config.event_heartbeat_seconds));
        co_return false;
    }
    auto response =
        std::make_shared<BeastResponse>(to_beast(std::move(*pending->response), id, is_kept));
    co_return co_await write_response(connection, std::move(response));
}

asio::awaitable<void> serve(Serving serving, ConnectionPointer connection) {
    bool is_open = true;
    while (is_open && !serving.is_stopped)
        is_open = co_await serve_one(serving, connection);
    beast::error_code ignored;
    connection->stream.socket().shutdown(Generic::socket::shutdown_both, ignored);
    connection->stream.close();
}

} // namespace

Connections::Connections(asio::io_context& io, const services::Services& services, Reception& front)
    : shared_(std::make_shared<Shared>(Shared{io, services, front})) {}

// An exception here would be a fault of ours, and ends the process as one.
// NOLINTNEXTLINE(bugprone-exception-escape)
Connections::~Connections() {
    stop();
}

void Connections::take(Generic::socket socket, Door door) {
    if (shared_->is_stopped)
        return;
    // Counted apart, so that strangers on the network cannot keep this machine's own commands out.
    const auto most = shared_->services.config.web_connections;
    const auto same_side =
        std::ranges::count_if(shared_->open, [&](const ConnectionPointer& other) {
            return (other->door == Door::local) == (door == Door::local);
        });
    if (same_side >= most)
        return; // closes: a client tries again, and memory stays bounded
    auto connection = std::make_shared<Connection>(std::move(socket), door);
    shared_->open.insert(connection);
    const Serving serving{shared_->services, shared_->front, shared_->is_stopped};
    asio::co_spawn(
        shared_->io,
        serve(serving, connection),
        [shared = shared_, connection](const std::exception_ptr& failure) {
            shared->open.erase(connection);
            if (failure)
                shared->services.instruments.trace.event(
                    node::TraceLevel::warning, "http.connection.failed"
                );
        }
    );
}

void Connections::stop() {
    if (shared_->is_stopped)
        return;
    shared_->is_stopped = true;
    for (const ConnectionPointer& connection : shared_->open) {
        connection->stream.close();
        if (connection->pending)
            connection->pending->timer.cancel();
        if (connection->outgoing)
            connection->outgoing->leave();
    }
}

} // namespace staffroom::http
