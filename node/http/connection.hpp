// One HTTP connection after the other, over the Unix socket and over TCP through one coroutine,
// with deadlines, limits, keep-alive and streams. It knows HTTP and no handler; its .cpp is the
// only file of the node that includes Beast. Fed by http/server with accepted sockets.
//
//   read header -> limits of its route -> read body -> reception -> wait for the answer -> write ->
//   read ...
#pragma once

#include "node/http/reception.hpp"

#include <boost/asio/generic/stream_protocol.hpp>

#include <memory>
#include <set>

namespace boost::asio {
class io_context;
}

namespace staffroom::http {

enum class Door { local, loopback, far };

struct Connection;

class Connections {
public:
    /// All of it outlives every connection.
    Connections(boost::asio::io_context& io, const services::Services& services, Reception& front);
    Connections(const Connections&) = delete;
    Connections& operator=(const Connections&) = delete;
    Connections(Connections&&) = delete;
    Connections& operator=(Connections&&) = delete;
    ~Connections(); // NOLINT(bugprone-exception-escape): see there

    /// Serves the socket until one side ends; closes it at once when its side has too many.
    void take(boost::asio::generic::stream_protocol::socket socket, Door door);
    /// Closes all, and whatever is taken later.
    void stop();

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

} // namespace staffroom::http
