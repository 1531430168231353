// A certificate that the node makes for itself, before the school has a better one: ECDSA P-256,
// signed by its own key. Browsers warn of it; people compare its fingerprint.
#pragma once

#include "node/tls/certificate.hpp"
#include "protocol/base/result.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace staffroom::tls {

/// Browsers refuse certificates that are good for longer.
inline constexpr std::chrono::days self_signed_life{397};

/// The names and addresses under which this machine can be reached: `more`, its own name,
/// localhost, and its addresses. A door that is open at one `host` alone shows strangers that one
/// and those of this machine itself; at "0.0.0.0", "::" or "" all of its interfaces. Names in small
/// letters, none twice.
[[nodiscard]] std::vector<std::string>
names_of_machine(const std::vector<std::string>& more, const std::string& host = {});

/// Makes one for `names` with `key`, or with a new key where it is null. Errors: io_error (OpenSSL
/// has no random bytes or no memory).
[[nodiscard]] Result<Certificate> make_self_signed(
    const std::vector<std::string>& names, std::shared_ptr<evp_pkey_st> key, WallTime now
);

} // namespace staffroom::tls
