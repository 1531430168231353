// The bytes that a stranger sends to the HTTP ports: through a real socket into a connection of the
// server, with a whole node behind it.
#include "node/http/server/connection.hpp"
#include "protocol/base/ensure.hpp"
#include "tests/fuzz/request_node.hpp"
#include "tests/fuzz/targets.hpp"

#include <boost/asio/io_context.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace staffroom::fuzz {
namespace {

/// Fits into a socket's buffer, so that nobody waits.
constexpr std::size_t input_bytes_max = 60'000;
/// A connection whose client says nothing more ends long before.
constexpr int turns_max = 20'000;

class Client {
public:
    explicit Client(int socket)
        : socket_(socket) {}
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    Client(Client&&) = delete;
    Client& operator=(Client&&) = delete;
    ~Client() { ::close(socket_); }

    void send(ByteView bytes) const {
        // A server that has hung up is an answer too.
        static_cast<void>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }
    void end() const { ::shutdown(socket_, SHUT_WR); }
    /// False when the server has closed.
    bool read_into(std::string& text) const {
        std::array<char, 16 * 1024> piece{};
        const ssize_t count = ::recv(socket_, piece.data(), piece.size(), MSG_DONTWAIT);
        if (count > 0)
            text.append(piece.data(), static_cast<std::size_t>(count));
        return count > 0 || (count < 0 && errno == EAGAIN);
    }

private:
    int socket_;
};

/// A byte for the door and for where the rest is cut in two; what the client sends.
void connection(ByteView input) {
    if (input.empty() || input.size() > input_bytes_max)
        return;
    RequestNode& node = request_node();
    boost::asio::io_context io;
    staffroom::http::Connections connections(io, node.all, node.reception);
    std::array<int, 2> ends{};
    ensure(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    const Client client(ends[0]);
    using boost::asio::generic::stream_protocol;
    constexpr std::array doors{
        staffroom::http::Door::local, staffroom::http::Door::loopback, staffroom::http::Door::far};
    connections.take(
        stream_protocol::socket(io, stream_protocol(AF_UNIX, 0), ends[1]),
        doors[input[0] % doors.size()],
        "192.0.2.1",
        nullptr
    );
    const ByteView bytes = input.subspan(1);
    const std::size_t first = bytes.size() * (input[0] / doors.size()) / 85;
    client.send(bytes.first(first));
    io.poll();
    client.send(bytes.subspan(first));
    client.end();
    std::string answer;
    int turns = 0;
    while (client.read_into(answer)) {
        io.restart();
        io.poll();
        node.core.settle();
        ensure(++turns < turns_max);
    }
    ensure(answer.empty() || answer.starts_with("HTTP/1.1 "));
    ensure(answer.find("HTTP/1.1 500") == std::string::npos);
}

std::vector<Bytes> connection_seeds() {
    std::vector<Bytes> seeds;
    const std::string host = " HTTP/1.1\r\nHost: localhost\r\n";
    for (const std::string& text :
         {"GET /healthz" + host + "\r\n",
          "GET /api/v1/records?limit=3" + host + "If-None-Match: \"a\", W/\"b\"\r\n\r\n",
          "GET /api/v1/status" + host + "\r\nGET /metrics" + host + "Connection: close\r\n\r\n",
          "GET /api/v1/events" + host + "Last-Event-ID: 1-2\r\n\r\n",
          "GET /api/v1/status" + host + "Authorization: Bearer token\r\n\r\n",
          "POST /api/v1/records" + host +
              "Content-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: 33\r\n\r\n"
              "{\"file\":\"# A\\n\",\"reach\":\"draft\"}\n",
          "POST /api/v1/networks" + host +
              "Transfer-Encoding: "
              "chunked\r\n\r\n10;x=y\r\n{\"name\":\"Rivers\"\r\n1\r\n}\r\n0\r\n\r\n",
          "POST /api/v1/sync" + host + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{}",
          "OPTIONS *" + host + "Upgrade: websocket\r\nConnection: upgrade\r\n\r\n",
          std::string("GET / HTTP/1.0\r\n\r\n"),
          "PUT /api/v1/files/x" + host + "Content-Length: 99999999999999999999\r\n\r\n"}) {
        Bytes seed = to_bytes(as_view(text));
        for (const unsigned door : {0U, 1U, 122U}) {
            seeds.push_back(seed);
            seeds.back().insert(seeds.back().begin(), static_cast<std::uint8_t>(door));
        }
    }
    return seeds;
}

} // namespace

Targets connection_targets() {
    return {{"connection", connection, connection_seeds, nullptr, 1500}};
}

} // namespace staffroom::fuzz
