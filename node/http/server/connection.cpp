#include "node/http/server/connection.hpp"

#include "node/http/server/open_connection.hpp"
#include "node/http/server/reply_headers.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <vector>

namespace staffroom::http {
namespace {

namespace asio = boost::asio;
using Generic = asio::generic::stream_protocol;

/// Tells a caller that there is no place, in the moment that this costs: the socket's own buffer
/// takes it.
void say_that_all_is_taken(Generic::socket& socket, std::string id) {
    const Response response = to_response(all_places_taken(), id);
    std::string text = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: " +
                       std::to_string(response.body.size()) + "\r\n";
    for (const auto& [name, value] : reply_headers(response, id, runtime::wall_now()))
        text += name + ": " + value + "\r\n";
    text += "\r\n" + response.body;
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
    socket.shutdown(Generic::socket::shutdown_send, ignored);
}

} // namespace

Caller caller_by(Door door) {
    switch (door) {
    case Door::local: return Caller::at_socket();
    case Door::loopback: return Caller::on_this_machine();
    case Door::far: return Caller::stranger();
    }
    return Caller::stranger();
}

struct Connections::Shared {
    asio::io_context& io;
    const services::Services& services;
    Reception& front;
    std::set<ConnectionPointer> open{};
    bool is_stopped = false;
    std::size_t held_answers = 0; // bytes

    /// Makes room for a newcomer if it can be had.
    bool has_place_for(Door door);
};

Connections::Connections(asio::io_context& io, const services::Services& services, Reception& front)
    : shared_(std::make_shared<Shared>(Shared{io, services, front})) {}

// An exception here would be a fault of ours, and ends the process as one.
// NOLINTNEXTLINE(bugprone-exception-escape)
Connections::~Connections() {
    stop();
}

bool Connections::Shared::has_place_for(Door door) {
    std::vector<Seat> taken;
    std::vector<ConnectionPointer> holders;
    for (const ConnectionPointer& each : open)
        if (!each->is_leaving) {
            taken.push_back(each->seat);
            holders.push_back(each);
        }
    const auto most = static_cast<std::size_t>(services.config.web_connections);
    const Seating seating = seat(taken, door, most, runtime::steady_now());
    if (seating.leaves) {
        holders[*seating.leaves]->is_leaving = true;
        holders[*seating.leaves]->stream.close();
    }
    return seating.has_room;
}

void Connections::take(Generic::socket socket, Door door, std::string remote, const TlsDoor* tls) {
    if (shared_->is_stopped)
        return;
    if (!shared_->has_place_for(door)) {
        // Whoever waits for TLS could not read it.
        if (tls == nullptr)
            say_that_all_is_taken(socket, shared_->front.new_request_id());
        return;
    }
    auto connection = std::make_shared<Connection>(std::move(socket), door, std::move(remote), tls);
    shared_->open.insert(connection);
    const Serving serving{
        shared_->services, shared_->front, shared_->held_answers, shared_->is_stopped};
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
