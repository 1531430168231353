// The files of a certificate that the settings name, which somebody else writes: how they lie
// there, what stands in them, and why it cannot be used. Blocks on the disk. For the book of
// certificates.
#pragma once

#include "node/services/certificates/certificate_health.hpp"
#include "node/tls/certificate.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace staffroom::services {

using ReadCertificate = std::variant<tls::Certificate, CertificateTrouble>;

[[nodiscard]] CertificateTrouble trouble_of(tls::Fault fault);
/// The same, of a file that nobody has just typed.
[[nodiscard]] CertificateTrouble trouble_of_file(tls::Fault fault, const std::string& path);

/// The files as they lie there: a change is one of these numbers.
struct FileStamp {
    std::uint64_t device = 0;
    std::uint64_t file = 0;
    std::int64_t bytes = -1; // -1: there is none
    std::int64_t changed_ns = 0;
    std::int64_t touched_ns = 0; // its rights and owner too
    friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

[[nodiscard]] FileStamp stamp_of(const std::string& path);

/// Reads certificate and key, and judges them and their days. Waits for no pipe.
[[nodiscard]] ReadCertificate
read_certificate_files(const std::string& path, const std::string& key_path, WallTime now);

} // namespace staffroom::services
