// Certificates of the page with their keys: read from PEM, judged, described, written as PEM. Bytes
// from outside: everything is bounded, and what cannot be used has a fault with a name. Not here:
// making one (self_signed), TLS itself (node/http/line/tls_line). Knows OpenSSL, no Asio.
#pragma once

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct evp_pkey_st; // OpenSSL's EVP_PKEY
struct ssl_ctx_st;  // its SSL_CTX
struct x509_st;     // and X509

namespace staffroom::tls {

/// A file with a certificate, its chain and a key has a few thousand bytes.
inline constexpr std::size_t pem_bytes_max = 64UL * 1024;
inline constexpr std::size_t chain_length_max = 10;

enum class Fault {
    too_large,    // more than pem_bytes_max, or more than chain_length_max certificates
    unreadable,   // no certificate in PEM
    binary,       // a certificate or a key, but not in PEM
    no_key,       // no private key in PEM
    key_locked,   // a passphrase would be needed
    other_key,    // the key is of another certificate
    weak_key,     // it or one of its chain: of a kind or a size that browsers or OpenSSL refuse
    chain_order,  // a certificate of the chain has not signed the one before it
    not_for_page, // of an authority, or for another use than a server's
    expired,      // as the clock of this machine says
    not_yet,      // the same, before its first day
};

/// The stable code of a fault, such as "certificate.other-key".
[[nodiscard]] std::string_view fault_code(Fault fault);
/// One sentence for a person.
[[nodiscard]] std::string_view fault_sentence(Fault fault);
/// The one next step, beginning with a verb.
[[nodiscard]] std::string_view fault_step(Fault fault);

struct CertificateFacts {
    std::vector<std::string> names; // DNS names and addresses that it is for, in its order
    std::string subject;            // printable, at most 200 characters
    std::string issuer;
    WallTime from;
    WallTime until;
    std::string fingerprint; // SHA-256 of the first certificate, as browsers show it: "AB:CD:.."
    std::string key_fingerprint; // the same of its public key (SubjectPublicKeyInfo)
    bool is_self_signed;
};

/// A certificate with its chain and its key, which fit together. Copies share both.
struct Certificate {
    std::vector<std::shared_ptr<x509_st>>
        chain; // its own first, each signed by the next; never empty
    std::shared_ptr<evp_pkey_st> key;
    CertificateFacts facts;
};

/// Reads a certificate with its chain, and a key, which may stand in one text as well. Does not
/// look at the clock.
[[nodiscard]] std::variant<Certificate, Fault>
read_certificate(std::string_view chain_pem, std::string_view key_pem);

/// The days of a certificate: expired, not_yet, or nothing.
[[nodiscard]] std::optional<Fault> wrong_time(const CertificateFacts& facts, WallTime now);

/// Gives a context of TLS the certificate with its chain and its key. Tells whether OpenSSL takes
/// all of it, by the security level of this machine; a context that has refused is of no use.
[[nodiscard]] bool load(ssl_ctx_st& context, const Certificate& certificate);

/// Describes a certificate that its maker has just signed.
[[nodiscard]] CertificateFacts facts_of(x509_st& certificate);

/// The key and the chain in PEM, which read_certificate takes as both of its texts. Secret: whoever
/// is done with it wipes it.
[[nodiscard]] Bytes to_pem(const Certificate& certificate);

/// Tells whether a browser that asks for `name` (a name in small letters, or an address) finds it
/// here. A star stands for one whole first part.
[[nodiscard]] bool is_for(const CertificateFacts& facts, std::string_view name);

/// Tells whether an authority of this machine's own store has signed it. Blocks on the disk.
[[nodiscard]] bool is_signed_by_known_authority(const Certificate& certificate);

} // namespace staffroom::tls
