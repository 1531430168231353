// Passports: coordinators of a network say of one log how far it may cross by an agreement. And the
// end of an agreement, which is a last passport for all its logs at once. A passport names
// agreement and card, so an old one is good for nothing once either has changed. [A4] [A7]
#pragma once

#include "protocol/agreement/signatures.hpp"

#include <optional>

namespace staffroom::agreement {

struct Passport {
    AgreementId agreement; // in force when it was signed
    Digest card;           // of the network that gives, likewise
    log::LogDescriptor descriptor;
    LogSize size;
    TreeHash root;
    bool last = false;              // nothing behind `size` ever crosses
    std::optional<Digest> before{}; // hash of the passport it came by; none: its own network's log
    friend bool operator==(const Passport&, const Passport&) = default;
};

[[nodiscard]] Bytes encode_passport(const Passport& passport);
/// Parses strictly [W2]. Errors: too_large, truncated, not_strict, malformed (also a log that is
/// none of records), unknown_version, unknown_value.
[[nodiscard]] Result<Passport> parse_passport(ByteView bytes);
[[nodiscard]] Digest passport_hash(ByteView bytes);

/// Of a log that has no pin here nothing has crossed.
struct End {
    AgreementId agreement;
    NetworkId network; // that ends it
    Digest card;
    std::vector<log::LogPin> pins; // of logs of both networks, ascending by log
    friend bool operator==(const End&, const End&) = default;
};

[[nodiscard]] Bytes encode_end(const End& end);
/// Parses strictly. Errors: as parse_passport.
[[nodiscard]] Result<End> parse_end(ByteView bytes);
[[nodiscard]] Digest end_hash(ByteView bytes);

} // namespace staffroom::agreement
