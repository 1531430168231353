#include "protocol/channel/transport.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/crypto/aead.hpp"

#include <limits>

namespace staffroom::channel {
namespace {

/// Noise keeps the highest nonce for REKEY alone.
constexpr std::uint64_t rekey_nonce = std::numeric_limits<std::uint64_t>::max();

/// Builds the nonce: four zero bytes and the counter, little endian (Noise 12.3).
crypto::CounterNonce nonce_of(std::uint64_t counter) {
    crypto::CounterNonce::Raw raw{};
    for (std::size_t i = 4; i < raw.size(); ++i) {
        raw[i] = static_cast<std::uint8_t>(counter & 0xffU);
        counter >>= 8U;
    }
    return crypto::CounterNonce(raw);
}

/// Changes the key when it is due. Both sides count the same messages, so both change keys at the
/// same place.
void rekey_when_due(CipherState& cipher) {
    if (cipher.counter() % limits::rekey_messages == 0)
        cipher.rekey();
}

} // namespace

void CipherState::encrypt(ByteView associated_data, ByteView plain, Bytes& out) {
    ensure(counter_ != rekey_nonce);
    crypto::seal(key_, nonce_of(counter_), {associated_data}, plain, out);
    ++counter_;
}

Result<void> CipherState::decrypt(ByteView associated_data, ByteView sealed, Bytes& out) {
    ensure(counter_ != rekey_nonce);
    auto opened = crypto::open(key_, nonce_of(counter_), {associated_data}, sealed, out);
    if (!opened)
        return opened;
    ++counter_;
    return {};
}

void CipherState::rekey() {
    constexpr std::array<std::uint8_t, crypto::Secret32::size_bytes> zeros{};
    Bytes sealed;
    crypto::seal(key_, nonce_of(rekey_nonce), {}, zeros, sealed);
    std::copy_n(sealed.begin(), zeros.size(), key_.writable().begin());
    sodium_memzero(sealed.data(), sealed.size());
}

void Transport::seal(ByteView plain, Bytes& out) {
    ensure(plain.size() <= limits::frame_plain_bytes_max);
    send_.encrypt({}, plain, out);
    rekey_when_due(send_);
}

Result<void> Transport::open(ByteView sealed, Bytes& out) {
    if (broken_)
        return fail(Errc::decrypt_failed, "an earlier message did not open");
    if (sealed.size() > limits::frame_plain_bytes_max + limits::aead_tag_bytes) {
        broken_ = true;
        return fail(Errc::decrypt_failed, "longer than any message that is ever sealed");
    }
    auto opened = receive_.decrypt({}, sealed, out);
    if (!opened) {
        broken_ = true;
        return opened;
    }
    rekey_when_due(receive_);
    return {};
}

} // namespace staffroom::channel
