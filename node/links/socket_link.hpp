// One TCP socket to a neighbour or a stranger: a read loop, a write loop and the bounded queue
// between. It carries bytes and understands none of them; the replica knows what they mean. Owned
// by the driver, and kept alive by its own coroutines until the socket is closed. Everything runs
// on the network thread.
//
//   open --close_after_flush--> flushing --all written--> lingering --end of file or deadline-->
//   closed
//     \------------- end of file, error, full queue, stuck, abort ------------------------------/
#pragma once

#include "node/base/trace.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/replica/ports/events.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>

namespace staffroom::links {

/// The observer of a link. Never called from inside a call to the link.
class LinkObserver {
public:
    LinkObserver() = default;
    LinkObserver(const LinkObserver&) = delete;
    LinkObserver& operator=(const LinkObserver&) = delete;
    LinkObserver(LinkObserver&&) = delete;
    LinkObserver& operator=(LinkObserver&&) = delete;
    virtual ~LinkObserver() = default;

    /// Called with received bytes, which live for the call's length. Answers for how long nothing
    /// more is to be read.
    virtual std::chrono::microseconds on_bytes(replica::LinkId link, ByteView bytes) = 0;
    /// Called when `count` queued bytes have gone to the socket.
    virtual void on_sent(replica::LinkId link, std::size_t count) = 0;
    /// Called at the end of a link, once and last; not after close_after_flush or abort, because
    /// then the caller knows.
    virtual void on_closed(replica::LinkId link, std::string_view why) = 0;
};

/// The bound of the queue, twice what a replica queues before it stops loading: more means that it
/// has lost count.
inline constexpr std::size_t queue_bytes_max = limits::send_queue_bytes_max * 2;
/// The read buffer of a stranger; the large buffer comes when we had a reason to answer.
inline constexpr std::size_t first_read_bytes = 512;
inline constexpr std::size_t read_buffer_bytes = 64 * limits::kib;
/// The read size of a link that had to wait: small, so that none of its turns is long.
inline constexpr std::size_t slow_read_bytes = 4 * limits::kib;
inline constexpr std::size_t full_speed_after = 64; // turns without a pause
/// A send buffer small enough that a slow line shows progress before `write_stuck_max`.
inline constexpr int socket_send_buffer_bytes = 128 * 1024;
inline constexpr std::size_t write_bytes_max = 128 * limits::kib;
inline constexpr std::size_t write_buffers_max = 64;
inline constexpr std::chrono::seconds flush_time_max{5};
inline constexpr std::chrono::seconds write_stuck_max{2 * limits::link_idle_max};
/// The limit behind the replica's own idle limit: catches only a link that the replica has
/// forgotten.
inline constexpr std::chrono::seconds read_silent_max{2 * limits::link_idle_max};

class SocketLink : public std::enable_shared_from_this<SocketLink> {
public:
    /// `observer` and `trace` outlive the running of the socket's executor.
    SocketLink(
        boost::asio::ip::tcp::socket socket,
        replica::LinkId id,
        LinkObserver& observer,
        const node::Trace& trace
    );

    /// Starts to read. Call it once.
    void start();
    /// Queues bytes; everything queued in one turn of the loop leaves in one system call. A full
    /// queue closes the link.
    void send(SharedBytes bytes);
    /// Reads nothing more; the queue still goes out, for `flush_time_max` at most; then the socket
    /// closes.
    void close_after_flush();
    /// Closes at once and reports nothing.
    void abort();

    [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_; }
    [[nodiscard]] std::size_t read_buffer_capacity() const { return read_buffer_.size(); }

private:
    using Awaitable = boost::asio::awaitable<void>;
    enum class State { open, flushing, closed };

    static Awaitable read_loop(std::shared_ptr<SocketLink> self);
    static Awaitable write_loop(std::shared_ptr<SocketLink> self);
    static Awaitable watch_loop(std::shared_ptr<SocketLink> self);
    static Awaitable rest(std::shared_ptr<SocketLink> self, std::chrono::microseconds pause);
    [[nodiscard]] std::size_t room() const;
    void spawn(Awaitable loop, std::string_view name);
    void start_writing();
    void take_sent(std::size_t count);
    void drained();
    void end(std::string_view why);
    void close_socket();

    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer watch_;
    boost::asio::steady_timer pause_;
    replica::LinkId id_;
    LinkObserver& observer_;
    const node::Trace& trace_;
    State state_ = State::open;
    bool is_writing_ = false;
    bool has_sent_ = false;
    Bytes read_buffer_;
    std::size_t slow_turns_ = 0; // left to be read in small pieces
    std::deque<SharedBytes> queue_;
    std::size_t front_sent_ = 0; // bytes of the first buffer that have gone
    std::size_t queued_bytes_ = 0;
    std::chrono::steady_clock::time_point heard_at_;
    std::chrono::steady_clock::time_point progress_at_;
    std::chrono::steady_clock::time_point flush_until_;
};

} // namespace staffroom::links
