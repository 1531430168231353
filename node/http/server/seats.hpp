// The choice of connections that keep a place when there are no more. Strangers that open many and
// say nothing could keep out everybody who asks something. A pure choice; http/server/connection
// carries it out.
#pragma once

#include "node/http/server/connection.hpp"
#include "protocol/base/time.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace staffroom::http {

/// The stage of one connection.
enum class Stage {
    reading,   // nothing, or not all, of its next request has come
    working,   // a handler has the request
    writing,   // its answer goes out
    streaming, // it reads events
};

struct Seat {
    Door door;
    Stage stage;
    Instant since; // of the stage
};

struct Seating {
    bool has_room;                     // for the newcomer, once `leaves` has gone
    std::optional<std::size_t> leaves; // its place in `taken`
};

/// Chooses a place. The Unix socket has `most` places of its own. Over TCP there are `most`: a
/// quarter is this machine's whenever it asks, the rest strangers'; a side with less than its share
/// takes a place of the other. The connection that has been reading longest leaves first, then one
/// that has not taken an answer for long; a request that is being carried out, or a stream, never
/// does.
[[nodiscard]] Seating
seat(std::span<const Seat> taken, Door newcomer, std::size_t most, Instant now);

/// The most bytes that may wait for readers that take their answers slowly, all together; a single
/// answer always goes out.
inline constexpr std::size_t unread_answers_bytes_max = std::size_t{32} << 20U;

/// The bytes of answers that are held for one connection, counted among those of all.
class HeldAnswer {
public:
    HeldAnswer(std::size_t& all, std::size_t bytes)
        : all_(all)
        , bytes_(bytes) {
        all_ += bytes_;
    }
    HeldAnswer(const HeldAnswer&) = delete;
    HeldAnswer& operator=(const HeldAnswer&) = delete;
    HeldAnswer(HeldAnswer&&) = delete;
    HeldAnswer& operator=(HeldAnswer&&) = delete;
    ~HeldAnswer() { all_ -= bytes_; }

private:
    std::size_t& all_;
    std::size_t bytes_;
};

/// Tells whether one more answer of so many bytes may be held.
[[nodiscard]] inline bool has_room_for_answer(std::size_t held, std::size_t bytes) {
    return held == 0 || held + bytes <= unread_answers_bytes_max;
}

} // namespace staffroom::http
