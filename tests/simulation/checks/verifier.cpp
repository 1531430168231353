#include "tests/simulation/checks/verifier.hpp"

#include <sodium.h>

namespace staffroom::simulation {

std::size_t MemoVerifier::First8::operator()(const Digest& digest) const {
    return static_cast<std::size_t>(read_u64_be(digest.view()));
}

bool MemoVerifier::verify(
    crypto::SignLabel label, const SigningPublicKey& key, ByteView bytes, const Signature& signature
) {
    crypto_generichash_state state{};
    Digest::Raw raw{};
    const auto number = static_cast<std::uint8_t>(label);
    crypto_generichash_init(&state, nullptr, 0, raw.size());
    crypto_generichash_update(&state, &number, 1);
    crypto_generichash_update(&state, key.view().data(), key.view().size());
    crypto_generichash_update(&state, signature.view().data(), signature.view().size());
    crypto_generichash_update(&state, bytes.data(), bytes.size());
    crypto_generichash_final(&state, raw.data(), raw.size());
    const Digest name(raw);
    const auto known = known_.find(name);
    if (known != known_.end())
        return known->second;
    const bool is_good = real_.verify(label, key, bytes, signature);
    known_.emplace(name, is_good);
    if (is_good && label == crypto::SignLabel::head) {
        if (const auto head = log::parse_head(bytes, signature))
            head_seen_(key, head->head);
    }
    return is_good;
}

} // namespace staffroom::simulation
