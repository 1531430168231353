#include "node/http/routes/router.hpp"
#include "node/http/server/open_connection.hpp"
#include "node/http/server/reply_headers.hpp"
#include "node/http/server/request_head.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>

namespace staffroom::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::use_awaitable, beast::http::field;
using Socket = Connection::Socket;
using Parser = beast::http::request_parser<beast::http::string_body>;
using BeastResponse = beast::http::response<beast::http::string_body>;

constexpr std::uint32_t header_bytes_max = 16 * 1024;
// A head is small and comes at once; who sends it in drops is no client.
constexpr std::chrono::seconds head_time_max{10};
constexpr std::chrono::seconds web_body_time_max{10};
constexpr std::chrono::seconds transfer_time_max{60};
/// The time for which bytes of a refused client are read away; without it the client would not see
/// the answer.
constexpr std::chrono::seconds farewell_time_max{2};
constexpr std::size_t farewell_bytes_max = std::size_t{8} << 20U;
constexpr std::size_t web_farewell_bytes_max = std::size_t{64} << 10U;
// Longer than the longest wait that a command may ask for.
constexpr std::chrono::seconds answer_time_max{3700};
constexpr std::string_view sign_of_life = ": still here\n\n";
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

std::string text_of(beast::string_view text) {
    return std::string(text.data(), text.size());
}

/// Makes the head alone: taken before the body, because trailers behind a body are no part of it.
RequestHead head_of(const Parser& parser) {
    const auto& message = parser.get();
    RequestHead head{
        message.version(), text_of(message.method_string()), text_of(message.target())};
    for (const auto& line : message) {
        std::string name = text_of(line.name_string());
        std::ranges::transform(name, name.begin(), [](char letter) {
            return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
        });
        head.fields.emplace_back(std::move(name), text_of(line.value()));
    }
    return head;
}

/// The manner in which one answer goes out.
struct Manner {
    std::string request_id;
    bool keep_alive;
    bool has_body; // false: HEAD, which is answered without a body
};

template <class Message>
void put_headers(Message& out, const Response& response, const std::string& request_id) {
    for (const auto& [name, value] : reply_headers(response, request_id, runtime::wall_now()))
        if (name == "Set-Cookie")
            out.insert(name, value);
        else
            out.set(name, value);
}

BeastResponse to_beast(Response response, const Manner& manner) {
    BeastResponse out(static_cast<beast::http::status>(response.status), 11);
    put_headers(out, response, manner.request_id);
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

Problem plain_problem(int status, std::string code, std::string sentence, std::string next) {
    return {status, std::move(code), "", std::move(sentence), std::move(next), Exit::failed};
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

/// Tells whether an error is the parser's own; a client that hangs up is told nothing.
bool is_no_http(const beast::error_code& error) {
    static const auto& of_parser = make_error_code(beast::http::error::bad_method).category();
    return error.category() == of_parser && error != beast::http::error::end_of_stream &&
           error != beast::http::error::partial_message && error != beast::http::error::body_limit;
}

/// Makes the problem for bytes that the parser does not take. `begun` is what is left of them.
Problem unreadable(const beast::error_code& error, std::string_view begun, bool has_target) {
    const std::string_view first_line = begun.substr(0, begun.find('\n'));
    if (error == beast::http::error::bad_version && names_other_version(first_line))
        return plain_problem(
            505, "request.version", "The node speaks HTTP/1.1.", "ask in HTTP/1.1."
        );
    if (error == beast::http::error::header_limit && !has_target)
        return plain_problem(
            414,
            "request.target-too-long",
            "The address is over 16 KiB.",
            "ask for less at once, or send it as a body where there is one."
        );
    if (error == beast::http::error::header_limit)
        return plain_problem(
            431, "request.header-too-large", "The header is over 16 KiB.", "send fewer headers."
        );
    return plain_problem(
        400,
        "request.unreadable",
        "The request is no HTTP/1.1.",
        "read /api/v1/openapi.json over the Unix socket, or ask with curl."
    );
}

asio::awaitable<bool>
write_response(ConnectionPointer connection, std::shared_ptr<BeastResponse> response) {
    connection->enter(Stage::writing);
    connection->stream.expires_after(transfer_time_max);
    const auto outcome = co_await beast::http::async_write(
        connection->stream, *response, asio::as_tuple(use_awaitable)
    );
    co_return !std::get<0>(outcome) && response->keep_alive();
}

/// Reads away the bytes that are still on their way: a socket that is closed over unread bytes
/// takes back the answer that was written to it.
asio::awaitable<void> take_leave(ConnectionPointer connection) {
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

asio::awaitable<bool>
refuse_as(ConnectionPointer connection, Problem problem, std::string id, bool has_body) {
    const Manner manner{id, false, has_body};
    auto refused = std::make_shared<BeastResponse>(to_beast(to_response(problem, id), manner));
    co_await write_response(connection, std::move(refused));
    co_await take_leave(connection);
    co_return false;
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
            connection->stream, asio::buffer(piece), asio::as_tuple(use_awaitable)
        );
        connection->stream.expires_never();
        if (std::get<0>(outcome))
            break;
    }
    outgoing->on_change({});
    outgoing->leave();
}

asio::awaitable<void> write_stream(ConnectionPointer connection, Response response, Manner manner) {
    using Head = beast::http::response<beast::http::empty_body>;
    connection->enter(Stage::streaming);
    const auto head = std::make_shared<Head>(static_cast<beast::http::status>(response.status), 11);
    put_headers(*head, response, manner.request_id);
    head->keep_alive(false); // without a length the end of the connection is the end of the stream
    connection->stream.expires_after(transfer_time_max);
    const auto written =
        co_await beast::http::async_write(connection->stream, *head, asio::as_tuple(use_awaitable));
    connection->stream.expires_never();
    if (std::get<0>(written) || !manner.has_body)
        response.stream->leave();
}

/// Waits for the first byte of the next request; empty lines before it count for nothing
/// (RFC 9112 2.2).
asio::awaitable<beast::error_code>
await_request(ConnectionPointer connection, std::chrono::seconds patience) {
    connection->enter(Stage::reading);
    connection->stream.expires_after(patience);
    beast::flat_buffer& buffer = connection->buffer;
    constexpr std::size_t piece = 4096;
    for (std::size_t empty_lines = 0;;) {
        while (buffer.size() > 0 && empty_lines < 8) {
            const char first = *static_cast<const char*>(buffer.cdata().data());
            if (first != '\r' && first != '\n')
                break;
            buffer.consume(1);
            ++empty_lines;
        }
        if (buffer.size() > 0)
            co_return beast::error_code();
        const auto outcome = co_await connection->stream.async_read_some(
            buffer.prepare(piece), asio::as_tuple(use_awaitable)
        );
        if (std::get<0>(outcome))
            co_return std::get<0>(outcome);
        buffer.commit(std::get<1>(outcome));
    }
}

asio::awaitable<beast::error_code> read_head(ConnectionPointer connection, Parser& parser) {
    parser.header_limit(header_bytes_max);
    parser.body_limit(boost::none); // known once the head has been read
    connection->enter(Stage::reading);
    connection->stream.expires_after(head_time_max);
    const auto outcome = co_await beast::http::async_read_header(
        connection->stream, connection->buffer, parser, asio::as_tuple(use_awaitable)
    );
    co_return std::get<0>(outcome);
}

/// Reads a body. Its own error is body_limit; others end the connection.
asio::awaitable<beast::error_code>
read_body(ConnectionPointer connection, Parser& parser, std::size_t limit, bool is_awaited) {
    parser.body_limit(limit);
    if (parser.content_length() && *parser.content_length() > limit)
        co_return make_error_code(beast::http::error::body_limit);
    const bool is_local = connection->seat.door == Door::local;
    // What is small comes at once; who is let in may send as much as at the socket, as slowly.
    const bool is_patient = is_local || limit > stranger_body_bytes_max;
    connection->stream.expires_after(is_patient ? transfer_time_max : web_body_time_max);
    if (is_awaited && !parser.is_done()) {
        const auto told = co_await asio::async_write(
            connection->stream, asio::buffer(go_on), asio::as_tuple(use_awaitable)
        );
        if (std::get<0>(told))
            co_return std::get<0>(told);
    }
    // The parser asks for as much as the buffer holds, and for 512 bytes of a full one.
    if (parser.content_length_remaining().value_or(0) > 2048)
        connection->buffer.reserve(65536);
    const auto rest = co_await beast::http::async_read(
        connection->stream, connection->buffer, parser, asio::as_tuple(use_awaitable)
    );
    if (connection->buffer.size() == 0)
        connection->buffer.shrink_to_fit(); // a connection that only waits holds nothing
    co_return std::get<0>(rest);
}

/// Hands the request to the reception and waits for its answer.
asio::awaitable<void> ask(Serving serving, ConnectionPointer connection, Request request) {
    connection->enter(Stage::working);
    connection->stream.expires_never();
    auto pending = std::make_shared<Pending>(connection->stream.get_executor());
    pending->timer.expires_after(answer_time_max);
    connection->pending = pending;
    serving.front.answer(std::move(request), [pending](Response response) {
        pending->response = std::move(response);
        pending->timer.cancel();
    });
    if (!pending->response) {
        // Ends when the handler answers, which cancels the timer.
        co_await pending->timer.async_wait(asio::as_tuple(use_awaitable));
    }
}

asio::awaitable<bool> answer_one(Serving serving, ConnectionPointer connection, Manner manner) {
    const auto pending = std::exchange(connection->pending, nullptr);
    if (serving.is_stopped)
        co_return false;
    if (!pending->response) {
        Problem problem = no_answer_found();
        co_return co_await refuse_as(
            connection, std::move(problem), manner.request_id, manner.has_body
        );
    }
    if (pending->response->stream) {
        const auto& config = serving.services.config;
        connection->outgoing = pending->response->stream;
        co_await write_stream(connection, std::move(*pending->response), manner);
        if (!manner.has_body)
            co_return false;
        co_await write_pieces(connection, std::chrono::seconds(config.event_heartbeat_seconds));
        co_return false;
    }
    const std::size_t bytes = pending->response->body.size();
    if (!has_room_for_answer(serving.held_answers, bytes))
        pending->response = to_response(answers_unread(), manner.request_id);
    const HeldAnswer held(serving.held_answers, bytes);
    auto response =
        std::make_shared<BeastResponse>(to_beast(std::move(*pending->response), manner));
    co_return co_await write_response(connection, std::move(response));
}

/// Serves one request and its answer; returns false when the connection is to be closed.
asio::awaitable<bool> serve_one(Serving serving, ConnectionPointer connection) {
    std::chrono::seconds patience = head_time_max;
    if (connection->requests > 0)
        patience = std::chrono::seconds(serving.services.config.web_idle_seconds);
    const auto silence = co_await await_request(connection, patience);
    if (silence || serving.is_stopped)
        co_return false;
    Parser parser;
    const auto error = co_await read_head(connection, parser);
    const std::string id = serving.front.new_request_id();
    if (is_no_http(error) && !serving.is_stopped) {
        const auto& unread = connection->buffer;
        const std::string begun(static_cast<const char*>(unread.cdata().data()), unread.size());
        // The parser takes the first line away, or leaves it until the whole head is there.
        const bool has_target =
            !parser.get().target().empty() || begun.find('\n') != std::string::npos;
        Problem problem = unreadable(error, begun, has_target);
        co_return co_await refuse_as(connection, std::move(problem), id, true);
    }
    if (error || serving.is_stopped)
        co_return false;
    const RequestHead head = head_of(parser);
    Manner manner{id, parser.get().keep_alive() && head.version >= 11, head.method != "HEAD"};
    if (auto problem = head_problem(head))
        co_return co_await refuse_as(connection, std::move(*problem), id, manner.has_body);
    Request request = request_from(head, caller_by(connection->seat.door));
    request.remote = connection->remote;
    const std::size_t limit = serving.front.body_limit(request);
    const auto broken = co_await read_body(connection, parser, limit, waits_for_continue(head));
    if (broken == beast::http::error::body_limit || is_no_http(broken)) {
        const bool is_large = broken == beast::http::error::body_limit;
        Problem problem = is_large ? too_large(limit) : unreadable(broken, "", true);
        co_return co_await refuse_as(connection, std::move(problem), id, manner.has_body);
    }
    if (broken || serving.is_stopped)
        co_return false;
    ++connection->requests;
    request.id = id;
    request.body = std::move(parser.get().body());
    co_await ask(serving, connection, std::move(request));
    co_return co_await answer_one(serving, connection, manner);
}

} // namespace

asio::awaitable<void> serve(Serving serving, ConnectionPointer connection) {
    bool is_open = true;
    while (is_open && !serving.is_stopped)
        is_open = co_await serve_one(serving, connection);
    connection->is_leaving = true;
    beast::error_code ignored;
    connection->stream.socket().shutdown(Socket::shutdown_both, ignored);
    connection->stream.close();
}

} // namespace staffroom::http
