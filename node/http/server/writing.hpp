// The answers of one connection on their way out: whole ones, streams, and the leave that is taken
// of a client without losing its last answer. Called by http/server/serving.
#pragma once

#include "node/http/answers/message.hpp"
#include "node/http/server/open_connection.hpp"

#include <chrono>
#include <string>

namespace staffroom::http {

/// The time for one answer to go out, and for a body to come.
inline constexpr std::chrono::seconds transfer_time_max{60};

/// The manner in which one answer goes out.
struct Manner {
    std::string request_id;
    bool keep_alive;
    bool has_body;                    // false: HEAD, which is answered without a body
    std::string transport_security{}; // the value of its header, or empty
};

/// Writes an answer; returns whether the connection stays open.
boost::asio::awaitable<bool>
write_response(ConnectionPointer connection, Response response, Manner manner);

/// Writes the last answer of a connection, whatever its client may still be saying. Returns false.
boost::asio::awaitable<bool>
write_last(ConnectionPointer connection, Response response, Manner manner);

/// Writes the head of a stream, then its pieces until it ends or its reader goes.
boost::asio::awaitable<void> write_stream(
    ConnectionPointer connection, Response response, Manner manner, std::chrono::seconds heartbeat
);

/// Says goodbye in TLS, so that the other side can tell an end from a line that was cut. A client
/// that has nothing more to say answers at once. Nothing where no TLS is spoken.
boost::asio::awaitable<void> end_tls(ConnectionPointer connection);

} // namespace staffroom::http
