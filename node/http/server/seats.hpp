// Who keeps a place among the connections when there are no more: strangers that open many and say
// nothing must not keep out who asks something. A pure choice; http/connection carries it out.
#pragma once

#include "node/http/server/connection.hpp"
#include "protocol/base/time.hpp"

#include <optional>
#include <span>

namespace staffroom::http {

/// What one connection is at.
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

/// The Unix socket has `most` places of its own. Over TCP there are `most`: a quarter is this
/// machine's whenever it asks, the rest strangers'; who has less than his share takes a place of
/// the other. Whoever has been reading longest leaves first, then whoever has not taken an answer
/// for long; a request that is being carried out, or a stream, never does.
[[nodiscard]] Seating
seat(std::span<const Seat> taken, Door newcomer, std::size_t most, Instant now);

} // namespace staffroom::http
