// The handshake patterns of Noise as data: which keys are known before and which tokens each
// message carries. Rows are written as in the specification; psk modifiers are applied by rule.
// Only channel/handshake reads this. [C1]
#pragma once

#include "protocol/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace staffroom::channel {

/// Noise 7.1 and 9.3. In a two-letter token the first letter is the initiator's key.
enum class Token { e, s, ee, es, se, ss, psk };

using MessageTokens = std::vector<Token>;

struct Pattern {
    std::string name;
    bool initiator_static_known;         // pre-message "-> s"
    bool responder_static_known;         // pre-message "<- s"
    std::vector<MessageTokens> messages; // the initiator's first, then in turns
    std::size_t psk_count;
};

/// Reads a name from the table, followed by psk modifiers in ascending order: "XK", "XXpsk0",
/// "XKpsk0+psk3". Errors: unknown_value.
[[nodiscard]] Result<Pattern> find_pattern(std::string_view name);

/// Returns the names in the table, without modifiers.
[[nodiscard]] std::vector<std::string_view> base_pattern_names();

} // namespace staffroom::channel
