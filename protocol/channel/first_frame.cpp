#include "protocol/channel/first_frame.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"

namespace staffroom::channel {
namespace {

static_assert(
    mac1_bytes + TransportPublicKey::size_bytes + limits::aead_tag_bytes ==
    limits::first_frame_bytes
);

using Mac1 = std::array<std::uint8_t, mac1_bytes>;

// The source is hashed before the key, so that a static key and a psk of the same bytes do not
// select each other.
constexpr std::uint64_t from_static = 1;
constexpr std::uint64_t from_psk = 2;

FirstFrameKey key_from(std::uint64_t source, ByteView bytes) {
    FirstFrameKey key{};
    crypto::Hasher(crypto::HashLabel::first_frame)
        .update_u64(source)
        .update(bytes)
        .finish_into(key.secret.writable());
    return key;
}

Mac1 mac1_of(const FirstFrameKey& key, ByteView message1) {
    Mac1 mac1{};
    crypto::Hasher(crypto::HashLabel::first_frame, key.secret.view(), mac1_bytes)
        .update(message1)
        .finish_into(mac1);
    return mac1;
}

} // namespace

FirstFrameKey first_frame_key(const TransportPublicKey& responder_static) {
    return key_from(from_static, responder_static.view());
}

FirstFrameKey first_frame_key(const Psk& psk) {
    return key_from(from_psk, psk.view());
}

Bytes make_first_frame(const FirstFrameKey& key, ByteView message1) {
    const Mac1 mac1 = mac1_of(key, message1);
    Bytes frame(mac1.begin(), mac1.end());
    append(frame, message1);
    return frame;
}

bool matches(const FirstFrameKey& key, ByteView frame) {
    if (frame.size() != limits::first_frame_bytes)
        return false;
    const Mac1 expected = mac1_of(key, message1_of(frame));
    return sodium_memcmp(expected.data(), frame.data(), mac1_bytes) == 0;
}

ByteView message1_of(ByteView frame) {
    ensure(frame.size() >= mac1_bytes);
    return frame.subspan(mac1_bytes);
}

} // namespace staffroom::channel
