// One open connection as http/server/connection keeps it and http/server/serving serves it. For
// these two and http/server/writing only: it includes Beast.
#pragma once

#include "node/base/clock.hpp"
#include "node/http/answers/outgoing_stream.hpp"
#include "node/http/line/line.hpp"
#include "node/http/server/connection.hpp"
#include "node/http/server/seats.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <memory>
#include <optional>

namespace staffroom::http {

/// One answer on its way from a handler to the connection that waits for it.
struct Pending {
    explicit Pending(const boost::asio::any_io_executor& executor)
        : timer(executor) {}
    boost::asio::steady_timer timer;
    std::optional<Response> response;
};

struct Connection {
    using Socket = boost::asio::generic::stream_protocol::socket;

    Connection(Socket socket, Door came_by, std::string from, const TlsDoor* behind)
        : stream(std::move(socket))
        , tls_door(behind)
        , remote(std::move(from))
        , seat{came_by, Stage::reading, runtime::steady_now()} {}
    void enter(Stage stage) {
        seat.stage = stage;
        seat.since = runtime::steady_now();
    }

    Stream stream; // deadlines and the end of the connection are its matter, whatever the line
    Line line{stream};
    const TlsDoor* tls_door;      // null: no TLS is spoken here
    std::unique_ptr<TlsLine> tls; // once its client has begun to speak it
    bool is_tls_ended = false;    // from this side
    std::string remote;           // address of the other side; empty: the Unix socket
    boost::beast::flat_buffer buffer;
    Seat seat;
    bool is_leaving = false;                  // closed from this side; its coroutine ends soon
    std::size_t requests = 0;                 // that have come whole
    std::shared_ptr<Pending> pending;         // while a handler works
    std::shared_ptr<OutgoingStream> outgoing; // while a stream is written
};

/// Returns the caller of a request that comes by this door.
[[nodiscard]] Caller caller_by(Door door);

using ConnectionPointer = std::shared_ptr<Connection>;

/// The references that the coroutines need while connections come and go.
struct Serving {
    const services::Services& services;
    Reception& front;
    std::size_t& held_answers; // bytes, of the shared state as well
    const bool& is_stopped;    // of the shared state, which the coroutine's handler keeps alive
};

/// Serves requests and answers, one after the other, until one side ends; then the socket is
/// closed. Behind a TLS door whoever does not speak TLS is told where to ask.
boost::asio::awaitable<void> serve(Serving serving, ConnectionPointer connection);

} // namespace staffroom::http
