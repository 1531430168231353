#include "node/http/server/writing.hpp"

#include "node/http/server/reply_headers.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

#include <array>

namespace staffroom::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::use_awaitable, beast::http::field;
using Socket = Connection::Socket;
using BeastResponse = beast::http::response<beast::http::string_body>;

/// The time for which bytes of a refused client are read away; without it the client would not see
/// the answer.
constexpr std::chrono::seconds farewell_time_max{2};
constexpr std::size_t farewell_bytes_max = std::size_t{8} << 20U;
constexpr std::size_t web_farewell_bytes_max = std::size_t{64} << 10U;
constexpr std::string_view sign_of_life = ": still here\n\n";

template <class Message>
void put_headers(Message& out, const Response& response, const Manner& manner) {
    for (const auto& [name, value] :
         reply_headers(response, manner.request_id, runtime::wall_now()))
        if (name == "Set-Cookie")
            out.insert(name, value);
        else
            out.set(name, value);
    if (!manner.transport_security.empty())
        out.set(field::strict_transport_security, manner.transport_security);
}

BeastResponse to_beast(Response response, const Manner& manner) {
    BeastResponse out(static_cast<beast::http::status>(response.status), 11);
    put_headers(out, response, manner);
    out.body() = std::move(response.body);
    out.keep_alive(manner.keep_alive);
    out.prepare_payload();
    if (out.result() == beast::http::status::not_modified ||
        out.result() == beast::http::status::no_content)
        out.erase(field::content_length); // RFC 9110 8.6
    if (!manner.has_body)
        out.body().clear(); // its length stays
    return out;
}

/// Reads away the bytes that are still on their way: a socket that is closed over unread bytes
/// takes back the answer that was written to it.
asio::awaitable<void> take_leave(ConnectionPointer connection) {
    co_await end_tls(connection);
    connection->enter(Stage::reading); // whoever asks something comes first
    beast::error_code ignored;
    connection->stream.socket().shutdown(Socket::shutdown_send, ignored);
    connection->stream.expires_after(farewell_time_max);
    const std::size_t most =
        connection->seat.door == Door::local ? farewell_bytes_max : web_farewell_bytes_max;
    std::array<char, 8192> unread{};
    for (std::size_t count = 0; count < most;) {
        const auto outcome = co_await connection->stream.async_read_some(
            asio::buffer(unread), asio::as_tuple(use_awaitable)
        );
        if (std::get<0>(outcome))
            break;
        count += std::get<1>(outcome);
    }
}

/// Ends a stream when its reader says anything, as a rule a goodbye: the reader of a stream says
/// nothing more.
void end_when_reader_goes(const ConnectionPointer& connection) {
    connection->stream.socket().async_wait(
        Socket::wait_read,
        [connection, outgoing = connection->outgoing](const beast::error_code& error) {
            if (!error)
                outgoing->leave();
        }
    );
}

/// Writes the stream's pieces, and a sign of life while it has none.
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
            connection->line, asio::buffer(piece), asio::as_tuple(use_awaitable)
        );
        connection->stream.expires_never();
        if (std::get<0>(outcome))
            break;
    }
    outgoing->on_change({});
    outgoing->leave();
}

} // namespace

asio::awaitable<bool>
write_response(ConnectionPointer connection, Response response, Manner manner) {
    const auto out = std::make_shared<BeastResponse>(to_beast(std::move(response), manner));
    connection->enter(Stage::writing);
    connection->stream.expires_after(transfer_time_max);
    const auto outcome =
        co_await beast::http::async_write(connection->line, *out, asio::as_tuple(use_awaitable));
    co_return !std::get<0>(outcome) && out->keep_alive();
}

asio::awaitable<bool> write_last(ConnectionPointer connection, Response response, Manner manner) {
    manner.keep_alive = false;
    co_await write_response(connection, std::move(response), std::move(manner));
    co_await take_leave(connection);
    co_return false;
}

asio::awaitable<void> write_stream(
    ConnectionPointer connection, Response response, Manner manner, std::chrono::seconds heartbeat
) {
    using Head = beast::http::response<beast::http::empty_body>;
    connection->enter(Stage::streaming);
    const auto head = std::make_shared<Head>(static_cast<beast::http::status>(response.status), 11);
    put_headers(*head, response, manner);
    head->keep_alive(false); // without a length the end of the connection is the end of the stream
    connection->stream.expires_after(transfer_time_max);
    const auto written =
        co_await beast::http::async_write(connection->line, *head, asio::as_tuple(use_awaitable));
    connection->stream.expires_never();
    if (std::get<0>(written) || !manner.has_body)
        response.stream->leave();
    if (manner.has_body)
        co_await write_pieces(connection, heartbeat);
}

asio::awaitable<void> end_tls(ConnectionPointer connection) {
    if (!connection->line.is_over_tls() || std::exchange(connection->is_tls_ended, true))
        co_return;
    connection->enter(Stage::reading);
    connection->stream.expires_after(farewell_time_max);
    co_await connection->line.async_shut_down(asio::as_tuple(use_awaitable));
}

} // namespace staffroom::http
