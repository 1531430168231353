// Text on its way to one slow reader: a bounded queue between the source of news and the connection
// that writes them. A reader that falls behind could fill the memory, so it is dropped and the
// writer never waits. Knows no socket and no format. Network thread only.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace staffroom::http {

class OutgoingStream {
public:
    explicit OutgoingStream(std::size_t bytes_max)
        : bytes_max_(bytes_max) {}

    // The writer's side.
    /// Adds a piece. Does nothing when the reader has gone; drops the reader when more than
    /// `bytes_max` would wait.
    void push(std::string_view piece);
    /// Ends the stream; waiting pieces still go out.
    void end();
    /// Tells whether the stream is neither ended nor dropped, and the reader is there.
    [[nodiscard]] bool is_open() const { return state_ == State::open; }

    // The connection's side.
    /// Sets `wake`, which runs after each change, from inside `push`, `end` and `leave`.
    void on_change(std::function<void()> wake) { wake_ = std::move(wake); }
    /// Takes everything that waits, perhaps nothing.
    [[nodiscard]] std::string take();
    [[nodiscard]] bool has_waiting() const { return !waiting_.empty(); }
    /// Tells whether the reader was too slow: the connection is to be closed at once.
    [[nodiscard]] bool is_dropped() const { return state_ == State::dropped; }
    /// Called when the reader has gone.
    void leave();

private:
    enum class State { open, ended, dropped, left };
    void change_to(State state);

    std::size_t bytes_max_;
    State state_ = State::open;
    std::string waiting_;
    std::function<void()> wake_;
};

} // namespace staffroom::http
