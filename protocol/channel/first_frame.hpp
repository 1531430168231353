// The first frame of a link: mac1 ‖ Noise message 1, of one length for all patterns. mac1 tells the
// responder which of its keys the caller knows before any scalar multiplication; it proves nothing
// else, and a replay passes it: who matches it must also remember it. The links make and match it.
//                                                                                            [C2]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/channel/handshake.hpp"
#include "protocol/crypto/secret.hpp"

namespace staffroom::channel {

inline constexpr std::size_t mac1_bytes = 16;

/// Worth no more than "may be answered": whoever knows the static key or the psk can make it.
struct FirstFrameKey {
    crypto::Secret32 secret;
    [[nodiscard]] FirstFrameKey copy() const { return {secret.copy()}; }
};

/// For XK: from the responder's static key.
[[nodiscard]] FirstFrameKey first_frame_key(const TransportPublicKey& responder_static);
/// For XXpsk0: from the meeting key or the invitation's psk.
[[nodiscard]] FirstFrameKey first_frame_key(const Psk& psk);

/// limits::first_frame_bytes long for the message 1 of XK and XXpsk0 with an empty payload.
[[nodiscard]] Bytes make_first_frame(const FirstFrameKey& key, ByteView message1);

/// Whether the frame has its exact length and its mac1 was made with `key`; compared in constant
/// time.
[[nodiscard]] bool matches(const FirstFrameKey& key, ByteView frame);

/// The Noise message inside; `frame` must be at least mac1_bytes long.
[[nodiscard]] ByteView message1_of(ByteView frame);

} // namespace staffroom::channel
