#include "protocol/log/tree_hash.hpp"

#include "protocol/base/ensure.hpp"

#include <sodium.h>

namespace staffroom::log {

namespace {

// A BLAKE2b stream. Both functions of libsodium answer 0 for every input; anything else is a broken
// library.
class Blake2bStream {
public:
    Blake2bStream() {
        ensure(crypto_generichash_blake2b_init(&state_, nullptr, 0, TreeHash::size_bytes) == 0);
    }
    void add(ByteView bytes) {
        if (bytes.empty())
            return;
        ensure(crypto_generichash_blake2b_update(&state_, bytes.data(), bytes.size()) == 0);
    }
    [[nodiscard]] TreeHash finish() {
        TreeHash::Raw raw{};
        ensure(crypto_generichash_blake2b_final(&state_, raw.data(), raw.size()) == 0);
        return TreeHash(raw);
    }

private:
    crypto_generichash_blake2b_state state_{};
};

class Sha256Stream {
public:
    Sha256Stream() { ensure(crypto_hash_sha256_init(&state_) == 0); }
    void add(ByteView bytes) {
        if (bytes.empty())
            return;
        ensure(crypto_hash_sha256_update(&state_, bytes.data(), bytes.size()) == 0);
    }
    [[nodiscard]] TreeHash finish() {
        TreeHash::Raw raw{};
        ensure(crypto_hash_sha256_final(&state_, raw.data()) == 0);
        return TreeHash(raw);
    }

private:
    crypto_hash_sha256_state state_{};
};

template <class Stream> TreeHash hash_with(std::uint8_t prefix, ByteView first, ByteView second) {
    Stream stream;
    stream.add(ByteView(&prefix, 1));
    stream.add(first);
    stream.add(second);
    return stream.finish();
}

} // namespace

TreeHash Blake2b256::hash(std::uint8_t prefix, ByteView first, ByteView second) {
    return hash_with<Blake2bStream>(prefix, first, second);
}

TreeHash Blake2b256::hash_of_nothing() {
    return Blake2bStream().finish();
}

TreeHash Sha256::hash(std::uint8_t prefix, ByteView first, ByteView second) {
    return hash_with<Sha256Stream>(prefix, first, second);
}

TreeHash Sha256::hash_of_nothing() {
    return Sha256Stream().finish();
}

} // namespace staffroom::log
