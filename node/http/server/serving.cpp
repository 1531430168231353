#include "node/http/routes/router.hpp"
#include "node/http/server/guard.hpp"
#include "node/http/server/open_connection.hpp"
#include "node/http/server/request_head.hpp"
#include "node/http/server/writing.hpp"
#include "node/services/certificates/certificate_book.hpp"

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
using asio::use_awaitable;
using Parser = beast::http::request_parser<beast::http::string_body>;

constexpr std::uint32_t header_bytes_max = 16 * 1024;
// A head is small and comes at once; who sends it in drops is no client.
constexpr std::chrono::seconds head_time_max{10};
constexpr std::chrono::seconds web_body_time_max{10};
// Longer than the longest wait that a command may ask for.
constexpr std::chrono::seconds answer_time_max{3700};
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

Problem plain_problem(int status, std::string code, std::string sentence, std::string next) {
    return {status, std::move(code), "", std::move(sentence), std::move(next), ExitCode::failed};
}

Problem too_large(std::size_t bytes_max) {
    return {
        413,
        "limit.too-large",
        "Too large",
        "The request is too large; " + std::to_string(bytes_max) + " bytes are the most.",
        "send less in one call.",
        ExitCode::refused};
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
refuse_as(ConnectionPointer connection, Problem problem, std::string id, bool has_body) {
    Response refused = to_response(problem, id);
    Manner manner{std::move(id), false, has_body};
    co_return co_await write_last(connection, std::move(refused), std::move(manner));
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
        const auto outcome = co_await connection->line.async_read_some(
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
        connection->line, connection->buffer, parser, asio::as_tuple(use_awaitable)
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
            connection->line, asio::buffer(go_on), asio::as_tuple(use_awaitable)
        );
        if (std::get<0>(told))
            co_return std::get<0>(told);
    }
    // The parser asks for as much as the buffer holds, and for 512 bytes of a full one.
    if (parser.content_length_remaining().value_or(0) > 2048)
        connection->buffer.reserve(65536);
    const auto rest = co_await beast::http::async_read(
        connection->line, connection->buffer, parser, asio::as_tuple(use_awaitable)
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
        const std::chrono::seconds heartbeat(config.event_heartbeat_seconds);
        co_await write_stream(
            connection, std::move(*pending->response), std::move(manner), heartbeat
        );
        co_return false;
    }
    const std::size_t bytes = pending->response->body.size();
    if (!has_room_for_answer(serving.held_answers, bytes))
        pending->response = to_response(answers_unread(), manner.request_id);
    const HeldAnswer held(serving.held_answers, bytes);
    co_return co_await write_response(connection, std::move(*pending->response), std::move(manner));
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
    if (connection->tls_door != nullptr && !connection->line.is_over_tls()) {
        Response elsewhere = to_https(head, serving.services.config, id);
        co_return co_await write_last(connection, std::move(elsewhere), std::move(manner));
    }
    if (connection->line.is_over_tls() && serving.services.certificates != nullptr)
        manner.transport_security =
            serving.services.certificates->transport_security(runtime::wall_now());
    Request request = request_from(head, caller_by(connection->seat.door));
    request.remote = connection->remote;
    request.is_over_tls = connection->line.is_over_tls();
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

/// Begins TLS where the door wants it and the client speaks it; who says something else is heard
/// out. Attack: a thousand clients that begin and never end. One deadline is over the first byte
/// and the last, and whoever is at it is the first to leave when places are short.
asio::awaitable<bool> is_greeted(Serving serving, ConnectionPointer connection) {
    constexpr unsigned char handshake_record = 22; // RFC 8446 5.1
    if (connection->tls_door == nullptr)
        co_return true;
    const auto silence = co_await await_request(connection, head_time_max);
    if (silence || serving.is_stopped)
        co_return false;
    beast::flat_buffer& begun = connection->buffer;
    if (*static_cast<const unsigned char*>(begun.cdata().data()) != handshake_record)
        co_return true;
    connection->tls = std::make_unique<TlsLine>(*connection->tls_door, connection->stream);
    const auto outcome = co_await Line::async_shake_hands(
        *connection->tls, begun.cdata(), asio::as_tuple(use_awaitable)
    );
    begun.consume(std::get<1>(outcome));
    if (std::get<0>(outcome))
        co_return false;
    connection->line.go_over(*connection->tls);
    co_return true;
}

} // namespace

asio::awaitable<void> serve(Serving serving, ConnectionPointer connection) {
    bool is_open = co_await is_greeted(serving, connection);
    while (is_open && !serving.is_stopped)
        is_open = co_await serve_one(serving, connection);
    if (!serving.is_stopped && !connection->is_leaving)
        co_await end_tls(connection);
    connection->is_leaving = true;
    beast::error_code ignored;
    connection->stream.socket().shutdown(Connection::Socket::shutdown_both, ignored);
    connection->stream.close();
}

} // namespace staffroom::http
