// What is said of each fault of a certificate.
#include "node/tls/certificate.hpp"
#include "protocol/base/ensure.hpp"

#include <algorithm>
#include <array>

namespace staffroom::tls {
namespace {

struct FaultRow {
    Fault fault;
    std::string_view code;
    std::string_view sentence;
    std::string_view next;
};

constexpr std::array<FaultRow, 11> fault_rows{
    {{Fault::too_large,
      "certificate.too-large",
      "This is more than a certificate with its chain and a key: 64 KiB and ten certificates are "
      "the most.",
      "give the certificate of this server alone, with those that signed it."},
     {Fault::unreadable,
      "certificate.unreadable",
      "There is no certificate in this file.",
      "give a PEM file, which begins with -----BEGIN CERTIFICATE-----."},
     {Fault::binary,
      "certificate.binary",
      "This file is not PEM but its binary form.",
      "convert it: `openssl x509 -inform der -in FILE` for .cer, `openssl pkcs12 -in FILE -nodes` "
      "for .pfx."},
     {Fault::no_key,
      "certificate.no-key",
      "There is no private key in this file.",
      "give the file that begins with -----BEGIN PRIVATE KEY-----."},
     {Fault::key_locked,
      "certificate.key-locked",
      "The key is locked with a passphrase, which nobody types when the node starts.",
      "take it off: `openssl pkey -in KEY -out OPEN.key`."},
     {Fault::other_key,
      "certificate.other-key",
      "The key does not fit this certificate.",
      "give the key that the certificate was asked for with."},
     {Fault::weak_key,
      "certificate.weak-key",
      "Browsers refuse this certificate or one of its chain: a key is too short or of a kind that "
      "they do not know, or a signature is made with SHA-1.",
      "ask for one with a key of P-256, P-384, or RSA of 2048 bits or more, and give only those "
      "that signed it."},
     {Fault::chain_order,
      "certificate.chain-order",
      "The chain is out of order: each certificate has to be signed by the one after it.",
      "put the certificate of this server first, then the one that signed it, and so on."},
     {Fault::not_for_page,
      "certificate.not-for-page",
      "This certificate is for another use than a web server's.",
      "ask for one for server authentication."},
     {Fault::expired,
      "certificate.expired",
      "The certificate has expired.",
      "give a new one, and look at this machine's clock."},
     {Fault::not_yet,
      "certificate.not-yet",
      "The certificate is not valid yet.",
      "look at this machine's clock, or wait for its first day."}}};

const FaultRow& row_of(Fault fault) {
    const auto* const found = std::ranges::find(fault_rows, fault, &FaultRow::fault);
    ensure(found != fault_rows.end());
    return *found;
}

} // namespace

std::string_view fault_code(Fault fault) {
    return row_of(fault).code;
}

std::string_view fault_sentence(Fault fault) {
    return row_of(fault).sentence;
}

std::string_view fault_step(Fault fault) {
    return row_of(fault).next;
}

} // namespace staffroom::tls
