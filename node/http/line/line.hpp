// One stream for plain HTTP and for TLS, so that what reads requests and writes answers is compiled
// once and knows no difference. For http/server.
#pragma once

#include "node/http/line/stream.hpp"
#include "node/http/line/tls_line.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <memory>
#include <vector>

namespace staffroom::http {

/// What requests are read from and answers written to: the socket, or TLS over it once both sides
/// have shaken hands. Asio's composed operations take it for a stream.
class Line {
public:
    using executor_type = Stream::executor_type;
    using ErrorCode = boost::system::error_code;

    explicit Line(Stream& stream)
        : stream_(stream) {}

    executor_type get_executor() { return stream_.get_executor(); }
    /// `tls` outlives every operation on this line.
    void go_over(TlsLine& tls) { tls_ = &tls; }
    [[nodiscard]] bool is_over_tls() const { return tls_ != nullptr; }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
            Reading{*this}, token, buffers
        );
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
            Writing{*this}, token, buffers
        );
    }
    /// Begins the server's side of TLS; `begun` as in TlsLine::shake_hands.
    template <class Token>
    static auto async_shake_hands(TlsLine& tls, boost::asio::const_buffer begun, Token&& token) {
        return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
            Greeting{}, token, &tls, begun
        );
    }
    /// Ends TLS; the socket stays open.
    template <class Token> auto async_shut_down(Token&& token) {
        return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
            Leaving{*this}, token
        );
    }

private:
    /// A handler can only be moved, and a function can only be copied.
    template <class Handler> static TlsLine::Done shared(Handler&& handler) {
        auto held = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        return
            [held](const ErrorCode& error, std::size_t count) { std::move (*held)(error, count); };
    }
    struct Reading {
        Line& line;
        template <class Handler, class Buffers>
        void operator()(Handler&& handler, const Buffers& buffers) const {
            if (line.tls_ == nullptr)
                line.stream_.async_read_some(buffers, std::forward<Handler>(handler));
            else
                line.tls_->read_some(
                    first_of<boost::asio::mutable_buffer>(buffers),
                    shared(std::forward<Handler>(handler))
                );
        }
    };
    struct Writing {
        Line& line;
        template <class Handler, class Buffers>
        void operator()(Handler&& handler, const Buffers& buffers) const {
            if (line.tls_ == nullptr)
                return line.stream_.async_write_some(buffers, std::forward<Handler>(handler));
            // Head and body go into one record: two small ones would wait for each other.
            line.record_.resize(std::min(record_bytes_max, boost::asio::buffer_size(buffers)));
            boost::asio::buffer_copy(boost::asio::buffer(line.record_), buffers);
            line.tls_->write_some(
                boost::asio::buffer(line.record_), shared(std::forward<Handler>(handler))
            );
        }
    };
    struct Greeting {
        template <class Handler>
        void
        operator()(Handler&& handler, TlsLine* tls, const boost::asio::const_buffer& begun) const {
            tls->shake_hands(begun, shared(std::forward<Handler>(handler)));
        }
    };
    struct Leaving {
        Line& line;
        template <class Handler> void operator()(Handler&& handler) const {
            line.tls_->shut_down(shared(std::forward<Handler>(handler)));
        }
    };

    static constexpr std::size_t record_bytes_max = 16384; // RFC 8446 5.1

    template <class Buffer, class Buffers> static Buffer first_of(const Buffers& buffers) {
        const auto end = boost::asio::buffer_sequence_end(buffers);
        for (auto each = boost::asio::buffer_sequence_begin(buffers); each != end; ++each)
            if (const Buffer buffer(*each); buffer.size() > 0)
                return buffer;
        return {};
    }

    Stream& stream_;
    TlsLine* tls_ = nullptr;
    std::vector<unsigned char> record_; // being written
};

} // namespace staffroom::http
