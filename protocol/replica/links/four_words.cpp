#include "protocol/replica/links/four_words.hpp"

#include "protocol/crypto/hash.hpp"
#include "protocol/identity/phrase.hpp"

namespace staffroom::replica {

FourWords four_words(const channel::HandshakeHash& handshake) {
    constexpr std::size_t words_in_list = 2048;
    const Digest digest = crypto::hash(crypto::HashLabel::words, handshake.view());
    FourWords words;
    for (std::size_t i = 0; i < words.size(); ++i)
        words[i] = identity::word(read_u16_be(digest.view().subspan(2 * i, 2)) % words_in_list);
    return words;
}

} // namespace staffroom::replica
