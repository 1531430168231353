#include "node/http/answers/outgoing_stream.hpp"

#include <utility>

namespace staffroom::http {

void OutgoingStream::push(std::string_view piece) {
    if (state_ != State::open)
        return;
    if (waiting_.size() + piece.size() > bytes_max_) {
        change_to(State::dropped);
        return;
    }
    waiting_ += piece;
    if (wake_)
        wake_();
}

void OutgoingStream::end() {
    if (state_ == State::open)
        change_to(State::ended);
}

std::string OutgoingStream::take() {
    return std::exchange(waiting_, {});
}

void OutgoingStream::leave() {
    waiting_.clear();
    change_to(State::left);
}

void OutgoingStream::change_to(State state) {
    state_ = state;
    if (wake_)
        wake_();
}

} // namespace staffroom::http
