// The four words that both screens show of one line, so that two people on the phone hear whether
// somebody stands between them. [N6]
#pragma once

#include "protocol/channel/handshake.hpp"

#include <array>
#include <string>

namespace staffroom::replica {

using FourWords = std::array<std::string, 4>;

/// Returns four words of the BIP-39 list from the handshake hash.
[[nodiscard]] FourWords four_words(const channel::HandshakeHash& handshake);

} // namespace staffroom::replica
