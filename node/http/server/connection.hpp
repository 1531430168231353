// HTTP connections one after the other, over the Unix socket and over TCP through one coroutine,
// with deadlines, limits, keep-alive and streams. This file decides who gets a place
// (http/server/seats); http/server/serving does what happens on it. It knows HTTP and no handler.
// Fed by http/server with accepted sockets.
//
//   read head -> its rules -> limits of its route -> read body -> reception -> wait for the answer
//   -> write -> read ...
#pragma once

#include "node/http/server/reception.hpp"

#include <boost/asio/generic/stream_protocol.hpp>

#include <memory>
#include <set>

namespace boost::asio {
class io_context;
}

namespace staffroom::http {

enum class Door { local, loopback, far };

struct Connection;
class TlsDoor;

class Connections {
public:
    /// Makes the connections; all arguments outlive every connection.
    Connections(boost::asio::io_context& io, const services::Services& services, Reception& front);
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;
    Connections(Connections&&) = delete;
    Connections& operator=(Connections&&) = delete;
    ~Connections(); // NOLINT(bugprone-exception-escape): see there

    /// Serves the socket until one side ends. When its side has no place left, the connection goes
    /// that has waited longest for a request, or this one with 503.
    /// `remote`: the address of the other side; empty for the Unix socket.
    /// `tls`: what the other side is to speak, and outlives the connection; null: plain HTTP.
    void take(
        boost::asio::generic::stream_protocol::socket socket,
        Door door,
        std::string remote,
        const TlsDoor* tls
    );
    /// Closes all, and whatever is taken later.
    void stop();

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

} // namespace staffroom::http
