// Certificates and keys that somebody imports, or that lie in a file: as PEM, and as the DER inside
// it, where a changed byte reaches OpenSSL's own parser.
#include "node/tls/certificate.hpp"
#include "protocol/base/ensure.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/targets.hpp"

#include <sodium.h>

#include <algorithm>

namespace staffroom::fuzz {
namespace {

// Of a test's own authority, good for nothing.
constexpr std::string_view certificate_base64 =
    "MIIBxjCCAWugAwIBAgIUI50k4iLxsID6wmzE06DkQXSq7+MwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAwwH"
    "b2FraGlsbDAeFw0yNjExMzAxODM0MTlaFw0zNjExMjcxODM0MTlaMBIxEDAOBgNVBAMMB29ha2hpbGww"
    "WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARHX5X742cARVG3x9Y2QcVQpWqVH6eM6z4f0CCJQn6AT8LH"
    "LVXBMlnFabOzD+3Z02tqHItQ9snV01KCxz4vEwfjo4GeMIGbMB0GA1UdDgQWBBTeK2QPyuYtU5MU3frT"
    "ix6jC2973DAfBgNVHSMEGDAWgBTeK2QPyuYtU5MU3frTix6jC2973DAPBgNVHRMBAf8EBTADAQH/MDMG"
    "A1UdEQQsMCqCD29ha2hpbGwuZXhhbXBsZYcEwAACB4IRKi5vYWtoaWxsLmV4YW1wbGUwEwYDVR0lBAww"
    "CgYIKwYBBQUHAwEwCgYIKoZIzj0EAwIDSQAwRgIhAJ5ozCzC7lXQunazE7xIm07XqmY4GAI1QRETXQyT"
    "5kzQAiEAvkUJlKSJf+TS/O2TyaStW4V1WFmFuR6GUmrLxfXPjSs=";
constexpr std::string_view key_base64 =
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3yqcb7HQp4m+nxw+nxiRHAuUTlE7tbe5"
    "NzQJj3CBeT6hRANCAARHX5X742cARVG3x9Y2QcVQpWqVH6eM6z4f0CCJQn6AT8LHLVXBMlnFabOzD+3Z"
    "02tqHItQ9snV01KCxz4vEwfj";

std::string pem(std::string_view what, std::string_view base64) {
    std::string out = "-----BEGIN " + std::string(what) + "-----\n";
    for (; !base64.empty(); base64.remove_prefix(std::min<std::size_t>(64, base64.size())))
        out += std::string(base64.substr(0, 64)) + "\n";
    return out + "-----END " + std::string(what) + "-----\n";
}

std::string to_base64(ByteView der) {
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
    std::string out(sodium_base64_encoded_len(der.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), der.data(), der.size(), variant);
    out.pop_back(); // the NUL
    return out;
}

Bytes from_base64(std::string_view text) {
    Bytes out(text.size());
    std::size_t size = 0;
    ensure(
        sodium_base642bin(
            out.data(),
            out.size(),
            text.data(),
            text.size(),
            nullptr,
            &size,
            nullptr,
            sodium_base64_VARIANT_ORIGINAL
        ) == 0
    );
    out.resize(size);
    return out;
}

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// What is read can be shown, and reads the same when it is written again.
void check(std::string_view chain, std::string_view key) {
    const auto read = tls::read_certificate(chain, key);
    if (const auto* fault = std::get_if<tls::Fault>(&read)) {
        ensure(!tls::fault_code(*fault).empty());
        return;
    }
    const auto& found = std::get<tls::Certificate>(read);
    ensure(!found.chain.empty() && found.chain.size() <= tls::chain_length_max);
    ensure(is_plain(found.facts.subject) && is_plain(found.facts.issuer));
    for (const std::string& name : found.facts.names)
        ensure(is_plain(name) && !name.empty());
    static_cast<void>(tls::is_for(found.facts, "a.oakhill.example"));
    static_cast<void>(tls::wrong_time(found.facts, WallTime{1'800'000'000'000}));
    const Bytes written = tls::to_pem(found);
    const auto again = tls::read_certificate(as_text(written), as_text(written));
    ensure(std::holds_alternative<tls::Certificate>(again));
    ensure(std::get<tls::Certificate>(again).facts.fingerprint == found.facts.fingerprint);
}

void certificate(ByteView input) {
    InputReader in(input);
    const bool is_der = in.u8() != 0;
    const ByteView first = in.piece();
    const ByteView second = in.rest();
    if (is_der)
        check(pem("CERTIFICATE", to_base64(first)), pem("PRIVATE KEY", to_base64(second)));
    else
        check(as_text(first), as_text(second));
}

Bytes seed(bool is_der, ByteView chain, ByteView key) {
    Bytes out{static_cast<std::uint8_t>(is_der)};
    append_piece(out, chain);
    append(out, key);
    return out;
}

std::vector<Bytes> certificate_seeds() {
    const std::string own = pem("CERTIFICATE", certificate_base64);
    const std::string key = pem("PRIVATE KEY", key_base64);
    const std::string both = key + own;
    return {
        seed(true, from_base64(certificate_base64), from_base64(key_base64)),
        seed(false, as_view(own), as_view(key)),
        seed(false, as_view(both), as_view(both)),
        seed(false, as_view(std::string(own + own)), as_view(key))};
}

} // namespace

Targets certificate_targets() {
    return {{"certificate", certificate, certificate_seeds}};
}

} // namespace staffroom::fuzz
