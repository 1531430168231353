#include "node/links/socket_link.hpp"

#include "node/links/as_result.hpp"
#include "protocol/base/ensure.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace staffroom::links {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

/// The interval at which a link looks at its own deadlines; they are rough, and a wake costs next
/// to nothing.
constexpr std::chrono::seconds watch_interval{5};

std::vector<asio::const_buffer>
gather(const std::deque<SharedBytes>& queue, std::size_t front_sent) {
    std::vector<asio::const_buffer> buffers;
    std::size_t total = 0;
    for (const SharedBytes& bytes : queue) {
        if (buffers.size() == write_buffers_max || total >= write_bytes_max)
            break;
        const std::size_t skipped = buffers.empty() ? front_sent : 0;
        buffers.emplace_back(bytes->data() + skipped, bytes->size() - skipped);
        total += buffers.back().size();
    }
    return buffers;
}

/// Asks the system to notice a line that has died without a word, in half a minute: the core's own
/// signs of life take three times as long, and until then a dead line looks well.
void watch_the_line(int socket) {
    constexpr int yes = 1;
    constexpr int idle_s = 15;
    constexpr int between_s = 5;
    constexpr int probes = 3;
    constexpr int unanswered_ms = 1000 * (idle_s + between_s * probes);
    // These are wishes: a system without them has the core's signs of life.
    ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &between_s, sizeof between_s);
    ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered_ms, sizeof unanswered_ms);
}

} // namespace

SocketLink::SocketLink(
    asio::ip::tcp::socket socket,
    replica::LinkId id,
    LinkObserver& observer,
    const node::Trace& trace
)
    : socket_(std::move(socket))
    , watch_(socket_.get_executor())
    , pause_(socket_.get_executor())
    , id_(id)
    , observer_(observer)
    , trace_(trace)
    , read_buffer_(first_read_bytes)
    , heard_at_(Clock::now())
    , progress_at_(heard_at_)
    , flush_until_(heard_at_) {}

void SocketLink::start() {
    boost::system::error_code ignored; // Options are wishes; a link works without them.
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::send_buffer_size(socket_send_buffer_bytes), ignored);
    watch_the_line(socket_.native_handle());
    spawn(read_loop(shared_from_this()), "read");
    spawn(watch_loop(shared_from_this()), "watch");
}

void SocketLink::send(SharedBytes bytes) {
    ensure(bytes != nullptr);
    if (state_ != State::open || bytes->empty())
        return;
    queued_bytes_ += bytes->size();
    queue_.push_back(std::move(bytes));
    if (queued_bytes_ > queue_bytes_max) {
        // Reported later, because the observer is in the middle of calling us.
        asio::post(socket_.get_executor(), [self = shared_from_this()] {
            self->end("the send queue is full");
        });
        return;
    }
    start_writing();
}

void SocketLink::close_after_flush() {
    if (state_ != State::open)
        return;
    state_ = State::flushing;
    flush_until_ = Clock::now() + flush_time_max;
    watch_.cancel();
    pause_.cancel();
    if (!is_writing_)
        drained();
}

void SocketLink::abort() {
    if (state_ != State::closed)
        close_socket();
}

SocketLink::Awaitable SocketLink::read_loop(std::shared_ptr<SocketLink> self) {
    while (self->state_ != State::closed) {
        const auto room = asio::buffer(self->read_buffer_.data(), self->room());
        const auto outcome = co_await self->socket_.async_read_some(room, as_result);
        const auto& [error, count] = outcome;
        if (error) {
            self->end(error == asio::error::eof ? "the other side closed" : error.message());
            co_return;
        }
        self->heard_at_ = Clock::now();
        // While flushing, what still arrives is read and dropped: closing a socket with unread
        // bytes would reset the line and could take our last words with it.
        if (self->state_ != State::open)
            continue;
        const auto pause =
            self->observer_.on_bytes(self->id_, ByteView(self->read_buffer_.data(), count));
        const bool is_full = count == self->read_buffer_.size();
        if (is_full && self->has_sent_ && self->read_buffer_.size() < read_buffer_bytes)
            self->read_buffer_.resize(read_buffer_bytes);
        if (self->slow_turns_ > 0)
            --self->slow_turns_;
        if (pause > std::chrono::microseconds(0))
            co_await rest(self, pause);
    }
}

/// Waits; until then everything that the other side sends waits in its own buffers.
SocketLink::Awaitable
SocketLink::rest(std::shared_ptr<SocketLink> self, std::chrono::microseconds pause) {
    self->slow_turns_ = full_speed_after;
    if (self->state_ != State::open)
        co_return;
    self->pause_.expires_after(pause);
    const auto outcome = co_await self->pause_.async_wait(as_result);
    static_cast<void>(outcome); // Cancelled when the link ends meanwhile.
}

std::size_t SocketLink::room() const {
    const std::size_t all = read_buffer_.size();
    return slow_turns_ > 0 ? std::min(all, slow_read_bytes) : all;
}

SocketLink::Awaitable SocketLink::write_loop(std::shared_ptr<SocketLink> self) {
    while (self->state_ != State::closed && !self->queue_.empty()) {
        const std::vector<asio::const_buffer> buffers = gather(self->queue_, self->front_sent_);
        self->progress_at_ = Clock::now();
        const auto outcome = co_await self->socket_.async_write_some(buffers, as_result);
        const auto& [error, count] = outcome;
        if (error) {
            self->is_writing_ = false;
            self->end(error.message());
            co_return;
        }
        // Closed while the bytes left: the queue is gone, and nobody asks any more.
        if (self->state_ == State::closed)
            break;
        self->has_sent_ = true;
        self->take_sent(count);
        if (self->state_ == State::open)
            self->observer_.on_sent(self->id_, count);
    }
    self->is_writing_ = false;
    if (self->state_ == State::flushing)
        self->drained();
}

SocketLink::Awaitable SocketLink::watch_loop(std::shared_ptr<SocketLink> self) {
    while (self->state_ != State::closed) {
        const auto now = Clock::now();
        if (self->state_ == State::flushing && now >= self->flush_until_) {
            self->close_socket();
            co_return;
        }
        if (self->is_writing_ && now - self->progress_at_ >= write_stuck_max) {
            self->end("the other side reads nothing");
            co_return;
        }
        if (now - self->heard_at_ >= read_silent_max) {
            self->end("the other side is silent");
            co_return;
        }
        const bool is_flushing = self->state_ == State::flushing;
        self->watch_.expires_at(is_flushing ? self->flush_until_ : now + watch_interval);
        const auto outcome = co_await self->watch_.async_wait(as_result);
        static_cast<void>(outcome); // Cancelled means only that a deadline has changed.
    }
}

void SocketLink::spawn(Awaitable loop, std::string_view name) {
    asio::co_spawn(
        socket_.get_executor(),
        std::move(loop),
        [self = shared_from_this(), name](const std::exception_ptr& failure) {
            if (failure == nullptr)
                return;
            self->trace_.event(
                node::TraceLevel::error,
                "link.loop-failed",
                {{"link", std::to_string(self->id_.value)}, {"loop", std::string(name)}}
            );
            self->end("a loop of the link failed");
        }
    );
}

void SocketLink::start_writing() {
    if (is_writing_)
        return;
    is_writing_ = true;
    progress_at_ = Clock::now();
    // Starts in the next turn of the loop, so that everything sent in this one leaves together.
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->spawn(write_loop(self), "write");
    });
}

void SocketLink::take_sent(std::size_t count) {
    queued_bytes_ -= count;
    while (count > 0) {
        const std::size_t rest = queue_.front()->size() - front_sent_;
        if (count < rest) {
            front_sent_ += count;
            return;
        }
        count -= rest;
        front_sent_ = 0;
        queue_.pop_front();
    }
}

void SocketLink::drained() {
    if (!has_sent_) {
        // Nothing of ours is under way, so nothing can be lost: a stranger's socket goes at once.
        close_socket();
        return;
    }
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void SocketLink::end(std::string_view why) {
    if (state_ == State::closed)
        return;
    const bool is_expected = state_ == State::flushing;
    close_socket();
    if (!is_expected)
        observer_.on_closed(id_, why);
}

void SocketLink::close_socket() {
    state_ = State::closed;
    queue_.clear();
    queued_bytes_ = 0;
    boost::system::error_code ignored;
    socket_.close(ignored);
    watch_.cancel();
    pause_.cancel();
}

} // namespace staffroom::links
