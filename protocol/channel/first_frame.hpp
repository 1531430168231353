// The first frame of a link: mac1 ‖ Noise message 1, of one length for all patterns. A stranger
// could otherwise make a node multiply curve points for every frame, and learn from any answer that
// a node is there. mac1 tells the responder which of its keys the caller knows before any scalar
// multiplication. It proves nothing else, and a replay passes it: a responder that accepts a frame
// must also remember it. The links make and match first frames. [C2]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/channel/handshake.hpp"
#include "protocol/crypto/secret.hpp"

namespace staffroom::channel {

inline constexpr std::size_t mac1_bytes = 16;

/// A key that selects whom to answer and proves nothing: every caller that knows the static key or
/// the psk can make it.
struct FirstFrameKey {
    crypto::Secret32 secret;
    [[nodiscard]] FirstFrameKey copy() const { return {secret.copy()}; }
};

/// Derives the key for XK from the responder's static key.
[[nodiscard]] FirstFrameKey first_frame_key(const TransportPublicKey& responder_static);
/// Derives the key for XXpsk0 from the meeting key or the invitation's psk.
[[nodiscard]] FirstFrameKey first_frame_key(const Psk& psk);

/// Builds a frame, limits::first_frame_bytes long for message 1 of XK and XXpsk0 with an empty
/// payload.
[[nodiscard]] Bytes make_first_frame(const FirstFrameKey& key, ByteView message1);

/// Tells whether the frame has its exact length and a mac1 made with `key`. Compares in constant
/// time.
[[nodiscard]] bool matches(const FirstFrameKey& key, ByteView frame);

/// Returns the Noise message inside; `frame` must be at least mac1_bytes long.
[[nodiscard]] ByteView message1_of(ByteView frame);

} // namespace staffroom::channel
