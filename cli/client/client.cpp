#include "cli/client/client.hpp"

#include "cli/client/node_socket.hpp"
#include "node/http/routes/router.hpp"
#include "protocol/base/ensure.hpp"
#include "storage/files/broken_restore.hpp"
#include "storage/files/node_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include <array>
#include <csignal>
#include <optional>

namespace staffroom::cli {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Socket = beast::basic_stream<asio::local::stream_protocol>;
using ErrorCode = boost::system::error_code;

/// A node gives a sign of life at least once a minute; this is how long a stream may be silent.
constexpr std::chrono::seconds quiet_time_max{90};
constexpr std::size_t answer_bytes_max = 64U << 20U; // the longest list a node would send at once

struct Answer {
    unsigned status;
    std::string content_type;
    std::string body;
};

/// A command that asks for what the table of routes does not have is a bug of ours.
void expect_route(staffroom::http::Method method, std::string_view target) {
    ensure(staffroom::http::find_route(method, target) != nullptr);
}

http::request<http::string_body> get_request(std::string_view target) {
    expect_route(staffroom::http::Method::get, target);
    http::request<http::string_body> request(http::verb::get, target, 11);
    request.set(http::field::host, "localhost");
    request.set(http::field::connection, "close");
    return request;
}

http::request<http::string_body>
post_request(std::string_view target, std::string body, std::string_view type) {
    expect_route(staffroom::http::Method::post, target);
    http::request<http::string_body> request(http::verb::post, target, 11);
    request.set(http::field::host, "localhost");
    request.set(http::field::connection, "close");
    request.set(http::field::content_type, type);
    request.body() = std::move(body);
    request.prepare_payload();
    return request;
}

Outcome<boost::json::value> understand(const Answer& answer) {
    ErrorCode error;
    auto document = boost::json::parse(answer.body, error);
    const bool is_json = answer.content_type.find("json") != std::string::npos && !error;
    if (!is_json)
        return Failure{
            "What answers at the socket is not a Staffroom node (HTTP status " +
                std::to_string(answer.status) + ").",
            "check that --data names the folder of the running node.",
            ExitCode::failed};
    if (answer.status >= 400)
        return failure_from_problem(answer.status, document);
    return document;
}

} // namespace

struct Client::Machine {
    explicit Machine(std::filesystem::path path)
        : folder(std::move(path))
        , signals(io, SIGINT) {
        signals.async_wait([this](const ErrorCode& error, int) { on_signal(error); });
    }

    void on_signal(const ErrorCode& error) {
        if (error)
            return;
        was_interrupted = true;
        if (socket != nullptr)
            socket->cancel();
    }

    Outcome<Answer> call(http::request<http::string_body> request, std::chrono::seconds patience);
    std::optional<Failure> connect(Socket& stream) const;
    Outcome<StreamEnded> listen(Socket& stream, const std::function<void(std::string_view)>& take);
    Outcome<ExitCode> write(Socket& stream, http::request<http::string_body>& request);
    Outcome<Answer> read(Socket& stream);

    /// Runs the machine until the step under way has set `outcome`.
    ErrorCode finish(const std::optional<ErrorCode>& outcome) {
        while (!outcome)
            io.run_one();
        return *outcome;
    }

    [[nodiscard]] Failure broken(const ErrorCode& error) const {
        if (was_interrupted)
            return interrupted();
        const std::string why =
            error == beast::error::timeout
                ? std::string("The node has not answered in time.")
                : "The node ended the call before it had answered (" + error.message() + ").";
        return {
            why,
            "look whether its process runs (`systemctl status staffroom`, or `ps`), then run the "
            "command again.",
            ExitCode::failed};
    }

    std::filesystem::path folder;
    asio::io_context io{1};
    asio::signal_set signals;
    Socket* socket = nullptr; // the call under way, for Ctrl-C to end
    bool was_interrupted = false;
};

Outcome<Answer>
Client::Machine::call(http::request<http::string_body> request, std::chrono::seconds patience) {
    Socket stream(io);
    if (auto failure = connect(stream))
        return *failure;
    stream.expires_after(patience);
    if (auto written = write(stream, request); !written)
        return written.failure();
    return read(stream);
}

std::optional<Failure> Client::Machine::connect(Socket& stream) const {
    if (was_interrupted)
        return interrupted();
    const SocketAddress address(folder);
    ErrorCode error;
    stream.socket().connect(asio::local::stream_protocol::endpoint(address.text()), error);
    if (error == asio::error::access_denied)
        return Failure{
            "The node of " + folder.string() + " belongs to another user of this machine.",
            "run the command as the user that runs staffroomd.",
            ExitCode::failed};
    if (error)
        return node_not_running(folder);
    return refuse_stranger(stream.socket().native_handle(), folder);
}

/// Reads the answer after the request has been written: its head, then its body as it comes.
Outcome<Client::StreamEnded>
Client::Machine::listen(Socket& stream, const std::function<void(std::string_view)>& take) {
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(answer_bytes_max);
    std::optional<ErrorCode> done;
    const auto note = [&done](const ErrorCode& error, std::size_t) { done = error; };
    http::async_read_header(stream, buffer, parser, note);
    if (finish(done))
        return StreamEnded{};
    if (parser.get().result() != http::status::ok) {
        done.reset();
        http::async_read(stream, buffer, parser, note);
        if (const auto error = finish(done))
            return broken(error);
        auto& message = parser.get();
        const Answer refused{
            message.result_int(),
            std::string(message[http::field::content_type]),
            std::move(message.body())};
        return understand(refused).failure();
    }
    // The part of the body that came in one piece with the head.
    const std::string begun = beast::buffers_to_string(buffer.data());
    if (!begun.empty())
        take(begun);
    std::array<char, 16384> piece{};
    while (true) {
        std::size_t size = 0;
        done.reset();
        stream.expires_after(quiet_time_max);
        stream.async_read_some(asio::buffer(piece), [&](const ErrorCode& error, std::size_t count) {
            done = error;
            size = count;
        });
        if (finish(done))
            break;
        take({piece.data(), size});
    }
    return StreamEnded{};
}

Outcome<ExitCode>
Client::Machine::write(Socket& stream, http::request<http::string_body>& request) {
    socket = &stream;
    std::optional<ErrorCode> written;
    http::async_write(stream, request, [&](const ErrorCode& error, std::size_t) {
        written = error;
    });
    const auto error = finish(written);
    socket = nullptr;
    if (error)
        return broken(error);
    return ExitCode::done;
}

Outcome<Answer> Client::Machine::read(Socket& stream) {
    socket = &stream;
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(answer_bytes_max);
    std::optional<ErrorCode> read;
    http::async_read(stream, buffer, parser, [&](const ErrorCode& error, std::size_t) {
        read = error;
    });
    const auto error = finish(read);
    socket = nullptr;
    if (error)
        return broken(error);
    auto& message = parser.get();
    return Answer{
        message.result_int(),
        std::string(message[http::field::content_type]),
        std::move(message.body())};
}

struct Client::Call {
    explicit Call(asio::io_context& io)
        : stream(io) {}
    Socket stream;
};

Client::Client(std::filesystem::path folder)
    : folder_(folder)
    , machine_(std::make_unique<Machine>(std::move(folder))) {}

Client::~Client() = default;

Outcome<boost::json::value> Client::get(std::string_view target, std::chrono::seconds patience) {
    const auto answer = machine_->call(get_request(target), patience);
    if (!answer)
        return answer.failure();
    return understand(*answer);
}

Outcome<std::string> Client::get_text(std::string_view target, std::chrono::seconds patience) {
    auto answer = machine_->call(get_request(target), patience);
    if (!answer)
        return answer.failure();
    if (answer->status < 400)
        return std::move(answer->body);
    const auto problem = understand(*answer);
    return problem.failure();
}

Outcome<boost::json::value>
Client::post(std::string_view target, std::string body, std::chrono::seconds patience) {
    const auto answer =
        machine_->call(post_request(target, std::move(body), "application/json"), patience);
    if (!answer)
        return answer.failure();
    return understand(*answer);
}

Outcome<Client::PendingCall>
Client::begin_post(std::string_view target, std::string body, std::chrono::seconds patience) {
    auto call = std::make_shared<Call>(machine_->io);
    if (auto failure = machine_->connect(call->stream))
        return *failure;
    call->stream.expires_after(patience);
    auto request = post_request(target, std::move(body), "application/json");
    if (auto written = machine_->write(call->stream, request); !written)
        return written.failure();
    return call;
}

Outcome<boost::json::value> Client::finish(const PendingCall& call) {
    const auto answer = machine_->read(call->stream);
    if (!answer)
        return answer.failure();
    return understand(*answer);
}

Outcome<boost::json::value>
Client::post_bytes(std::string_view target, std::string body, std::chrono::seconds patience) {
    const auto answer =
        machine_->call(post_request(target, std::move(body), "application/octet-stream"), patience);
    if (!answer)
        return answer.failure();
    return understand(*answer);
}

Outcome<boost::json::value> Client::remove(std::string_view target) {
    expect_route(staffroom::http::Method::remove, target);
    http::request<http::string_body> request(http::verb::delete_, target, 11);
    request.set(http::field::host, "localhost");
    request.set(http::field::connection, "close");
    const auto answer = machine_->call(std::move(request), std::chrono::seconds(60));
    if (!answer)
        return answer.failure();
    return understand(*answer);
}

Outcome<Client::StreamEnded> Client::follow(
    std::string_view target,
    std::string_view place,
    const std::function<void(std::string_view)>& take
) {
    expect_route(staffroom::http::Method::get, target);
    http::request<http::empty_body> request(http::verb::get, target, 11);
    request.set(http::field::host, "localhost");
    request.set(http::field::accept, "text/event-stream");
    if (!place.empty())
        request.set("Last-Event-ID", place);
    Socket stream(machine_->io);
    if (auto failure = machine_->connect(stream))
        return *failure;
    stream.expires_after(quiet_time_max);
    machine_->socket = &stream;
    std::optional<ErrorCode> written;
    http::async_write(stream, request, [&](const ErrorCode& error, std::size_t) {
        written = error;
    });
    Outcome<StreamEnded> outcome = StreamEnded{};
    if (!machine_->finish(written))
        outcome = machine_->listen(stream, take);
    machine_->socket = nullptr;
    return outcome;
}

bool Client::pause(std::chrono::milliseconds time) {
    asio::steady_timer timer(machine_->io, time);
    bool is_over = false;
    timer.async_wait([&is_over](const ErrorCode&) { is_over = true; });
    machine_->io.restart();
    while (!is_over && !machine_->was_interrupted)
        machine_->io.run_one();
    timer.cancel();
    while (!is_over)
        machine_->io.run_one();
    return !machine_->was_interrupted;
}

bool Client::is_interrupted() {
    machine_->io.restart();
    machine_->io.poll();
    return machine_->was_interrupted;
}

std::string path_part(std::string_view typed) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char symbol : typed) {
        const auto byte = static_cast<unsigned char>(symbol);
        const bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                              (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
                              byte == '_' || byte == '~';
        if (is_plain) {
            out += symbol;
        } else {
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
    }
    return out;
}

Failure node_not_running(const std::filesystem::path& folder) {
    if (!storage::is_node_folder(folder))
        return {
            "No node is running: " + storage::no_school_sentence(folder),
            storage::first_steps(folder) + ".",
            ExitCode::node_not_running};
    return {
        "The node of " + folder.string() + " is not running.",
        "start it with `staffroomd --data " + folder.string() + "`.",
        ExitCode::node_not_running};
}

Failure interrupted() {
    return {
        "Interrupted.",
        "run the command again to go on; nothing is done twice.",
        ExitCode::interrupted};
}

} // namespace staffroom::cli
