// How the certificate of the page is, for doctor and for whoever asks for it: which one it is,
// until when it is good, what could not be used and why. Pure over what the book of certificates
// knows.
#pragma once

#include "node/services/health/folder_health.hpp"
#include "node/tls/certificate.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::services {

enum class CertificateSource { own, imported, files };

/// The word of the API: "own", "imported", "files".
[[nodiscard]] std::string_view source_name(CertificateSource source);

/// Why a certificate is not used.
struct CertificateTrouble {
    std::string code;
    std::string sentence;
    std::string next;
};

struct CertificateState {
    tls::CertificateFacts facts{};
    CertificateSource source = CertificateSource::own;
    bool is_trusted = false;                   // an authority that this machine knows has signed it
    std::vector<std::string> own_names{};      // under which this node answers
    std::optional<CertificateTrouble> refused; // of the files that the settings name, or kept ones
};

/// Fewer days than this are worth a note, and fewer than that are trouble.
inline constexpr std::chrono::days certificate_note_days{30};
inline constexpr std::chrono::days certificate_trouble_days{7};
/// The own certificate is renewed before anybody has to hear of it.
inline constexpr std::chrono::days certificate_renewal_days{45};

/// The name that the node answers under and a certificate is for, or nothing: then browsers warn.
[[nodiscard]] std::optional<std::string> shared_name(const CertificateState& state);

/// Makes the checks certificate.expiry (or certificate.expired, certificate.not-yet),
/// certificate.own with the fingerprint of one that the node has made, certificate.name where it is
/// for no name of this node, and what was refused.
[[nodiscard]] std::vector<HealthCheck>
check_certificate(const CertificateState& state, WallTime now);

/// YYYY-MM-DD, in UTC.
[[nodiscard]] std::string day_text(WallTime time);

} // namespace staffroom::services
