// One line of a guest of the simulated world: its handshake as the initiator (XK, or XXpsk0 with a
// key) and its frames. Used by guests that keep to the protocol so far and then say what they like
// (caller, crafter).
#pragma once

#include "protocol/channel/handshake.hpp"
#include "tests/simulation/world/world.hpp"

namespace staffroom::simulation {

struct GuestLine {
    std::size_t school = 0;
    std::optional<channel::Handshake> handshake{};
    std::optional<channel::Transport> transport{};
    Bytes frames{}; // as they came, not yet whole
    Bytes plain{};  // opened, not yet a whole message

    /// Begins the handshake with the school that was dialled; the first frame to send.
    [[nodiscard]] Bytes begin(World& world, const crypto::Secret32& own_secret, Random& random);
    /// The same with a key that both know (XXpsk0).
    [[nodiscard]] Bytes
    begin_with(const crypto::Secret32& psk, const crypto::Secret32& own_secret, Random& random);
    /// The next whole frame of what came.
    [[nodiscard]] std::optional<Bytes> next_frame();
    /// The next whole message of what was opened.
    [[nodiscard]] std::optional<Bytes> next_message();
    /// Frames that carry `words`.
    [[nodiscard]] Bytes sealed(ByteView words);
};

/// With the length that stands before a frame.
[[nodiscard]] Bytes with_frame_length(ByteView frame);
/// With the length that stands before a message.
[[nodiscard]] Bytes with_message_length(ByteView message);

} // namespace staffroom::simulation
